import type { Hue } from "./kinds";
import type { LineState, NodeState } from "./model";

/** Colours of the canvas, which knows no custom properties, as the page's style has them now. */
export interface Theme {
    canvas: string;
    surface: string;
    text: string;
    muted: string;
    border: string;
    box: string;
    boxBorder: string;
    accent: string;
    accentSoft: string;
    hues: Record<Hue, { ink: string; tint: string }>;
    states: Record<NodeState, string>;
    lines: Record<LineState, string>;
    font: string;
}

/** What a custom property comes to here: light-dark() and the like are worked out by the browser. */
function reader(parent: HTMLElement): { colour: (name: string) => string; done: () => void } {
    const probe = document.createElement("span");

    probe.hidden = true;
    parent.append(probe);
    return {
        colour: (name) => {
            probe.style.color = `var(--graph-${name})`;
            return getComputedStyle(probe).color;
        },
        done: () => probe.remove(),
    };
}

export function readTheme(element: HTMLElement): Theme {
    const { colour, done } = reader(element);
    const hue = (name: Hue): { ink: string; tint: string } => ({
        ink: colour(`${name}-ink`),
        tint: colour(`${name}-tint`),
    });
    const theme: Theme = {
        canvas: colour("canvas"),
        surface: colour("surface"),
        text: colour("text"),
        muted: colour("muted"),
        border: colour("border"),
        box: colour("box"),
        boxBorder: colour("box-border"),
        accent: colour("accent"),
        accentSoft: colour("accent-soft"),
        hues: {
            compute: hue("compute"),
            virtual: hue("virtual"),
            physical: hue("physical"),
            network: hue("network"),
            other: hue("other"),
        },
        states: {
            ok: colour("ok"),
            stale: colour("warning"),
            error: colour("error"),
            missing: colour("unknown"),
        },
        lines: {
            ok: colour("line"),
            warning: colour("warning"),
            error: colour("error"),
            unknown: colour("unknown"),
        },
        font: getComputedStyle(element).fontFamily,
    };

    done();
    return theme;
}

/** Calls back when the page turns light or dark. */
export function onThemeChange(callback: () => void): () => void {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const observer = new MutationObserver(callback);

    query.addEventListener("change", callback);
    observer.observe(document.documentElement, {
        attributes: true,
        attributeFilter: ["class", "style", "data-theme"],
    });
    return () => {
        query.removeEventListener("change", callback);
        observer.disconnect();
    };
}
