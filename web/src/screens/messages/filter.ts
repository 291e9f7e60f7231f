/* What the list of messages is asked for <-> the address. */

import type { Query } from "../../api/client";
import type { Message } from "../../api/types";
import { type Level, level_names, lookBackStart } from "../../app/counters";
import { type QueryChange, href } from "../../app/router";
import { localText, localTime, parseTime } from "../../parts/time";

const spans = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

/** "": as far back as the counters of the bar count. */
export type Range = "" | keyof typeof spans | "all" | "custom";

export const range_names: readonly Range[] = ["hour", "day", "week", "", "all", "custom"];

export interface Filter {
    level: Level | "";
    environment: string;
    source: string;
    /** The `id` of an object. */
    object: string;
    /** The `_id` of a scan. */
    origin: string;
    text: string;
    is_unseen: boolean;
    range: Range;
    from: string;
    until: string;
    is_oldest_first: boolean;
}

/** As the API reads them: browsers read "1" as a time, too. */
const TIME = /^\d{4}-\d\d-\d\dT/;

function oneOf<T extends string>(names: readonly T[], given: string | null): T | undefined {
    return names.find((name) => name === given);
}

export function readFilter(query: URLSearchParams): Filter {
    const text = (name: string): string => query.get(name) ?? "";
    const time = (name: string): string => (TIME.test(text(name)) && parseTime(text(name)) !== null ? text(name) : "");
    return {
        level: oneOf(level_names, query.get("level")) ?? "",
        environment: text("environment"),
        source: text("source"),
        object: text("object"),
        origin: text("origin"),
        text: text("text"),
        is_unseen: query.get("seen") === "no",
        range: oneOf(range_names, query.get("range")) ?? "",
        from: time("from"),
        until: time("until"),
        is_oldest_first: query.get("sort") === "time",
    };
}

/** How many of the filters behind the button "Filters" are set. */
export function countFilters(filter: Filter): number {
    return [filter.environment, filter.source, filter.object, filter.origin, filter.is_unseen, filter.range]
        .filter(Boolean).length;
}

export const no_filter: QueryChange = {
    level: null, environment: null, source: null, object: null, origin: null, text: null, seen: null,
    range: null, from: null, until: null, cursor: null,
};

const MINUTE = 60_000;

/** The time that the list begins with; relative ones move in steps, so that equal questions have one answer. */
export function startOf({ range, from }: Filter, now: number, look_back: number): string | null {
    switch (range) {
        case "": return lookBackStart(now, look_back);
        case "all": return null;
        case "custom": return from || null;
        default: return new Date(Math.floor((now - spans[range]) / MINUTE) * MINUTE).toISOString();
    }
}

export function endOf({ range, until }: Filter): string | null {
    return range === "custom" && until ? until : null;
}

const level_queries: Record<Level, Query> = {
    info: { level: "info" },
    warning: { level: "warn" },
    error: { least: "error" },
};

/** The query of `/messages`, without page and order. */
export function queryOf(filter: Filter, now: number, look_back: number): Query {
    return {
        ...(filter.level && level_queries[filter.level]),
        environment: filter.environment || null,
        source: filter.source || null,
        related_object: filter.object || null,
        origin: filter.origin || null,
        text: filter.text || null,
        from: startOf(filter, now, look_back),
        until: endOf(filter),
        viewed: filter.is_unseen ? false : null,
    };
}

/** The page of the object that a message is about. */
export function objectPath({ environment, related_object, related_object_type }: Message): string | null {
    if (!environment || !related_object)
        return null;
    const path = "/environments/:environment/objects/:id";
    return href(path, { environment, id: related_object }, { type: related_object_type });
}

/** A message that is a document is shown as one. */
export function readable(text: string): string {
    try {
        const document: unknown = JSON.parse(text);
        return typeof document === "object" && document !== null ? JSON.stringify(document, null, 4) : text;
    } catch {
        return text;
    }
}

/** A time for a field of the browser, in the reader's zone. */
export function toField(time: string): string {
    const ms = parseTime(time);
    return ms === null ? "" : localText(ms);
}

export function fromField(text: string): string | null {
    const ms = localTime(text);
    return ms === null ? null : new Date(ms).toISOString();
}
