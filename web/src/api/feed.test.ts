import { beforeEach, describe, expect, it } from "vitest";
import { Feed, type FeedEvent, type FeedWorld, isWanted } from "./feed";

const [CONNECTING, OPEN, CLOSED] = [0, 1, 2];

type Handler = (event: MessageEvent) => void;

/** A connection that says what the test lets it say. */
class FakeSource {
    readyState: number = CONNECTING;
    readonly CLOSED = CLOSED;
    onopen: (() => void) | null = null;
    onerror: (() => void) | null = null;
    private readonly handlers = new Map<string, Handler>();

    constructor(readonly url: string) {}

    addEventListener(kind: string, handler: Handler): void {
        this.handlers.set(kind, handler);
    }

    close(): void {
        this.readyState = CLOSED;
    }

    open(): void {
        this.readyState = OPEN;
        this.onopen?.();
    }

    say(kind: string, data: object, lastEventId = ""): void {
        this.handlers.get(kind)?.(new MessageEvent(kind, { data: JSON.stringify(data), lastEventId }));
    }

    fail(state: number): void {
        this.readyState = state;
        this.onerror?.();
    }
}

/** A browser: one lock, one channel, and the connections of all tabs. */
class Browser {
    readonly sources: FakeSource[] = [];
    answer: "good" | "signed-out" | "away" = "good";
    readonly waits: { run: () => void; ms: number }[] = [];
    private readonly channels: FeedWorld["channel"][] = [];
    private readonly waiting: (() => Promise<void>)[] = [];
    private is_locked = false;

    tab(): Feed {
        const channel: FeedWorld["channel"] = {
            onmessage: null,
            postMessage: (data) => {
                for (const other of this.channels)
                    if (other !== channel)
                        other.onmessage?.(new MessageEvent("message", { data: structuredClone(data) }));
            },
        };
        this.channels.push(channel);
        return new Feed({
            channel,
            open: (url) => {
                const source = new FakeSource(url);
                this.sources.push(source);
                return source as unknown as EventSource;
            },
            elect: (lead) => {
                this.waiting.push(lead);
                this.grant();
            },
            probe: () => Promise.resolve(this.answer),
            later: (run, ms) => void this.waits.push({ run, ms }),
        });
    }

    last(): FakeSource {
        const source = this.sources.at(-1);
        if (!source)
            throw new Error("there is no connection");
        return source;
    }

    private grant(): void {
        const next = this.is_locked ? undefined : this.waiting.shift();
        if (!next)
            return;
        this.is_locked = true;
        void next().then(() => {
            this.is_locked = false;
            this.grant();
        });
    }
}

async function settle(): Promise<void> {
    for (let i = 0; i < 10; i++)
        await Promise.resolve();
}

let browser: Browser;

beforeEach(() => {
    browser = new Browser();
});

function heardBy(feed: Feed): FeedEvent[] {
    const heard: FeedEvent[] = [];
    feed.listen({}, (event) => heard.push(event));
    return heard;
}

describe("tabs", () => {
    it("share one connection, and all hear it", () => {
        const [first, second] = [browser.tab(), browser.tab()];
        const heard = [heardBy(first), heardBy(second)];
        first.start();
        second.start();
        expect(browser.sources).toHaveLength(1);
        browser.last().open();
        browser.last().say("object", { what: "added", environment: "lab", type: "host" }, "f1-0-7");
        expect(first.state.value).toBe("live");
        expect(second.state.value).toBe("live");
        for (const events of heard)
            expect(events).toEqual([{ event: "object", what: "added", environment: "lab", type: "host" }]);
    });

    it("are told the state when they come later", () => {
        const first = browser.tab();
        first.start();
        browser.last().open();
        const second = browser.tab();
        second.start();
        expect(second.state.value).toBe("live");
    });

    it("go on at the same place when the one that listens goes", async () => {
        const [first, second] = [browser.tab(), browser.tab()];
        first.start();
        second.start();
        browser.last().open();
        browser.last().say("scan", { environment: "lab" }, "f1-00-42");
        const old = browser.last();
        first.stop();
        await settle();
        expect(old.readyState).toBe(CLOSED);
        expect(browser.sources).toHaveLength(2);
        expect(browser.last().url).toBe("/api/v1/feed?cursor=f1-00-42");
    });

    it("that have not signed in hear nothing", () => {
        const [first, second] = [browser.tab(), browser.tab()];
        const heard = heardBy(second);
        first.start();
        browser.last().say("object", {}, "f1-0-1");
        expect(heard).toEqual([]);
    });
});

describe("a lost connection", () => {
    it("is left to the browser while it tries by itself", async () => {
        const feed = browser.tab();
        feed.start();
        browser.last().open();
        browser.last().fail(CONNECTING);
        await settle();
        expect(feed.state.value).toBe("lost");
        expect(browser.waits).toEqual([]);
        browser.last().open();
        expect(feed.state.value).toBe("live");
    });

    it("is begun anew when the server refuses the place", async () => {
        const feed = browser.tab();
        feed.start();
        browser.last().say("object", {}, "f1-0-1");
        browser.last().fail(CLOSED);
        await settle();
        browser.waits.shift()?.run();
        expect(browser.last().url).toBe("/api/v1/feed");
    });

    it("is tried at the same place, later each time, while the server is away", async () => {
        browser.answer = "away";
        const feed = browser.tab();
        feed.start();
        browser.last().say("object", {}, "f1-0-1");
        const waits: number[] = [];
        for (let i = 0; i < 6; i++) {
            browser.last().fail(CLOSED);
            await settle();
            const wait = browser.waits.shift();
            waits.push(wait?.ms ?? -1);
            wait?.run();
        }
        expect(browser.last().url).toBe("/api/v1/feed?cursor=f1-0-1");
        expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    });

    it("is given up when the session has ended", async () => {
        browser.answer = "signed-out";
        const feed = browser.tab();
        feed.start();
        browser.last().fail(CLOSED);
        await settle();
        expect(browser.waits).toEqual([]);
    });
});

describe("isWanted", () => {
    const host: FeedEvent = { event: "object", environment: "lab", type: "host", id: "node-1", _id: "0a" };

    it.each([
        [{}, true],
        [{ kinds: ["object"] as const, environment: "lab" }, true],
        [{ kinds: ["link"] as const }, false],
        [{ environment: "other" }, false],
        [{ types: ["host", "vnic"] }, true],
        [{ types: ["vnic"] }, false],
        [{ id: "node-1" }, true],
        [{ id: "0a" }, true],
        [{ id: "node-2" }, false],
    ])("%j", (filter, is_wanted) => expect(isWanted(filter, host)).toBe(is_wanted));

    it("lets through that all may be out of date", () => {
        expect(isWanted({ kinds: ["scan"], environment: "lab" }, { event: "begin" })).toBe(true);
        const reload: FeedEvent = { event: "revision", environment: "lab", reload: true };
        expect(isWanted({ kinds: ["object", "revision"], environment: "lab", types: ["host"] }, reload)).toBe(true);
    });
});
