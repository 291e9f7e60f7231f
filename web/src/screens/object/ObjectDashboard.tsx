/* What an object is made of, by its type: how much lies below it, and what; or its attributes. */

import { useMemo } from "preact/hooks";
import { apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { CloudObject, ObjectCounts } from "../../api/types";
import { Link, queryParam, setQuery } from "../../app/router";
import { ObjectList, objectName, objectPath } from "../../parts/ObjectList";
import { ObjectIcon, objectIcon } from "../../parts/ObjectIcon";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Pages, Table } from "../../parts/Table";
import { Tile, Tiles } from "../../parts/Tile";
import { Time } from "../../parts/Time";
import { capitalised, environment as environment_texts, objectPage as texts, typeText, typesTitle } from "../../texts";
import { Attributes } from "./Attributes";
import { ProjectNetworks } from "./ProjectNetworks";

interface Contents {
    tiles: readonly string[];
    lists: readonly string[];
}

const contents: Record<string, Contents> = {
    region: { tiles: ["instance", "vservice", "host", "vconnector"], lists: ["availability_zone", "aggregate"] },
    availability_zone: { tiles: ["instance", "vservice", "host", "vconnector", "vedge"], lists: ["host"] },
    aggregate: { tiles: ["host_ref"], lists: ["host_ref"] },
    host: {
        tiles: ["instance", "vservice", "vconnector", "vedge", "port", "network_agent", "host_pnic"],
        lists: ["instance", "vservice", "host_pnic"],
    },
    project: { tiles: ["network", "port"], lists: [] },
};

const MOST_COUNTED = 1000; // of ports, which lie below their network

/** Whether there is more to be said of such an object than its attributes. */
export function hasDashboard(type: string): boolean {
    return Object.hasOwn(contents, type) || type.endsWith("_folder");
}

/** Ports are below their network, and name their host. */
function isBeside(object: CloudObject, type: string): boolean {
    return object.type === "host" && type === "port";
}

function looksOf(type: string) {
    return { label: typesTitle(type), icon: objectIcon(type) };
}

export interface ObjectDashboardProps {
    environment: string;
    object: CloudObject;
}

export function ObjectDashboard({ environment, object }: ObjectDashboardProps) {
    const has = Object.hasOwn(contents, object.type) ? contents[object.type] : undefined;
    if (has)
        return <ContentsView environment={environment} object={object} has={has} />;
    if (object.type.endsWith("_folder"))
        return <Children environment={environment} object={object} />;
    return <Attributes object={object} />;
}

function ContentsView({ environment, object, has }: ObjectDashboardProps & { has: Contents }) {
    const below = useResource<ObjectCounts>(
        apiPath("/environments/{environment}/objects/{id}/counts", { environment, id: object._id }),
        { voids: { kinds: ["object", "revision"], environment } },
    ).data.value;
    return (
        <>
            <Tiles label={texts.below}>
                {has.tiles.map((type) => isBeside(object, type)
                    ? <PortsTile key={type} environment={environment} object={object} />
                    : <Tile key={type} {...looksOf(type)} value={below && (below.objects[type] ?? 0)} />)}
            </Tiles>
            {object.type === "project" && <ProjectNetworks environment={environment} project={object} />}
            {has.lists.length > 0 && (
                <div class="object-lists">
                    {has.lists.map((type) => (
                        <ObjectList key={type} environment={environment} type={type} query={{ below: object.id_path }} />
                    ))}
                </div>
            )}
            <Attributes object={object} is_closed />
        </>
    );
}

function PortsTile({ environment, object }: ObjectDashboardProps) {
    const data = useResource<{ objects: unknown[]; next: string | null }>(
        apiPath("/environments/{environment}/objects", { environment }),
        {
            query: { "where.binding:host_id": object.id, type: "port", fields: "_id", limit: MOST_COUNTED },
            voids: { kinds: ["object", "revision"], environment, types: ["port"] },
        },
    ).data.value;
    return (
        <Tile
            {...looksOf("port")} value={data?.objects.length} is_least={data !== undefined && data.next !== null}
        />
    );
}

/* --- folders --- */

interface ChildrenPage {
    objects: CloudObject[];
    next: string | null;
}

function childColumns(environment: string): readonly Column<CloudObject>[] {
    return [
        {
            id: "name", title: texts.name, is_sortable: true, is_wide: true,
            cell: (child) => (
                <Link class="object-link" dir="auto" to={objectPath(environment, child)}>
                    <ObjectIcon type={child.type} />{objectName(child)}
                </Link>
            ),
        },
        { id: "type", title: texts.type, is_short: true, cell: ({ type }) => capitalised(typeText(type)) },
        {
            id: "description", title: texts.description, is_minor: true,
            cell: ({ description }) => description && <bdi>{description}</bdi>,
        },
        { id: "seen", title: texts.lastScanned, cell: ({ last_scanned }) => <Time of={last_scanned} /> },
    ];
}

function Children({ environment, object }: ObjectDashboardProps) {
    const sort = queryParam("sort").value || "name";
    const cursor = queryParam("cursor").value;
    const columns = useMemo(() => childColumns(environment), [environment]);
    const path = apiPath("/environments/{environment}/objects/{id}/children", { environment, id: object._id });
    const found = useResource<ChildrenPage>(path, {
        query: { sort, cursor: cursor || null, fields: "_id,id,type,name,object_name,description,last_scanned,ref_id" },
        voids: { kinds: ["object", "revision"], environment },
    });
    return (
        <Loaded of={found}>
            {({ objects, next }) => (
                <section aria-label={texts.children}>
                    <Table
                        label={texts.children} columns={columns} rows={objects} rowKey={({ _id }) => _id} sort={sort}
                        onSort={(to) => setQuery({ sort: to, cursor: null })}
                        empty={<Empty title={environment_texts.noneOf(texts.children.toLowerCase())} />}
                    />
                    <Pages cursor={cursor} next={next} onGo={(to) => setQuery({ cursor: to })} />
                </section>
            )}
        </Loaded>
    );
}
