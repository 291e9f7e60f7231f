import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeServer } from "../api/fake-server";
import type { Environment, ScanProgress } from "../api/types";
import { useEnvironments } from "./environments";
import { percentOf, useProgress } from "./scans";

let server: FakeServer;
let shown: ScanProgress | undefined;

function progress(done: number): ScanProgress {
    return { phase: "hosts", done, total: 100, objects: 0, errors: 0 };
}

function Reader() {
    const [first] = useEnvironments().data.value?.environments ?? [];
    shown = useProgress(first?.last_scan);
    return null;
}

let environment: Partial<Environment>;

beforeEach(async () => {
    server = new FakeServer();
    server.start();
    environment = { name: "lab", last_scan: { _id: "b", status: "running", progress: progress(1) } };
    server.answer = () => ({ environments: [environment] });
    await act(() => render(h(Reader, null), document.body));
    await server.pass(0);
});

afterEach(async () => {
    await act(() => render(null, document.body));
    server.stop();
});

it("takes progress from the feed, and asks only when a scan is another", async () => {
    expect(shown?.done).toBe(1);
    const n = server.asked.length;
    for (let done = 2; done < 100; done++) {
        server.say("scan", { what: "progress", environment: "lab", _id: "b", progress: progress(done) });
        await server.pass(250);
    }
    expect(shown?.done).toBe(99);
    server.say("scan", { what: "progress", environment: "lab", _id: "other", progress: progress(7) });
    await server.pass(250);
    expect(shown?.done).toBe(99);
    expect(server.asked).toHaveLength(n);

    environment = { name: "lab", last_scan: { _id: "c", status: "pending" } };
    server.say("scan", { what: "added", environment: "lab", _id: "c", status: "pending" });
    await server.pass(5000);
    expect(server.asked).toHaveLength(n + 1);
    expect(shown).toBeUndefined();
});

it("what was read anew counts more than what was told before", async () => {
    server.say("scan", { what: "progress", environment: "lab", _id: "b", progress: progress(5) });
    environment = { name: "lab", last_scan: { _id: "b", status: "running", progress: progress(50) } };
    server.say("begin", {});
    await server.pass(5000);
    expect(shown?.done).toBe(50);
});

it("is whole percents, and nothing while nobody knows", () => {
    expect(percentOf({ done: 2, total: 3 })).toBe(66);
    expect(percentOf({ done: 2, total: 0 })).toBeNull();
    expect(percentOf(undefined)).toBeNull();
});
