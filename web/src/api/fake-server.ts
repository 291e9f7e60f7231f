/* For tests: the requests of a page, its feed, and whether somebody sees it. */

import { act } from "preact/test-utils";
import { vi } from "vitest";
import { feed } from "./feed";
import { forgetResources } from "./resource";

type Answer = (url: URL, n: number) => unknown;

class Connection extends EventTarget {
    static last: Connection | null = null;
    onopen: (() => void) | null = null;

    constructor() {
        super();
        Connection.last = this;
    }

    close(): void {
        Connection.last = null;
    }
}

export class FakeServer {
    readonly asked: URL[] = [];
    /** The bodies of requests that have one. */
    readonly sent: unknown[] = [];
    /** What a request is answered with; `undefined`: it waits for `release`. */
    answer: Answer = (_, n) => n;
    /** Milliseconds. */
    takes = 0;
    private sight: DocumentVisibilityState = "visible";
    private readonly waiting: ((body: unknown) => void)[] = [];

    start(): void {
        vi.useFakeTimers();
        vi.spyOn(document, "visibilityState", "get").mockImplementation(() => this.sight);
        vi.spyOn(navigator, "locks", "get").mockReturnValue({
            request: (_: string, lead: () => Promise<void>) => lead(),
        } as unknown as LockManager);
        vi.stubGlobal("fetch", (path: string, init: RequestInit) => this.fetch(path, init));
        vi.stubGlobal("EventSource", Connection);
        feed.start();
    }

    stop(): void {
        feed.stop();
        forgetResources();
        vi.useRealTimers();
        vi.unstubAllGlobals();
        vi.restoreAllMocks();
    }

    /** The line of the feed is there, again. */
    connect(): void {
        Connection.last?.onopen?.();
    }

    say(kind: string, event: object): void {
        Connection.last?.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(event) }));
    }

    see(sight: DocumentVisibilityState): void {
        this.sight = sight;
        document.dispatchEvent(new Event("visibilitychange"));
    }

    /** Answers the last request that waits. */
    release(body: unknown): void {
        this.waiting.pop()?.(body);
    }

    async pass(ms: number): Promise<void> {
        await act(async () => {
            await vi.advanceTimersByTimeAsync(ms);
        });
    }

    private fetch(path: string, { signal, body: sent }: RequestInit): Promise<Response> {
        const url = new URL(path, "http://server");
        this.asked.push(url);
        if (typeof sent === "string")
            this.sent.push(JSON.parse(sent));
        const body = this.answer(url, this.asked.length);
        return new Promise((resolve, reject) => {
            const give = (told: unknown): void => resolve(Response.json(told));
            signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
            if (body === undefined)
                this.waiting.push(give);
            else if (this.takes > 0)
                setTimeout(give, this.takes, body);
            else
                give(body);
        });
    }
}
