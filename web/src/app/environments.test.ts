import { describe, expect, it } from "vitest";
import type { Environment, Scan } from "../api/types";
import { healthOf, latestScan, progressOf } from "./environments";
import { lookBackStart, sumOf } from "./counters";

function scan(id: number, status: Scan["status"], environment = "lab"): Scan {
    return {
        _id: id.toString(16).padStart(24, "0"), environment, status,
        submit_timestamp: `2026-03-04T10:00:0${id}.000+0000`,
    };
}

describe("latestScan", () => {
    it("is the last that was asked for", () => {
        const scans = [scan(1, "failed"), scan(3, "completed"), scan(2, "aborted"), scan(4, "failed", "other")];
        expect(latestScan(scans, "lab")?._id).toBe(scan(3, "completed")._id);
        expect(latestScan(scans, "nothing")).toBeUndefined();
    });

    it("is the one that runs, when others wait", () => {
        expect(latestScan([scan(1, "running"), scan(2, "pending")], "lab")?.status).toBe("running");
    });
});

describe("healthOf", () => {
    const scanned = { name: "lab", last_scanned: "2026-03-04T10:00:00.000+0000" } as Environment;

    it("says how the last scan ended", () => {
        expect(healthOf(scanned, scan(1, "failed"))).toBe("error");
        expect(healthOf(scanned, scan(1, "completed_with_errors"))).toBe("warning");
        expect(healthOf(scanned, scan(1, "running"))).toBe("busy");
        expect(healthOf(scanned, undefined)).toBe("good");
        expect(healthOf({ name: "new" } as Environment, undefined)).toBe("unknown");
    });
});

describe("progressOf", () => {
    it("is whole percents, and nothing while nobody knows", () => {
        const progress = { phase: "hosts", done: 2, total: 3, objects: 0, errors: 0 };
        expect(progressOf({ ...scan(1, "running"), progress })).toBe(66);
        expect(progressOf({ ...scan(1, "running"), progress: { ...progress, total: 0 } })).toBeNull();
        expect(progressOf(scan(1, "running"))).toBeNull();
    });
});

describe("counters", () => {
    it("count critical messages as errors, and no debug messages", () => {
        const counts = { debug: 50, info: 1, warn: 2, error: 3, crit: 4 };
        expect([sumOf(counts, "info"), sumOf(counts, "warning"), sumOf(counts, "error")]).toEqual([1, 2, 7]);
        expect(sumOf(undefined, "error")).toBe(0);
    });

    it("begin at the same time for some minutes", () => {
        const now = Date.UTC(2026, 2, 4, 10, 1);
        expect(lookBackStart(now, 86_400_000)).toBe("2026-03-03T10:00:00.000Z");
        expect(lookBackStart(now + 60_000, 86_400_000)).toBe("2026-03-03T10:00:00.000Z");
    });
});
