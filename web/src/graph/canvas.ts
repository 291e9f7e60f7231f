import cytoscape, {
    type Core,
    type EdgeSingular,
    type ElementDefinition,
    type NodeSingular,
} from "cytoscape";

import { graphTexts } from "../texts";
import { iconUrl, stateUrl } from "./badge";
import { bowOf, controlsOf, relativeTo } from "./curve";
import type { Layout, Point } from "./layout";
import { cutTo, markSize, measure, plain, shorten, titleOf, titleOfLine } from "./label";
import { nodeStates, type Line, type Mark, type Model } from "./model";
import type { Path } from "./path";
import { styleOf } from "./style";
import { readTheme, type Theme } from "./theme";

export interface CanvasEvents {
    onMark(id: string, isShifted: boolean): void;
    onMarkTwice(id: string): void;
    onLine(id: string): void;
    onNothing(): void;
    /** Anything was pressed. */
    onTouch(): void;
    /** With the pointer on a mark or a line; "": no longer. */
    onHover(id: string): void;
    onView(): void;
}

/** What is drawn, with its places: what is exported. */
export interface Drawing {
    model: Model;
    marks: Map<string, { x: number; y: number; width: number; height: number }>;
    boxes: Map<string, { x1: number; y1: number; x2: number; y2: number }>;
    lines: Map<string, Curve>;
}

/** A place, and how wide what lies there is. */
interface Frame extends Point {
    width: number;
}

interface Curve {
    from: Point;
    to: Point;
    controls: Point[];
}

/** At which side a line leaves its source and reaches its target; -1: at the left. */
type Sides = [number, number];

const boxMargin = 16;
/** For the caption of a box, below the headings. */
const headRoom = 28;
/** More marks than these are moved as a picture of themselves: software drawing would stutter. */
const mostMoved = 150;
const boxPrefix = "host:";
const mostLabels = 120;
const closest = 2.5;
const farthest = 0.04;

/** Cytoscape puts its one rule into the page as a <style>, which the page's policy forbids; it is in
 *  graph.css. It leaves it when an element of this id is there. */
function keepStyleOut(): void {
    const id = "__________cytoscape_stylesheet";

    if (!document.getElementById(id)) {
        const stand = document.createElement("meta");

        stand.id = id;
        document.head.append(stand);
    }
}

function isReduced(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export class GraphCanvas {
    private readonly cy: Core;
    private readonly container: HTMLElement;
    private readonly events: CanvasEvents;
    private theme: Theme;
    private model: Model | null = null;
    private layout: Layout | null = null;
    private readonly pictures = new Map<string, string>();

    constructor(container: HTMLElement, events: CanvasEvents) {
        keepStyleOut();
        this.container = container;
        this.events = events;
        this.theme = readTheme(container);
        this.cy = cytoscape({
            container,
            style: styleOf(this.theme),
            layout: { name: "preset" },
            minZoom: farthest,
            maxZoom: closest,
            boxSelectionEnabled: false,
            autounselectify: true,
            hideEdgesOnViewport: false,
            textureOnViewport: false,
            pixelRatio: "auto" as unknown as number,
        });
        this.listen();
    }

    private listen(): void {
        const { cy, events } = this;

        cy.on("tap", "node.mark", (event) =>
            events.onMark(event.target.id(), event.originalEvent.shiftKey),
        );
        cy.on("dbltap", "node.mark", (event) => events.onMarkTwice(event.target.id()));
        cy.on("tap", "edge", (event) => events.onLine(event.target.id()));
        cy.on("tap", (event) => {
            events.onTouch();
            if (event.target === cy || event.target.hasClass?.("box"))
                events.onNothing();
        });
        cy.on("mouseover", "node.mark, edge", (event) => this.hover(event.target.id()));
        cy.on("mouseout", "node.mark, edge", () => this.hover(""));
        cy.on("grab", "node", () => events.onHover(""));
        cy.on("position", "node.mark", (event) => this.bend(event.target.connectedEdges()));
        cy.on("viewport", () => events.onView());
    }

    private hover(id: string): void {
        this.cy.edges(".near").removeClass("near");
        this.container.style.cursor = id ? "pointer" : "";
        if (id) {
            const element = this.cy.getElementById(id);

            element.union(element.connectedEdges()).filter("edge").addClass("near");
        }
        this.events.onHover(id);
    }

    private picture(key: string, make: () => string): string {
        const found = this.pictures.get(key) ?? make();

        this.pictures.set(key, found);
        return found;
    }

    /** How large a mark is drawn, which the layout must know. */
    sizeOf(mark: Mark): { width: number; height: number } {
        const title = plain(titleOf(mark));
        const width = measure(title, this.fontOf(mark)) + markSize.icon + markSize.sign + 4;

        return {
            width: Math.min(markSize.most, Math.max(markSize.least, Math.ceil(width))),
            height: markSize.height,
        };
    }

    labelWidth(line: Line): number {
        const title = titleOfLine(line);

        return title === "" ? 0 : measure(title, `11px ${this.theme.font}`);
    }

    private fontOf(mark: Mark): string {
        return `${mark.isFocal ? 700 : mark.count > 1 ? 600 : 500} ${markSize.font}px ${this.theme.font}`;
    }

    private dataOfMark(mark: Mark, width: number): Record<string, unknown> {
        const { theme } = this;
        const most = width - markSize.icon - markSize.sign;

        return {
            title: shorten(plain(titleOf(mark)), most, (text) => measure(text, this.fontOf(mark))),
            width,
            height: markSize.height,
            shift: markSize.icon - width,
            pictures: [
                this.picture(`kind ${mark.type}`, () => iconUrl(mark.type, theme)),
                this.picture(`state ${mark.state}`, () => stateUrl(mark.state, theme)),
            ],
            pictureX: `8px ${width - 24}px`,
        };
    }

    private markElement(mark: Mark, layout: Layout): ElementDefinition {
        const width = layout.columns[mark.column]?.width ?? markSize.least;
        const classes = ["mark", mark.state, mark.count > 1 && "stack", mark.isFocal && "focal"];

        return {
            group: "nodes",
            data: {
                id: mark.id,
                ...(mark.host ? { parent: boxPrefix + mark.host } : {}),
                ...this.dataOfMark(mark, width),
            },
            position: { ...(layout.places.get(mark.id) ?? { x: 0, y: 0 }) },
            classes: classes.filter(Boolean).join(" "),
        };
    }

    private lineElement(line: Line, model: Model, layout: Layout): ElementDefinition {
        const [source, target] = [model.markOf.get(line.source), model.markOf.get(line.target)];
        const isBack = (source?.column ?? 0) > (target?.column ?? 0);
        const isBow = source?.column === target?.column;
        const sides: Sides = [isBack ? -1 : 1, isBack || isBow ? 1 : -1];
        const isInside = source?.host !== "" && source?.host === target?.host;
        const classes = [
            line.state,
            line.isImplicit && "implicit",
            line.isBridge && "bridge",
            isInside && "inside",
            model.lines.length <= mostLabels && "labelled",
        ];

        return {
            group: "edges",
            data: {
                id: line.id,
                source: line.source,
                target: line.target,
                title: titleOfLine(line),
                width:
                    line.count > 1
                        ? Math.min(6, 1.75 + Math.log2(line.count) / 2)
                        : line.state === "error"
                          ? 2.5
                          : 1.75,
                sourceEnd: sides[0] < 0 ? "-50% 0%" : "50% 0%",
                targetEnd: sides[1] < 0 ? "-50% 0%" : "50% 0%",
                sides,
                ...this.bentBetween(
                    line.id,
                    sides,
                    this.startOf(source, layout),
                    this.startOf(target, layout),
                ),
            },
            classes: classes.filter(Boolean).join(" "),
        };
    }

    private elementsOf(model: Model, layout: Layout): ElementDefinition[] {
        const hosts = [...new Set(model.marks.map((mark) => mark.host).filter(Boolean))];

        return [
            ...hosts.map((host): ElementDefinition => ({
                group: "nodes",
                data: { id: boxPrefix + host, title: cutTo(host, 40) },
                classes: "box",
                grabbable: true,
            })),
            ...model.marks.map((mark) => this.markElement(mark, layout)),
            ...model.lines.map((line) => this.lineElement(line, model, layout)),
        ];
    }

    private startOf(mark: Mark | undefined, layout: Layout): Frame {
        const { x, y } = layout.places.get(mark?.id ?? "") ?? { x: 0, y: 0 };

        return { x, y, width: layout.columns[mark?.column ?? 0]?.width ?? markSize.least };
    }

    /** From the side of one to the side of the other. */
    private curveBetween(id: string, [from, to]: Sides, source: Frame, target: Frame): Curve {
        const a = { x: source.x + (from * source.width) / 2, y: source.y };
        const b = { x: target.x + (to * target.width) / 2, y: target.y };
        const bends = this.layout?.bends.get(id) ?? [];

        if (from === to)
            return { from: a, to: b, controls: bowOf(a, b) };
        return {
            from: a,
            to: b,
            controls: from > 0 ? controlsOf(a, b, bends) : controlsOf(b, a, bends).reverse(),
        };
    }

    private bentBetween(
        id: string,
        sides: Sides,
        source: Frame,
        target: Frame,
    ): ReturnType<typeof relativeTo> {
        const { from, to, controls } = this.curveBetween(id, sides, source, target);

        return relativeTo(from, to, controls);
    }

    private curveOf(edge: EdgeSingular): Curve {
        const frame = (node: NodeSingular): Frame => ({
            ...node.position(),
            width: node.data("width") as number,
        });

        return this.curveBetween(
            edge.id(),
            edge.data("sides") as Sides,
            frame(edge.source()),
            frame(edge.target()),
        );
    }

    private bend(edges: cytoscape.EdgeCollection): void {
        this.cy.batch(() =>
            edges.forEach((edge) => {
                const { from, to, controls } = this.curveOf(edge);

                edge.data(relativeTo(from, to, controls));
            }),
        );
    }

    /** Shows another graph, or the same anew: what stays is moved, what is the anchor stays where it is. */
    draw(model: Model, layout: Layout, anchor: string): void {
        const { cy } = this;
        const isFirst = cy.nodes().empty() || this.model?.focal !== model.focal;
        const held = isFirst ? undefined : (this.screenPlace(anchor) ?? this.screenPlace(model.focal));
        const hadAnchor = cy.getElementById(anchor).nonempty();
        const before = new Map(cy.nodes(".mark").map((node) => [node.id(), { ...node.position() }]));
        const marked = new Map(
            cy
                .elements(".chosen, .cursor, .path, .dim")
                .map((element) => [
                    element.id(),
                    ["chosen", "cursor", "path", "dim"].filter((name) => element.hasClass(name)),
                ]),
        );

        this.model = model;
        this.layout = layout;
        this.renderer().textureOnViewport = model.marks.length > mostMoved;
        cy.batch(() => {
            cy.elements().remove();
            cy.add(this.elementsOf(model, layout));
            for (const [id, names] of marked)
                cy.getElementById(id).addClass(names);
        });
        if (isFirst)
            this.show();
        else if (held)
            this.hold(hadAnchor ? anchor : model.focal, held, before);
        if (!isFirst && !isReduced() && model.marks.length <= 150)
            this.glide(before);
    }

    /** Its types lack it. */
    private renderer(): { textureOnViewport: boolean } {
        return (this.cy as unknown as { renderer(): { textureOnViewport: boolean } }).renderer();
    }

    /** From where they were to where they belong. */
    private glide(before: Map<string, Point>): void {
        this.cy.nodes(".mark").forEach((node) => {
            const from = before.get(node.id());
            const to = { ...node.position() };

            if (from && Math.hypot(from.x - to.x, from.y - to.y) > 1) {
                node.position(from);
                node.animate({ position: to, duration: 220, easing: "ease-out" });
            }
        });
    }

    /** States and labels have changed, and nothing else: all stays where it is. */
    repaint(model: Model): void {
        const before = this.model;

        this.model = model;
        this.cy.batch(() => {
            for (const mark of model.marks)
                if (before?.markOf.get(mark.id)?.state !== mark.state)
                    this.paintMark(mark);
            for (const [i, line] of model.lines.entries())
                if (before?.lines[i]?.state !== line.state || before.lines[i].label !== line.label)
                    this.paintLine(line);
        });
    }

    private paintMark(mark: Mark): void {
        const node = this.cy.getElementById(mark.id);

        node.removeClass(nodeStates.join(" ")).addClass(mark.state);
        node.data(this.dataOfMark(mark, node.data("width") as number));
    }

    private paintLine(line: Line): void {
        const edge = this.cy.getElementById(line.id);

        edge.removeClass("ok warning error unknown").addClass(line.state);
        edge.data("title", titleOfLine(line));
    }

    recolour(): void {
        this.theme = readTheme(this.container);
        this.pictures.clear();
        this.cy.style(styleOf(this.theme));
        this.cy.batch(() => this.model?.marks.forEach((mark) => this.paintMark(mark)));
    }

    private screenPlace(id: string): Point | undefined {
        const node = this.cy.getElementById(id);

        return node.nonempty() ? { ...(node as NodeSingular).renderedPosition() } : undefined;
    }

    /** What was there stays where it was; of a stack that was opened, the middle of its members. */
    private hold(id: string, at: Point, before: ReadonlyMap<string, Point>): void {
        const now = this.screenPlace(id);
        const added = this.cy.nodes(".mark").filter((node) => !before.has(node.id()));

        if (now) {
            this.cy.panBy({ x: at.x - now.x, y: at.y - now.y });
        } else if (added.nonempty()) {
            const { x1, x2, y1, y2 } = added.renderedBoundingBox();

            this.cy.panBy({ x: at.x - (x1 + x2) / 2, y: at.y - (y1 + y2) / 2 });
        }
    }

    /** Around all marks with their boxes; cheaper than what Cytoscape would work out. */
    private extent(): { x1: number; y1: number; x2: number; y2: number } | null {
        const extent = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };

        this.cy.nodes(".mark").forEach((node) => {
            const { x, y } = node.position();
            const half = (node.data("width") as number) / 2;

            extent.x1 = Math.min(extent.x1, x - half);
            extent.x2 = Math.max(extent.x2, x + half);
            extent.y1 = Math.min(extent.y1, y - markSize.height / 2);
            extent.y2 = Math.max(extent.y2, y + markSize.height / 2);
        });
        return extent.x1 <= extent.x2
            ? {
                  x1: extent.x1 - boxMargin,
                  y1: extent.y1 - boxMargin - headRoom,
                  x2: extent.x2 + boxMargin,
                  y2: extent.y2 + boxMargin,
              }
            : null;
    }

    private fittingZoom(extent: { x1: number; y1: number; x2: number; y2: number }): number {
        const margin = Math.min(28, this.cy.width() / 16);
        const zoom = Math.min(
            (this.cy.width() - 2 * margin) / (extent.x2 - extent.x1),
            (this.cy.height() - 2 * margin) / (extent.y2 - extent.y1),
        );

        return Math.min(1.15, Math.max(farthest, zoom));
    }

    /** All of it, if that can be read; else the focal point and what is beside it. */
    private show(): void {
        const extent = this.extent();
        const focal = this.cy.nodes(".focal").first();
        const readable = 0.55;

        if (!extent || focal.empty() || this.fittingZoom(extent) >= readable)
            return this.fit();

        const zoom = readable * 1.2;
        const { x, y } = (focal as NodeSingular).position();
        const half = (focal.data("width") as number) / 2;
        const isLeft = x - extent.x1 < extent.x2 - x;

        this.cy.viewport({
            zoom,
            pan: {
                x: isLeft ? 24 - (x - half) * zoom : this.cy.width() - 24 - (x + half) * zoom,
                y: this.cy.height() / 2 - y * zoom,
            },
        });
    }

    fit(): void {
        const extent = this.extent();

        if (!extent)
            return;

        const zoom = this.fittingZoom(extent);

        this.cy.viewport({
            zoom,
            pan: {
                x: this.cy.width() / 2 - (zoom * (extent.x1 + extent.x2)) / 2,
                y: this.cy.height() / 2 - (zoom * (extent.y1 + extent.y2)) / 2,
            },
        });
    }

    zoomBy(factor: number): void {
        const centre = { x: this.cy.width() / 2, y: this.cy.height() / 2 };

        this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: centre });
    }

    panBy(x: number, y: number): void {
        this.cy.panBy({ x, y });
    }

    /** Moves the view as little as needed for a mark to be seen. */
    reveal(id: string): void {
        const node = this.cy.getElementById(id);

        if (node.empty())
            return;

        const box = node.renderedBoundingBox();
        const margin = 24;
        const shift = (low: number, high: number, size: number): number =>
            low < margin ? margin - low : high > size - margin ? size - margin - high : 0;

        this.cy.panBy({
            x: shift(box.x1, box.x2, this.cy.width()),
            y: shift(box.y1, box.y2, this.cy.height()),
        });
    }

    private only(name: string, ids: readonly string[]): void {
        this.cy.batch(() => {
            this.cy.elements(`.${name}`).removeClass(name);
            for (const id of ids)
                this.cy.getElementById(id).addClass(name);
        });
    }

    choose(id: string): void {
        this.only("chosen", id ? [id] : []);
    }

    pointAt(id: string): void {
        this.only("cursor", id ? [id] : []);
        if (id)
            this.reveal(id);
    }

    mark(path: Path | null): void {
        const ids = path ? [...path.marks, ...path.lines].map((one) => one.id) : [];

        this.only("path", ids);
        this.cy.batch(() => {
            this.cy.elements().removeClass("dim");
            if (path)
                this.cy.elements().not(".path").not(".box").addClass("dim");
        });
    }

    /** Where it is on the canvas, for a card beside it. */
    frameOf(id: string): { x1: number; y1: number; x2: number; y2: number } | null {
        const element = this.cy.getElementById(id);

        if (element.empty())
            return null;
        if (element.isNode())
            return element.renderedBoundingBox({ includeLabels: false });

        const { x, y } = (element as unknown as EdgeSingular).renderedMidpoint();

        return { x1: x, y1: y, x2: x, y2: y };
    }

    placeOf(id: string): Point | null {
        const node = this.cy.getElementById(id);

        return node.nonempty() ? { ...(node as NodeSingular).position() } : null;
    }

    /** Columns as they lie on the canvas now. */
    headings(): { x: number; width: number }[] {
        const [zoom, pan] = [this.cy.zoom(), this.cy.pan()];

        return (this.layout?.columns ?? []).map(({ x, width }) => ({
            x: x * zoom + pan.x,
            width: (width + 60) * zoom,
        }));
    }

    drawing(): Drawing | null {
        if (!this.model)
            return null;

        const marks = this.cy
            .nodes(".mark")
            .map((node): [string, Drawing["marks"] extends Map<string, infer M> ? M : never] => [
                node.id(),
                { ...node.position(), width: node.width(), height: node.height() },
            ]);
        const boxes = this.cy
            .nodes(".box")
            .map((node): [string, { x1: number; y1: number; x2: number; y2: number }] => {
                const { x1, y1, x2, y2 } = node.boundingBox({ includeLabels: false, includeOverlays: false });

                return [node.id().slice(boxPrefix.length), { x1, y1, x2, y2 }];
            });
        const lines = this.cy.edges().map((edge): [string, Curve] => [edge.id(), this.curveOf(edge)]);

        return { model: this.model, marks: new Map(marks), boxes: new Map(boxes), lines: new Map(lines) };
    }

    png(): Promise<Blob> {
        return this.cy.png({
            output: "blob-promise",
            full: true,
            scale: 2,
            bg: this.theme.canvas,
            maxWidth: 16000,
            maxHeight: 16000,
        });
    }

    currentTheme(): Theme {
        return this.theme;
    }

    /** What was chosen stays in sight. */
    resize(): void {
        this.cy.resize();

        const chosen = this.cy.nodes(".chosen");

        if (chosen.nonempty())
            this.reveal(chosen.first().id());
    }

    destroy(): void {
        this.cy.destroy();
    }

    /** How a mark is said. */
    describe(mark: Mark, links: number): string {
        return graphTexts.spoken(
            titleOf(mark),
            mark.count > 1 ? "" : graphTexts.kind(mark.type),
            graphTexts.nodeStates[mark.state],
            mark.host,
            graphTexts.links(links),
        );
    }
}
