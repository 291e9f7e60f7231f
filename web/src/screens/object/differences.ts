/* What differs between two versions of an object. */

import { type Json, isComposite } from "./json";

export interface Difference {
    /** `network_info.0.address` */
    path: string;
    /** undefined: it was not there. */
    before: Json | undefined;
    after: Json | undefined;
}

/** Says of every version when it was seen, and nothing of the object. */
const always: readonly string[] = ["last_scanned"];

function compare(before: Json | undefined, after: Json | undefined, path: string, found: Difference[]): void {
    const is_same_kind = isComposite(before ?? null) && isComposite(after ?? null) &&
        Array.isArray(before) === Array.isArray(after);
    if (!is_same_kind) {
        if (before !== after)
            found.push({ path, before, after });
        return;
    }
    const [a, b] = [new Map(Object.entries(before as object)), new Map(Object.entries(after as object))];
    for (const name of new Set([...a.keys(), ...b.keys()]))
        compare(a.get(name) as Json | undefined, b.get(name) as Json | undefined, path ? `${path}.${name}` : name, found);
}

export function differencesOf(before: object, after: object): Difference[] {
    const found: Difference[] = [];
    compare(before as Json, after as Json, "", found);
    return found.filter(({ path }) => !always.includes(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}
