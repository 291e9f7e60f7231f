import { describe, expect, it } from "vitest";
import type { CloudObject } from "../../api/types";
import { piecesOf, placeOf, rankOf, reasonOf, wordsOf } from "./match";

const object = {
    _id: "a".repeat(24), id: "52ab-1", type: "instance", environment: "lab", name: "web-1", object_name: "web-1",
    id_path: "/lab/10/52ab-1", nets: [{ mac: "fa:16:3e:00:00:01" }, { ip: "10.0.0.7" }], mtu: 1450,
} as CloudObject;

function marked(text: string, query: string): string {
    return piecesOf(text, wordsOf(query)).map((piece) => (piece.is_hit ? `[${piece.text}]` : piece.text)).join("");
}

describe("what is marked", () => {
    it("is where words begin so", () => {
        expect(marked("vm-10 of VMware", "vm")).toBe("[vm]-10 of [VM]ware");
        expect(marked("fa:16:3e", "16:3")).toBe("fa:[16:3]e");
        expect(marked("vm-a1 1", "vm-a1")).toBe("[vm-a1] 1");
        expect(marked("swarm", "arm")).toBe("swarm");
    });

    it("keeps all of the text", () => {
        const text = "<b>Ünï-1</b> שלום";
        expect(piecesOf(text, wordsOf("b ün")).map((piece) => piece.text).join("")).toBe(text);
    });
});

describe("why it was found", () => {
    it("is the member that has all words", () => {
        expect(reasonOf(object, "web-1", wordsOf("10.0.0.7"))).toEqual({ path: "nets.1.ip", text: "10.0.0.7" });
        expect(reasonOf(object, "web-1", wordsOf("1450"))).toEqual({ path: "mtu", text: "1450" });
        expect(reasonOf(object, "web-1", wordsOf("52AB"))).toEqual({ path: "id", text: "52ab-1" });
    });

    it("need not be said where the name says it", () => {
        expect(reasonOf(object, "web-1", wordsOf("we 1"))).toBeNull();
    });
});

it("ranks what is called so before what mentions it", () => {
    const rank = (query: string): number => rankOf(object, "web-1", query, wordsOf(query));
    expect([rank("WEB-1"), rank("52ab-1"), rank("we"), rank("1 web"), rank("10.0")]).toEqual([0, 0, 1, 2, 3]);
});

describe("where it lies", () => {
    it("is told without folders", () => {
        expect(placeOf({
            ...object,
            id_path: "/lab/lab-regions/RegionOne/RegionOne-availability_zones/az/az-1/az-1-instances/52ab-1",
            name_path: "/lab/Regions/RegionOne/Availability Zones/az/az-1/Instances/web-1",
        })).toEqual(["RegionOne", "az", "az-1"]);
    });

    it("is told with all there is where names hold slashes", () => {
        expect(placeOf({ ...object, id_path: "/lab/lab-x/1", name_path: "/lab/X/a/b" })).toEqual(["X", "a"]);
    });
});
