/* The catalogs of the model: where they are, who may change them, and what is common to asking for them. */

import type { ApiError } from "../../api/client";
import { type Resource, useResource } from "../../api/resource";
import type { CliqueConstraint, CliqueType, Constant, LinkType } from "../../api/types";
import type { Role } from "../../app/session";
import { type Choice, withGiven } from "../../parts/Form";
import { byName } from "../../parts/order";
import { typeText } from "../../texts";

export interface Catalog<Entry> {
    /** Of the screen and of the API. */
    path: string;
    /** The screen that adds one. */
    add_path: string;
    /** The member of the answer that has the list. */
    list: string;
    role: Role;
    nameOf: (entry: Entry) => string;
}

export const clique_types: Catalog<CliqueType> = {
    path: "/clique-types", add_path: "/add-clique-type", list: "clique_types", role: "manage-clique-types",
    nameOf: ({ name }) => name,
};

export const clique_constraints: Catalog<CliqueConstraint> = {
    path: "/clique-constraints", add_path: "/add-clique-constraint", list: "clique_constraints",
    role: "manage-clique-constraints",
    nameOf: ({ focal_point_type }) => typeText(focal_point_type),
};

export const link_types: Catalog<LinkType> = {
    path: "/link-types", add_path: "/add-link-type", list: "link_types", role: "manage-link-types",
    nameOf: ({ type }) => type,
};

type Entries<Entry> = Record<string, Entry[]>;

export function useEntries<Entry>({ path }: Catalog<Entry>): Resource<Entries<Entry>> {
    return useResource<Entries<Entry>>(path, { query: { limit: 1000 } });
}

export function useConstant(name: string): readonly string[] {
    const found = useResource<Constant>(`/constants/${name}`).data.value;
    return (found?.data ?? []).map(({ value }) => String(value));
}

/** Types of objects to choose from, by what people call them; the one that is there always is. */
export function typeChoices(types: readonly string[], given: string): Choice<string>[] {
    const choices = withGiven(types, given).map((value) => ({ value, text: typeText(value) }));
    return choices.sort((a, b) => byName(a.text, b.text));
}

/** What an error says about one field, without the field's name. */
export function errorAt(error: ApiError | null, field: string): string | null {
    if (error?.where?.split(/[.[]/)[0] !== field)
        return null;
    return error.detail.slice(error.where.length + 2);
}

/** The link types that nothing before them leads to: cliques are followed from the focal point outwards. */
export function unreached(focal_point_type: string, types: readonly string[]): Set<string> {
    const reached = new Set([focal_point_type]);
    const lost = new Set<string>();
    for (const type of types) {
        const ends = type.split("-");
        if (ends.some((end) => reached.has(end)))
            ends.forEach((end) => reached.add(end));
        else
            lost.add(type);
    }
    return lost;
}

/** The list with one of its members elsewhere. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
    const rest = list.filter((_, i) => i !== from);
    const one = list.slice(from, from + 1);
    return [...rest.slice(0, to), ...one, ...rest.slice(to)];
}
