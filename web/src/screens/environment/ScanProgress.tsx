import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { feed } from "../../api/feed";
import type { Scan } from "../../api/types";
import { progressOf } from "../../app/environments";
import { Icon } from "../../parts/Icon";
import { capitalised, environment as texts, scanStatus } from "../../texts";

/** A scan that waits or runs, as it goes on; why the last one failed. */
export function ScanProgress({ scan }: { scan: Scan }) {
    const progress = useSignal(scan.progress);
    useEffect(() => {
        progress.value = scan.progress;
        return feed.listen({ kinds: ["scan"], environment: scan.environment }, (event) => {
            if (event.what === "progress" && event._id === scan._id)
                progress.value = event.progress;
        });
    }, [scan._id, scan.progress]);
    if (scan.status === "failed")
        return (
            <div class="error-line" role="status">
                <Icon of={octagon_alert} />
                <span dir="auto"><strong>{texts.failed}</strong> {scan.reason}</span>
            </div>
        );
    if (scan.status !== "running" && scan.status !== "pending")
        return null;
    const now = progress.value;
    const percent = progressOf({ ...scan, progress: now });
    return (
        <section class="card scan-progress" aria-label={texts.progress}>
            <div class="row scan-progress-text">
                <strong>{scanStatus[scan.status]}</strong>
                <span class="dim number">
                    {now ? texts.phase(capitalised(now.phase), now.objects) : scan.status === "pending" && texts.waits}
                </span>
            </div>
            <progress aria-label={texts.progress} max={100} value={percent ?? undefined} />
        </section>
    );
}
