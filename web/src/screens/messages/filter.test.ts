import { describe, expect, it } from "vitest";
import { levelOf } from "../../app/counters";
import { countFilters, fromField, queryOf, readFilter, readable, toField } from "./filter";

const now = Date.parse("2026-03-04T10:00:30.500Z");
const two_weeks = 1_209_600_000;

function queryFor(address: string): Record<string, unknown> {
    const query = queryOf(readFilter(new URLSearchParams(address)), now, two_weeks);
    return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null));
}

describe("the query of an address", () => {
    it("asks for the look-back when nothing is said", () => {
        expect(queryFor("")).toEqual({ from: "2026-02-18T10:00:00.000Z" });
    });
    it("asks for errors and what is graver", () => {
        expect(queryFor("level=error&range=all")).toEqual({ least: "error" });
        expect(queryFor("level=warning&range=all")).toEqual({ level: "warn" });
    });
    it("has all that can be asked", () => {
        expect(queryFor("environment=lab&source=Sensu&object=vm%2F1&origin=0a&text=a%26b&seen=no&range=hour")).toEqual({
            environment: "lab", source: "Sensu", related_object: "vm/1", origin: "0a", text: "a&b", viewed: false,
            from: "2026-03-04T09:00:00.000Z",
        });
    });
    it("takes two times only together with their range", () => {
        const times = "from=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z";
        expect(queryFor(`range=custom&${times}`)).toEqual({ from: "2026-03-01T00:00:00Z", until: "2026-03-02T00:00:00Z" });
        expect(queryFor(`range=all&${times}`)).toEqual({});
    });
    it("leaves out what is nonsense", () => {
        expect(queryFor("level=worst&range=custom&from=yesterday&seen=perhaps")).toEqual({});
        expect(queryFor("range=custom&from=1&until=2026")).toEqual({});
    });
});

describe("filters that are counted", () => {
    it("are those behind the button", () => {
        expect(countFilters(readFilter(new URLSearchParams("text=x&level=error")))).toBe(0);
        expect(countFilters(readFilter(new URLSearchParams("seen=no&range=day&environment=lab")))).toBe(3);
    });
});

describe("levels", () => {
    it("are those of the counters", () => {
        expect((["debug", "info", "warn", "error", "crit"] as const).map(levelOf))
            .toEqual(["info", "info", "warning", "error", "error"]);
    });
});

describe("a message's text", () => {
    it("is indented when it is a document, else left alone", () => {
        expect(readable('{"a":[1]}')).toBe('{\n    "a": [\n        1\n    ]\n}');
        expect(readable("17")).toBe("17");
        expect(readable("{broken")).toBe("{broken");
    });
});

describe("fields of times", () => {
    it("keep the minute over both ways", () => {
        expect(fromField(toField("2026-03-04T10:05:00.000+0000"))).toBe("2026-03-04T10:05:00.000Z");
        expect(fromField("")).toBeNull();
        expect(toField("")).toBe("");
    });
});
