import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServer } from "../../api/fake-server";
import { useResource } from "../../api/resource";
import { type MessagePage, type Newer, useNewer } from "./tail";

const query = { environment: "lab" };
let server: FakeServer;
let shown: { newer: Newer; forget: () => void };

function List() {
    shown = useNewer(useResource<MessagePage>("/messages", { query }), query, true);
    return null;
}

function counts(): URL[] {
    return server.asked.filter(({ searchParams }) => searchParams.has("fields"));
}

function said(i: number): object {
    return { what: "added", environment: "lab", id: `new-${i}`, timestamp: "2026-03-04T10:00:00.000+0000" };
}

beforeEach(async () => {
    server = new FakeServer();
    server.start();
    server.answer = ({ searchParams }) => ({
        messages: [{ id: searchParams.has("fields") ? "new" : "old", timestamp: "2026-03-04T09:00:00.000+0000" }], next: null,
    });
    await act(() => render(h(List, null), document.body));
    await server.pass(0);
});

afterEach(async () => {
    await act(() => render(null, document.body));
    server.stop();
});

describe("messages that come while a list is read", () => {
    it("are counted once a second, however many come", async () => {
        for (let i = 0; i < 500; i++) {
            server.say("message", said(i));
            await server.pass(20);
        }
        expect(counts().length).toBeLessThanOrEqual(11);
        expect(shown.newer.n).toBe(1);
    });

    it("are counted by a slow server, too, while others come", async () => {
        server.takes = 3000;
        for (let i = 0; i < 100; i++) {
            server.say("message", said(i));
            await server.pass(100);
        }
        expect(shown.newer.n).toBe(1);
    });

    it("are not counted from the beginning of time when the list shows them meanwhile", async () => {
        server.say("message", said(0));
        await act(() => shown.forget());
        await server.pass(5000);
        expect(counts()).toEqual([]);
        expect(shown.newer.n).toBe(0);
    });
});

it("a list of messages that are removed is read once a second", async () => {
    for (let i = 0; i < 500; i++) {
        server.say("message", { what: "removed", environment: "lab", id: String(i) });
        await server.pass(20);
    }
    expect(server.asked.length).toBeLessThanOrEqual(12);
});
