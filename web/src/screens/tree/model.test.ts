import { describe, expect, it } from "vitest";
import type { TreeNode } from "../../api/types";
import { type Row, type TreePage, Tree } from "./model";

function node(_id: string, n_children = 0, more: Partial<TreeNode> = {}): TreeNode {
    return { _id, id: `id-${_id}`, type: "host", name: _id, host: "", clique: false, stale: false, n_children, ...more };
}

/** A server with these levels, in pages of two. */
function server(levels: Record<string, TreeNode[]>) {
    const asked: string[] = [];
    const limits: number[] = [];
    const read = (of: string, cursor: string | null, limit: number): Promise<TreePage> => {
        const from = Number(cursor ?? 0);
        const all = levels[of];
        asked.push(cursor ? `${of}+${cursor}` : of);
        limits.push(limit);
        if (!all)
            return Promise.reject(new Error("away"));
        return Promise.resolve({
            nodes: all.slice(from, from + 2), next: from + 2 < all.length ? String(from + 2) : null,
        });
    };
    return { levels, asked, limits, tree: new Tree("lab", read) };
}

function rowsOf(tree: Tree): Row[] {
    return Array.from({ length: tree.count() }, (_, i) => tree.at(i));
}

function lines(tree: Tree): string[] {
    return rowsOf(tree).map(({ entry, depth }) => `${" ".repeat(depth)}${entry?.node.name ?? "…"}`);
}

describe("the tree", () => {
    it("reads a level when it is opened, and not again", async () => {
        const { tree, asked } = server({ "": [node("b", 1), node("a")], b: [node("x")] });
        await tree.start();
        expect(lines(tree)).toEqual(["a", "b"]);
        await tree.open("b");
        expect(lines(tree)).toEqual(["a", "b", " x"]);
        tree.close("b");
        await tree.open("b");
        expect(asked).toEqual(["", "b"]);
    });

    it("begins a very long level with a small page, but not when it reads it again", async () => {
        const { tree, limits } = server({
            "": [node("long", 1001), node("short", 1000)], long: [node("a"), node("b"), node("c")], short: [node("x")],
        });
        await tree.start();
        await tree.open("short");
        expect(limits).toEqual([1000, 1000]);
        await tree.open("long");
        expect(limits.slice(2)).toEqual([100, 1000]);
        tree.hear({ event: "begin" });
        await tree.level("long");
        expect(limits.slice(4)).toEqual([1000, 1000]);
    });

    it("orders numbers in names as people do", async () => {
        const { tree } = server({ "": [node("vm-10"), node("vm-9")] });
        await tree.start();
        expect(lines(tree)).toEqual(["vm-9", "vm-10"]);
    });

    it("reads long levels to their end, in the server's order", async () => {
        const { tree, asked } = server({ "": ["e", "d", "c", "b", "a"].map((id) => node(id)) });
        await tree.start();
        expect(lines(tree)).toEqual(["e", "d", "c", "b", "a"]);
        expect(asked).toEqual(["", "+2", "+4"]);
    });

    it("says where each row stands in its level", async () => {
        const { tree } = server({ "": [node("a", 2), node("b")], a: [node("x"), node("y")] });
        await tree.start();
        await tree.open("a");
        expect(rowsOf(tree).map(({ position, size }) => [position, size])).toEqual([[1, 2], [1, 2], [2, 2], [2, 2]]);
    });

    it("opens the way to an object", async () => {
        const { tree } = server({ "": [node("a", 1)], a: [node("b", 1)], b: [node("c")] });
        await tree.start();
        expect(await tree.reveal("c", [{ _id: "a" }, { _id: "b" }])).toBe(true);
        expect(tree.isShown("c")).toBe(true);
        tree.close("a");
        expect(tree.isShown("c")).toBe(false);
        tree.openAbove("c");
        expect(lines(tree)).toEqual(["a", " b", "  c"]);
    });

    it("shows that a level cannot be read, and reads it when it is tried again", async () => {
        const { tree, levels } = server({ "": [node("a", 1)] });
        await tree.start();
        await tree.open("a");
        expect(rowsOf(tree)[1]?.has_failed).toBe(true);
        levels["a"] = [node("x")];
        await tree.level("a");
        expect(lines(tree)).toEqual(["a", " x"]);
    });

    it("takes out what is removed, with all below it", async () => {
        const { tree } = server({ "": [node("a", 1), node("b")], a: [node("x")] });
        await tree.start();
        await tree.open("a");
        expect(tree.hear({ event: "object", what: "removed", _id: "x", environment: "lab" })).toBe(false);
        expect(lines(tree)).toEqual(["a", "b"]);
        expect(tree.hasChildren("a")).toBe(false);
        tree.hear({ event: "object", what: "removed", _id: "a", environment: "lab" });
        expect(lines(tree)).toEqual(["b"]);
    });

    it("reads a level again in which something came, and keeps what is open", async () => {
        const { tree, levels } = server({ "": [node("a", 1)], a: [node("x", 1)], x: [node("deep")] });
        await tree.start();
        await tree.open("a");
        await tree.open("x");
        levels["a"] = [node("w"), node("x", 1)];
        const event = { event: "object", what: "added", _id: "w", parent_type: "host", parent_id: "id-a" } as const;
        expect(tree.hear(event)).toBe(true);
        await tree.refresh();
        expect(lines(tree)).toEqual(["a", " w", " x", "  deep"]);
    });

    it("hears of what comes at the top", async () => {
        const { tree, levels } = server({ "": [node("a")] });
        await tree.start();
        levels[""] = [node("a"), node("b")];
        const event = {
            event: "object", what: "added", _id: "b", parent_type: "environment", parent_id: "lab",
        } as const;
        expect(tree.hear(event)).toBe(true);
        await tree.refresh();
        expect(lines(tree)).toEqual(["a", "b"]);
    });

    it("does not read what nobody sees", async () => {
        const { tree, asked } = server({ "": [node("a", 1)], a: [node("x")] });
        await tree.start();
        await tree.open("a");
        tree.close("a");
        tree.hear({ event: "begin" });
        await tree.refresh();
        expect(asked).toEqual(["", "a", ""]);
        await tree.open("a");
        expect(asked).toEqual(["", "a", "", "a"]);
    });

    it("finds rows by what is typed", async () => {
        const { tree } = server({ "": [node("Cinder", 1), node("cmp")], Cinder: [node("Glance")] });
        await tree.start();
        await tree.open("Cinder");
        expect(lines(tree)).toEqual(["Cinder", " Glance", "cmp"]);
        expect(tree.find(0, "c")).toBe(2);
        expect(tree.find(2, "c")).toBe(0);
        expect(tree.find(0, "gl")).toBe(1);
        expect(tree.find(0, "z")).toBe(-1);
    });

    it("knows the place of every row, and of those that are still read", async () => {
        const { tree, levels } = server({ "": [node("a", 2), node("b", 1), node("c", 1)], a: [node("x", 1), node("y")] });
        await tree.start();
        await tree.open("a");
        await tree.open("c");
        await tree.open("x");
        expect(lines(tree)).toEqual(["a", " x", "  …", " y", "b", "c", " …"]);
        expect(rowsOf(tree).map(({ key }) => tree.indexOf(key))).toEqual([0, 1, 2, 3, 4, 5, 6]);
        tree.close("a");
        levels["c"] = [node("z")];
        await tree.level("c");
        expect(lines(tree)).toEqual(["a", "b", "c", " z"]);
        expect(["x", "y", "z", "x+", "nothing"].map((key) => tree.indexOf(key))).toEqual([-1, -1, 3, -1, -1]);
    });
});
