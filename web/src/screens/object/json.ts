/* A document as lines that can be opened and closed, and searched. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Line {
    /** `network_info.0.address`, with what stands in a name kept apart. */
    path: readonly string[];
    key: string;
    /** The name of the member; null in a list and for the document itself. */
    name: string | null;
    value: Json;
    depth: number;
    /** How many are inside; null: nothing can be. */
    size: number | null;
    is_open: boolean;
    is_match: boolean;
}

export function isComposite(value: Json): value is Json[] | { [name: string]: Json } {
    return typeof value === "object" && value !== null;
}

function membersOf(value: Json): [string, Json][] {
    if (Array.isArray(value))
        return value.map((one, i) => [String(i), one]);
    return isComposite(value) ? Object.entries(value) : [];
}

export function keyOf(path: readonly string[]): string {
    return JSON.stringify(path);
}

function matches(name: string | null, value: Json, wanted: string): boolean {
    return (name?.toLowerCase().includes(wanted) ?? false) ||
        (!isComposite(value) && String(value).toLowerCase().includes(wanted));
}

/** Whether something is wanted in it, or in what is inside. */
function holds(name: string | null, value: Json, wanted: string): boolean {
    return matches(name, value, wanted) ||
        membersOf(value).some(([member, inside]) => holds(Array.isArray(value) ? null : member, inside, wanted));
}

/** The lines to be shown; with `wanted` only those that lead to a match, opened. */
export function linesOf(document: Json, open: ReadonlySet<string>, wanted: string): Line[] {
    const lines: Line[] = [];
    const text = wanted.trim().toLowerCase();
    const add = (value: Json, path: readonly string[], name: string | null, is_inside_match: boolean): void => {
        const is_match = text !== "" && matches(name, value, text);
        if (text !== "" && !is_inside_match && !holds(name, value, text))
            return;
        const members = membersOf(value);
        const key = keyOf(path);
        const is_open = members.length > 0 &&
            (open.has(key) || (text !== "" && members.some(([member, inside]) =>
                holds(Array.isArray(value) ? null : member, inside, text))));
        lines.push({
            path, key, name, value, depth: path.length - 1, size: isComposite(value) ? members.length : null, is_open,
            is_match,
        });
        if (is_open)
            for (const [member, inside] of members)
                add(inside, [...path, member], Array.isArray(value) ? null : member, is_inside_match || is_match);
    };
    for (const [name, value] of membersOf(document))
        add(value, [name], name, false);
    return lines;
}

/** All that can be opened. */
export function allKeys(document: Json): Set<string> {
    const keys = new Set<string>();
    const add = (value: Json, path: readonly string[]): void => {
        const members = membersOf(value);
        if (members.length > 0 && path.length > 0)
            keys.add(keyOf(path));
        for (const [name, inside] of members)
            add(inside, [...path, name]);
    };
    add(document, []);
    return keys;
}
