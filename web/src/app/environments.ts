/* What several screens ask about environments. */

import type { Counts, Environment, Scan } from "../api/types";
import { type Resource, useResource } from "../api/resource";
import { parseTime } from "../parts/time";

export function useEnvironments(): Resource<{ environments: Environment[] }> {
    return useResource("/environments", { query: { limit: 1000 }, voids: { kinds: ["environment"] } });
}

export function useCounts(environment: string): Resource<Counts> {
    return useResource(`/environments/${encodeURIComponent(environment)}/counts`, {
        voids: { kinds: ["revision"], environment },
    });
}

function submitted(scan: Scan): number {
    return parseTime(scan.submit_timestamp) ?? parseTime(scan.start_timestamp) ?? 0;
}

/** The scan of an environment that was asked for last; the one that runs goes before those that wait. */
export function latestScan(scans: readonly Scan[] | undefined, environment: string): Scan | undefined {
    const own = (scans ?? []).filter((scan) => scan.environment === environment);
    return own.find((scan) => scan.status === "running")
        ?? own.reduce<Scan | undefined>(
            (last, scan) => (last === undefined || submitted(scan) >= submitted(last) ? scan : last), undefined,
        );
}

export type Health = "good" | "warning" | "error" | "busy" | "unknown";

/** How an environment stands, after its last scan. */
export function healthOf(environment: Environment, scan: Scan | undefined): Health {
    switch (scan?.status) {
        case "running":
        case "pending": return "busy";
        case "failed": return "error";
        case "completed_with_errors":
        case "aborted": return "warning";
        default: return environment.last_scanned ? "good" : "unknown";
    }
}

/** How far a scan is, in percent; null while nobody knows. */
export function progressOf(scan: Scan): number | null {
    const { done = 0, total = 0 } = scan.progress ?? {};
    return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : null;
}
