import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import type { Environment, ScanProgress as Progress } from "../../api/types";
import { percentOf, useProgress } from "../../app/scans";
import { Icon } from "../../parts/Icon";
import { environment as texts, scanStatus, scans } from "../../texts";

function Far({ progress: { phase, done, total, host, objects } }: { progress: Progress }) {
    return (
        <>
            {texts.phase(phase, done, total)}
            {host && <>{" · "}<bdi title={scans.slowest}>{host}</bdi></>}
            {" · "}{texts.soFar(objects)}
        </>
    );
}

/** A scan that waits or runs, as it goes on; why the last one failed. */
export function ScanProgress({ scan }: { scan: NonNullable<Environment["last_scan"]> }) {
    const progress = useProgress(scan);
    if (scan.status === "failed")
        return (
            <div class="error-line" role="status">
                <Icon of={octagon_alert} />
                <span dir="auto"><strong>{texts.failed}</strong> {scan.reason}</span>
            </div>
        );
    if (scan.status !== "running" && scan.status !== "pending")
        return null;
    return (
        <section class="card scan-progress" aria-label={texts.progress}>
            <div class="row scan-progress-text">
                <strong>{scanStatus[scan.status]}</strong>
                <span class="dim number">
                    {progress ? <Far progress={progress} /> : scan.status === "pending" && texts.waits}
                </span>
            </div>
            <progress aria-label={texts.progress} max={100} value={percentOf(progress) ?? undefined} />
        </section>
    );
}
