/* All scans that there are: the list of the API comes in pages, the oldest first, so that the latest are
 * only known when all have been read. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Again } from "../api/again";
import { type ApiError, apiError, get, isAbort } from "../api/client";
import { type FeedEvent, feed } from "../api/feed";
import type { Scan } from "../api/types";

const MOST = 1000;

const FIELDS = [
    "_id", "environment", "status", "abort", "submit_timestamp", "start_timestamp", "end_timestamp", "reason",
    "progress", "requested_by", "schedule", "scan_only_inventory", "scan_only_links", "scan_only_cliques",
].join();

interface Page {
    scans: Scan[];
    next: string | null;
}

export interface Scans {
    data: Signal<readonly Scan[] | undefined>;
    error: Signal<ApiError | undefined>;
    reload: () => void;
}

async function readAll(environment: string | undefined, signal: AbortSignal): Promise<Scan[]> {
    const found: Scan[] = [];
    let cursor: string | null = null;
    do {
        const page: Page = await get<Page>("/scans", { environment, fields: FIELDS, limit: MOST, cursor }, signal);
        found.push(...page.scans);
        cursor = page.next;
    } while (cursor);
    return found;
}

/** With the progress of a scan that the feed tells. */
export function withProgress(scans: readonly Scan[], event: FeedEvent): readonly Scan[] {
    return scans.map((scan) => (scan._id === event._id && event.progress ? { ...scan, progress: event.progress } : scan));
}

/** The scans of an environment, or of all. */
export function useScans(environment?: string): Scans {
    const data = useSignal<readonly Scan[] | undefined>(undefined);
    const error = useSignal<ApiError | undefined>(undefined);
    const turn = useSignal(0);
    useEffect(() => {
        const asking = new AbortController();
        const read = async (): Promise<void> => {
            try {
                const found = await readAll(environment, asking.signal);
                asking.signal.throwIfAborted();
                data.value = found;
                error.value = undefined;
            } catch (thrown) {
                if (!isAbort(thrown))
                    error.value = apiError(thrown);
            }
        };
        const again = new Again(read);
        again.askNow();
        const stop = feed.listen({ kinds: ["scan"], environment }, (event) => {
            if (event.what === "progress" && data.peek()?.some(({ _id, status }) => _id === event._id && status === "running"))
                data.value = withProgress(data.peek() ?? [], event);
            else
                again.ask();
        });
        return () => {
            stop();
            again.stop();
            asking.abort();
        };
    }, [environment, turn.value]);
    return {
        data, error, reload: () => {
            turn.value++;
        },
    };
}
