/* Why something was found: where its words begin as the wanted ones do. */

import type { CloudObject } from "../../api/types";

interface Piece {
    text: string;
    is_hit: boolean;
}

export interface Reason {
    /** `network_info.0.address` */
    path: string;
    text: string;
}

const WORD = /[\p{L}\p{N}]+/gu;

export function wordsOf(text: string): string[] {
    return [...text.toLowerCase().matchAll(WORD)].map(([word]) => word);
}

/** Between two marked pieces it is marked with them: an address, a name of several words. */
const JOINT = /^[^\p{L}\p{N}\s]$/u;

/** The text in pieces, with the beginnings of its words that are wanted. */
export function piecesOf(text: string, wanted: readonly string[]): Piece[] {
    const pieces: Piece[] = [];
    let end = 0;
    for (const { 0: word, index } of text.matchAll(WORD)) {
        const lower = word.toLowerCase();
        const length = Math.max(0, ...wanted.filter((one) => lower.startsWith(one)).map((one) => one.length));
        if (length === 0)
            continue;
        const before = text.slice(end, index);
        const last = pieces.at(-1);
        const hit = text.slice(index, index + length);
        if (last && JOINT.test(before)) {
            last.text += before + hit;
        } else {
            if (before)
                pieces.push({ text: before, is_hit: false });
            pieces.push({ text: hit, is_hit: true });
        }
        end = index + length;
    }
    if (end < text.length)
        pieces.push({ text: text.slice(end), is_hit: false });
    return pieces;
}

/** How many of the wanted words some word of the text begins with. */
function countHits(text: string, wanted: readonly string[]): number {
    const words = wordsOf(text);
    return wanted.filter((one) => words.some((word) => word.startsWith(one))).length;
}

export function hasAll(text: string, wanted: readonly string[]): boolean {
    return countHits(text, wanted) === wanted.length;
}

/** Of no use to who wonders: what other members say as well, or what is known already. */
const said_elsewhere = new Set([
    "_id", "environment", "type", "name", "object_name", "id_path", "name_path", "show_in_tree", "parent_text",
]);

/** The member that tells why, where the name does not. */
export function reasonOf(object: CloudObject, shown: string, wanted: readonly string[]): Reason | null {
    if (wanted.length === 0 || hasAll(shown, wanted))
        return null;
    let best: Reason | null = null;
    let most = 0;
    const look = (value: unknown, path: string): void => {
        if (most === wanted.length)
            return;
        if (typeof value === "string" || typeof value === "number") {
            const n = countHits(String(value), wanted);
            if (n > most) {
                most = n;
                best = { path, text: String(value) };
            }
        } else if (typeof value === "object" && value !== null) {
            for (const [name, inside] of Object.entries(value))
                look(inside, `${path}.${name}`);
        }
    };
    for (const [name, value] of Object.entries(object))
        if (!said_elsewhere.has(name))
            look(value, name);
    return best;
}

/** Those that are called so before those that only mention it; 0 is best. */
export function rankOf(object: CloudObject, shown: string, query: string, wanted: readonly string[]): number {
    const name = shown.toLowerCase();
    const text = query.trim().toLowerCase();
    if (name === text || object.id.toLowerCase() === text)
        return 0;
    if (name.startsWith(text))
        return 1;
    if (hasAll(name, wanted))
        return 2;
    return object.type === "instance" || object.type === "network" ? 3 : 4;
}

/** What it lies in, without folders, its environment and itself. A folder is named after what it is in:
 *  "Instances" is `cmp1-instances`. */
export function placeOf({ name_path = "", id_path = "" }: CloudObject): string[] {
    const [names, ids] = [name_path.split("/"), id_path.split("/")];
    const isFolder = (name: string, i: number): boolean => {
        const id = ids[i] ?? "";
        return names.length === ids.length && id.startsWith(`${ids[i - 1]}-`) && !id.endsWith(name);
    };
    return names.filter((name, i) => i > 1 && i < names.length - 1 && !isFolder(name, i));
}
