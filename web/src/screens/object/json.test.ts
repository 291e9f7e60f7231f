import { describe, expect, it } from "vitest";
import { type Json, allKeys, keyOf, linesOf } from "./json";

const document: Json = { name: "vm", nets: [{ mac: "fa:16", ip: "10.0.0.1" }, { mac: "fa:17", ip: "10.0.0.2" }], none: [] };

function lines(open: string[][], wanted = ""): string[] {
    return linesOf(document, new Set(open.map(keyOf)), wanted)
        .map(({ path, depth, is_match }) => `${" ".repeat(depth)}${path.at(-1)}${is_match ? "!" : ""}`);
}

describe("a document as lines", () => {
    it("is closed at first", () => {
        expect(lines([])).toEqual(["name", "nets", "none"]);
    });

    it("shows what is inside of what is open", () => {
        expect(lines([["nets"], ["nets", "1"]])).toEqual(["name", "nets", " 0", " 1", "  mac", "  ip", "none"]);
    });

    it("can be opened altogether, but not where there is nothing", () => {
        expect([...allKeys(document)]).toEqual([["nets"], ["nets", "0"], ["nets", "1"]].map(keyOf));
    });

    it("opens the way to what is searched, and leaves out the rest", () => {
        expect(lines([], "0.0.2")).toEqual(["nets", " 1", "  ip!"]);
    });

    it("finds names, and keeps what is inside of them", () => {
        expect(lines([], "MAC")).toEqual(["nets", " 0", "  mac!", " 1", "  mac!"]);
        expect(lines([["nets"]], "nets")).toEqual(["nets!", " 0", " 1"]);
    });
});
