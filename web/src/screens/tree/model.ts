/* The tree of an environment, as far as it has been opened: levels are read when they are first opened, and read
 * again when the feed tells of changes in them. */

import { signal } from "@preact/signals";
import type { FeedEvent } from "../../api/feed";
import type { TreeNode } from "../../api/types";
import { byName } from "../../parts/order";

/** The environment itself: what lies above all. */
export const ROOT = "";

export interface TreePage {
    nodes: TreeNode[];
    next: string | null;
}

/** Reads a page of at most `limit` nodes of what lies below a node. */
export type ReadLevel = (of: string, cursor: string | null, limit: number) => Promise<TreePage>;

const PAGE = 1000;
/** Of a level that needs several: what is seen of it is there sooner. */
const FIRST_PAGE = 100;

type LevelState = "reading" | "there" | "failed";

interface Level {
    ids: string[];
    /** Of each id in `ids`; made when it is needed. */
    places: Map<string, number> | null;
    state: LevelState;
    /** It changed behind our back. */
    is_void: boolean;
}

export interface Entry {
    node: TreeNode;
    parent: string;
}

export interface Row {
    key: string;
    /** null: what stands in the place of a level that is being read, or cannot be. */
    entry: Entry | null;
    /** The node itself, or the one whose level it is. */
    id: string;
    depth: number;
    /** Among those of its level, from 1. */
    position: number;
    size: number;
    is_open: boolean;
    has_failed: boolean;
}

export function inOrder(nodes: readonly TreeNode[]): TreeNode[] {
    return [...nodes].sort((a, b) => byName(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

/** Of the row that says that a level is being read. */
function noteKey(parent: string): string {
    return `${parent}+`;
}

function keyOf(type: string, id: string): string {
    return `${type}\0${id}`;
}

/** How many rows there are below what is open: rows are made when they are seen, there may be 100,000. */
interface Shape {
    version: number;
    /** Of a level with all that is open in it. */
    sizes: Map<string, number>;
    /** What is open in a level, from the top. */
    opened: Map<string, { id: string; place: number }[]>;
}

export class Tree {
    /** Goes up with each change of what is shown. */
    readonly version = signal(0);
    scroll_top = 0;
    private readonly entries = new Map<string, Entry>();
    private readonly ids = new Map<string, string>();
    private readonly levels = new Map<string, Level>();
    private readonly opened = new Set<string>();
    private readonly reads = new Map<string, Promise<void>>();
    private last_shape: Shape | null = null;

    constructor(private readonly environment: string, private readonly read: ReadLevel) {}

    entry(id: string): Entry | undefined {
        return this.entries.get(id);
    }

    all(): IterableIterator<Entry> {
        return this.entries.values();
    }

    isOpen(id: string): boolean {
        return this.opened.has(id);
    }

    hasChildren(id: string): boolean {
        return (this.entries.get(id)?.node.n_children ?? 0) > 0;
    }

    /* --- rows --- */

    /** How many rows there are. */
    count(): number {
        return this.sizeOf(ROOT, this.shape());
    }

    at(index: number): Row {
        const { opened, sizes } = this.shape();
        let parent = ROOT;
        let depth = 0;
        let rest = index;
        for (;;) {
            let before = 0;
            let inside: string | null = null;
            for (const { id, place } of opened.get(parent) ?? []) {
                const own = place + before;
                const size = sizes.get(id) ?? 0;
                if (rest <= own)
                    break;
                if (rest <= own + size) {
                    inside = id;
                    rest -= own + 1;
                    break;
                }
                before += size;
            }
            if (inside === null)
                return this.rowOf(parent, rest - before, depth);
            parent = inside;
            depth++;
        }
    }

    private rowOf(parent: string, place: number, depth: number): Row {
        const level = this.levels.get(parent);
        const id = level?.ids[place];
        const entry = id === undefined ? undefined : this.entries.get(id);
        const size = level?.ids.length ?? 0;
        if (id === undefined || !entry)
            return {
                key: noteKey(parent), entry: null, id: parent, depth, position: 0, size, is_open: false,
                has_failed: level?.state === "failed",
            };
        return { key: id, entry, id, depth, position: place + 1, size, is_open: this.opened.has(id), has_failed: false };
    }

    /** Which row a key is; -1: it is not to be seen. */
    indexOf(key: string): number {
        const shape = this.shape();
        if (key === noteKey(ROOT))
            return this.sizeOf(ROOT, shape) - 1;
        const of_note = key.endsWith("+") ? key.slice(0, -1) : null;
        const id = of_note ?? key;
        const entry = this.entries.get(id);
        if (!entry || !this.isShown(id))
            return -1;
        const above = entry.parent === ROOT ? -1 : this.indexOf(entry.parent);
        const place = this.placesOf(entry.parent).get(id) ?? 0;
        const before = (shape.opened.get(entry.parent) ?? [])
            .reduce((sum, one) => (one.place < place ? sum + (shape.sizes.get(one.id) ?? 0) : sum), 0);
        return above + 1 + place + before + (of_note === null ? 0 : (shape.sizes.get(id) ?? 0));
    }

    /** The next row behind one whose name begins so; from the end it goes on at the top. -1: there is none. */
    find(from: number, typed: string): number {
        const wanted = typed.toLowerCase();
        // One letter again and again goes on from one to the next.
        const start = typed.length === 1 ? from + 1 : from;
        let first = -1;
        let index = 0;
        const look = (parent: string): number => {
            const level = this.levels.get(parent);
            for (const id of level?.ids ?? []) {
                const fits = this.entries.get(id)?.node.name.slice(0, typed.length).toLowerCase() === wanted;
                if (fits && index >= start)
                    return index;
                if (fits && first < 0)
                    first = index;
                index++;
                const inside = this.opened.has(id) ? look(id) : -1;
                if (inside >= 0)
                    return inside;
            }
            index += level?.state === "there" ? 0 : 1;
            return -1;
        };
        const found = look(ROOT);
        return found >= 0 ? found : first;
    }

    private shape(): Shape {
        const version = this.version.value;
        if (this.last_shape?.version === version)
            return this.last_shape;
        const shape: Shape = { version, sizes: new Map(), opened: new Map() };
        for (const id of this.opened) {
            const parent = this.entries.get(id)?.parent;
            const place = parent === undefined ? undefined : this.placesOf(parent).get(id);
            if (parent === undefined || place === undefined)
                continue;
            const beside = shape.opened.get(parent);
            if (beside)
                beside.push({ id, place });
            else
                shape.opened.set(parent, [{ id, place }]);
        }
        for (const beside of shape.opened.values())
            beside.sort((a, b) => a.place - b.place);
        this.sizeOf(ROOT, shape);
        this.last_shape = shape;
        return shape;
    }

    private sizeOf(parent: string, shape: Shape): number {
        const known = shape.sizes.get(parent);
        if (known !== undefined)
            return known;
        const level = this.levels.get(parent);
        let size = (level?.ids.length ?? 0) + (level?.state === "there" ? 0 : 1);
        for (const { id } of shape.opened.get(parent) ?? [])
            size += this.sizeOf(id, shape);
        shape.sizes.set(parent, size);
        return size;
    }

    private placesOf(parent: string): Map<string, number> {
        const level = this.levels.get(parent);
        if (!level)
            return new Map();
        level.places ??= new Map(level.ids.map((id, place) => [id, place]));
        return level.places;
    }

    private changed(): void {
        this.version.value++;
    }

    /* --- opening --- */

    start(): Promise<void> {
        return this.level(ROOT);
    }

    open(id: string): Promise<void> {
        if (!this.hasChildren(id))
            return Promise.resolve();
        this.opened.add(id);
        this.changed();
        return this.level(id);
    }

    close(id: string): void {
        this.opened.delete(id);
        this.changed();
    }

    /** Opens what an object lies in, from the top; false: the tree does not have it. */
    async reveal(id: string, ancestors: readonly { _id: string }[]): Promise<boolean> {
        const above = ancestors.map(({ _id }) => _id);
        await Promise.all([ROOT, ...above].map((parent) => this.level(parent, true)));
        for (const parent of above)
            if (this.entries.has(parent))
                this.opened.add(parent);
        this.changed();
        return this.entries.has(id);
    }

    /** Whether it is in sight already, once all above it is open. */
    isShown(id: string): boolean {
        for (let at = this.entries.get(id); at; at = this.entries.get(at.parent)) {
            if (at.parent === ROOT)
                return true;
            if (!this.opened.has(at.parent))
                return false;
        }
        return false;
    }

    openAbove(id: string): void {
        for (let at = this.entries.get(id); at && at.parent !== ROOT; at = this.entries.get(at.parent))
            this.opened.add(at.parent);
        this.changed();
    }

    /** Reads a level unless it is there; what failed is tried again. */
    level(id: string, for_path = false): Promise<void> {
        const level = this.levels.get(id);
        const running = this.reads.get(id);
        if (running)
            return running;
        if (level?.state === "there" && !level.is_void)
            return Promise.resolve();
        const reading = this.readLevel(id, for_path).finally(() => this.reads.delete(id));
        this.reads.set(id, reading);
        return reading;
    }

    private async readLevel(id: string, for_path: boolean): Promise<void> {
        const before = this.levels.get(id);
        // What was there stays in sight until all of the new is there.
        const is_first = !before || before.state !== "there";
        const level: Level = before ?? { ids: [], places: null, state: "reading", is_void: false };
        if (is_first)
            level.state = "reading";
        level.is_void = false;
        this.levels.set(id, level);
        const nodes: TreeNode[] = [];
        const is_long = (this.entries.get(id)?.node.n_children ?? 0) > PAGE;
        try {
            let cursor: string | null = null;
            do {
                const limit = is_first && is_long && cursor === null ? FIRST_PAGE : PAGE;
                const page: TreePage = await this.read(id, cursor, limit);
                nodes.push(...page.nodes);
                // Natural order when all is known at once; a long level grows at its end, in the server's.
                const is_whole = cursor === null && page.next === null;
                cursor = page.next;
                if (is_first || cursor === null)
                    this.put(id, level, is_whole ? inOrder(nodes) : nodes, cursor === null);
            } while (cursor !== null);
            level.state = "there";
        } catch (error) {
            level.is_void = true;
            if (is_first)
                level.state = "failed";
            if (for_path)
                throw error;
        } finally {
            this.changed();
        }
    }

    private put(parent: string, level: Level, nodes: readonly TreeNode[], is_whole: boolean): void {
        const ids = nodes.map(({ _id }) => _id);
        if (is_whole) {
            const kept = new Set(ids);
            for (const id of level.ids)
                if (!kept.has(id))
                    this.forget(id, parent);
        }
        for (const node of nodes) {
            this.entries.set(node._id, { node, parent });
            this.ids.set(keyOf(node.type, node.id), node._id);
            if (node.n_children === 0)
                this.opened.delete(node._id);
        }
        level.ids = ids;
        level.places = null;
        const above = this.entries.get(parent);
        if (above && is_whole && above.node.n_children !== ids.length)
            this.entries.set(parent, { ...above, node: { ...above.node, n_children: ids.length } });
        this.changed();
    }

    /** Takes one out with all below it, unless it has moved elsewhere. */
    private forget(id: string, parent: string): void {
        const entry = this.entries.get(id);
        if (!entry || entry.parent !== parent)
            return;
        for (const child of this.levels.get(id)?.ids ?? [])
            this.forget(child, id);
        this.levels.delete(id);
        this.opened.delete(id);
        this.entries.delete(id);
        this.ids.delete(keyOf(entry.node.type, entry.node.id));
    }

    /* --- what happens meanwhile --- */

    /** Takes in what the feed tells; true: levels have to be read again (`refresh`). */
    hear(event: FeedEvent): boolean {
        if (event.event === "begin" || event.reload) {
            for (const level of this.levels.values())
                level.is_void = true;
            return true;
        }
        if (event.event !== "object")
            return false;
        if (event.what === "removed")
            return this.hearRemoved(event);
        const id = event._id ?? "";
        const parent = this.parentOf(event);
        const entry = this.entries.get(id);
        if (entry && event.name && entry.node.name !== event.name && !entry.node.type.endsWith("_folder")) {
            this.entries.set(id, { ...entry, node: { ...entry.node, name: event.name } });
            this.changed();
        }
        if (entry && parent !== entry.parent)
            this.markVoid(entry.parent);
        return parent !== undefined && this.markVoid(parent);
    }

    private parentOf({ parent_type = "", parent_id = "" }: FeedEvent): string | undefined {
        return parent_type === "environment" && parent_id === this.environment
            ? ROOT
            : this.ids.get(keyOf(parent_type, parent_id));
    }

    private hearRemoved(event: FeedEvent): boolean {
        const id = event._id ?? "";
        const parent = this.entries.get(id)?.parent;
        const level = parent === undefined ? undefined : this.levels.get(parent);
        if (parent === undefined || !level) {
            const above = this.parentOf(event);
            return above !== undefined && this.markVoid(above);
        }
        level.ids = level.ids.filter((one) => one !== id);
        level.places = null;
        this.forget(id, parent);
        const above = this.entries.get(parent);
        if (above) {
            this.entries.set(parent, { ...above, node: { ...above.node, n_children: level.ids.length } });
            if (level.ids.length === 0)
                this.opened.delete(parent);
        }
        this.changed();
        return false;
    }

    /** The level of a node, and the one that tells how many are in it. */
    private markVoid(id: string): boolean {
        const own = this.levels.get(id);
        const above = this.entries.get(id);
        const counted_in = above && this.levels.get(above.parent);
        if (own)
            own.is_void = true;
        if (counted_in)
            counted_in.is_void = true;
        return own !== undefined || counted_in !== undefined;
    }

    /** Reads again what is in sight and out of date; the rest when it is opened. */
    async refresh(): Promise<void> {
        const wanted = [...this.levels].filter(([id, { is_void, state }]) =>
            is_void && state === "there" && (id === ROOT || (this.opened.has(id) && this.isShown(id))));
        for (const [id] of wanted)
            await this.level(id);
    }
}
