/* Messages that come while a list is read: they are counted, and do not move what is read. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Again } from "../../api/again";
import { type Query, get } from "../../api/client";
import { type FeedEvent, feed } from "../../api/feed";
import type { Resource } from "../../api/resource";
import type { Message } from "../../api/types";
import { parseTime } from "../../parts/time";

export interface MessagePage {
    messages: Message[];
    next: string | null;
}

export interface Newer {
    n: number;
    /** There are more than were counted. */
    is_least: boolean;
}

const MOST = 100;

/** A message of the list, or each, has been seen, or is to be looked at again. */
export function markIn(list: Resource<MessagePage>, id: string | null, viewed: boolean): void {
    const page = list.data.peek();
    const isMeant = (message: Message): boolean => (id === null || message.id === id) && message.viewed !== viewed;
    if (page?.messages.some(isMeant))
        list.data.value = { ...page, messages: page.messages.map((one) => (isMeant(one) ? { ...one, viewed } : one)) };
}

function earliest(a: string | null, b: string | undefined): string | null {
    const [x, y] = [parseTime(a), parseTime(b)];
    return y === null || (x !== null && x <= y) ? a : (b ?? null);
}

/** The time of the latest of them. */
export function latestOf(messages: readonly Message[]): string | null {
    return messages.reduce<string | null>(
        (last, { timestamp }) => ((parseTime(last) ?? 0) < (parseTime(timestamp) ?? 0) ? timestamp : last), null,
    );
}

/** How many messages that fit the query have come since the list was read. What came while there was no
 * connection is known only when the list shows the latest. */
export function useNewer(
    list: Resource<MessagePage>, query: Query, shows_latest: boolean,
): { newer: Newer; forget: () => void } {
    const newer = useSignal<Newer>({ n: 0, is_least: false });
    const since = useRef<string | null>(null);
    const key = JSON.stringify(query);

    useEffect(() => {
        const asking = new AbortController();
        const count = async (): Promise<void> => {
            if (since.current === null)
                return;
            const shown = new Set(list.data.peek()?.messages.map(({ id }) => id));
            try {
                const page = await get<MessagePage>(
                    "/messages", { ...query, from: since.current, limit: MOST, fields: "id" }, asking.signal,
                );
                // Meanwhile the list may show them.
                if (asking.signal.aborted || since.current === null)
                    return;
                const n = page.messages.filter(({ id }) => !shown.has(id)).length;
                if (shown.size === 0 && n > 0)
                    list.reload();
                else
                    newer.value = { n, is_least: page.next !== null };
            } catch {
                // The next event asks again.
            }
        };
        const again = new Again(count);
        const hear = (event: FeedEvent): void => {
            if (event.what === "removed") {
                list.invalidate();
                return;
            }
            if (event.what === "changed") {
                markIn(list, event.id ?? "", event.viewed ?? false);
                return;
            }
            if (event.event !== "begin")
                since.current = earliest(since.current, event.timestamp);
            else if (shows_latest)
                since.current ??= latestOf(list.data.peek()?.messages ?? []);
            if (since.current !== null)
                again.ask();
        };
        newer.value = { n: 0, is_least: false };
        since.current = null;
        const environment = query["environment"];
        const stop = feed.listen(
            { kinds: ["message"], environment: typeof environment === "string" ? environment : undefined }, hear,
        );
        return () => {
            stop();
            again.stop();
            asking.abort();
        };
    }, [list, key, shows_latest]);

    const forget = (): void => {
        since.current = null;
        newer.value = { n: 0, is_least: false };
    };
    return { newer: newer.value, forget };
}
