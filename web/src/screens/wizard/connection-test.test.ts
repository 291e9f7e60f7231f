import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeServer } from "../../api/fake-server";
import type { ConnectionTest, EnvironmentDocument } from "../../api/types";
import { runTest } from "./connection-test";

const asking = new AbortController();
let server: FakeServer;
let status: ConnectionTest["status"];
let done: ConnectionTest | undefined;

async function begin(): Promise<void> {
    void runTest({ name: "new" } as EnvironmentDocument, "OpenStack", asking.signal).then((test) => {
        done = test;
    });
    await server.pass(0);
}

beforeEach(() => {
    server = new FakeServer();
    server.start();
    status = "request";
    done = undefined;
    server.answer = () => ({ _id: "5", status });
});

afterEach(() => server.stop());

it("is looked at when the feed tells of it, and not before", async () => {
    server.connect();
    await begin();
    const n = server.asked.length;
    server.say("test", { what: "changed", environment: "new", _id: "6", status: "response" });
    await server.pass(60_000);
    expect(server.asked).toHaveLength(n);
    status = "response";
    server.say("test", { what: "changed", environment: "new", _id: "5", status });
    await server.pass(0);
    expect(done?.status).toBe("response");
    await server.pass(60_000);
    expect(server.asked).toHaveLength(n + 1);
});

it("does not miss what is told while it is looked at", async () => {
    server.connect();
    server.takes = 100;
    await begin();
    await server.pass(150);
    status = "response";
    server.say("test", { what: "changed", environment: "new", _id: "5", status });
    await server.pass(300);
    expect(done?.status).toBe("response");
});

it("is looked at again and again while the feed is away", async () => {
    await begin();
    await server.pass(5000);
    status = "failed";
    await server.pass(5000);
    expect(done?.status).toBe("failed");
});
