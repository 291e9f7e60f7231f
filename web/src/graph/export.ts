// What is shown, as a file. Every name is data from a cloud: nothing of it gets into a file unescaped.

import { graphTexts } from "../texts";
import { iconAt, iconMarkup, iconSize, signAt, signSize, stateMarkup } from "./badge";
import type { Curve, Drawing } from "./canvas";
import { middleOf, pathData } from "./curve";
import { cutTo, labelSize, markSize, measure, plain, titleOf, wrap } from "./label";
import type { Line, Mark, Model } from "./model";
import type { Theme } from "./theme";

/** Signs that XML cannot hold are left out. */
function xml(text: string): string {
    return text
        .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
        .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

interface Frame {
    x1: number;
    y1: number;
    x2: number;
    y2: number;
}

function frameOf(drawing: Drawing): Frame {
    const frames = [
        ...drawing.boxes.values(),
        ...[...drawing.marks.values()].map(({ x, y, width, height }) => ({
            x1: x - width / 2,
            y1: y - height / 2,
            x2: x + width / 2,
            y2: y + height / 2,
        })),
    ];

    return {
        x1: Math.min(...frames.map((frame) => frame.x1)) - 24,
        y1: Math.min(...frames.map((frame) => frame.y1)) - 30,
        x2: Math.max(...frames.map((frame) => frame.x2)) + 24,
        y2: Math.max(...frames.map((frame) => frame.y2)) + 24,
    };
}

function svgOfBox(host: string, { x1, y1, x2, y2 }: Frame, theme: Theme): string {
    return (
        `<g><rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" rx="14" fill="${theme.box}" ` +
        `stroke="${theme.boxBorder}"/><text x="${x1 + 8}" y="${y1 - 6}" font-size="12.5" font-weight="600" ` +
        `fill="${theme.muted}">${xml(cutTo(host, Math.max(8, Math.floor((x2 - x1) / 9))))}</text></g>`
    );
}

const dashes: Record<string, string> = { implicit: "7 4", bridge: "2 5", unknown: "1.5 3.5" };

function dashOf(line: Line): string {
    const dash = line.isBridge ? dashes["bridge"] : line.isImplicit ? dashes["implicit"] : dashes[line.state];

    return dash ? ` stroke-dasharray="${dash}"` : "";
}

/** On as many lines as there are, around a middle. */
function svgOfText(lines: readonly string[], x: number, y: number, height: number): string {
    const first = y - ((lines.length - 1) / 2) * height;

    return lines
        .map((line, i) => `<tspan x="${x}" y="${first + i * height}">${xml(line)}</tspan>`)
        .join("");
}

function svgOfLine(line: Line, at: Curve, theme: Theme): string {
    const { x, y } = middleOf(at.from, at.to, at.controls);
    const sign =
        line.state === "error"
            ? `<path d="M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10" ` +
              `stroke="${theme.lines.error}" stroke-width="2"/>`
            : "";

    return (
        `<g><title>${xml(`${line.type} ${line.label} ${graphTexts.lineStates[line.state]}`)}</title>` +
        `<path d="${pathData(at.from, at.to, at.controls)}" fill="none" ` +
        `stroke="${theme.lines[line.state]}" ` +
        `stroke-width="${line.count > 1 ? 3 : 1.75}"${dashOf(line)}/>${sign}` +
        (at.label.lines.length > 0
            ? `<text text-anchor="middle" font-size="${labelSize.font}" fill="${theme.muted}" ` +
              `stroke="${theme.canvas}" stroke-width="3" paint-order="stroke">` +
              `${svgOfText(at.label.lines, at.label.x, at.label.y + 4, labelSize.line)}</text>`
            : "") +
        "</g>"
    );
}

function svgOfMark(
    mark: Mark,
    at: { x: number; y: number; width: number; height: number },
    theme: Theme,
): string {
    const { width, height } = at;
    const [x, y] = [at.x - width / 2, at.y - height / 2];
    const font = `${mark.isFocal ? 700 : 500} ${markSize.font}px ${theme.font}`;
    const title = wrap(plain(titleOf(mark)), markSize.text, (text) => measure(text, font));
    const border = mark.isFocal
        ? theme.accent
        : mark.state === "ok"
          ? theme.border
          : theme.states[mark.state];
    const frame = (dx: number, opacity: number): string =>
        `<rect x="${dx}" y="${dx}" width="${width}" height="${height}" rx="10" opacity="${opacity}" ` +
        `fill="${mark.isFocal ? theme.accentSoft : theme.surface}" stroke="${border}" ` +
        `stroke-width="${mark.isFocal || mark.state === "error" ? 2.25 : 1.25}"/>`;

    return (
        `<g transform="translate(${x} ${y})"><title>${xml(
            `${graphTexts.kind(mark.type)} ${titleOf(mark)} ` + `${graphTexts.nodeStates[mark.state]}`,
        )}</title>${mark.count > 1 ? frame(5, 0.45) : ""}${frame(0, 1)}` +
        `<g transform="translate(${iconAt.x} ${iconAt.y}) scale(${iconSize / 26})">` +
        `${iconMarkup(mark.type, theme)}</g>` +
        `<g transform="translate(${signAt.x} ${signAt.y}) scale(${signSize / 16})">` +
        `${stateMarkup(mark.state, theme)}</g>` +
        `<text font-size="${markSize.font}" font-weight="${mark.isFocal ? 700 : 500}" fill="${theme.text}">` +
        `${svgOfText(title, markSize.start, height / 2 + 4.5, markSize.line)}</text></g>`
    );
}

export function svgOf(drawing: Drawing, theme: Theme): string {
    const { x1, y1, x2, y2 } = frameOf(drawing);
    const [width, height] = [Math.ceil(x2 - x1), Math.ceil(y2 - y1)];
    const parts = [
        ...[...drawing.boxes].map(([host, box]) => svgOfBox(host, box, theme)),
        ...drawing.model.lines.flatMap((line) => {
            const at = drawing.lines.get(line.id);

            return at ? [svgOfLine(line, at, theme)] : [];
        }),
        ...drawing.model.marks.flatMap((mark) => {
            const at = drawing.marks.get(mark.id);

            return at ? [svgOfMark(mark, at, theme)] : [];
        }),
    ];

    return (
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x1} ${y1} ${width} ${height}" width="${width}" ` +
        `height="${height}" font-family="${xml(theme.font)}">\n` +
        `<rect x="${x1}" y="${y1}" width="${width}" height="${height}" fill="${theme.canvas}"/>\n` +
        `${parts.join("\n")}\n</svg>\n`
    );
}

/** In quotes; backslashes would begin escapes of DOT, and a NUL ends it. */
function dot(text: string): string {
    return `"${text
        .replace(/[\0\p{Cs}]/gu, "")
        .replace(/\\/g, "\\\\")
        .replace(/"/g, '\\"')
        .replace(/\r?\n/g, "\\n")}"`;
}

function dotOfMark(mark: Mark): string {
    const label = `${graphTexts.kind(mark.type)}\n${titleOf(mark)}`;
    const style = [mark.state === "missing" ? "dashed" : "rounded", mark.isFocal && "bold"]
        .filter(Boolean)
        .join(",");

    return (
        `${dot(mark.id)} [label=${dot(mark.count > 1 ? titleOf(mark) : label)}, style=${dot(style)}` +
        `${mark.state === "error" ? ', color="red"' : mark.state === "stale" ? ', color="orange"' : ""}];`
    );
}

function dotOfLine(line: Line): string {
    const label = line.count > 1 ? graphTexts.several(line.count) : line.label;
    const style = line.isBridge || line.isImplicit ? "dashed" : line.state === "unknown" ? "dotted" : "solid";

    return (
        `${dot(line.source)} -> ${dot(line.target)} [label=${dot(label)}, style=${dot(style)}` +
        `${line.state === "error" ? ', color="red"' : ""}];`
    );
}

export function dotOf(model: Model): string {
    const hosts = [...new Set(model.marks.map((mark) => mark.host))];
    const marks = hosts.flatMap((host) => {
        const inside = model.marks.filter((mark) => mark.host === host).map(dotOfMark);

        return host === ""
            ? inside
            : [`subgraph ${dot(`cluster ${host}`)} {`, `label=${dot(host)};`, ...inside, "}"];
    });

    return (
        [
            "digraph calipso {",
            "rankdir=LR;",
            "node [shape=box];",
            "edge [dir=none];",
            ...marks,
            ...model.lines.map(dotOfLine),
            "}",
        ].join("\n") + "\n"
    );
}

export function jsonOf(model: Model): string {
    return (
        JSON.stringify(
            {
                environment: model.environment,
                focal_point: model.focal,
                is_clique: model.isClique,
                n_nodes: model.nNodes,
                n_links: model.nLinks,
                marks: model.marks.map(
                    ({ id, type, host, state, count, isFocal, states, members, name }) => ({
                        _id: id,
                        type,
                        host,
                        state,
                        is_focal: isFocal,
                        ...(count > 1 ? { count, states, of: members } : { id: members[0]?.id, name }),
                    }),
                ),
                lines: model.lines.map(
                    ({ id, source, target, type, state, label, count, nDown, isBridge, link }) => ({
                        _id: id,
                        source,
                        target,
                        ...(isBridge ? { is_bridge: true } : { link_type: type, state, label }),
                        ...(count > 1 ? { count, n_down: nDown } : {}),
                        ...(link ? { link } : {}),
                    }),
                ),
            },
            null,
            4,
        ) + "\n"
    );
}

/** Letters that no file system minds. */
export function fileName(model: Model, ending: string): string {
    const focal = model.marks.find((mark) => mark.isFocal);
    const name = [model.environment, focal?.name ?? model.focal]
        .join("-")
        .replace(/[^\p{L}\p{N}._-]+/gu, "_")
        .slice(0, 80);

    return `${name}.${ending}`;
}

export function download(blob: Blob, name: string): void {
    const url = URL.createObjectURL(blob);
    const anchor = document.createElement("a");

    anchor.href = url;
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
