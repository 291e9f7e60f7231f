import type { Environment, Scan } from "../../api/types";
import { progressOf } from "../../app/environments";
import { environmentState } from "../../texts";

/** How an environment stands, in words. */
export function scanText(environment: Environment, scan: Scan | undefined): string {
    switch (scan?.status) {
        case "running": return environmentState.scanning(progressOf(scan));
        case "pending": return environmentState.waiting;
        case "failed": return environmentState.failed;
        case "completed_with_errors": return environmentState.withErrors;
        case "aborted": return environmentState.aborted;
        default: return environment.last_scanned ? environmentState.good : environmentState.never;
    }
}
