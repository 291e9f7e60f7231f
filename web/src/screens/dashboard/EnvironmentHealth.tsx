import type { Environment, ScanProgress } from "../../api/types";
import { healthOf } from "../../app/environments";
import { percentOf, useProgress } from "../../app/scans";
import { Health } from "../../parts/Health";
import { environmentState } from "../../texts";

function textOf({ last_scan, last_scanned }: Environment, progress: ScanProgress | undefined): string {
    switch (last_scan?.status) {
        case "running": return environmentState.scanning(percentOf(progress));
        case "pending": return environmentState.waiting;
        case "failed": return environmentState.failed;
        case "completed_with_errors": return environmentState.withErrors;
        case "aborted": return environmentState.aborted;
        default: return last_scanned ? environmentState.good : environmentState.never;
    }
}

/** How an environment stands, after its last scan. */
export function EnvironmentHealth({ of: environment }: { of: Environment }) {
    const progress = useProgress(environment.last_scan);
    return <Health of={healthOf(environment)}>{textOf(environment, progress)}</Health>;
}
