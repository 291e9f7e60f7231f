import { expect, it } from "vitest";
import type { CloudObject } from "../../api/types";
import { foundRows } from "./found";

function object(_id: string, id_path: string, name_path: string): CloudObject {
    return { _id, id: id_path.split("/").at(-1) ?? "", type: "instance", environment: "lab", name: `name-${_id}`, id_path, name_path };
}

function lines(objects: CloudObject[]): string[] {
    return foundRows(objects).map(({ name, depth, object: own }) => `${" ".repeat(depth)}${name}${own ? "!" : ""}`);
}

it("puts what was found below what it lies in, once", () => {
    expect(lines([
        object("2", "/lab/r/h1/vm-10", "/lab/Regions/host 1/vm-10"),
        object("1", "/lab/r/h1/vm-9", "/lab/Regions/host 1/vm-9"),
        object("3", "/lab/r/h2/vm", "/lab/Regions/host 2/vm"),
    ])).toEqual(["Regions", " host 1", "  name-1!", "  name-2!", " host 2", "  name-3!"]);
});

it("marks a folder that was itself found", () => {
    expect(lines([object("2", "/lab/r/h1", "/lab/Regions/h1"), object("1", "/lab/r", "/lab/Regions")]))
        .toEqual(["name-1!", " name-2!"]);
});

it("shows at the top what has no path that can be read", () => {
    expect(lines([object("1", "/lab/r/a", "/lab/Regions/with/slash")])).toEqual(["name-1!"]);
});

it("keeps two objects of one path apart", () => {
    expect(lines([object("1", "/lab/x", "/lab/x"), object("2", "/lab/x", "/lab/x")])).toEqual(["name-1!", "name-2!"]);
});
