import { useSignal } from "@preact/signals";
import type { CloudObject } from "../api/types";
import { type Query } from "../api/client";
import { useResource } from "../api/resource";
import { Link, href } from "../app/router";
import { count, environment as texts, typeText, typesTitle } from "../texts";
import { ObjectIcon } from "./ObjectIcon";
import { Loaded } from "./State";
import "./object-list.css";

const MOST = 1000;
const FILTER_FROM = 10;

export function objectName(object: Pick<CloudObject, "object_name" | "name" | "id">): string {
    return object.object_name || object.name || object.id;
}

/** Whether it is the `_id` of an object, and not what its cloud calls it. */
export function isObjectId(id: string): boolean {
    return /^[0-9a-f]{24}$/.test(id);
}

/** The object itself, or the one that it only refers to. */
export function referred({ _id, ref_id }: Pick<CloudObject, "_id" | "ref_id">): string {
    return ref_id && isObjectId(ref_id) ? ref_id : _id;
}

/** The page of an object; what only refers to another one leads to that. */
export function objectPath(environment: string, object: Pick<CloudObject, "_id" | "ref_id">): string {
    return href("/environments/:environment/objects/:object", { environment, object: referred(object) });
}

interface ObjectListProps {
    environment: string;
    type: string;
    query?: Query;
    /** How many there are, when it is known. */
    total?: number;
}

/** A card with the objects of a type, each a link; many of them have a filter. */
export function ObjectList({ environment, type, query, total }: ObjectListProps) {
    const found = useResource<{ objects: CloudObject[]; next: string | null }>(
        `/environments/${encodeURIComponent(environment)}/objects`,
        {
            query: { ...query, type, fields: "_id,id,name,object_name,ref_id", sort: "name", limit: MOST },
            voids: { kinds: ["object", "revision"], environment, types: [type] },
        },
    );
    const data = found.data.value;
    const n = total ?? data?.objects.length;
    return (
        <section class="card object-list" aria-label={typesTitle(type)}>
            <header class="object-list-head">
                <ObjectIcon type={type} />
                <h2>{typesTitle(type)}</h2>
                <span class="dim number">{n === undefined ? "" : count(n)}</span>
            </header>
            <Loaded of={found}>
                {({ objects, next }) => (
                    <List environment={environment} type={type} objects={objects} is_cut={next !== null} />
                )}
            </Loaded>
        </section>
    );
}

interface ListProps {
    environment: string;
    type: string;
    objects: readonly CloudObject[];
    is_cut: boolean;
}

function List({ environment, type, objects, is_cut }: ListProps) {
    const filter = useSignal("");
    const wanted = filter.value.trim().toLowerCase();
    const shown = wanted ? objects.filter((object) => objectName(object).toLowerCase().includes(wanted)) : objects;
    if (objects.length === 0)
        return <p class="dim">{texts.noneOf(typeText(type, 2))}</p>;
    return (
        <>
            {objects.length > FILTER_FROM && (
                <input
                    type="search" class="input" value={filter.value} placeholder={texts.filterHint}
                    aria-label={texts.filter(typesTitle(type))}
                    onInput={(event) => {
                        filter.value = event.currentTarget.value;
                    }}
                />
            )}
            <ul class="object-list-items">
                {shown.map((object) => (
                    <li key={object._id}>
                        <Link
                            class="name" dir="auto" title={objectName(object)}
                            to={objectPath(environment, object)}
                        >
                            {objectName(object)}
                        </Link>
                    </li>
                ))}
            </ul>
            {shown.length === 0 && <p class="dim">{texts.noMatch}</p>}
            {is_cut && <p class="dim">{texts.showsFirst(objects.length)}</p>}
        </>
    );
}
