/* The tree of an environment, as far as it has been opened: levels are read when they are first opened, and read
 * again when the feed tells of changes in them. */

import { signal } from "@preact/signals";
import type { FeedEvent } from "../../api/feed";
import type { TreeNode } from "../../api/types";

/** The environment itself: what lies above all. */
export const ROOT = "";

export interface TreePage {
    nodes: TreeNode[];
    next: string | null;
}

/** Reads a page of what lies below a node. */
export type ReadLevel = (of: string, cursor: string | null) => Promise<TreePage>;

type LevelState = "reading" | "there" | "failed";

interface Level {
    ids: string[];
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

const by_name = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** "vm-2" goes before "vm-10". */
export function inOrder(nodes: readonly TreeNode[]): TreeNode[] {
    return [...nodes].sort((a, b) => by_name.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

function keyOf(type: string, id: string): string {
    return `${type}\0${id}`;
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
    private shown: { version: number; rows: Row[] } = { version: -1, rows: [] };

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

    /** All rows that are there to be seen, from the top. */
    rows(): Row[] {
        const version = this.version.value;
        if (this.shown.version !== version)
            this.shown = { version, rows: this.listRows() };
        return this.shown.rows;
    }

    private listRows(): Row[] {
        const rows: Row[] = [];
        const add = (parent: string, depth: number): void => {
            const level = this.levels.get(parent);
            const size = level?.ids.length ?? 0;
            for (let i = 0; i < size; i++) {
                const id = level?.ids[i] ?? "";
                const entry = this.entries.get(id) ?? null;
                const is_open = this.opened.has(id);
                rows.push({ key: id, entry, id, depth, position: i + 1, size, is_open, has_failed: false });
                if (is_open)
                    add(id, depth + 1);
            }
            if (!level || level.state !== "there")
                rows.push({
                    key: `${parent}+`, entry: null, id: parent, depth, position: 0, size, is_open: false,
                    has_failed: level?.state === "failed",
                });
        };
        add(ROOT, 0);
        return rows;
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
        const level: Level = before ?? { ids: [], state: "reading", is_void: false };
        if (is_first)
            level.state = "reading";
        level.is_void = false;
        this.levels.set(id, level);
        const nodes: TreeNode[] = [];
        try {
            let cursor: string | null = null;
            do {
                const page: TreePage = await this.read(id, cursor);
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

/** The first row behind one whose name begins so; it begins again at the top. */
export function findByName(rows: readonly Row[], from: number, typed: string): number {
    const wanted = typed.toLowerCase();
    // One letter again and again goes on from one to the next.
    const start = typed.length === 1 ? from + 1 : from;
    for (let i = 0; i < rows.length; i++) {
        const at = (start + i) % rows.length;
        if (rows[at]?.entry?.node.name.toLowerCase().startsWith(wanted))
            return at;
    }
    return -1;
}
