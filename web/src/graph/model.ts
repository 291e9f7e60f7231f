import type { Graph, GraphLink, GraphName, GraphNode, GraphStack } from "../api/types";
import { placeOf } from "./kinds";

export type NodeState = GraphNode["state"];
export type LineState = "ok" | "warning" | "error" | "unknown";

/** What is drawn as one: a node, or a stack of nodes that are alike. */
export interface Mark {
    id: string;
    type: string;
    host: string;
    name: string;
    state: NodeState;
    isFocal: boolean;
    column: number;
    count: number;
    /** Between the members of a stack. */
    innerLinks: number;
    states: Record<NodeState, number>;
    /** The first of a stack. */
    members: GraphName[];
}

/** A link, several of one type with the same ends, or a way through marks that are not shown. */
export interface Line {
    id: string;
    source: string;
    target: string;
    type: string;
    state: LineState;
    label: string;
    count: number;
    nDown: number;
    isImplicit: boolean;
    isBridge: boolean;
    link: GraphLink | null;
}

export interface TypeCount {
    type: string;
    count: number;
}

export interface Model {
    environment: string;
    focal: string;
    isClique: boolean;
    nNodes: number;
    nLinks: number;
    types: TypeCount[];
    marks: Mark[];
    lines: Line[];
    markOf: Map<string, Mark>;
    /** Types of each column, from left to right. */
    columns: string[][];
}

/** From good to bad. */
export const nodeStates: readonly NodeState[] = ["ok", "stale", "missing", "error"];

const macPattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

export function isMac(text: string): boolean {
    return macPattern.test(text);
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function macOf(link: GraphLink): string {
    return (
        [link.attributes?.["mac_address"], link.link_name, link.source_label, link.target_label]
            .map(textOf)
            .find(isMac) ?? ""
    );
}

const segmentPattern = /\b(?:vxlan|vlan|gre|geneve)-\d+\b/;

/** The MAC address that goes over it, else its segment, else what it is called: a network, a port. Names
 *  that begin with the host are made of those of its ends and say nothing more. */
export function labelOf(link: GraphLink): string {
    const name = textOf(link.link_name);
    const host = textOf(link.host);
    const isMadeOfEnds = host !== "" && name.startsWith(host);

    return macOf(link) || (segmentPattern.exec(name)?.[0] ?? (isMadeOfEnds ? "" : name));
}

function lineStateOf(state: string | null | undefined): LineState {
    return state === "up" ? "ok" : state === "down" ? "error" : "unknown";
}

function bundleState(count: number, nDown: number): LineState {
    return nDown === 0 ? "ok" : nDown < count ? "warning" : "error";
}

function countsOf(states: Record<string, number>): Record<NodeState, number> {
    return {
        ok: states["ok"] ?? 0,
        stale: states["stale"] ?? 0,
        error: states["error"] ?? 0,
        missing: states["missing"] ?? 0,
    };
}

function worst(states: Record<NodeState, number>): NodeState {
    return nodeStates.findLast((state) => states[state] > 0) ?? "ok";
}

function markOfNode(node: GraphNode): Mark {
    return {
        id: node._id,
        type: node.type,
        host: node.host,
        name: node.name || node.id || node._id,
        state: node.state,
        isFocal: node.is_focal,
        column: 0,
        count: 1,
        innerLinks: 0,
        states: countsOf({ [node.state]: 1 }),
        members: [node],
    };
}

function markOfStack(stack: GraphStack): Mark {
    const states = countsOf(stack.states);

    return {
        id: stack._id,
        type: stack.type,
        host: stack.host,
        name: "",
        state: worst(states),
        isFocal: stack.is_focal,
        column: 0,
        count: stack.count,
        innerLinks: stack.n_links,
        states,
        members: stack.of,
    };
}

function linesOf(answer: Graph): Line[] {
    return [
        ...answer.links.map((link): Line => ({
            id: link._id,
            source: link.source,
            target: link.target,
            type: link.link_type,
            state: lineStateOf(link.state),
            label: labelOf(link),
            count: 1,
            nDown: link.state === "down" ? 1 : 0,
            isImplicit: link.implicit === true,
            isBridge: false,
            link,
        })),
        ...answer.bundles.map((bundle): Line => ({
            id: bundle._id,
            source: bundle.source,
            target: bundle.target,
            type: bundle.link_type,
            state: bundleState(bundle.count, bundle.n_down),
            label: "",
            count: bundle.count,
            nDown: bundle.n_down,
            isImplicit: false,
            isBridge: false,
            link: null,
        })),
    ];
}

/** Types from left to right: as the clique's walk leads, else from the instance to the wire. */
function typesInOrder(answer: Graph): string[] {
    const layers = new Map<string, number | null>();

    for (const mark of [...answer.nodes, ...answer.stacks])
        layers.set(mark.type, mark.layer);

    const isWalked = answer.is_clique && [...layers.values()].every((layer) => layer !== null);

    return [...layers.keys()].sort(
        (a, b) =>
            (isWalked ? (layers.get(a) ?? 0) - (layers.get(b) ?? 0) : placeOf(a) - placeOf(b)) ||
            (a < b ? -1 : 1),
    );
}

/** A column per type; types that only hang on the same one share it. */
function columnsOf(types: string[], lines: Line[], markOf: Map<string, Mark>): Map<string, number> {
    const place = new Map(types.map((type, i) => [type, i]));
    const before = types.map(() => new Set<number>());

    for (const line of lines) {
        const a = place.get(markOf.get(line.source)?.type ?? "");
        const b = place.get(markOf.get(line.target)?.type ?? "");

        if (a !== undefined && b !== undefined && a !== b)
            before[Math.max(a, b)]?.add(Math.min(a, b));
    }

    const columns: number[] = [];

    for (const of of before)
        columns.push([...of].reduce((column, i) => Math.max(column, (columns[i] ?? 0) + 1), 0));
    return new Map(types.map((type, i) => [type, columns[i] ?? 0]));
}

export function modelOf(answer: Graph): Model {
    const marks = [...answer.nodes.map(markOfNode), ...answer.stacks.map(markOfStack)];
    const markOf = new Map(marks.map((mark) => [mark.id, mark]));
    const lines = linesOf(answer).filter((line) => markOf.has(line.source) && markOf.has(line.target));
    const types = typesInOrder(answer);
    const column = columnsOf(types, lines, markOf);
    const columns: string[][] = [];

    for (const mark of marks)
        mark.column = column.get(mark.type) ?? 0;
    for (const type of types)
        (columns[column.get(type) ?? 0] ??= []).push(type);
    return {
        environment: answer.environment,
        focal: answer.focal_point,
        isClique: answer.is_clique,
        nNodes: answer.n_nodes,
        nLinks: answer.n_links,
        types: Object.entries(answer.types)
            .map(([type, count]) => ({ type, count }))
            .sort(
                (a, b) =>
                    (column.get(a.type) ?? 0) - (column.get(b.type) ?? 0) ||
                    placeOf(a.type) - placeOf(b.type),
            ),
        marks,
        lines,
        markOf,
        columns,
    };
}

/** Lines of each mark, both ways. */
export function linesByMark(model: Model): Map<string, Line[]> {
    const found = new Map<string, Line[]>(model.marks.map((mark) => [mark.id, []]));

    for (const line of model.lines) {
        found.get(line.source)?.push(line);
        if (line.target !== line.source)
            found.get(line.target)?.push(line);
    }
    return found;
}

export function otherEnd(line: Line, mark: string): string {
    return line.source === mark ? line.target : line.source;
}

/** Marks that were hidden, as sets of those that hang together, each with what they touch. */
function hiddenParts(model: Model, isShown: (mark: Mark) => boolean): Set<string>[] {
    const lines = linesByMark(model);
    const seen = new Set<string>();
    const parts: Set<string>[] = [];

    for (const first of model.marks) {
        if (isShown(first) || seen.has(first.id))
            continue;

        const around = new Set<string>();
        const waiting = [first.id];

        seen.add(first.id);
        for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
            for (const line of lines.get(id) ?? []) {
                const other = model.markOf.get(otherEnd(line, id));

                if (other && isShown(other))
                    around.add(other.id);
                else if (other && !seen.has(other.id)) {
                    seen.add(other.id);
                    waiting.push(other.id);
                }
            }
        parts.push(around);
    }
    return parts;
}

const mostBridges = 400;

/** What lies left of something hidden is joined with what lies right of it. */
function bridgesOf(model: Model, isShown: (mark: Mark) => boolean): Line[] {
    const bridges = new Map<string, Line>();

    for (const around of hiddenParts(model, isShown)) {
        const ends = [...around].flatMap((id) => model.markOf.get(id) ?? []);
        const left = Math.min(...ends.map((mark) => mark.column));

        for (const source of ends.filter((mark) => mark.column === left))
            for (const target of ends.filter((mark) => mark.column > left)) {
                const id = `${source.id}-${target.id}`;

                if (bridges.size < mostBridges)
                    bridges.set(id, {
                        id,
                        source: source.id,
                        target: target.id,
                        type: "",
                        state: "unknown",
                        label: "",
                        count: 1,
                        nDown: 0,
                        isImplicit: false,
                        isBridge: true,
                        link: null,
                    });
            }
    }
    return [...bridges.values()];
}

/** Without the marks of some types; the focal point always stays. */
export function withoutTypes(model: Model, hidden: readonly string[]): Model {
    const isShown = (mark: Mark): boolean => mark.isFocal || !hidden.includes(mark.type);

    if (model.marks.every(isShown))
        return model;

    const marks = model.marks.filter(isShown);
    const markOf = new Map(marks.map((mark) => [mark.id, mark]));
    const lines = model.lines.filter((line) => markOf.has(line.source) && markOf.has(line.target));
    const used = [...new Set(marks.map((mark) => mark.column))].sort((a, b) => a - b);
    const moved = marks.map((mark) => ({ ...mark, column: used.indexOf(mark.column) }));
    const shownTypes = new Set(marks.map((mark) => mark.type));

    return {
        ...model,
        marks: moved,
        lines: [...lines, ...bridgesOf(model, isShown)],
        markOf: new Map(moved.map((mark) => [mark.id, mark])),
        columns: used.map((column) => (model.columns[column] ?? []).filter((type) => shownTypes.has(type))),
    };
}

/** The mark that shows an object: itself, or the stack that it is known to be in. */
export function markShowing(model: Model, id: string): Mark | undefined {
    return (
        model.markOf.get(id) ??
        model.marks.find((mark) => mark.count > 1 && mark.members.some((member) => member._id === id))
    );
}
