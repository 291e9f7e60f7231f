import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { get } from "../api/client";
import { FakeServer } from "../api/fake-server";
import { is_server_away } from "./session";

let server: FakeServer;

beforeEach(() => {
    server = new FakeServer();
    server.start();
});

afterEach(() => server.stop());

it("a server that did not answer is back when the feed is, also when nothing is asked", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await get("/x").catch(() => undefined);
    expect(is_server_away.value).toBe(true);
    server.connect();
    expect(is_server_away.value).toBe(false);
});
