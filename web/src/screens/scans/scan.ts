/* What is shown of scans. */

import type { Scan, ScanOptions } from "../../api/types";
import type { Health } from "../../app/environments";
import { parseTime } from "../../parts/time";

type ScanPart = "" | "scan_only_inventory" | "scan_only_links" | "scan_only_cliques";

export const scan_parts: readonly ScanPart[] = ["", "scan_only_inventory", "scan_only_links", "scan_only_cliques"];

export const scan_statuses = [
    "pending", "running", "completed", "completed_with_errors", "failed", "aborted",
] as const;

export function partOf(options: Omit<ScanOptions, "log_level">): ScanPart {
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

/** How long it took, or takes since, in milliseconds; null when it has not begun. */
export function tookOf(scan: Scan, now: number): number | null {
    const start = parseTime(scan.start_timestamp);
    if (start === null)
        return null;
    const end = parseTime(scan.end_timestamp) ?? (isOver(scan) ? null : now);
    return end === null ? null : Math.max(0, end - start);
}

export const phases = ["cloud", "hosts", "links", "commit"] as const;

type PhaseState = "done" | "now" | "next";

/** How the phases stand while one of them is under way. */
export function phaseStates(phase: string | undefined): PhaseState[] {
    const at = phases.findIndex((one) => one === phase);
    return phases.map((_, i) => (i < at ? "done" : i === at ? "now" : "next"));
}
