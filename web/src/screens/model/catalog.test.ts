import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/client";
import { chainText } from "../../texts";
import { errorAt, moved, typeChoices, unreached } from "./catalog";

describe("the error of a field", () => {
    const error = new ApiError(400, "Bad Request", "link_types.2: there is no such", "link_types.2");

    it("stands there without its name", () => {
        expect(errorAt(error, "link_types")).toBe("there is no such");
    });
    it("is not at another field, also not at one that is called nearly so", () => {
        expect(errorAt(error, "link")).toBeNull();
        expect(errorAt(error, "name")).toBeNull();
        expect(errorAt(null, "name")).toBeNull();
    });
});

describe("link types that are not followed", () => {
    it("are those that nothing before them leads to", () => {
        expect([...unreached("instance", ["instance-vnic", "vedge-otep", "vnic-vedge", "vedge-otep"])]).toEqual(["vedge-otep"]);
        expect([...unreached("vnic", ["instance-vnic", "vnic-vedge"])]).toEqual([]);
    });
});

describe("moving", () => {
    it("takes one and leaves the order of the others", () => {
        expect(moved(["a", "b", "c", "d"], 2, 0)).toEqual(["c", "a", "b", "d"]);
        expect(moved(["a", "b", "c", "d"], 0, 3)).toEqual(["b", "c", "d", "a"]);
    });
});

describe("types to choose from", () => {
    it("have what is chosen, even an unknown one", () => {
        expect(typeChoices(["vnic", "host"], "odd_one").map(({ text }) => text)).toEqual(["host", "odd one", "vNIC"]);
    });
});

describe("the chain of link types", () => {
    it("says shared ends once", () => {
        expect(chainText(["instance-vnic", "vnic-vconnector", "host_pnic-network"]))
            .toBe("instance → vNIC → vConnector · pNIC → network");
    });
});
