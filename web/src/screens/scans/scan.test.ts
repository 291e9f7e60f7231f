import { describe, expect, it } from "vitest";
import type { Scan } from "../../api/types";
import { withProgress } from "../../app/scans";
import { filterScans, openScan, pageOf, partOf, phaseStates, sortScans, tookOf } from "./scan";

function scan(_id: string, more: Partial<Scan> = {}): Scan {
    return { _id, environment: "lab", status: "completed", ...more };
}

const early = scan("early", { submit_timestamp: "2026-03-04T10:00:00.000+0000", start_timestamp: "2026-03-04T10:00:01.000+0000",
    end_timestamp: "2026-03-04T10:00:11.000+0000" });
const late = scan("late", { submit_timestamp: "2026-03-04T11:00:00.000+0000", start_timestamp: "2026-03-04T11:00:00.000+0000",
    end_timestamp: "2026-03-04T11:00:02.000+0000", status: "failed", scan_only_links: true });
const other = scan("other", { environment: "lab 10", submit_timestamp: "2026-03-04T10:30:00.000+0000", status: "pending" });
const all = [early, late, other];

function ids(scans: readonly Scan[]): string[] {
    return scans.map(({ _id }) => _id);
}

describe("a list of scans", () => {
    it.each([
        ["-submitted", ["late", "other", "early"]], ["submitted", ["early", "other", "late"]],
        ["took", ["other", "late", "early"]], ["-took", ["early", "late", "other"]],
        ["environment", ["late", "early", "other"]], ["status", ["other", "early", "late"]],
        ["nonsense", ["early", "other", "late"]],
    ])("is sorted by %s", (sort, expected) => {
        expect(ids(sortScans(all, sort, 0))).toEqual(expected);
    });

    it("is filtered by environment and status", () => {
        expect(ids(filterScans(all, "lab", ""))).toEqual(["early", "late"]);
        expect(ids(filterScans(all, "lab", "failed"))).toEqual(["late"]);
        expect(ids(filterScans(all, "", ""))).toEqual(["early", "late", "other"]);
    });

    it("comes in pages; one that is not there is the nearest", () => {
        expect(pageOf([1, 2, 3, 4, 5], 2, 2)).toEqual({ rows: [3, 4], page: 2, n_pages: 3 });
        expect(pageOf([1, 2, 3, 4, 5], 9, 2)).toEqual({ rows: [5], page: 3, n_pages: 3 });
        expect(pageOf([1, 2], Number.NaN, 2)).toEqual({ rows: [1, 2], page: 1, n_pages: 1 });
        expect(pageOf([], -1, 2)).toEqual({ rows: [], page: 1, n_pages: 1 });
    });

    it("takes the progress that the feed tells", () => {
        const progress = { phase: "hosts", done: 1, total: 4, objects: 9, errors: 0 };
        const [first, second] = withProgress([early, late], { event: "scan", what: "progress", _id: "late", progress });
        expect(first?.progress).toBeUndefined();
        expect(second?.progress).toEqual(progress);
    });
});

describe("a scan", () => {
    it("took from its start to its end, or until now while it runs", () => {
        expect(tookOf(early, 0)).toBe(10_000);
        expect(tookOf(other, 0)).toBeNull();
        const running = { ...early, status: "running" as const, end_timestamp: undefined };
        expect(tookOf(running, Date.parse("2026-03-04T10:00:04Z"))).toBe(3000);
    });

    it("that is open is the one that runs, else one that waits", () => {
        const waiting = scan("w", { status: "pending" });
        const running = scan("r", { status: "running" });
        expect(openScan([waiting, running], "lab")?._id).toBe("r");
        expect(openScan([early, waiting], "lab")?._id).toBe("w");
        expect(openScan([early, other], "lab")).toBeUndefined();
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
