import { describe, expect, it } from "vitest";

import { keepApart, layoutOf, type Layout, type LayoutInput } from "./layout";

const size = { width: 120, height: 40 };

/** A network with so many hosts, each with its NIC, switch and instances. */
function cloud(nHosts: number, nInstances: number): LayoutInput {
    const input: LayoutInput = { marks: [{ id: "net", column: 0, group: "", ...size }], lines: [] };
    const link = (source: string, target: string): void => {
        input.lines.push({ id: `${source}>${target}`, source, target, width: 50, height: 14 });
    };

    for (let h = 0; h < nHosts; h++) {
        input.marks.push(
            { id: `nic${h}`, column: 1, group: `h${h}`, ...size },
            { id: `sw${h}`, column: 2, group: `h${h}`, ...size },
        );
        link(`nic${h}`, "net");
        link(`sw${h}`, `nic${h}`);
        for (let i = 0; i < nInstances; i++) {
            input.marks.push({ id: `vm${h}.${i}`, column: 4, group: `h${h}`, ...size });
            if (i % 2) {
                input.marks.push({ id: `br${h}.${i}`, column: 3, group: `h${h}`, ...size });
                link(`vm${h}.${i}`, `br${h}.${i}`);
                link(`br${h}.${i}`, `sw${h}`);
            } else link(`vm${h}.${i}`, `sw${h}`);
        }
    }
    return input;
}

function overlaps(a: { x1: number; y1: number; x2: number; y2: number }, b: typeof a): boolean {
    return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
}

function frames(
    input: LayoutInput,
    layout: Layout,
): [string, { x1: number; y1: number; x2: number; y2: number }][] {
    return input.marks.map(({ id, width, height }) => {
        const { x, y } = layout.places.get(id) ?? { x: NaN, y: NaN };

        return [id, { x1: x - width / 2, y1: y - height / 2, x2: x + width / 2, y2: y + height / 2 }];
    });
}

describe("layout", () => {
    const input = cloud(7, 6);
    const layout = layoutOf(input);

    it("puts columns from left to right", () => {
        for (const mark of input.marks)
            expect(layout.places.get(mark.id)?.x).toBe(layout.columns[mark.column]?.x);

        const xs = layout.columns.map((column) => column.x);

        expect(xs).toEqual([...xs].sort((a, b) => a - b));
        expect(new Set(xs).size).toBe(5);
    });

    it("lets no marks and no boxes overlap", () => {
        const all = frames(input, layout);
        const boxes = [...layout.boxes.values()];

        for (const [i, [, one]] of all.entries())
            for (const [, other] of all.slice(i + 1))
                expect(overlaps(one, other)).toBe(false);
        for (const [i, one] of boxes.entries())
            for (const other of boxes.slice(i + 1))
                expect(overlaps(one, other)).toBe(false);
        expect(boxes).toHaveLength(7);
    });

    it("keeps each mark in the box of its host, and what has none out of all", () => {
        for (const [id, frame] of frames(input, layout)) {
            const group = input.marks.find((mark) => mark.id === id)?.group;

            for (const [host, box] of layout.boxes) {
                expect(overlaps(frame, box)).toBe(host === group);
                if (host === group)
                    expect([
                        frame.x1 > box.x1,
                        frame.x2 < box.x2,
                        frame.y1 > box.y1,
                        frame.y2 < box.y2,
                    ]).toEqual([true, true, true, true]);
            }
        }
    });

    it("leads lines past the marks of the columns between", () => {
        const bends = layout.bends.get("vm0.0>sw0");
        const column = layout.columns[3];

        expect(bends).toHaveLength(2);
        expect(bends?.[0]?.x).toBe((column?.x ?? 0) - (column?.width ?? 0) / 2);
        for (const [id, { y1, y2 }] of frames(input, layout))
            if (id.startsWith("br0"))
                expect((bends?.[0]?.y ?? 0) > y2 || (bends?.[0]?.y ?? 0) < y1).toBe(true);
    });

    it("is the same for the same graph, in whatever order it comes", () => {
        expect(layoutOf(cloud(7, 6))).toEqual(layout);

        const turned = layoutOf({ marks: input.marks, lines: input.lines.toReversed() });

        expect(turned.places).toEqual(layout.places);
    });

    it("draws a chain as a straight line", () => {
        const ids = ["a", "b", "c", "d"];
        const chain = layoutOf({
            marks: ids.map((id, column) => ({ id, column, group: column < 3 ? "h" : "", ...size })),
            lines: [0, 1, 2].map((i) => ({
                id: `${i}`,
                source: ids[i] ?? "",
                target: ids[i + 1] ?? "",
                width: 0,
                height: 0,
            })),
        });

        expect(new Set(ids.map((id) => chain.places.get(id)?.y)).size).toBe(1);
    });

    it("untangles lines that need not cross", () => {
        const tangled = layoutOf({
            marks: ["a", "b", "c"].flatMap((id) => [
                { id: `l${id}`, column: 0, group: "h", ...size },
                { id: `r${id}`, column: 1, group: "h", ...size },
            ]),
            lines: [
                ["a", "c"],
                ["b", "b"],
                ["c", "a"],
            ].map(([l, r]) => ({ id: `${l}${r}`, source: `l${l}`, target: `r${r}`, width: 0, height: 0 })),
        });
        const y = (id: string): number => tangled.places.get(id)?.y ?? NaN;

        expect(Math.sign(y("la") - y("lc"))).toBe(Math.sign(y("rc") - y("ra")));
    });

    it("takes a graph of one mark, lines to itself, and none at all", () => {
        const one = layoutOf({
            marks: [{ id: "a", column: 0, group: "", ...size }],
            lines: [{ id: "self", source: "a", target: "a", width: 0, height: 0 }],
        });

        expect(one.places.size).toBe(1);
        expect(layoutOf({ marks: [], lines: [] }).places.size).toBe(0);
    });
});

describe("keepApart", () => {
    it("leaves what is far enough apart", () => {
        expect(keepApart([0, 50, 120], [0, 40, 40], [1, 1, 1])).toEqual([0, 50, 120]);
    });

    it("moves those that are in each other's way as little as can be", () => {
        expect(keepApart([10, 10], [0, 40], [1, 1])).toEqual([-10, 30]);
        expect(keepApart([10, 10], [0, 40], [3, 1])).toEqual([0, 40]);
    });
});
