import { graphTexts } from "../texts";
import type { Line, Mark } from "./model";

export const markSize = { height: 40, least: 112, most: 250, icon: 40, sign: 30, font: 13 };

/** What stands on it. */
export function titleOf(mark: Mark): string {
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

/** On one line. */
export function plain(text: string): string {
    return text.replace(/\s+/g, " ");
}

export function cutTo(text: string, signs: number): string {
    return shorten(plain(text), signs, (part) => [...part].length);
}

export function titleOfLine(line: Line): string {
    return line.count > 1 ? graphTexts.several(line.count) : cutTo(line.label, 26);
}
