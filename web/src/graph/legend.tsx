import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { graphTexts } from "../texts";
import { KindGlyph } from "./glyph";
import { nodeStates, type Model, type NodeState } from "./model";
import { LineSign, StateSign, type LineLook } from "./sign";

interface LegendProps {
    /** All of it, also what is hidden. */
    model: Model;
    hidden: readonly string[];
    onHidden(hidden: string[]): void;
}

function looksOf(model: Model): LineLook[] {
    const looks: LineLook[] = [];
    const has = (look: LineLook, isThere: boolean): unknown => isThere && looks.push(look);

    for (const state of ["ok", "warning", "error", "unknown"] as const)
        has(
            state,
            model.lines.some((line) => line.state === state && !line.isBridge),
        );
    has(
        "implicit",
        model.lines.some((line) => line.isImplicit),
    );
    has(
        "bundle",
        model.lines.some((line) => line.count > 1),
    );
    return looks;
}

function nameOf(look: LineLook): string {
    switch (look) {
        case "implicit":
            return graphTexts.implicit;
        case "bundle":
            return graphTexts.bundle;
        case "bridge":
            return graphTexts.bridge;
        default:
            return graphTexts.lineStates[look];
    }
}

function KindFilter({ model, hidden, onHidden }: LegendProps): JSX.Element {
    const focalType = model.marks.find((mark) => mark.isFocal)?.type ?? "";
    const toggle = (type: string): void =>
        onHidden(hidden.includes(type) ? hidden.filter((one) => one !== type) : [...hidden, type]);

    return (
        <ul class="legend-kinds" aria-label={graphTexts.legendKinds}>
            {model.types.map(({ type, count }) => {
                const isOnly = type === focalType && count === 1;

                return (
                    <li key={type}>
                        <button
                            type="button"
                            class="legend-kind"
                            aria-pressed={!hidden.includes(type) || isOnly}
                            disabled={isOnly}
                            title={isOnly ? graphTexts.focalStays : graphTexts.legendKinds}
                            onClick={() => toggle(type)}
                        >
                            <KindGlyph type={type} />
                            <span>{graphTexts.kind(type)}</span>
                            <span class="legend-count">{count}</span>
                        </button>
                    </li>
                );
            })}
            {hidden.length > 0 && (
                <li>
                    <button type="button" class="graph-button" onClick={() => onHidden([])}>
                        {graphTexts.showAll}
                    </button>
                </li>
            )}
        </ul>
    );
}

/** What is there and what it looks like; also the filter by kind. */
export function Legend(props: LegendProps): JSX.Element {
    const { model, hidden } = props;
    const counts = nodeStates
        .map((state): [NodeState, number] => [
            state,
            model.marks.reduce((sum, mark) => sum + mark.states[state], 0),
        ])
        .filter(([, count]) => count > 0);

    const [isOpen, setOpen] = useState(false);

    return (
        <section class={isOpen ? "legend is-open" : "legend"} aria-label={graphTexts.legend}>
            <button
                type="button"
                class="graph-button legend-toggle"
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
            >
                {graphTexts.legendShow}
            </button>
            <KindFilter {...props} />
            <ul class="legend-signs" aria-label={graphTexts.legendStates}>
                {counts.map(([state, count]) => (
                    <li key={state}>
                        <StateSign state={state} /> {graphTexts.nodeStates[state]}{" "}
                        <span class="legend-count">{count}</span>
                    </li>
                ))}
            </ul>
            <ul class="legend-signs" aria-label={graphTexts.legendLinks}>
                {[...looksOf(model), ...(hidden.length > 0 ? ["bridge" as const] : [])].map((look) => (
                    <li key={look}>
                        <LineSign look={look} /> {nameOf(look)}
                    </li>
                ))}
            </ul>
        </section>
    );
}
