// Small pictures, as SVG text: the icon of a kind on its ground, and a state as a sign whose shape tells it
// without colour.

import type { NodeState } from "./model";
import { iconOf } from "./icon";
import { hueOf } from "./kinds";
import type { Theme } from "./theme";

const size = 26;

/** On a mark: the icon of its kind, with its state at a corner. */
export const iconSize = 24;
export const iconAt = { x: 8, y: 7 };
export const signSize = 15;
export const signAt = { x: 22, y: 21 };

/** To be put into a larger drawing; 26 by 26. */
export function iconMarkup(type: string, theme: Theme): string {
    const { ink, tint } = theme.hues[hueOf(type)];

    return (
        `<rect width="${size}" height="${size}" rx="7" fill="${tint}"/>` +
        `<g transform="translate(5 5) scale(.6667)" fill="none" stroke="${ink}" stroke-width="2" ` +
        `stroke-linecap="round" stroke-linejoin="round">${iconOf(type)}</g>`
    );
}

const signs: Record<NodeState, (colour: string, ground: string) => string> = {
    ok: (colour, ground) =>
        `<circle cx="8" cy="8" r="6.5" fill="${colour}"/>` +
        `<path d="M5 8.3l2.1 2.1L11 6.2" fill="none" stroke="${ground}" stroke-width="1.7"/>`,
    stale: (colour, ground) =>
        `<path d="M8 1.2L15.3 14H.7z" fill="${colour}"/>` +
        `<path d="M8 5.6v4M8 11.1v1.4" fill="none" stroke="${ground}" stroke-width="1.7"/>`,
    error: (colour, ground) =>
        `<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="${colour}"/>` +
        `<path d="M5.5 5.5l5 5M10.5 5.5l-5 5" fill="none" stroke="${ground}" stroke-width="1.7"/>`,
    missing: (colour) =>
        `<circle cx="8" cy="8" r="6.3" fill="none" stroke="${colour}" stroke-width="1.6" ` +
        `stroke-dasharray="2.6 2"/><path d="M6.2 6.6a1.9 1.9 0 1 1 2.6 1.8q-.8.4-.8 1.2M8 11.2v.8" ` +
        `fill="none" stroke="${colour}" stroke-width="1.5"/>`,
};

/** 16 by 16, with a rim that sets it off from what is below. */
export function stateMarkup(state: NodeState, theme: Theme): string {
    return (
        `<circle cx="8" cy="8" r="8" fill="${theme.surface}"/>` +
        signs[state](theme.states[state], theme.surface)
    );
}

function asUrl(markup: string, side: number): string {
    return (
        "data:image/svg+xml," +
        encodeURIComponent(
            `<svg xmlns="http://www.w3.org/2000/svg" width="${side * 4}" height="${side * 4}" ` +
                `viewBox="0 0 ${side} ${side}">${markup}</svg>`,
        )
    );
}

export function iconUrl(type: string, theme: Theme): string {
    return asUrl(iconMarkup(type, theme), size);
}

export function stateUrl(state: NodeState, theme: Theme): string {
    return asUrl(stateMarkup(state, theme), 16);
}
