import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeServer } from "../api/fake-server";
import type { MessageCounts } from "../api/types";
import { now } from "../parts/clock";
import { useMessageCounts } from "./counters";

let server: FakeServer;
const shown: (number | undefined)[] = [];

function Reader() {
    shown.push(useMessageCounts("lab")?.levels["error"]);
    return null;
}

beforeEach(() => {
    server = new FakeServer();
    server.start();
});

afterEach(async () => {
    await act(() => render(null, document.body));
    server.stop();
});

it("the look-back of a page that stays open goes along, and what was counted stays meanwhile", async () => {
    server.answer = (_, n): Partial<MessageCounts> => ({ levels: { error: n } });
    await act(() => render(h(Reader, null), document.body));
    await server.pass(0);
    await act(() => {
        now.value += 3_600_000;
    });
    await server.pass(0);
    const [first, second] = server.asked.map(({ searchParams }) => Date.parse(searchParams.get("from") ?? ""));
    expect((second ?? NaN) - (first ?? NaN)).toBe(3_600_000);
    expect(shown[0]).toBeUndefined();
    expect(shown.slice(shown.indexOf(1))).not.toContain(undefined);
    expect(shown.at(-1)).toBe(2);
});
