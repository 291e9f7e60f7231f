import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { feed } from "../api/feed";
import type { Scan, ScanProgress } from "../api/types";

/** How far a scan is: as it was read, and then as the feed tells it. */
export function useProgress(scan: Pick<Scan, "_id" | "progress"> | null | undefined): ScanProgress | undefined {
    const id = scan?._id;
    const read = scan?.progress;
    const told = useSignal<{ id: string; progress: ScanProgress } | null>(null);
    useEffect(() => {
        told.value = null;
    }, [read]);
    useEffect(() => (id === undefined ? undefined : feed.listen({ kinds: ["scan"], id }, ({ progress }) => {
        if (progress)
            told.value = { id, progress };
    })), [id]);
    return told.value && told.value.id === id ? told.value.progress : read;
}

/** In percent; null while nobody knows. */
export function percentOf({ done, total }: Pick<ScanProgress, "done" | "total"> = { done: 0, total: 0 }): number | null {
    return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : null;
}
