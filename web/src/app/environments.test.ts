import { describe, expect, it } from "vitest";
import type { Environment, ScanStatus } from "../api/types";
import { healthOf } from "./environments";
import { lookBackStart, sumOf } from "./counters";

describe("healthOf", () => {
    const scanned = { name: "lab", last_scanned: "2026-03-04T10:00:00.000+0000" } as Environment;

    it("says how the last scan ended", () => {
        const after = (status: ScanStatus): string => healthOf({ ...scanned, last_scan: { _id: "1", status } });
        expect(after("failed")).toBe("error");
        expect(after("completed_with_errors")).toBe("warning");
        expect(after("running")).toBe("busy");
        expect(healthOf({ ...scanned, last_scan: null })).toBe("good");
        expect(healthOf({ name: "new", last_scan: null } as Environment)).toBe("unknown");
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
