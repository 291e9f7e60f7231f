import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";

import { graphTexts, objectPage } from "../texts";
import type { GraphCanvas } from "./canvas";
import { dotOf, download, fileName, jsonOf, svgOf } from "./export";
import "./graph.css";
import { titleOf } from "./label";
import { Legend } from "./legend";
import { useGraph } from "./load";
import { hostsOf, markShowing, modelOf, shutPrefix, withoutTypes, withShut, type Model } from "./model";
import { Panel } from "./panel";
import { pathBetween, type Path } from "./path";
import { Stage } from "./stage";
import type { GraphState } from "./state";
import { Tables } from "./tables";
import { Toolbar, type ExportFormat } from "./toolbar";

export interface GraphViewProps {
    environment: string;
    /** "_id" of an object. */
    focal: string;
    /** What is in the URL. */
    state: Signal<GraphState>;
    onFocal(id: string): void;
    onOpen(id: string): void;
    /** Where it can be seen what hangs on the focal point. */
    onHangs?: () => void;
}

interface MarkedPath {
    /** undefined: no path is marked; null: nothing joins its ends. */
    path: Path | null | undefined;
    isEndGone: boolean;
}

/** Without a start it begins at the focal point. */
function markedPath(model: Model, { from, to }: GraphState): MarkedPath {
    if (!to)
        return { path: undefined, isEndGone: false };

    const [start, end] = [markShowing(model, from || model.focal), markShowing(model, to)];

    return start && end
        ? { path: pathBetween(model, start.id, end.id), isEndGone: false }
        : { path: null, isEndGone: true };
}

async function save(format: ExportFormat, model: Model, canvas: GraphCanvas | null): Promise<void> {
    const name = fileName(model, format);
    const drawing = canvas?.drawing();

    switch (format) {
        case "dot":
            return download(new Blob([dotOf(model)], { type: "text/vnd.graphviz" }), name);
        case "json":
            return download(new Blob([jsonOf(model)], { type: "application/json" }), name);
        case "svg":
            if (canvas && drawing)
                download(new Blob([svgOf(drawing, canvas.currentTheme())], { type: "image/svg+xml" }), name);
            return;
        case "png":
            if (canvas)
                download(await canvas.png(), name);
    }
}

function Notice({ children, isBad }: { children: ComponentChildren; isBad?: boolean }): JSX.Element {
    return (
        <div class={isBad ? "graph-banner graph-banner-bad" : "graph-banner"} role="status">
            {children}
        </div>
    );
}

function Failure({ error, onRetry }: { error: Error; onRetry(): void }): JSX.Element {
    return (
        <div class="graph-empty" role="alert">
            <h3>{graphTexts.failed}</h3>
            <p>{error.message}</p>
            <button type="button" class="graph-button graph-button-main" onClick={onRetry}>
                {graphTexts.retry}
            </button>
        </div>
    );
}

function summaryOf(model: Model): string {
    const totals = `${graphTexts.nodes(model.nNodes)}, ${graphTexts.links(model.nLinks)}`;

    return model.marks.some((mark) => mark.count > 1)
        ? graphTexts.rolledUp(graphTexts.marks(model.marks.length), totals)
        : totals;
}

/** The graph of a focal point, with all that belongs to it. */
export function GraphView({
    environment,
    focal,
    state,
    onFocal,
    onOpen,
    onHangs,
}: GraphViewProps): JSX.Element {
    const now = state.value;
    const canvas = useRef<GraphCanvas>(null);
    const anchor = useRef("");
    const [problem, setProblem] = useState("");
    const loaded = useGraph(environment, focal, now);
    const { answer, error, isLoading, isGone, gone, version } = loaded;
    const whole = useMemo(() => (answer ? modelOf(answer) : null), [answer]);
    const hiddenKey = now.hidden.join();
    const shutKey = JSON.stringify(now.shut);
    const model = useMemo(
        () => (whole ? withShut(withoutTypes(whole, now.hidden), now.shut) : null),
        [whole, hiddenKey, shutKey],
    );
    const marked = useMemo(
        (): MarkedPath => (model ? markedPath(model, now) : { path: undefined, isEndGone: false }),
        [model, now.from, now.to],
    );
    const selected =
        model && (model.markOf.get(now.selected) ?? model.lines.find((line) => line.id === now.selected));
    const change = useCallback(
        (part: Partial<GraphState>) => {
            state.value = { ...state.peek(), ...part };
        },
        [state],
    );
    const select = useCallback((id: string) => change({ selected: id }), [change]);

    if (error && (!answer || answer.focal_point !== focal))
        return (
            <div class="graph">
                <Failure error={error} onRetry={loaded.reload} />
            </div>
        );
    if (!model || !whole)
        return (
            <div class="graph" aria-busy="true">
                <div class="graph-toolbar graph-waiting" />
                <div class="graph-empty quiet" role="status">
                    {graphTexts.loading}
                </div>
            </div>
        );

    const openStack = (id: string): void => {
        anchor.current = id;
        change({ open: [...now.open, id], selected: "" });
    };
    const activate = (id: string): void => {
        const mark = model.markOf.get(id);

        if (mark?.isShut) {
            anchor.current = id;
            change({ shut: now.shut.filter((host) => host !== mark.name), selected: "" });
        } else if (mark && mark.count > 1)
            openStack(id);
        else if (mark && mark.state !== "missing")
            onOpen(id);
    };
    const shut = (host: string): void => {
        if (!hostsOf(model).has(host))
            return;
        anchor.current = shutPrefix + host;
        change({ shut: [...now.shut, host], selected: "" });
    };
    const makeFocal = (id: string): void => {
        const mark = model.markOf.get(id);

        if (mark && mark.count === 1 && !mark.isFocal && mark.state !== "missing")
            onFocal(id);
    };
    const pathTo = (id: string): void => {
        const from = now.from || (now.selected && model.markOf.has(now.selected) ? now.selected : "");

        change(id === (from || model.focal) ? { from: "", to: "" } : { from, to: id });
    };
    const start = now.from && !now.to ? markShowing(model, now.from) : undefined;

    return (
        <div class="graph" aria-busy={isLoading}>
            <Toolbar
                state={now}
                summary={summaryOf(whole)}
                isLarge={whole.nNodes > 30}
                nOpen={now.open.length}
                onChange={change}
                onZoom={(factor) => canvas.current?.zoomBy(factor)}
                onFit={() => canvas.current?.fit()}
                onExport={(format) => {
                    setProblem("");
                    save(format, model, canvas.current).catch(() => setProblem(graphTexts.exportFailed));
                }}
            />
            {isGone && (
                <Notice isBad>
                    <strong>{graphTexts.vanished}</strong> {graphTexts.vanishedWhat}
                </Notice>
            )}
            {!isGone && gone.length > 0 && <Notice>{graphTexts.partGone(gone.join(", "))}</Notice>}
            {error && (
                <Notice isBad>
                    {graphTexts.failed} {error.message}{" "}
                    <button type="button" class="graph-button" onClick={loaded.reload}>
                        {graphTexts.retry}
                    </button>
                </Notice>
            )}
            {problem && <Notice isBad>{problem}</Notice>}
            {start && (
                <Notice>
                    {graphTexts.pathStarts(titleOf(start))}{" "}
                    <button type="button" class="graph-button" onClick={() => change({ from: "" })}>
                        {graphTexts.endPath}
                    </button>
                </Notice>
            )}
            {!model.isClique && (
                <Notice>
                    <strong>{model.nLinks > 0 ? graphTexts.directLinks : graphTexts.noLinks}.</strong>{" "}
                    {model.nLinks > 0 ? graphTexts.directLinksWhat : graphTexts.noLinksWhat}{" "}
                    {onHangs && (
                        <button type="button" class="graph-button" onClick={onHangs}>
                            {objectPage.hangs}
                        </button>
                    )}
                </Notice>
            )}
            <div class="graph-main">
                {now.mode === "table" ? (
                    <Tables model={model} selected={now.selected} onSelect={select} />
                ) : (
                    <Stage
                        environment={environment}
                        model={model}
                        selected={now.selected}
                        path={marked.path}
                        version={version}
                        canvas={canvas}
                        anchor={anchor.current || now.selected || model.focal}
                        onSelect={select}
                        onShut={shut}
                        onActivate={activate}
                        onFocal={makeFocal}
                        onPathTo={pathTo}
                        onTables={() => change({ mode: "table" })}
                        onCloseStack={() => change({ open: now.open.slice(0, -1) })}
                        onEscape={() => change(now.to || now.from ? { from: "", to: "" } : { selected: "" })}
                    />
                )}
                <Panel
                    environment={environment}
                    model={model}
                    selected={selected ?? undefined}
                    path={marked.path}
                    isPathEndGone={marked.isEndGone}
                    version={version}
                    onSelect={select}
                    onFocal={makeFocal}
                    onOpen={onOpen}
                    onOpenStack={activate}
                    onShut={shut}
                    onPath={change}
                />
            </div>
            <Legend model={whole} hidden={now.hidden} onHidden={(hidden) => change({ hidden })} />
        </div>
    );
}
