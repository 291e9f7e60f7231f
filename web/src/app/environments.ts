/* What several screens ask about environments. */

import { apiPath } from "../api/client";
import type { Counts, Environment } from "../api/types";
import { type Resource, useResource } from "../api/resource";

export function useEnvironments(): Resource<{ environments: Environment[] }> {
    return useResource("/environments", { query: { limit: 1000 }, voids: { kinds: ["environment", "scan"] } });
}

export function useEnvironment(name: string): Resource<Environment> {
    return useResource(apiPath("/environments/{name}", { name }), {
        voids: { kinds: ["environment", "scan"], environment: name },
    });
}

export function useCounts(environment: string): Resource<Counts> {
    return useResource(apiPath("/environments/{environment}/counts", { environment }), {
        voids: { kinds: ["revision"], environment },
    });
}

export type Health = "good" | "warning" | "error" | "busy" | "unknown";

/** How an environment stands, after its last scan. */
export function healthOf({ last_scan, last_scanned }: Environment): Health {
    switch (last_scan?.status) {
        case "running":
        case "pending": return "busy";
        case "failed": return "error";
        case "completed_with_errors":
        case "aborted": return "warning";
        default: return last_scanned ? "good" : "unknown";
    }
}
