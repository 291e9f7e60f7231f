// What the card and the panel say of an object: the attributes that tell most of its type.

import type { ObjectDocument } from "./source";

export interface Attribute {
    name: string;
    value: string;
}

const longest = 300;

function at(document: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (value, key) =>
            typeof value === "object" && value !== null && Object.hasOwn(value, key)
                ? (value as Record<string, unknown>)[key]
                : undefined,
        document,
    );
}

function isNested(value: unknown): value is object {
    return typeof value === "object" && value !== null;
}

/** Nested values on one line, without the signs of JSON; of things with many values their names. */
function flat(value: unknown): string {
    if (Array.isArray(value))
        return value.map(flat).filter(Boolean).join(", ");
    if (isNested(value)) {
        const entries = Object.entries(value);

        return entries.length > 0 && entries.every(([, inner]) => isNested(inner))
            ? entries.map(([key]) => key).join(", ")
            : entries.map(([key, inner]) => `${key}: ${flat(inner)}`).join(", ");
    }
    return value === null || value === undefined ? "" : String(value);
}

/** "mac_address" as people write it. */
export function nameOfAttribute(path: string | readonly string[]): string {
    const name = (typeof path === "string" ? path : (path.at(-1) ?? "")).replace(/_/g, " ").trim();
    const known: Record<string, string> = {
        "mac address": "MAC address",
        "ip address": "IP address",
        mtu: "MTU",
        "object name": "Name",
        "provider:segmentation id": "Segment",
        "provider:network type": "Network type",
        "vnic type": "vNIC type",
    };

    return known[name.toLowerCase()] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

const saidAnyway = new Set(["object_name", "type", "host"]);

/** Those that it has. */
export function attributesOf(
    document: ObjectDocument,
    paths: readonly (string | readonly string[])[],
): Attribute[] {
    return paths
        .filter((path) => typeof path !== "string" || !saidAnyway.has(path))
        .flatMap((path) => {
            const text = flat(at(document, typeof path === "string" ? [path] : path)).trim();

            return text === ""
                ? []
                : [
                      {
                          name: nameOfAttribute(path),
                          value: text.length > longest ? `${text.slice(0, longest)}…` : text,
                      },
                  ];
        });
}
