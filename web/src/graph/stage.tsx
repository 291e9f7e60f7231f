import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { graphTexts } from "../texts";
import { arrange, inputOf, mostAtOnce } from "./arrange";
import { GraphCanvas, type CanvasEvents } from "./canvas";
import { Card } from "./card";
import { turn } from "./curve";
import { follow, type Direction } from "./keys";
import { isBetterDown, narrow } from "./fit";
import type { Layout, LayoutInput, Point } from "./layout";
import { hostsOf, linesByMark, markShowing, shutPrefix, type Model } from "./model";
import { Overview } from "./overview";
import type { Path } from "./path";
import { onThemeChange } from "./theme";

export interface StageProps {
    environment: string;
    model: Model;
    selected: string;
    path: Path | null | undefined;
    version: unknown;
    canvas: RefObject<GraphCanvas | null>;
    /** What stays in its place when the graph is arranged anew. */
    anchor: string;
    onSelect(id: string): void;
    /** Shuts the box of a host. */
    onShut(host: string): void;
    onActivate(id: string): void;
    onFocal(id: string): void;
    onPathTo(id: string): void;
    onEscape(): void;
    onTables(): void;
    onCloseStack(): void;
}

/** Two models of which this is the same are drawn in the same places. */
function shapeOf(model: Model, isNarrow: boolean): string {
    return JSON.stringify([
        isNarrow,
        model.focal,
        model.marks.map(({ id, column, host, count, name }) => [id, column, host, count, name]),
        model.lines.map(({ id, count }) => [id, count]),
    ]);
}

interface Drawn {
    model: Model;
    layout: Layout;
    shape: string;
}

/** Of the same columns, with less in them: what stays need not move. */
function isPartOf(model: Model, drawn: Drawn): boolean {
    return (
        drawn.model.focal === model.focal &&
        model.marks.length < drawn.model.marks.length &&
        JSON.stringify(model.columns) === JSON.stringify(drawn.model.columns) &&
        model.marks.every(
            (mark) => drawn.layout.places.has(mark.id) && drawn.model.markOf.get(mark.id)?.host === mark.host,
        )
    );
}

/** From left to right, or where there is little room downwards, if more can be read then. */
async function arrangeIn(
    view: GraphCanvas,
    model: Model,
    isNarrow: boolean,
    signal: AbortSignal,
): Promise<Layout> {
    const input = (isDown: boolean): LayoutInput =>
        inputOf(
            model,
            (mark) => view.sizeOf(mark),
            (line) => view.labelOf(line),
            isDown,
        );
    const [across, size] = [input(false), view.size()];
    const layout = await arrange(across, signal);

    if (!isNarrow || model.marks.length > mostAtOnce)
        return layout;

    const down = input(true);
    const other = await arrange(down, signal);

    return isBetterDown({ layout, marks: across.marks }, { layout: other, marks: down.marks }, size)
        ? other
        : layout;
}

/** The same, of a graph that leads downwards. */
const turned: Record<Direction, Direction> = { left: "up", right: "down", up: "left", down: "right" };

const directions: Record<string, Direction> = {
    ArrowLeft: "left",
    ArrowRight: "right",
    ArrowUp: "up",
    ArrowDown: "down",
};

function useCanvas(
    element: RefObject<HTMLDivElement | null>,
    canvas: RefObject<GraphCanvas | null>,
    events: RefObject<CanvasEvents | null>,
): boolean {
    const [isThere, setThere] = useState(false);

    useEffect(() => {
        const container = element.current;

        if (!container)
            return;

        const made = new GraphCanvas(container, {
            onMark: (...words) => events.current?.onMark(...words),
            onMarkTwice: (...words) => events.current?.onMarkTwice(...words),
            onLine: (...words) => events.current?.onLine(...words),
            onHost: (...words) => events.current?.onHost(...words),
            onNothing: () => events.current?.onNothing(),
            onTouch: () => events.current?.onTouch(),
            onHover: (...words) => events.current?.onHover(...words),
            onView: () => events.current?.onView(),
        });
        const observer = new ResizeObserver(() => made.resize());
        const forget = onThemeChange(() => made.recolour());

        canvas.current = made;
        observer.observe(container);
        setThere(true);
        return () => {
            observer.disconnect();
            forget();
            made.destroy();
            canvas.current = null;
        };
    }, []);
    return isThere;
}

/** Kinds above their columns; they move with the canvas without being rendered anew. */
function Headings({
    model,
    canvas,
    mover,
}: {
    model: Model;
    canvas: RefObject<GraphCanvas | null>;
    mover: RefObject<(() => void) | null>;
}): JSX.Element {
    const row = useRef<HTMLDivElement>(null);

    mover.current = () => {
        const places = canvas.current?.headings() ?? [];
        const isDown = canvas.current?.isDown() === true;

        row.current?.classList.toggle("is-down", isDown);

        [...(row.current?.children ?? [])].forEach((heading, i) => {
            const place = places[i];

            if (!(heading instanceof HTMLElement) || !place)
                return;
            heading.style.translate = isDown
                ? `0 ${Math.round(place.x)}px`
                : `${Math.round(place.x - place.width / 2)}px`;
            heading.style.width = isDown ? "" : `${Math.round(place.width)}px`;
            heading.hidden = place.width < (isDown ? 22 : 44);
        });
    };
    useEffect(() => mover.current?.());
    return (
        <div class="graph-headings" aria-hidden="true" ref={row}>
            {model.columns.map((types) => (
                <span key={types.join()}>{types.map(graphTexts.kind).join(" · ")}</span>
            ))}
        </div>
    );
}

const hoverDelay = 140;
/** Two presses within this time, in milliseconds, are one double press. */
const doubleTime = 500;

/** The second press of two opens what the first one was on, also where a panel has opened under the pointer
 *  or the view has moved. */
function useSecondPress(
    element: RefObject<HTMLDivElement | null>,
    first: RefObject<{ id: string; at: number } | null>,
    open: (id: string) => void,
): void {
    const act = useRef(open);

    act.current = open;
    useEffect(() => {
        const whole = element.current?.closest(".graph-main");
        const gone = new AbortController();
        const isOwn = (event: MouseEvent): boolean =>
            event.detail > 1 && performance.now() - (first.current?.at ?? -Infinity) < doubleTime;

        // What lies there now was not meant.
        const keepOff = (event: Event): void => {
            const isOnCanvas = event.target instanceof Node && element.current?.contains(event.target);

            if (event instanceof MouseEvent && isOwn(event) && !isOnCanvas)
                event.stopPropagation();
        };
        const onDouble = (event: Event): void => {
            if (event instanceof MouseEvent && isOwn(event) && first.current)
                act.current(first.current.id);
            first.current = null;
        };

        whole?.addEventListener("click", keepOff, { capture: true, signal: gone.signal });
        whole?.addEventListener("dblclick", onDouble, { signal: gone.signal });
        return () => gone.abort();
    }, []);
}

/** The canvas with all that lies on it. */
export function Stage(props: StageProps): JSX.Element {
    const { environment, model, selected, path, version, canvas, anchor } = props;
    const element = useRef<HTMLDivElement>(null);
    const events = useRef<CanvasEvents>(null);
    const mover = useRef<() => void>(null);
    const overviewMover = useRef<() => void>(null);
    const drawn = useRef<Drawn | null>(null);
    const timer = useRef(0);
    const frame = useRef(0);
    const isTouched = useRef(false);
    const pressed = useRef<{ id: string; at: number }>(null);
    const [cursor, setCursor] = useState("");
    const [hovered, setHovered] = useState("");
    const [isArranging, setArranging] = useState<AbortController | null>(null);
    const [isCancelled, setCancelled] = useState(false);
    const [isKeyed, setKeyed] = useState(false);
    const [nDrawn, setDrawn] = useState(0);
    const [isNarrow, setNarrow] = useState(false);
    const lines = useMemo(() => linesByMark(model), [model]);
    const isThere = useCanvas(element, canvas, events);

    useSecondPress(element, pressed, props.onActivate);

    const hover = (id: string, delay = hoverDelay): void => {
        clearTimeout(timer.current);
        timer.current = window.setTimeout(() => setHovered(id), delay);
    };

    const move = (): void => {
        mover.current?.();
        overviewMover.current?.();
    };

    events.current = {
        onMark: (id, isShifted) => {
            setCursor("");
            if (performance.now() - (pressed.current?.at ?? -Infinity) > doubleTime)
                pressed.current = { id, at: performance.now() };
            if (isShifted)
                props.onPathTo(id);
            else if ((model.markOf.get(id)?.count ?? 0) > 1)
                props.onActivate(id);
            else
                props.onSelect(id);
        },
        onMarkTwice: (id) => {
            pressed.current = null;
            props.onActivate(id);
        },
        onLine: (id) => props.onSelect(id),
        onHost: (host) => props.onShut(host),
        onNothing: () => props.onSelect(""),
        onTouch: () => {
            isTouched.current = true;
            element.current?.parentElement?.focus({ preventScroll: true });
            isTouched.current = false;
        },
        onHover: (id) => hover(id),
        onView: () => {
            cancelAnimationFrame(frame.current);
            frame.current = requestAnimationFrame(move);
            hover("", 0);
        },
    };

    useEffect(() => {
        const container = element.current;

        if (!container)
            return;

        // With what is beside the stage: the graph is not turned when a panel opens.
        const whole = container.closest(".graph-main") ?? container;
        const observer = new ResizeObserver(() => setNarrow(whole.clientWidth < narrow));

        observer.observe(whole);
        return () => observer.disconnect();
    }, []);

    useEffect(() => {
        const view = canvas.current;
        const before = drawn.current;
        const shape = shapeOf(model, isNarrow);

        if (!view)
            return;
        if (before?.shape === shape) {
            view.repaint(model);
            drawn.current = { ...before, model };
            return;
        }

        const show = (layout: Layout): void => {
            view.draw(model, layout, anchor);
            drawn.current = { model, layout, shape };
            setDrawn((n) => n + 1);
            mover.current?.();
        };

        if (before && before.model.columns.length > 0 && isPartOf(model, before))
            return show(before.layout);

        const control = new AbortController();

        setCancelled(false);
        setArranging(control);
        arrangeIn(view, model, isNarrow, control.signal)
            .then((layout) => !control.signal.aborted && show(layout))
            .catch(() => undefined)
            .finally(() => setArranging((now) => (now === control ? null : now)));
        return () => control.abort();
    }, [model, isThere, isNarrow]);

    // Before the panel that this opens takes from the canvas.
    useLayoutEffect(() => canvas.current?.choose(selected), [selected, model, isThere, isArranging]);
    useEffect(() => canvas.current?.mark(path ?? null), [path, isThere, isArranging]);
    useEffect(() => {
        canvas.current?.pointAt(isKeyed ? cursor : "");
        if (isKeyed && cursor)
            hover(cursor, 350);
    }, [cursor, isKeyed, model, isThere]);
    useEffect(
        () => () => {
            clearTimeout(timer.current);
            cancelAnimationFrame(frame.current);
        },
        [],
    );

    const start = markShowing(model, model.focal)?.id ?? model.focal;
    const atMark = [cursor, selected].find((id) => model.markOf.has(id)) ?? start;

    const step = (direction: Direction): void => {
        const view = canvas.current;
        const isDown = view?.isDown() === true;
        const placeOf = (id: string): Point | null => {
            const place = view?.placeOf(id);

            return place ? (isDown ? turn(place) : place) : null;
        };

        setKeyed(true);
        setCursor(follow(model, lines, atMark, isDown ? turned[direction] : direction, placeOf));
    };

    /** Shuts the box that the cursor is in, or opens the host that it is on. */
    const shutOrOpen = (at: string): void => {
        const mark = model.markOf.get(at);

        if (!mark || (!mark.isShut && !hostsOf(model).has(mark.host)))
            return;
        setCursor(mark.isShut ? "" : shutPrefix + mark.host);
        if (mark.isShut)
            props.onActivate(at);
        else
            props.onShut(mark.host);
    };

    const act = (event: KeyboardEvent): boolean => {
        const at = atMark;
        const direction = directions[event.key];

        if (direction && event.altKey)
            canvas.current?.panBy(
                direction === "left" ? 60 : direction === "right" ? -60 : 0,
                direction === "up" ? 60 : direction === "down" ? -60 : 0,
            );
        else if (direction)
            step(direction);
        else
            switch (event.key) {
                case "Enter":
                    props.onActivate(at);
                    break;
                case " ":
                    props.onSelect(at === selected ? "" : at);
                    break;
                case "f":
                    props.onFocal(at);
                    break;
                case "p":
                    props.onPathTo(at);
                    break;
                case "t":
                    props.onTables();
                    break;
                case "c":
                    shutOrOpen(at);
                    break;
                case "Home":
                    setCursor(start);
                    break;
                case "Backspace":
                    props.onCloseStack();
                    break;
                case "+":
                case "=":
                    canvas.current?.zoomBy(1.25);
                    break;
                case "-":
                    canvas.current?.zoomBy(0.8);
                    break;
                case "0":
                    canvas.current?.fit();
                    break;
                case "Escape":
                    if (hovered)
                        hover("", 0);
                    else
                        props.onEscape();
                    break;
                default:
                    return false;
            }
        return true;
    };

    const shown = model.markOf.get(hovered) ?? model.lines.find((line) => line.id === hovered);
    const cardFrame = useMemo(() => (hovered ? canvas.current?.frameOf(hovered) : null), [hovered, model]);
    const spoken = model.markOf.get(cursor);

    return (
        <div class="graph-stage">
            <div
                class="graph-canvas-frame"
                tabIndex={0}
                role="application"
                aria-roledescription={graphTexts.asGraph}
                aria-label={graphTexts.label(model.marks.find((mark) => mark.isFocal)?.name ?? "")}
                aria-describedby="graph-keys"
                onKeyDown={(event) => {
                    if (!event.ctrlKey && !event.metaKey && act(event))
                        event.preventDefault();
                }}
                onFocus={(event) => {
                    const isByKey = !isTouched.current && event.currentTarget.matches(":focus-visible");

                    setKeyed(isByKey);
                    if (isByKey && !cursor)
                        setCursor(atMark);
                }}
                onBlur={() => {
                    setKeyed(false);
                    hover("");
                }}
            >
                <div class="graph-canvas" ref={element} />
            </div>
            <Headings model={model} canvas={canvas} mover={mover} />
            <Overview canvas={canvas} mover={overviewMover} version={nDrawn} />
            <p id="graph-keys" class="unseen">
                {graphTexts.keys}
            </p>
            <p class="unseen" role="status">
                {spoken && canvas.current?.describe(spoken, lines.get(spoken.id)?.length ?? 0)}
            </p>
            {shown && cardFrame && (
                <Card
                    environment={environment}
                    model={model}
                    of={shown}
                    frame={cardFrame}
                    version={version}
                    onEnter={() => clearTimeout(timer.current)}
                    onLeave={() => hover("")}
                />
            )}
            {isArranging && model.marks.length > 400 && (
                <div class="graph-notice" role="status">
                    <progress aria-label={graphTexts.arranging(model.marks.length)} />
                    {graphTexts.arranging(model.marks.length)}
                    <button
                        type="button"
                        class="graph-button"
                        onClick={() => {
                            isArranging.abort();
                            setArranging(null);
                            setCancelled(true);
                        }}
                    >
                        {graphTexts.cancel}
                    </button>
                </div>
            )}
            {isCancelled && (
                <div class="graph-notice" role="status">
                    {graphTexts.cancelled}
                    <button type="button" class="graph-button" onClick={props.onTables}>
                        {graphTexts.asTable}
                    </button>
                </div>
            )}
        </div>
    );
}
