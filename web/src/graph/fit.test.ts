import { describe, expect, it } from "vitest";

import { labelPlace } from "./curve";
import { extentOf, fittingZoom, frameOf, isBetterDown, leastFont, startView } from "./fit";
import { labelSize, markSize, wrap } from "./label";
import { layoutOf, type Box, type Layout, type LayoutInput } from "./layout";

// What an instance of the recorded cloud depends on, and what its links are called.
const names = ["vm-a1", "tape3d56fa1-92", "cmp1-qbre3d56fa1-92", "cmp1-OVS", "cmp1-otep", "eth1", "net-a"];
const labels = ["net-a", "fa:16:3e:aa:b2:c4", "fa:16:3e:aa:b2:c4", "", "", "Segment-1675"];
/** A sign of a wide font, at its size: what is readable with it is so with others. */
const wide = 0.6;

function widthOf(text: string, font: number): number {
    return text.length * font * wide;
}

function linesOf(text: string, most: number, font: number): string[] {
    return text === "" ? [] : wrap(text, most, (part) => widthOf(part, font));
}

function sizeOfLabel(text: string): { width: number; height: number } {
    const lines = linesOf(text, labelSize.text, labelSize.font);

    return {
        width: Math.max(0, ...lines.map((line) => widthOf(line, labelSize.font))),
        height: lines.length * labelSize.line,
    };
}

function chain(isDown: boolean): LayoutInput {
    return {
        marks: names.map((name, column) => ({
            id: name,
            column,
            group: column < 6 ? "cmp1" : "",
            width: Math.max(
                markSize.least,
                markSize.start +
                    markSize.end +
                    Math.max(...linesOf(name, markSize.text, markSize.font).map((line) => widthOf(line, 13))),
            ),
            height: markSize.height,
        })),
        lines: labels.map((label, i) => ({
            id: `${i}`,
            source: names[i] ?? "",
            target: names[i + 1] ?? "",
            ...sizeOfLabel(label),
        })),
        isDown,
    };
}

function framesOf(input: LayoutInput, layout: Layout): Box[] {
    return input.marks
        .map((mark) => frameOf(mark, layout))
        .map(({ x, y, width, height }) => ({
            x1: x - width / 2,
            y1: y - height / 2,
            x2: x + width / 2,
            y2: y + height / 2,
        }));
}

function labelsOf(input: LayoutInput, layout: Layout): Box[] {
    const frames = framesOf(input, layout);
    const isDown = layout.isDown;

    return labels.flatMap((label, i) => {
        const [a, b] = [frames[i], frames[i + 1]];
        const { width, height } = sizeOfLabel(label);

        if (!label || !a || !b)
            return [];

        const { x, y } = labelPlace({
            from: isDown ? { x: (a.x1 + a.x2) / 2, y: a.y2 } : { x: a.x2, y: (a.y1 + a.y2) / 2 },
            to: isDown ? { x: (b.x1 + b.x2) / 2, y: b.y1 } : { x: b.x1, y: (b.y1 + b.y2) / 2 },
            bends: [],
            width,
            height,
            isDown,
            isAtStart: false,
        });

        return { x1: x - width / 2, y1: y - height / 2, x2: x + width / 2, y2: y + height / 2 };
    });
}

function overlaps(a: Box, b: Box): boolean {
    return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
}

/** Sizes of the canvas at 1400 by 900 with the tree open, at 1920 by 1080, and on phones. */
const desktop = { width: 1060, height: 530 };
const phones = [
    { width: 366, height: 440 },
    { width: 296, height: 250 },
];

describe("how a graph comes up", () => {
    const across = chain(false);
    const down = chain(true);
    const layout = layoutOf(across);
    const downLayout = layoutOf(down);
    const extent = (input: LayoutInput, of: Layout): Box =>
        extentOf(input.marks.map((mark) => frameOf(mark, of))) ?? { x1: 0, y1: 0, x2: 0, y2: 0 };

    it("shows all of a chain with names that can be read", () => {
        for (const size of [desktop, { width: 1580, height: 710 }]) {
            const zoom = fittingZoom(extent(across, layout), size, false);

            expect(zoom * markSize.font).toBeGreaterThanOrEqual(leastFont);
        }
    });

    it("leads it downwards where it is too wide, the focal point and its name first", () => {
        const arranged = [
            { layout, marks: across.marks },
            { layout: downLayout, marks: down.marks },
        ] as const;

        expect(isBetterDown(...arranged, desktop)).toBe(false);
        for (const size of phones) {
            expect(isBetterDown(...arranged, size)).toBe(true);

            const focal = downLayout.places.get("vm-a1") ?? { x: NaN, y: NaN };
            const { zoom, pan } = startView(extent(down, downLayout), focal, size, true);
            const at = { x: focal.x * zoom + pan.x, y: focal.y * zoom + pan.y };

            expect(zoom * markSize.font).toBeGreaterThanOrEqual(leastFont);
            expect(at.y).toBeLessThan(80);
            expect(Math.abs(at.x - size.width / 2)).toBeLessThan(size.width / 4);
        }
    });

    it("begins at the focal point when not all of it fits", () => {
        const size = { width: 500, height: 400 };
        const at = (id: string): { x: number; y: number } => layout.places.get(id) ?? { x: NaN, y: NaN };
        const first = startView(extent(across, layout), at("vm-a1"), size, false);
        const last = startView(extent(across, layout), at("net-a"), size, false);

        expect([first.zoom, last.zoom].every((zoom) => zoom * markSize.font >= leastFont)).toBe(true);
        expect(at("vm-a1").x * first.zoom + first.pan.x).toBeLessThan(size.width / 4);
        expect(at("net-a").x * last.zoom + last.pan.x).toBeGreaterThan((size.width * 3) / 4);
    });

    it("keeps a graph that leads downwards clear of the kinds at its left", () => {
        const marks = ["otep", "vedge", "pnic"].map((id) => ({
            id, column: id === "pnic" ? 1 : 0, group: "cmp1", width: 120, height: markSize.height,
        }));
        const lines = [0, 1].map((i) => ({
            id: `${i}`, source: marks[i]?.id ?? "", target: "pnic", width: 0, height: 0,
        }));
        const of = layoutOf({ marks, lines, isDown: true });
        const all = extentOf(marks.map((mark) => frameOf(mark, of)));
        const { zoom, pan } = startView(all ?? expect.fail(), { x: 0, y: 0 }, { width: 366, height: 440 }, true);

        expect(zoom * markSize.font).toBeGreaterThanOrEqual(leastFont);
        expect((all?.x1 ?? NaN) * zoom + pan.x).toBeGreaterThanOrEqual(88);
        expect((all?.x2 ?? NaN) * zoom + pan.x).toBeLessThanOrEqual(366);
    });

    it("puts labels where no marks and no other labels are", () => {
        for (const [input, of] of [
            [across, layout],
            [down, downLayout],
        ] as const) {
            const all = [...framesOf(input, of), ...labelsOf(input, of)];

            expect(all).toHaveLength(11);
            for (const [i, one] of all.entries())
                for (const other of all.slice(i + 1))
                    expect(overlaps(one, other)).toBe(false);
        }
    });
});
