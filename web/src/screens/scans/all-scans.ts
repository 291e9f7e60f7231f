/* All scans that there are: the list of the API comes in pages, the oldest first, so that the latest are
 * only known when all have been read. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, get, isAbort } from "../../api/client";
import { type FeedEvent, feed } from "../../api/feed";
import type { Scan } from "../../api/types";

const PAUSE = 1000;
const MOST = 1000;

interface Page {
    scans: Scan[];
    next: string | null;
}

export interface AllScans {
    data: Signal<readonly Scan[] | undefined>;
    error: Signal<ApiError | undefined>;
    reload: () => void;
}

async function readAll(environment: string | undefined, signal: AbortSignal): Promise<Scan[]> {
    const found: Scan[] = [];
    let cursor: string | null = null;
    do {
        const page: Page = await get<Page>("/scans", { environment, limit: MOST, cursor }, signal);
        found.push(...page.scans);
        cursor = page.next;
    } while (cursor);
    return found;
}

/** With the progress of a scan that the feed tells. */
export function withProgress(scans: readonly Scan[], event: FeedEvent): readonly Scan[] {
    return scans.map((scan) => (scan._id === event._id && event.progress ? { ...scan, progress: event.progress } : scan));
}

export function useAllScans(environment?: string): AllScans {
    const data = useSignal<readonly Scan[] | undefined>(undefined);
    const error = useSignal<ApiError | undefined>(undefined);
    const turn = useSignal(0);
    useEffect(() => {
        const asking = new AbortController();
        let timer: ReturnType<typeof setTimeout> | undefined;
        let is_asking = false;
        let is_void = false;
        const read = async (): Promise<void> => {
            is_asking = true;
            is_void = false;
            try {
                data.value = await readAll(environment, asking.signal);
                error.value = undefined;
            } catch (thrown) {
                if (isAbort(thrown))
                    return;
                error.value = thrown instanceof ApiError ? thrown : new ApiError(0, "", String(thrown));
            }
            is_asking = false;
            if (is_void)
                plan();
        };
        const plan = (): void => {
            is_void = true;
            if (is_asking || timer !== undefined)
                return;
            timer = setTimeout(() => {
                timer = undefined;
                void read();
            }, PAUSE);
        };
        void read();
        const stop = feed.listen({ kinds: ["scan"], environment }, (event) => {
            if (event.what === "progress" && data.peek()?.some(({ _id, status }) => _id === event._id && status === "running"))
                data.value = withProgress(data.peek() ?? [], event);
            else
                plan();
        });
        return () => {
            stop();
            clearTimeout(timer);
            asking.abort();
        };
    }, [environment, turn.value]);
    return {
        data, error, reload: () => {
            turn.value++;
        },
    };
}
