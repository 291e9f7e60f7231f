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
    /** A host that is shut: all that is on it. */
    isShut: boolean;
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
        isShut: false,
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
        isShut: false,
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

/** With other marks and lines; columns that are empty then are left out. */
function reduced(model: Model, marks: readonly Mark[], lines: Line[]): Model {
    const used = [...new Set(marks.map((mark) => mark.column))].sort((a, b) => a - b);
    const moved = marks.map((mark) => ({ ...mark, column: used.indexOf(mark.column) }));
    const typesIn = used.map((_, i) => moved.filter((one) => one.column === i).map((one) => one.type));

    return {
        ...model,
        marks: moved,
        lines,
        markOf: new Map(moved.map((mark) => [mark.id, mark])),
        columns: used.map((column, i) => {
            const before = model.columns[column] ?? [];
            const now = [...new Set(typesIn[i])];

            return [
                ...before.filter((type) => now.includes(type)),
                ...now.filter((type) => !before.includes(type)),
            ];
        }),
    };
}

/** Without the marks of some types; the focal point always stays. */
export function withoutTypes(model: Model, hidden: readonly string[]): Model {
    const isShown = (mark: Mark): boolean => mark.isFocal || !hidden.includes(mark.type);

    if (model.marks.every(isShown))
        return model;

    const marks = model.marks.filter(isShown);
    const shown = new Set(marks.map((mark) => mark.id));
    const lines = model.lines.filter((line) => shown.has(line.source) && shown.has(line.target));

    return reduced(model, marks, [...lines, ...bridgesOf(model, isShown)]);
}

export const shutPrefix = "shut:";

/** What all on a host comes to as one. */
function together(host: string, members: readonly Mark[], column: number, innerLinks: number): Mark {
    const states = countsOf({});

    for (const mark of members)
        for (const state of nodeStates)
            states[state] += mark.states[state];
    return {
        id: shutPrefix + host,
        type: "host",
        host: "",
        name: host,
        state: worst(states),
        isFocal: members.some((mark) => mark.isFocal),
        isShut: true,
        column,
        count: members.reduce((sum, mark) => sum + mark.count, 0),
        innerLinks: innerLinks + members.reduce((sum, mark) => sum + mark.innerLinks, 0),
        states,
        members: members.flatMap((mark) => mark.members),
    };
}

function bundleOf(id: string, source: string, target: string, lines: readonly Line[]): Line {
    const [first] = lines;
    const count = lines.reduce((sum, line) => sum + line.count, 0);
    const nDown = lines.reduce((sum, line) => sum + line.nDown, 0);

    if (first && lines.length === 1)
        return { ...first, source, target };
    return {
        id,
        source,
        target,
        type: lines.every((line) => line.type === first?.type) ? (first?.type ?? "") : "",
        state:
            nDown === 0 && lines.some((line) => line.state === "unknown")
                ? "unknown"
                : bundleState(count, nDown),
        label: "",
        count,
        nDown,
        isImplicit: lines.every((line) => line.isImplicit),
        isBridge: lines.every((line) => line.isBridge),
        link: null,
    };
}

/** Hosts with more than one mark: those whose boxes may be shut. */
export function hostsOf(model: Model): Set<string> {
    const counts = new Map<string, number>();

    for (const { host } of model.marks)
        if (host)
            counts.set(host, (counts.get(host) ?? 0) + 1);
    return new Set([...counts].filter(([, count]) => count > 1).map(([host]) => host));
}

/** All on some hosts each as one mark, in the column of what is linked with others. */
export function withShut(model: Model, hosts: readonly string[]): Model {
    const able = hostsOf(model);
    const shut = new Set(hosts.filter((host) => able.has(host)));

    if (shut.size === 0)
        return model;

    const idOf = (mark: Mark): string => (shut.has(mark.host) ? `${shutPrefix}${mark.host}` : mark.id);
    const inner = new Map<string, number>();
    const outer = new Map<string, number>();
    const between = new Map<string, Line[]>();

    for (const line of model.lines) {
        const [a, b] = [model.markOf.get(line.source), model.markOf.get(line.target)];

        if (!a || !b)
            continue;
        if (shut.has(a.host) && a.host === b.host) {
            inner.set(a.host, (inner.get(a.host) ?? 0) + line.count);
            continue;
        }
        for (const mark of [a, b])
            if (shut.has(mark.host))
                outer.set(mark.host, Math.min(outer.get(mark.host) ?? Infinity, mark.column));

        const key = shut.has(a.host) || shut.has(b.host) ? `${idOf(a)} ${idOf(b)}` : line.id;

        between.set(key, [...(between.get(key) ?? []), line]);
    }

    const lines = [...between].map(([key, of]) => {
        const [a, b] = [model.markOf.get(of[0]?.source ?? ""), model.markOf.get(of[0]?.target ?? "")];

        return bundleOf(key, a ? idOf(a) : "", b ? idOf(b) : "", of);
    });
    const marks = model.marks.filter((mark) => !shut.has(mark.host));

    for (const host of shut) {
        const members = model.marks.filter((mark) => mark.host === host);
        const column = outer.get(host) ?? Math.min(...members.map((mark) => mark.column));

        marks.push(together(host, members, column, inner.get(host) ?? 0));
    }
    return reduced(model, marks, lines);
}

/** The mark that shows an object: itself, or the stack that it is known to be in. */
export function markShowing(model: Model, id: string): Mark | undefined {
    return (
        model.markOf.get(id) ??
        model.marks.find((mark) => mark.count > 1 && mark.members.some((member) => member._id === id))
    );
}
