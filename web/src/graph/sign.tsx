import type { JSX } from "preact";

import { graphTexts } from "../texts";
import type { LineState, NodeState } from "./model";

const shapes: Record<NodeState, JSX.Element> = {
    ok: (
        <>
            <circle class="sign-fill" cx="8" cy="8" r="6.5" />
            <path class="sign-cut" d="M5 8.3l2.1 2.1L11 6.2" />
        </>
    ),
    stale: (
        <>
            <path class="sign-fill" d="M8 1.2L15.3 14H.7z" />
            <path class="sign-cut" d="M8 5.6v4M8 11.1v1.4" />
        </>
    ),
    error: (
        <>
            <path class="sign-fill" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />
            <path class="sign-cut" d="M5.5 5.5l5 5M10.5 5.5l-5 5" />
        </>
    ),
    missing: (
        <>
            <circle class="sign-line sign-dashed" cx="8" cy="8" r="6.3" />
            <path class="sign-line" d="M6.2 6.6a1.9 1.9 0 1 1 2.6 1.8q-.8.4-.8 1.2M8 11.2v.8" />
        </>
    ),
};

/** The sign of a state, as on the canvas. */
export function StateSign({ state }: { state: NodeState }): JSX.Element {
    return (
        <svg class={`sign sign-${state}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            {shapes[state]}
        </svg>
    );
}

export function StateText({ state, count }: { state: NodeState; count?: number }): JSX.Element {
    return (
        <span class="state-text">
            <StateSign state={state} /> {count} {graphTexts.nodeStates[state]}
        </span>
    );
}

export type LineLook = LineState | "implicit" | "bundle" | "bridge";

/** How a line of the canvas looks. */
export function LineSign({ look }: { look: LineLook }): JSX.Element {
    return (
        <svg class={`line-sign line-${look}`} viewBox="0 0 34 12" width="34" height="12" aria-hidden="true">
            <path d="M1 6h32" />
            {look === "error" && <path class="line-mark" d="M17 1v10" />}
            {look === "warning" && <path class="line-mark" d="M17 2l4 4-4 4-4-4z" />}
        </svg>
    );
}
