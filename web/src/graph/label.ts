import { graphTexts } from "../texts";
import type { Line, Mark } from "./model";

/** Of marks: the text begins behind the icon, with the state at its corner. */
export const markSize = { height: 40, least: 76, text: 124, start: 42, end: 10, font: 13, line: 15 };
/** Of labels on lines: those between neighbouring columns are wrapped, those on the way have room. */
export const labelSize = { font: 12, text: 64, whole: 170, line: 14 };

/** What stands on it. */
export function titleOf(mark: Mark): string {
    if (mark.isShut)
        return graphTexts.shutHost(mark.name, mark.count);
    return mark.count > 1 ? graphTexts.stack(graphTexts.kind(mark.type), mark.count) : mark.name;
}

let pen: CanvasRenderingContext2D | null | undefined;

/** How wide a text is drawn. */
export function measure(text: string, font: string): number {
    pen ??= document.createElement("canvas").getContext("2d");
    if (!pen)
        return text.length * 7;
    pen.font = font;
    return pen.measureText(text).width;
}

/** Shortened in the middle: beginnings and ends of names tell most. */
export function shorten(text: string, most: number, width: (text: string) => number): string {
    if (width(text) <= most)
        return text;

    const signs = [...text];
    const cut = (kept: number): string =>
        signs.slice(0, Math.ceil(kept / 2)).join("") + "…" + signs.slice(signs.length - (kept >> 1)).join("");
    let low = 1;
    let high = signs.length - 1;

    while (low < high) {
        const middle = (low + high + 1) >> 1;

        if (width(cut(middle)) <= most)
            low = middle;
        else
            high = middle - 1;
    }
    return cut(low);
}

const separator = /[-_.:/·@ ]/;

/** The two halves at a sign after which a line may break, those that are least wide. */
function halvesOf(text: string, width: (text: string) => number): [string, string, number] | null {
    let best: [string, string, number] | null = null;

    for (let i = 1; i < text.length; i++) {
        if (!separator.test(text.charAt(i - 1)))
            continue;

        const [head, tail] = [text.slice(0, i).trimEnd(), text.slice(i)];
        const wide = Math.max(width(head), width(tail));

        if (tail && (!best || wide < best[2]))
            best = [head, tail, wide];
    }
    return best;
}

/** How many of the signs fit. */
function fitting(signs: readonly string[], most: number, width: (text: string) => number): number {
    let low = 0;
    let high = signs.length;

    while (low < high) {
        const middle = (low + high + 1) >> 1;

        if (width(signs.slice(0, middle).join("")) <= most)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

const longest = 600;

/** On one line or on two; what does not fit on two is shortened in the middle. */
export function wrap(text: string, most: number, width: (text: string) => number): string[] {
    if (width(text) <= most)
        return [text];

    const halves = text.length <= longest ? halvesOf(text, width) : null;

    if (halves && halves[2] <= most)
        return [halves[0], halves[1]];

    const signs = [...text];
    const n = fitting(signs, most, width);
    const rest = signs.slice(n);
    const head = signs.slice(0, n).join("");

    if (width(rest.join("")) <= most)
        return [head, rest.join("")];

    const last = fitting(rest.toReversed(), most - width("…"), width);

    return [head, `…${rest.slice(rest.length - last).join("")}`];
}

/** On one line. */
export function plain(text: string): string {
    return text.replace(/\s+/g, " ");
}

export function cutTo(text: string, signs: number): string {
    return shorten(plain(text), signs, (part) => [...part].length);
}

export function titleOfLine(line: Line): string {
    return line.count > 1 ? graphTexts.several(line.count) : plain(line.label);
}
