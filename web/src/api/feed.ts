/* What happens, as it happens: one connection of a browser to `/api/v1/feed`, shared by its tabs.
 *
 * The tab that holds the lock "calipso-feed" listens and tells the others over a channel; when it goes,
 * the next one gets the lock and goes on at the place where it ended. Browsers have locks only where the
 * page is secure (HTTPS or this machine): elsewhere each tab listens for itself while it is seen. */

import { signal } from "@preact/signals";
import { api_root, queryText, session_hooks } from "./client";
import type { ScanProgress } from "./types";

const feed_kinds = [
    "object", "link", "clique", "message", "scan", "schedule", "environment", "revision", "test",
] as const;

type FeedKind = (typeof feed_kinds)[number];

export interface FeedEvent {
    /** "begin": all that was read before may be out of date. */
    event: FeedKind | "begin";
    what?: "added" | "changed" | "removed" | "progress";
    environment?: string;
    space?: string;
    revision?: number;
    /** There were too many changes to be told one by one. */
    reload?: boolean;
    _id?: string;
    type?: string;
    id?: string;
    name?: string;
    host?: string;
    parent_type?: string;
    parent_id?: string;
    source?: string;
    target?: string;
    focal_point?: string;
    level?: string;
    timestamp?: string;
    message?: string;
    related_object?: string;
    viewed?: boolean;
    before?: string;
    status?: string;
    progress?: ScanProgress;
}

type FeedState = "off" | "connecting" | "live" | "lost";

export interface FeedFilter {
    kinds?: readonly FeedKind[];
    environment?: string;
    types?: readonly string[];
    /** The `id` or `_id` of an object. */
    id?: string;
}

type FeedListener = (event: FeedEvent) => void;

/** Whether an event matters to who asked for these; "begin" matters to all. */
export function isWanted(filter: FeedFilter, event: FeedEvent): boolean {
    if (event.event === "begin")
        return true;
    if (filter.kinds && !filter.kinds.includes(event.event))
        return false;
    if (filter.environment !== undefined && event.environment !== filter.environment)
        return false;
    if (event.reload)
        return true;
    if (filter.types && (event.type === undefined || !filter.types.includes(event.type)))
        return false;
    return filter.id === undefined || filter.id === event.id || filter.id === event._id;
}

interface Told {
    kind: "event" | "state" | "hello";
    event?: FeedEvent;
    state?: FeedState;
    cursor?: string | null;
}

/** What the feed needs of the browser. */
export interface FeedWorld {
    open(url: string): EventSource;
    /** Runs `lead` in one tab at a time, until the promise that it gives has ended. */
    elect(lead: () => Promise<void>): void;
    channel: { postMessage(told: Told): void; onmessage: ((event: MessageEvent<Told>) => void) | null };
    /** "signed-out": the session has ended. "away": no answer. */
    probe(): Promise<"good" | "signed-out" | "away">;
    later(run: () => void, ms: number): void;
}

const LEAST_WAIT = 1000;
const MOST_WAIT = 15_000;

export class Feed {
    readonly state = signal<FeedState>("off");
    private readonly listeners = new Map<FeedListener, FeedFilter>();
    private source: EventSource | null = null;
    private cursor: string | null = null;
    private wait = LEAST_WAIT;
    private is_started = false;
    private is_leader = false;
    private stopLeading: () => void = () => undefined;

    constructor(private readonly world: FeedWorld) {
        world.channel.onmessage = (event) => this.hear(event.data);
    }

    /** Calls `listener` for each event that the filter lets through, until what it returns is called. */
    listen(filter: FeedFilter, listener: FeedListener): () => void {
        this.listeners.set(listener, filter);
        return () => this.listeners.delete(listener);
    }

    start(): void {
        if (this.is_started)
            return;
        this.is_started = true;
        this.state.value = "connecting";
        this.world.channel.postMessage({ kind: "hello" });
        this.world.elect(() => this.lead());
    }

    stop(): void {
        this.is_started = false;
        this.cursor = null;
        this.state.value = "off";
        this.pause();
    }

    /** Gives the connection back; the place is kept. */
    pause(): void {
        this.stopLeading();
    }

    private lead(): Promise<void> {
        if (!this.is_started || this.is_leader)
            return Promise.resolve();
        this.is_leader = true;
        this.connect();
        return new Promise((resolve) => {
            this.stopLeading = () => {
                this.is_leader = false;
                this.source?.close();
                this.source = null;
                resolve();
            };
        });
    }

    private connect(): void {
        const url = `${api_root}/feed${queryText({ cursor: this.cursor })}`;
        const source = this.world.open(url);
        this.source = source;
        source.onopen = () => {
            this.wait = LEAST_WAIT;
            this.become("live");
        };
        source.onerror = () => this.fail(source);
        for (const kind of ["begin", ...feed_kinds] as const)
            source.addEventListener(kind, (event: MessageEvent<string>) => this.tell(kind, event));
    }

    private tell(kind: FeedKind | "begin", message: MessageEvent<string>): void {
        const event = { ...(JSON.parse(message.data) as Omit<FeedEvent, "event">), event: kind };
        if (message.lastEventId)
            this.cursor = message.lastEventId;
        this.dispatch(event);
        this.world.channel.postMessage({ kind: "event", event, cursor: this.cursor });
    }

    private dispatch(event: FeedEvent): void {
        for (const [listener, filter] of [...this.listeners])
            if (isWanted(filter, event))
                listener(event);
    }

    private become(state: FeedState): void {
        this.state.value = state;
        if (this.is_leader)
            this.world.channel.postMessage({ kind: "state", state, cursor: this.cursor });
    }

    /** The browser comes back by itself after a broken line, but not after a refusal. */
    private fail(source: EventSource): void {
        if (source !== this.source)
            return;
        this.become("lost");
        if (source.readyState === source.CLOSED)
            void this.recover(source);
    }

    private async recover(source: EventSource): Promise<void> {
        const answer = await this.world.probe();
        if (source !== this.source || answer === "signed-out")
            return;
        // The server is there and refuses the place: it is too old, or one of another store.
        if (answer === "good")
            this.cursor = null;
        this.world.later(() => {
            if (source === this.source)
                this.connect();
        }, this.wait);
        this.wait = Math.min(this.wait * 2, MOST_WAIT);
    }

    private hear(told: Told): void {
        if (told.kind === "hello") {
            if (this.is_leader)
                this.world.channel.postMessage({ kind: "state", state: this.state.value, cursor: this.cursor });
            return;
        }
        if (!this.is_started || this.is_leader)
            return;
        this.cursor = told.cursor ?? this.cursor;
        if (told.kind === "state" && told.state)
            this.state.value = told.state;
        else if (told.event)
            this.dispatch(told.event);
    }
}

let stopLooking = (): void => undefined;

function electWhileSeen(lead: () => Promise<void>, leave: () => void): void {
    const look = (): void => {
        if (document.visibilityState === "visible")
            void lead();
        else
            leave();
    };
    stopLooking();
    document.addEventListener("visibilitychange", look);
    stopLooking = () => document.removeEventListener("visibilitychange", look);
    look();
}

async function probe(): Promise<"good" | "signed-out" | "away"> {
    try {
        const { status } = await fetch(`${api_root}/session`, { cache: "no-store" });
        if (status === 401) {
            session_hooks.ended();
            return "signed-out";
        }
        return status < 500 ? "good" : "away";
    } catch {
        return "away";
    }
}

function browserFeed(): Feed {
    const has_locks = "locks" in navigator;
    const made: Feed = new Feed({
        open: (url) => new EventSource(url),
        channel: has_locks ? new BroadcastChannel("calipso-feed") : { postMessage: () => undefined, onmessage: null },
        elect: (lead) => {
            if (has_locks)
                void navigator.locks.request("calipso-feed", lead);
            else
                electWhileSeen(lead, () => made.pause());
        },
        probe,
        later: (run, ms) => void setTimeout(run, ms),
    });
    return made;
}

export const feed = browserFeed();
