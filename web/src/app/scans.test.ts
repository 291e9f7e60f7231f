import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeServer } from "../api/fake-server";
import type { Scan } from "../api/types";
import { latestScan } from "./environments";
import { type Scans, useScans } from "./scans";

let server: FakeServer;
let shown: Scans;

function Reader() {
    shown = useScans();
    return null;
}

function scan(_id: string, status: Scan["status"], hour: number): Partial<Scan> {
    return { _id, status, environment: "lab", submit_timestamp: `2026-03-04T0${hour}:00:00.000+0000` };
}

beforeEach(async () => {
    server = new FakeServer();
    server.start();
    server.answer = ({ searchParams }) => (searchParams.get("cursor") === "2"
        ? { scans: [scan("b", "running", 2)], next: null }
        : { scans: [scan("a", "completed", 1)], next: "2" });
    await act(() => render(h(Reader, null), document.body));
    await server.pass(0);
});

afterEach(async () => {
    await act(() => render(null, document.body));
    server.stop();
});

it("has the latest scan, however many there were before", () => {
    expect(latestScan(shown.data.value, "lab")?._id).toBe("b");
});

it("takes progress from the feed, and asks for it only when a scan is another", async () => {
    const n = server.asked.length;
    for (let done = 0; done < 100; done++) {
        server.say("scan", { what: "progress", environment: "lab", _id: "b", progress: { phase: "hosts", done, total: 100 } });
        await server.pass(250);
    }
    expect(shown.data.value?.[1]?.progress?.done).toBe(99);
    expect(server.asked).toHaveLength(n);
    server.say("scan", { what: "changed", environment: "lab", _id: "b", status: "completed" });
    await server.pass(5000);
    expect(server.asked).toHaveLength(n + 2);
});
