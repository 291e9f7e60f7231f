import { expect, it } from "vitest";
import { differencesOf } from "./differences";

it("tells what changed, came and went, by its path", () => {
    expect(differencesOf(
        { status: "ACTIVE", ips: ["10.0.0.1"], old: 1, info: { mtu: 1450, name: "a" } },
        { status: "ERROR", ips: ["10.0.0.1", "10.0.0.2"], info: { mtu: 1500, name: "a" }, new: null },
    )).toEqual([
        { path: "info.mtu", before: 1450, after: 1500 },
        { path: "ips.1", before: undefined, after: "10.0.0.2" },
        { path: "new", before: undefined, after: null },
        { path: "old", before: 1, after: undefined },
        { path: "status", before: "ACTIVE", after: "ERROR" },
    ]);
});

it("takes another kind of value as a whole", () => {
    expect(differencesOf({ a: [1] }, { a: { 0: 1 } })).toEqual([{ path: "a", before: [1], after: { 0: 1 } }]);
});

it("does not mind when it was seen, nor names of JavaScript's own", () => {
    expect(differencesOf({ last_scanned: "1" }, { last_scanned: "2" })).toEqual([]);
    const spoilt = JSON.parse('{"__proto__": {"x": 1}}') as object;
    expect(differencesOf(spoilt, {}).map(({ path }) => path)).toEqual(["__proto__"]);
});
