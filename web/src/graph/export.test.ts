import { describe, expect, it } from "vitest";

import type { Drawing } from "./canvas";
import { dotOf, fileName, jsonOf, svgOf } from "./export";
import { modelOf } from "./model";
import type { Theme } from "./theme";

const hostile = [
    "<img src=x onerror=alert(1)>",
    "\"quoted\" & 'single' \\back\\",
    "שרת ‮ מרحبا",
    "x".repeat(500),
    "tab\tline\nnul\0 bell\u0007 half \ud800 astral \u{1F600}",
    "]]>-->",
    '\\N \\G \\"',
];

const hue = { ink: "#111", tint: "#eee" };
const theme: Theme = {
    canvas: "#fff",
    surface: "#fff",
    text: "#000",
    muted: "#555",
    border: "#aaa",
    box: "#eef",
    boxBorder: "#ccd",
    accent: "#06c",
    accentSoft: "#def",
    font: '"A Font", sans-serif',
    hues: { compute: hue, virtual: hue, physical: hue, network: hue, other: hue },
    states: { ok: "#080", stale: "#a60", error: "#c00", missing: "#888" },
    lines: { ok: "#888", warning: "#a60", error: "#c00", unknown: "#888" },
};

const model = modelOf({
    environment: "../lab <1>",
    focal_point: "n0",
    focal_point_type: "instance",
    is_clique: true,
    n_nodes: hostile.length,
    n_links: hostile.length - 1,
    n_marks: hostile.length,
    types: { "vnic": hostile.length },
    nodes: hostile.map((name, i) => ({
        _id: `n${i}`,
        id: name,
        name,
        type: i % 2 ? name : "vnic",
        host: name,
        state: "ok",
        is_focal: i === 0,
        layer: i,
    })),
    stacks: [],
    bundles: [],
    links: hostile
        .slice(1)
        .map((name, i) => ({
            _id: `l${i}`,
            source: `n${i}`,
            target: `n${i + 1}`,
            link_type: name,
            link_name: name,
            state: "down",
        })),
});

const drawing: Drawing = {
    model,
    marks: new Map(model.marks.map((mark, i) => [mark.id, { x: i * 200, y: 20, width: 150, height: 40 }])),
    boxes: new Map(
        model.marks.map((mark, i) => [mark.host, { x1: i * 200 - 90, y1: 0, x2: i * 200 + 90, y2: 60 }]),
    ),
    lines: new Map(
        model.lines.map((line, i) => [
            line.id,
            {
                from: { x: i * 200 + 75, y: 20 },
                to: { x: i * 200 + 125, y: 20 },
                controls: [
                    { x: i * 200 + 90, y: 20 },
                    { x: i * 200 + 110, y: 20 },
                ],
                label: { x: i * 200 + 100, y: 10, lines: [line.label] },
            },
        ]),
    ),
};

describe("SVG", () => {
    const svg = svgOf(drawing, theme);

    it("is well-formed whatever the names are, and has them as text only", () => {
        const open: string[] = [];
        const names = new Set<string>();
        const tags = svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g);
        let rest = svg;

        for (const [all, closing, name = "", attributes = "", selfClosing] of tags) {
            rest = rest.replace(all, "");
            for (const attribute of attributes.matchAll(/\s([\w:-]+)=/g))
                names.add(attribute[1] ?? "");
            if (closing)
                expect(open.pop()).toBe(name);
            else if (!selfClosing)
                open.push(name);
        }
        expect(open).toEqual([]);
        expect([...names].filter((name) => /^on|href/.test(name))).toEqual([]);
        expect(rest).not.toMatch(/[<>]/);
        expect(rest.replace(/&#\d+;/g, "")).not.toContain("&");
    });

    it("has no sign that XML cannot hold", () => {
        expect(svg).not.toMatch(/[\0-\x08\x0B\x0C\x0E-\x1F]|\p{Cs}/u);
        expect(svg).toContain("\u{1F600}");
    });

    it("draws each mark, box and line", () => {
        expect(svg.match(/<g transform="translate\(-?[\d.]+ 0\)"><title>/g)).toHaveLength(hostile.length);
        expect(svg.match(/<g><title>/g)).toHaveLength(hostile.length - 1);
        expect(svg.match(/<g><rect /g)).toHaveLength(hostile.length);
    });
});

describe("DOT", () => {
    const dot = dotOf(model);

    it("quotes all names: every line is what DOT knows", () => {
        const text = '"(?:[^"\\\\\\n]|\\\\.)*"';
        const attributes = `(?: \\[(?:\\w+=${text}(?:, )?)+\\])`;
        const line = new RegExp(
            [
                "^digraph calipso \\{$",
                "^rankdir=LR;$",
                "^node \\[shape=box\\];$",
                "^edge \\[dir=none\\];$",
                "^\\}$",
                `^subgraph ${text} \\{$`,
                `^label=${text};$`,
                `^${text}${attributes};$`,
                `^${text} -> ${text}${attributes};$`,
            ].join("|"),
        );

        for (const one of dot.trimEnd().split("\n"))
            expect(one).toMatch(line);
        expect(dot).not.toContain("\0");
    });

    it("has each host as a cluster and each link as an edge", () => {
        expect(dot.match(/^subgraph/gm)).toHaveLength(hostile.length);
        expect(dot.match(/ -> /g)).toHaveLength(hostile.length - 1);
    });
});

describe("JSON", () => {
    it("says what is shown", () => {
        const told = JSON.parse(jsonOf(model)) as { marks: { name: string }[]; lines: unknown[] };

        expect(told.marks.map((mark) => mark.name)).toEqual(hostile);
        expect(told.lines).toHaveLength(hostile.length - 1);
    });
});

describe("name of a file", () => {
    it("has nothing that leads elsewhere", () => {
        expect(fileName(model, "svg")).toBe(".._lab_1_-_img_src_x_onerror_alert_1_.svg");
    });
});
