/* What lists of scans compute: which are shown, in what order. */

import type { Scan, ScanOptions } from "../../api/types";
import type { Health } from "../../app/environments";
import { byName } from "../../parts/order";
import { parseTime } from "../../parts/time";

type ScanPart = "" | "scan_only_inventory" | "scan_only_links" | "scan_only_cliques";

export const scan_parts: readonly ScanPart[] = ["", "scan_only_inventory", "scan_only_links", "scan_only_cliques"];

export const scan_statuses = [
    "pending", "running", "completed", "completed_with_errors", "failed", "aborted",
] as const;

export function partOf(options: ScanOptions): ScanPart {
    return scan_parts.find((part) => part !== "" && options[part] === true) ?? "";
}

export function healthOfScan({ status }: Pick<Scan, "status">): Health {
    switch (status) {
        case "running": return "busy";
        case "completed": return "good";
        case "failed": return "error";
        case "completed_with_errors":
        case "aborted": return "warning";
        default: return "unknown";
    }
}

export function isOver({ status }: Pick<Scan, "status">): boolean {
    return status !== "pending" && status !== "running";
}

/** The scan of an environment that runs, or waits. */
export function openScan(scans: readonly Scan[], environment: string): Scan | undefined {
    const own = scans.filter((scan) => scan.environment === environment && !isOver(scan));
    return own.find(({ status }) => status === "running") ?? own[0];
}

/** How long it took, or takes since, in milliseconds; null when it has not begun. */
export function tookOf(scan: Scan, now: number): number | null {
    const start = parseTime(scan.start_timestamp);
    if (start === null)
        return null;
    const end = parseTime(scan.end_timestamp) ?? (isOver(scan) ? null : now);
    return end === null ? null : Math.max(0, end - start);
}

const scan_sorts = ["environment", "status", "kind", "submitted", "started", "took"] as const;

type SortKey = (typeof scan_sorts)[number];

function keyOf(scan: Scan, key: SortKey, now: number): string | number {
    switch (key) {
        case "environment": return scan.environment;
        case "status": return scan_statuses.indexOf(scan.status);
        case "kind": return scan_parts.indexOf(partOf(scan));
        case "submitted": return parseTime(scan.submit_timestamp) ?? parseTime(scan.start_timestamp) ?? 0;
        case "started": return parseTime(scan.start_timestamp) ?? 0;
        case "took": return tookOf(scan, now) ?? -1;
    }
}

function compare(a: string | number, b: string | number): number {
    return typeof a === "number" && typeof b === "number" ? a - b : byName(String(a), String(b));
}

/** By `started`, or `-started` backwards; those that are alike the latest first. */
export function sortScans(scans: readonly Scan[], sort: string, now: number): Scan[] {
    const is_down = sort.startsWith("-");
    const key = scan_sorts.find((one) => one === sort.replace(/^-/, "")) ?? "submitted";
    const sign = is_down ? -1 : 1;
    return [...scans].sort((a, b) =>
        sign * compare(keyOf(a, key, now), keyOf(b, key, now))
        || compare(keyOf(b, "submitted", now), keyOf(a, "submitted", now)));
}

export function filterScans(scans: readonly Scan[], environment: string, status: string): Scan[] {
    return scans.filter((scan) =>
        (!environment || scan.environment === environment) && (!status || scan.status === status));
}

interface PageOf<T> {
    rows: readonly T[];
    /** From 1. */
    page: number;
    n_pages: number;
}

/** A page of a list; one that is too far is the last. */
export function pageOf<T>(rows: readonly T[], wanted: number, size: number): PageOf<T> {
    const n_pages = Math.max(1, Math.ceil(rows.length / size));
    const page = Math.min(Math.max(1, Math.floor(wanted) || 1), n_pages);
    return { rows: rows.slice((page - 1) * size, page * size), page, n_pages };
}

export const phases = ["cloud", "hosts", "links", "commit"] as const;

type PhaseState = "done" | "now" | "next";

/** How the phases stand while one of them is under way. */
export function phaseStates(phase: string | undefined): PhaseState[] {
    const at = phases.findIndex((one) => one === phase);
    return phases.map((_, i) => (i < at ? "done" : i === at ? "now" : "next"));
}
