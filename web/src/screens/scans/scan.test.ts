import { describe, expect, it } from "vitest";
import type { Scan } from "../../api/types";
import { partOf, phaseStates, tookOf } from "./scan";

function scan(_id: string, more: Partial<Scan> = {}): Scan {
    return { _id, environment: "lab", status: "completed", ...more };
}

const early = scan("early", { submit_timestamp: "2026-03-04T10:00:00.000+0000", start_timestamp: "2026-03-04T10:00:01.000+0000",
    end_timestamp: "2026-03-04T10:00:11.000+0000" });
const late = scan("late", { submit_timestamp: "2026-03-04T11:00:00.000+0000", start_timestamp: "2026-03-04T11:00:00.000+0000",
    end_timestamp: "2026-03-04T11:00:02.000+0000", status: "failed", scan_only_links: true });
const other = scan("other", { environment: "lab 10", submit_timestamp: "2026-03-04T10:30:00.000+0000", status: "pending" });
describe("a scan", () => {
    it("took from its start to its end, or until now while it runs", () => {
        expect(tookOf(early, 0)).toBe(10_000);
        expect(tookOf(other, 0)).toBeNull();
        const running = { ...early, status: "running" as const, end_timestamp: undefined };
        expect(tookOf(running, Date.parse("2026-03-04T10:00:04Z"))).toBe(3000);
    });

    it("is of everything, or of a part", () => {
        expect(partOf(early)).toBe("");
        expect(partOf(late)).toBe("scan_only_links");
    });

    it("has its phases behind and before it", () => {
        expect(phaseStates("links")).toEqual(["done", "done", "now", "next"]);
        expect(phaseStates(undefined)).toEqual(["next", "next", "next", "next"]);
    });
});
