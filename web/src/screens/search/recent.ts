/* The objects that were looked at last, of each user of this browser. */

import type { CloudObject } from "../../api/types";
import { session } from "../../app/session";

const MOST = 8;

interface Recent {
    environment: string;
    _id: string;
    name: string;
    type: string;
}

function storeName(): string {
    return `recent ${session.peek()?.user._id ?? ""}`;
}

function isRecent(value: unknown): value is Recent {
    const one = value as Partial<Recent> | null;
    return typeof one === "object" && one !== null &&
        [one.environment, one._id, one.name, one.type].every((text) => typeof text === "string");
}

export function readRecent(): Recent[] {
    try {
        const value: unknown = JSON.parse(localStorage.getItem(storeName()) ?? "[]");
        return Array.isArray(value) ? value.filter(isRecent).slice(0, MOST) : [];
    } catch {
        return [];
    }
}

export function rememberObject(environment: string, { _id, type }: CloudObject, name: string): void {
    const others = readRecent().filter((one) => one._id !== _id || one.environment !== environment);
    try {
        localStorage.setItem(storeName(), JSON.stringify([{ environment, _id, name, type }, ...others].slice(0, MOST)));
    } catch {
        // There is no place for it: the next search has one less to offer.
    }
}
