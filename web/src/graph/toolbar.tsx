import maximize from "lucide-static/icons/maximize.svg?icon";
import zoomIn from "lucide-static/icons/zoom-in.svg?icon";
import zoomOut from "lucide-static/icons/zoom-out.svg?icon";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";

import { Icon } from "../parts/Icon";
import { graphTexts } from "../texts";
import { details, policies, type Detail, type GraphState, type Mode, type Policy } from "./state";

export type ExportFormat = keyof typeof graphTexts.exports;

interface ToolbarProps {
    state: GraphState;
    summary: string;
    /** There are more nodes than the fewest marks, so that it matters how many are asked for. */
    isLarge: boolean;
    /** Stacks that are open. */
    nOpen: number;
    onChange(change: Partial<GraphState>): void;
    onZoom(factor: number): void;
    onFit(): void;
    onExport(format: ExportFormat): void;
}

interface IconButtonProps {
    svg: string;
    label: string;
    /** Where there is little room fingers do it. */
    isStep?: boolean;
    onClick(): void;
}

function IconButton({ svg, label, isStep, onClick }: IconButtonProps): JSX.Element {
    return (
        <button
            type="button"
            class={isStep ? "graph-button graph-button-icon is-step" : "graph-button graph-button-icon"}
            aria-label={label}
            title={label}
            onClick={onClick}
        >
            <Icon of={svg} />
        </button>
    );
}

interface ExportProps {
    /** Pictures are made of what is drawn. */
    hasPicture: boolean;
    onExport(format: ExportFormat): void;
}

function ExportMenu({ hasPicture, onExport }: ExportProps): JSX.Element {
    const menu = useRef<HTMLDetailsElement>(null);
    const close = (): void => menu.current?.removeAttribute("open");

    return (
        <details
            class="graph-export"
            ref={menu}
            onKeyDown={(event) => {
                if (event.key === "Escape") {
                    close();
                    menu.current?.querySelector("summary")?.focus();
                }
            }}
            onFocusOut={(event) => {
                if (!menu.current?.contains(event.relatedTarget as Node | null))
                    close();
            }}
        >
            <summary class="graph-button">{graphTexts.exportAs}</summary>
            <ul>
                {(Object.keys(graphTexts.exports) as ExportFormat[]).map((format) => {
                    const isOff = !hasPicture && (format === "png" || format === "svg");

                    return (
                        <li key={format}>
                            <button
                                type="button"
                                disabled={isOff}
                                title={isOff ? graphTexts.pictureNeedsGraph : undefined}
                                onClick={() => {
                                    close();
                                    onExport(format);
                                }}
                            >
                                {graphTexts.exports[format]}
                            </button>
                        </li>
                    );
                })}
            </ul>
        </details>
    );
}

function ModeSwitch({ mode, onMode }: { mode: Mode; onMode(mode: Mode): void }): JSX.Element {
    const names = { graph: graphTexts.asGraph, table: graphTexts.asTable };

    return (
        <div class="graph-switch" role="group" aria-label={graphTexts.view}>
            {(["graph", "table"] as const).map((one) => (
                <button type="button" key={one} aria-pressed={one === mode} onClick={() => onMode(one)}>
                    {names[one]}
                </button>
            ))}
        </div>
    );
}

interface ChoiceProps<T extends string> {
    name: string;
    hint: string;
    value: T;
    values: readonly T[];
    texts: Record<T, string>;
    onValue(value: T): void;
}

function Choice<T extends string>({
    name,
    hint,
    value,
    values,
    texts,
    onValue,
}: ChoiceProps<T>): JSX.Element {
    return (
        <label class="graph-choice" title={hint}>
            <span>{name}</span>
            <select
                value={value}
                onChange={(event) => {
                    const chosen = values[event.currentTarget.selectedIndex];

                    if (chosen !== undefined)
                        onValue(chosen);
                }}
            >
                {values.map((one) => (
                    <option key={one} value={one}>
                        {texts[one]}
                    </option>
                ))}
            </select>
        </label>
    );
}

export function Toolbar({
    state,
    summary,
    isLarge,
    nOpen,
    onChange,
    onZoom,
    onFit,
    onExport,
}: ToolbarProps): JSX.Element {
    return (
        <div class="graph-toolbar">
            <ModeSwitch mode={state.mode} onMode={(mode) => onChange({ mode })} />
            <Choice
                name={graphTexts.policy}
                hint={graphTexts.policyHint}
                value={state.policy}
                values={policies}
                texts={graphTexts.policies}
                onValue={(policy: Policy) => onChange({ policy, open: [] })}
            />
            {isLarge && (
                <Choice
                    name={graphTexts.detail}
                    hint={graphTexts.detailHint}
                    value={state.detail}
                    values={details}
                    texts={graphTexts.amounts}
                    onValue={(detail: Detail) => onChange({ detail, open: [] })}
                />
            )}
            <span class="graph-summary">{summary}</span>
            {nOpen > 0 && (
                <button type="button" class="graph-button" onClick={() => onChange({ open: [] })}>
                    {graphTexts.closeStacks(nOpen)}
                </button>
            )}
            {state.mode === "graph" && (
                <div class="graph-zoom">
                    <IconButton isStep svg={zoomOut} label={graphTexts.zoomOut} onClick={() => onZoom(0.8)} />
                    <IconButton svg={maximize} label={graphTexts.fit} onClick={onFit} />
                    <IconButton isStep svg={zoomIn} label={graphTexts.zoomIn} onClick={() => onZoom(1.25)} />
                </div>
            )}
            <ExportMenu hasPicture={state.mode === "graph"} onExport={onExport} />
        </div>
    );
}
