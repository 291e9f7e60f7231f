/* What a search in the tree found, with what it lies in: a tree of its own. */

import type { CloudObject } from "../../api/types";
import { objectName } from "../../parts/ObjectList";
import { byName } from "../../parts/order";

export interface FoundRow {
    key: string;
    name: string;
    depth: number;
    /** An object that was found; null: what one of them lies in. */
    object: CloudObject | null;
    /** One that lies in it, and how many steps from the top it is. */
    inside: { of: CloudObject; step: number } | null;
    position: number;
    size: number;
}

interface Knot {
    name: string;
    object: CloudObject | null;
    inside: FoundRow["inside"];
    below: Map<string, Knot>;
}

function knot(name: string, inside: FoundRow["inside"]): Knot {
    return { name, object: null, inside, below: new Map() };
}

/** The steps from the environment down: none when names have slashes, and they cannot be told apart. */
function stepsOf({ id_path = "", name_path = "" }: CloudObject): { id: string; name: string }[] {
    const ids = id_path.split("/").slice(2);
    const names = name_path.split("/").slice(2);
    return ids.length === names.length ? ids.map((id, i) => ({ id, name: names[i] ?? id })) : [];
}

function listRows(level: Map<string, Knot>, path: string, depth: number, rows: FoundRow[]): void {
    let position = 0;
    const sorted = [...level].sort(([, a], [, b]) => byName(a.name, b.name));
    for (const [step, { name, object, inside, below }] of sorted) {
        const key = `${path}/${step}`;
        position++;
        rows.push({ key, name, depth, object, inside: object ? null : inside, position, size: level.size });
        listRows(below, key, depth + 1, rows);
    }
}

export function foundRows(objects: readonly CloudObject[]): FoundRow[] {
    const top = knot("", null);
    for (const object of objects) {
        const steps = stepsOf(object);
        let at = top;
        for (const [step, { id, name }] of steps.slice(0, -1).entries()) {
            const next = at.below.get(id) ?? knot(name, { of: object, step });
            at.below.set(id, next);
            at = next;
        }
        const last = steps.at(-1)?.id ?? object.id;
        // Two types may have the same id at the same place.
        const key = at.below.get(last)?.object ? `${last} ${object._id}` : last;
        const own = at.below.get(key) ?? knot("", null);
        at.below.set(key, { ...own, name: objectName(object), object });
    }
    const rows: FoundRow[] = [];
    listRows(top.below, "", 0, rows);
    return rows;
}
