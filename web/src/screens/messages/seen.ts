/* Many messages, said to have been seen. */

import { type Query, get, post } from "../../api/client";
import type { MessagesSeen, Seen } from "../../api/types";
import type { MessagePage } from "./tail";

const MOST = 1000;

/** What the server looks for itself. */
const told_by = new Set(["environment", "level", "least", "until"]);

async function markKind(kind: MessagesSeen): Promise<number> {
    let n = 0;
    let answer: Seen;
    do {
        answer = await post<Seen>("/messages/seen", kind);
        n += answer.seen;
    } while (answer.more);
    return n;
}

/** Other ones are looked for here, and told by their ids. */
async function markFound(query: Query): Promise<number> {
    let n = 0;
    let cursor: string | null = null;
    do {
        const page: MessagePage = await get("/messages", { ...query, viewed: false, fields: "id", limit: MOST, cursor });
        const ids = page.messages.map(({ id }) => id);
        if (ids.length > 0)
            n += (await post<Seen>("/messages/seen", { ids })).seen;
        cursor = page.next;
    } while (cursor);
    return n;
}

/** All that a query of `/messages` finds; how many nobody had seen before. */
export function markSeen({ viewed: _, ...query }: Query): Promise<number> {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
    return given.every(([name]) => told_by.has(name))
        ? markKind(Object.fromEntries(given) as MessagesSeen)
        : markFound(query);
}
