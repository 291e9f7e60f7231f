import cytoscape, {
    type Core,
    type EdgeSingular,
    type ElementDefinition,
    type NodeSingular,
} from "cytoscape";

import { graphTexts } from "../texts";
import { iconUrl, stateUrl } from "./badge";
import { bowOf, controlsOf, labelPlace, middleOf, relativeTo, turn } from "./curve";
import * as fit from "./fit";
import type { Frame } from "./fit";
import { spacing, type Box, type Layout, type Point } from "./layout";
import { cutTo, labelSize, markSize, measure, plain, titleOf, titleOfLine, wrap } from "./label";
import { hostsOf, nodeStates, type Line, type Mark, type Model } from "./model";
import type { Path } from "./path";
import { styleOf } from "./style";
import { readTheme, type Theme } from "./theme";

export interface CanvasEvents {
    onMark(id: string, isShifted: boolean): void;
    onMarkTwice(id: string): void;
    onLine(id: string): void;
    /** The caption of its box was pressed. */
    onHost(host: string): void;
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

interface Way {
    from: Point;
    to: Point;
    controls: Point[];
}

export interface Curve extends Way {
    label: Point & { lines: string[] };
}

/** At which side a line leaves its source and reaches its target; -1: at the left, or above. */
type Sides = [number, number];

/** More marks than these are moved as a picture of themselves: software drawing would stutter. */
const mostMoved = 150;
const boxPrefix = "host:";
const mostLabels = 120;
const closest = 2.5;
const captionFont = 12.5;

/** What is kept with a line. */
interface LineData {
    id: string;
    sides: Sides;
    label: fit.Size;
    isAtSource: boolean;
    /** Of one box. */
    isInside: boolean;
}

function hostOf(box: string): string {
    return box.slice(boxPrefix.length);
}

function degreesOf(model: Model): Map<string, number> {
    const degrees = new Map<string, number>();

    for (const { source, target } of model.lines)
        for (const id of [source, target])
            degrees.set(id, (degrees.get(id) ?? 0) + 1);
    return degrees;
}

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
    private degrees = new Map<string, number>();
    /** As it was put last without anybody having moved it. */
    private ownView = "";
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
            minZoom: fit.farthest,
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
            if (event.target === cy || (event.target.hasClass?.("box") && !this.isOnCaption(event)))
                events.onNothing();
        });
        cy.on("tap", "node.box", (event) => {
            if (this.isOnCaption(event))
                events.onHost(hostOf(event.target.id()));
        });
        cy.on("mouseover", "node.mark, edge", (event) => this.hover(event.target.id()));
        cy.on("mouseout", "node.mark, edge", () => this.hover(""));
        cy.on("mousemove", "node.box", (event) => {
            this.container.style.cursor = this.isOnCaption(event) ? "pointer" : "";
        });
        cy.on("mouseout", "node.box", () => {
            this.container.style.cursor = "";
        });
        cy.on("grab", "node", () => events.onHover(""));
        cy.on("position", "node.mark", (event) => this.bend(event.target.connectedEdges()));
        cy.on("viewport", () => events.onView());
    }

    /** Of a box that can be shut. */
    private isOnCaption(event: cytoscape.EventObject): boolean {
        const box = event.target as NodeSingular;
        const frame = box.boundingBox({ includeLabels: false, includeOverlays: false });

        return box.hasClass("able") && event.position.y < frame.y1 + 2;
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

    private linesOfTitle(mark: Mark): string[] {
        return wrap(plain(titleOf(mark)), markSize.text, (text) => measure(text, this.fontOf(mark)));
    }

    /** How large a mark is drawn, which the layout must know. */
    sizeOf(mark: Mark): fit.Size {
        const widths = this.linesOfTitle(mark).map((text) => measure(text, this.fontOf(mark)));
        const width = Math.ceil(Math.max(...widths)) + markSize.start + markSize.end;

        return { width: Math.max(markSize.least, width), height: markSize.height };
    }

    /** Between neighbouring columns it is wrapped; on a line that passes columns it has room. */
    private linesOfLabel(line: Line, hasRoom: boolean): string[] {
        const title = titleOfLine(line);
        const most = hasRoom ? labelSize.whole : labelSize.text;
        const lines = title === "" ? [] : wrap(title, most, (text) => this.widthOfLabel(text));

        return hasRoom ? lines.slice(0, 1).map((one) => (lines.length > 1 ? `${one}…` : one)) : lines;
    }

    private widthOfLabel(text: string): number {
        return measure(text, `${labelSize.font}px ${this.theme.font}`);
    }

    private sizeOfLabel(lines: readonly string[]): fit.Size {
        return {
            width: Math.max(0, ...lines.map((text) => this.widthOfLabel(text))),
            height: lines.length * labelSize.line,
        };
    }

    labelOf(line: Line): fit.Size {
        return this.sizeOfLabel(this.linesOfLabel(line, false));
    }

    size(): fit.Size {
        return { width: this.container.clientWidth, height: this.container.clientHeight };
    }

    private fontOf(mark: Mark): string {
        return `${mark.isFocal ? 700 : mark.count > 1 ? 600 : 500} ${markSize.font}px ${this.theme.font}`;
    }

    private dataOfMark(mark: Mark, width: number): Record<string, unknown> {
        const { theme } = this;

        return {
            title: this.linesOfTitle(mark).join("\n"),
            width,
            height: markSize.height,
            shift: markSize.start - width,
            pictures: [
                this.picture(`kind ${mark.type}`, () => iconUrl(mark.type, theme)),
                this.picture(`state ${mark.state}`, () => stateUrl(mark.state, theme)),
            ],
        };
    }

    private markElement(mark: Mark, layout: Layout): ElementDefinition {
        const { width } = this.startOf(mark, layout);
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
        const isFar = Math.abs((source?.column ?? 0) - (target?.column ?? 0)) > 1;
        const title = this.linesOfLabel(line, isFar || isBow);
        const [leaving, reaching] = [this.degree(line.source), this.degree(line.target)];
        const endAt = (side: number): string =>
            layout.isDown ? `0% ${side * 50}%` : `${side * 50}% 0%`;
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
                title: title.join("\n"),
                label: this.sizeOfLabel(title),
                isAtSource: leaving < reaching,
                isInside,
                width:
                    line.count > 1
                        ? Math.min(6, 1.75 + Math.log2(line.count) / 2)
                        : line.state === "error"
                          ? 2.5
                          : 1.75,
                sourceEnd: endAt(sides[0]),
                targetEnd: endAt(sides[1]),
                sides,
            },
            classes: classes.filter(Boolean).join(" "),
        };
    }

    private degree(id: string): number {
        return this.degrees.get(id) ?? 0;
    }

    private boxElement(host: string, isAble: boolean, layout: Layout): ElementDefinition {
        const { x1, x2 } = layout.boxes.get(host) ?? { x1: 0, x2: 0 };
        const most = Math.max(60, x2 - x1 - 12);
        const sign = isAble ? "▾ " : "";
        const font = `600 ${captionFont}px ${this.theme.font}`;
        const width = (text: string): number => measure(text, font);
        const name = wrap(cutTo(host, 60), most - width(`${sign}…`), width);
        const title = sign + (name[0] ?? "") + (name.length > 1 ? "…" : "");

        return {
            group: "nodes",
            data: {
                id: boxPrefix + host,
                title,
                captionX: (width(title) - (x2 - x1)) / 2 + 8,
            },
            classes: isAble ? "box able" : "box",
            // A box takes much of the canvas: to pull at it moves all of it.
            grabbable: false,
            pannable: true,
        };
    }

    private elementsOf(model: Model, layout: Layout): ElementDefinition[] {
        const hosts = [...new Set(model.marks.map((mark) => mark.host).filter(Boolean))];
        const able = hostsOf(model);

        return [
            ...hosts.map((host) => this.boxElement(host, able.has(host), layout)),
            ...model.marks.map((mark) => this.markElement(mark, layout)),
            ...model.lines.map((line) => {
                const element = this.lineElement(line, model, layout);
                const [source, target] = [model.markOf.get(line.source), model.markOf.get(line.target)];

                const ends = [this.startOf(source, layout), this.startOf(target, layout)] as const;

                Object.assign(element.data, this.bentBetween(element.data as LineData, ...ends));
                return element;
            }),
        ];
    }

    private startOf(mark: Mark | undefined, layout: Layout): Frame {
        const place = layout.places.get(mark?.id ?? "") ?? { x: 0, y: 0 };
        const width =
            mark && layout.isDown
                ? this.sizeOf(mark).width
                : (layout.columns[mark?.column ?? 0]?.width ?? markSize.least);

        return { ...place, width, height: markSize.height, isBoxed: mark?.host !== "" };
    }

    /** From the side of one to the side of the other. */
    private curveBetween({ id, sides: [from, to] }: LineData, source: Frame, target: Frame): Way {
        const isDown = this.layout?.isDown === true;
        const flat = (point: Point): Point => (isDown ? turn(point) : { x: point.x, y: point.y });
        const end = (frame: Frame, side: number): Point => {
            const { x, y } = flat(frame);

            return { x: x + (side * (isDown ? frame.height : frame.width)) / 2, y };
        };
        const [a, b] = [end(source, from), end(target, to)];
        const bends = (this.layout?.bends.get(id) ?? []).map(flat);
        const controls =
            from === to
                ? bowOf(a, b)
                : from > 0
                  ? controlsOf(a, b, bends)
                  : controlsOf(b, a, bends).reverse();

        return { from: flat(a), to: flat(b), controls: controls.map(flat) };
    }

    /** What lies in the margins of boxes is no place for a label. */
    private titleOffset(data: LineData, curve: Way, source: Frame, target: Frame): Point {
        const { from, to, controls } = curve;
        const middle = middleOf(from, to, controls);
        const isDown = this.layout?.isDown === true;
        const isForth = data.sides[0] > 0;

        if (data.sides[0] === data.sides[1])
            return { x: 0, y: 0 };

        const inset = (end: Point, frame: Frame, side: number): Point => {
            const by = data.isInside || !frame.isBoxed ? 0 : side * spacing.padding;

            return isDown ? { x: end.x, y: end.y + by } : { x: end.x + by, y: end.y };
        };
        const ends = [inset(from, source, data.sides[0]), inset(to, target, data.sides[1])] as const;
        const at = labelPlace({
            from: isForth ? ends[0] : ends[1],
            to: isForth ? ends[1] : ends[0],
            bends: this.layout?.bends.get(data.id) ?? [],
            ...data.label,
            isDown,
            isAtStart: data.isAtSource === isForth,
        });

        return { x: at.x - middle.x, y: at.y - middle.y };
    }

    private bentBetween(data: LineData, source: Frame, target: Frame): Record<string, unknown> {
        const curve = this.curveBetween(data, source, target);
        const { x, y } = this.titleOffset(data, curve, source, target);

        return { ...relativeTo(curve.from, curve.to, curve.controls), titleX: x, titleY: y };
    }

    private frameOfNode(node: NodeSingular): Frame {
        return {
            ...node.position(),
            width: node.data("width") as number,
            height: markSize.height,
            isBoxed: node.isChild(),
        };
    }

    private curveOf(edge: EdgeSingular): Curve {
        const data = edge.data() as LineData;
        const [source, target] = [this.frameOfNode(edge.source()), this.frameOfNode(edge.target())];
        const way = this.curveBetween(data, source, target);
        const middle = middleOf(way.from, way.to, way.controls);
        const offset = this.titleOffset(data, way, source, target);

        return {
            ...way,
            label: {
                x: middle.x + offset.x,
                y: middle.y + offset.y,
                lines: (edge.data("title") as string).split("\n").filter(Boolean),
            },
        };
    }

    private bend(edges: cytoscape.EdgeCollection): void {
        this.cy.batch(() =>
            edges.forEach((edge) => {
                edge.data(
                    this.bentBetween(
                        edge.data() as LineData,
                        this.frameOfNode(edge.source()),
                        this.frameOfNode(edge.target()),
                    ),
                );
            }),
        );
    }

    /** Shows another graph, or the same anew: what stays is moved, what is the anchor stays where it is. */
    draw(model: Model, layout: Layout, anchor: string): void {
        const { cy } = this;
        const isFirst =
            cy.nodes().empty() || this.model?.focal !== model.focal || this.layout?.isDown !== layout.isDown;
        const held = isFirst ? undefined : (this.screenPlace(anchor) ?? this.screenPlace(model.focal));
        const wasWhole = this.isWhole();
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
        this.degrees = degreesOf(model);
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
        if (!isFirst && wasWhole && !this.isWhole() && this.canBeRead())
            this.fit();
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
        if (edge.data("title") !== "" || titleOfLine(line) !== "") {
            const isNarrow = (edge.data("title") as string).includes("\n");
            const title = this.linesOfLabel(line, !isNarrow);

            edge.data({ title: title.join("\n"), label: this.sizeOfLabel(title) });
            this.bend(edge as unknown as cytoscape.EdgeCollection);
        }
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
    private extent(): Box | null {
        return fit.extentOf(this.frames());
    }

    private isWhole(): boolean {
        const [extent, seen] = [this.extent(), this.seen()];

        return (
            extent !== null &&
            extent.x1 >= seen.x1 &&
            extent.y1 >= seen.y1 &&
            extent.x2 <= seen.x2 &&
            extent.y2 <= seen.y2
        );
    }

    /** Names can, when all of it is shown. */
    private canBeRead(): boolean {
        const extent = this.extent();

        return extent !== null && fit.fittingZoom(extent, this.size(), this.isDown()) >= fit.readable;
    }

    /** All of it, if that can be read; else the focal point and what is beside it. */
    private show(): void {
        const extent = this.extent();
        const focal = this.cy.nodes(".focal").first();

        if (extent)
            this.cy.viewport(
                fit.startView(
                    extent,
                    focal.nonempty() ? (focal as NodeSingular).position() : null,
                    this.size(),
                    this.isDown(),
                ),
            );
        this.ownView = this.view();
    }

    private view(): string {
        return JSON.stringify([this.cy.zoom(), this.cy.pan()]);
    }

    fit(): void {
        const extent = this.extent();

        if (extent)
            this.cy.viewport(fit.wholeView(extent, this.size(), this.isDown()));
    }

    isDown(): boolean {
        return this.layout?.isDown === true;
    }

    frames(): Frame[] {
        return this.cy.nodes(".mark").map((node) => this.frameOfNode(node));
    }

    /** The part of it that is seen. */
    seen(): Box {
        const { x1, y1, x2, y2 } = this.cy.extent();

        return { x1, y1, x2, y2 };
    }

    lookAt({ x, y }: Point): void {
        const { width, height } = this.size();
        const zoom = this.cy.zoom();

        this.cy.pan({ x: width / 2 - x * zoom, y: height / 2 - y * zoom });
    }

    zoomBy(factor: number): void {
        const centre = { x: this.cy.width() / 2, y: this.cy.height() / 2 };

        this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: centre });
    }

    panBy(x: number, y: number): void {
        this.cy.panBy({ x, y });
    }

    /** Moves the view as little as needed for a mark to be seen, first for what it is linked with. */
    reveal(id: string): void {
        const node = this.cy.getElementById(id);

        if (node.empty())
            return;

        const isOwn = this.ownView === this.view();
        const around = node.closedNeighborhood().nodes();
        const box = around.renderedBoundingBox();

        if (box.w < this.cy.width() && box.h < this.cy.height())
            this.bringIn(around);
        this.bringIn(node);
        if (isOwn)
            this.ownView = this.view();
    }

    private bringIn(nodes: cytoscape.NodeCollection | NodeSingular): void {
        const box = nodes.renderedBoundingBox();
        const margin = 12;
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

    /** What is chosen anew is brought into sight. */
    choose(id: string): void {
        const node = this.cy.nodes(".mark").getElementById(id);
        const isNew = node.nonempty() && !node.hasClass("chosen");
        const isLeft = id === "" && this.cy.elements(".chosen").nonempty();

        this.only("chosen", id ? [id] : []);
        if (isNew)
            this.reveal(id);
        else if (isLeft)
            this.settle();
    }

    /** After its size has changed: what is chosen stays in sight, else what nobody has moved is put anew. */
    private settle(): void {
        const chosen = this.cy.nodes(".chosen");

        if (chosen.nonempty())
            this.reveal(chosen.first().id());
        else if (this.ownView === this.view())
            this.show();
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
        const isDown = this.layout?.isDown === true;

        return (this.layout?.columns ?? []).map(({ x, width }) => ({
            x: x * zoom + (isDown ? pan.y : pan.x),
            width: (width + (isDown ? 0 : spacing.column - 6)) * zoom,
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

                return [hostOf(node.id()), { x1, y1, x2, y2 }];
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

    resize(): void {
        this.cy.resize();
        this.settle();
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
