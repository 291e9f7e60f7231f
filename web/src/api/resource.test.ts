import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { feed } from "./feed";
import { type Resource, forgetResources, useResource } from "./resource";

/** The connection of the feed; it says what the test lets it say. */
let connection: EventTarget;
let sight: DocumentVisibilityState;
let n_requests: number;
/** Answers one request; undefined: each is answered at once. */
let answer: ((text: string) => void)[] | undefined;

function say(kind: string): void {
    connection.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify({ what: "changed", environment: "lab" }) }));
}

function see(state: DocumentVisibilityState): void {
    sight = state;
    document.dispatchEvent(new Event("visibilitychange"));
}

function fakeFetch(_: string, { signal }: RequestInit): Promise<Response> {
    n_requests++;
    return new Promise((resolve, reject) => {
        const give = (text: string): void => resolve(new Response(text));
        signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        if (answer)
            answer.push(give);
        else
            give(String(n_requests));
    });
}

const shown = new Map<string, Resource<number>>();

function Reader({ name }: { name: string }) {
    shown.set(name, useResource<number>("/x", { voids: { kinds: ["object"], environment: "lab" } }));
    return null;
}

function show(...names: string[]): Promise<void> {
    return act(() => render(names.map((name) => h(Reader, { name, key: name })), document.body));
}

async function pass(ms: number): Promise<void> {
    await act(async () => {
        await vi.advanceTimersByTimeAsync(ms);
    });
}

beforeEach(() => {
    vi.useFakeTimers();
    n_requests = 0;
    answer = undefined;
    sight = "visible";
    vi.spyOn(document, "visibilityState", "get").mockImplementation(() => sight);
    vi.stubGlobal("fetch", fakeFetch);
    vi.stubGlobal("EventSource", class extends EventTarget {
        constructor() {
            super();
            connection = this;
        }

        close(): void {
            // The test says no more.
        }
    });
    vi.spyOn(navigator, "locks", "get").mockReturnValue({
        request: (_: string, lead: () => Promise<void>) => lead(),
    } as unknown as LockManager);
    feed.start();
});

afterEach(async () => {
    await show();
    feed.stop();
    forgetResources();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
});

describe("a resource", () => {
    it("is asked for once a second, however much happens, and once more behind the last event", async () => {
        await show("a", "b");
        for (let i = 0; i < 500; i++) {
            say("object");
            await pass(20);
        }
        expect(n_requests).toBeLessThanOrEqual(11);
        const before = n_requests;
        await pass(5000);
        expect(n_requests).toBeLessThanOrEqual(before + 1);
        expect(shown.get("a")?.data.value).toBe(n_requests);
    });

    it("is not asked for by a page that nobody sees, until somebody does", async () => {
        await show("a");
        see("hidden");
        for (let i = 0; i < 100; i++) {
            say("object");
            await pass(100);
        }
        expect(n_requests).toBe(1);
        see("visible");
        await pass(1000);
        expect(n_requests).toBe(2);
    });

    it("is left alone when nobody shows it any more", async () => {
        await show("a");
        say("object");
        await show();
        say("object");
        await pass(10_000);
        expect(n_requests).toBe(1);
    });

    it("is read for who comes when who asked has just gone", async () => {
        answer = [];
        await show("a");
        await show("b");
        await pass(0);
        answer.at(-1)?.("7");
        await pass(0);
        expect(shown.get("b")?.data.value).toBe(7);
        expect(shown.get("b")?.is_loading.value).toBe(false);
    });

    it("is asked for once by each reload", async () => {
        answer = [];
        await show("a");
        shown.get("a")?.reload();
        await pass(0);
        answer.at(-1)?.("2");
        await pass(10_000);
        expect(n_requests).toBe(2);
        expect(shown.get("a")?.data.value).toBe(2);
    });
});
