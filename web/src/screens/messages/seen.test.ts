import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeServer } from "../../api/fake-server";
import { markSeen } from "./seen";

const until = "2026-03-04T10:00:00.000+0000";
let server: FakeServer;

beforeEach(() => {
    server = new FakeServer();
    server.start();
});

afterEach(() => server.stop());

it("are told by what they are, again while there are more", async () => {
    server.answer = (_, n) => (n < 3 ? { seen: 10_000, more: true } : { seen: 7, more: false });
    expect(await markSeen({ environment: "lab", least: "error", until, text: null, viewed: false })).toBe(20_007);
    expect(server.sent).toEqual(Array(3).fill({ environment: "lab", least: "error", until }));
});

it("are told by their ids where the server cannot look for them, page by page", async () => {
    server.answer = ({ pathname, searchParams }) => {
        if (pathname.endsWith("/seen"))
            return { seen: 1, more: false };
        return searchParams.get("cursor") === "2"
            ? { messages: [{ id: "c" }], next: null }
            : { messages: [{ id: "a" }, { id: "b" }], next: "2" };
    };
    expect(await markSeen({ text: "disk", until })).toBe(2);
    expect(server.sent).toEqual([{ ids: ["a", "b"] }, { ids: ["c"] }]);
    expect(server.asked.filter(({ pathname }) => pathname.endsWith("/messages")).map(({ searchParams }) =>
        [searchParams.get("text"), searchParams.get("until"), searchParams.get("viewed")]))
        .toEqual([["disk", until, "false"], ["disk", until, "false"]]);
});
