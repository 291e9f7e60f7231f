import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServer } from "./fake-server";
import { type Resource, useResource } from "./resource";

const changed = { what: "changed", environment: "lab" };
const shown = new Map<string, Resource<number>>();
let server: FakeServer;

function Reader({ name }: { name: string }) {
    shown.set(name, useResource<number>("/x", { voids: { kinds: ["object"], environment: "lab" } }));
    return null;
}

function show(...names: string[]): Promise<void> {
    return act(() => render(names.map((name) => h(Reader, { name, key: name })), document.body));
}

beforeEach(() => {
    server = new FakeServer();
    server.start();
});

afterEach(async () => {
    await show();
    server.stop();
});

describe("a resource", () => {
    it("is asked for once a second, however much happens, and once more behind the last event", async () => {
        await show("a", "b");
        for (let i = 0; i < 500; i++) {
            server.say("object", changed);
            await server.pass(20);
        }
        expect(server.asked.length).toBeLessThanOrEqual(11);
        const before = server.asked.length;
        await server.pass(5000);
        expect(server.asked.length).toBeLessThanOrEqual(before + 1);
        expect(shown.get("a")?.data.value).toBe(server.asked.length);
    });

    it("is not asked for by a page that nobody sees, until somebody does", async () => {
        await show("a");
        server.see("hidden");
        for (let i = 0; i < 100; i++) {
            server.say("object", changed);
            await server.pass(100);
        }
        expect(server.asked).toHaveLength(1);
        server.see("visible");
        await server.pass(1000);
        expect(server.asked).toHaveLength(2);
    });

    it("is left alone when nobody shows it any more", async () => {
        await show("a");
        server.say("object", changed);
        await show();
        server.say("object", changed);
        await server.pass(10_000);
        expect(server.asked).toHaveLength(1);
    });

    it("is read for who comes when who asked has just gone", async () => {
        server.answer = () => undefined;
        await show("a");
        await show("b");
        await server.pass(0);
        server.release(7);
        await server.pass(0);
        expect(shown.get("b")?.data.value).toBe(7);
        expect(shown.get("b")?.is_loading.value).toBe(false);
    });

    it("is asked for once by each reload", async () => {
        server.answer = () => undefined;
        await show("a");
        shown.get("a")?.reload();
        await server.pass(0);
        server.release(2);
        await server.pass(10_000);
        expect(server.asked).toHaveLength(2);
        expect(shown.get("a")?.data.value).toBe(2);
    });
});
