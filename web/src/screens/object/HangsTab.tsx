/* What hangs on an object: the focal points whose cliques hold it, and the way from each to it. */

import waypoints from "lucide-static/icons/waypoints.svg?icon";
import { useMemo } from "preact/hooks";
import { apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { CloudObject, FocalPoints } from "../../api/types";
import { Link, href, queryParam, setQuery } from "../../app/router";
import { Icon } from "../../parts/Icon";
import { ObjectIcon, objectIcon } from "../../parts/ObjectIcon";
import { objectName, objectPath } from "../../parts/ObjectList";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Tile, Tiles } from "../../parts/Tile";
import { capitalised, objectHangs as texts, typeText, typesTitle } from "../../texts";

const MOST = 500;

/** What people ask for first. */
const first_types = ["instance", "vservice", "network"];

function rank(type: string): number {
    const place = first_types.indexOf(type);
    return place < 0 ? first_types.length : place;
}

type FocalPoint = FocalPoints["focal_points"][number];

function columnsOf(environment: string, object: CloudObject): readonly Column<FocalPoint>[] {
    const path = "/environments/:environment/objects/:object";
    const way = (from: string): string =>
        href(path, { environment, object: from }, { view: "graph", from, to: object._id });
    return [
        {
            id: "name", title: texts.name, is_wide: true,
            cell: (point) => (
                <Link class="object-link" dir="auto" to={objectPath(environment, point)}>
                    <ObjectIcon type={point.type} />{point.name || point.id}
                </Link>
            ),
        },
        { id: "type", title: texts.type, is_short: true, cell: ({ type }) => capitalised(typeText(type)) },
        { id: "host", title: texts.host, is_minor: true, cell: ({ host }) => host && <bdi>{host}</bdi> },
        {
            id: "way", title: texts.way, is_short: true,
            cell: (point) => (
                <Link class="object-link" to={way(point._id)} title={texts.wayFrom(point.name, objectName(object))}>
                    <Icon of={waypoints} />{texts.showWay}
                </Link>
            ),
        },
    ];
}

function Types({ found, chosen }: { found: FocalPoints; chosen: string }) {
    return (
        <Tiles label={texts.label}>
            {Object.entries(found.types).sort(([a], [b]) => rank(a) - rank(b)).map(([type, n]) => (
                <Tile
                    key={type} label={typesTitle(type)} icon={objectIcon(type)} value={n} is_least={!found.is_complete}
                    is_chosen={type === chosen} onChoose={() => setQuery({ type: type === chosen ? null : type })}
                />
            ))}
        </Tiles>
    );
}

export function HangsTab({ environment, object }: { environment: string; object: CloudObject }) {
    const type = queryParam("type").value;
    const columns = useMemo(() => columnsOf(environment, object), [environment, object]);
    const resource = useResource<FocalPoints>(
        apiPath("/environments/{environment}/objects/{id}/focal-points", { environment, id: object._id }),
        { query: { limit: MOST }, voids: { kinds: ["link", "clique", "revision"], environment } },
    );
    return (
        <Loaded of={resource}>
            {(found) => {
                const chosen = Object.hasOwn(found.types, type) ? type : "";
                return (
                    <>
                        {found.focal_points.length > 0 && <Types found={found} chosen={chosen} />}
                        {!found.is_complete && <p class="dim">{texts.showsSome(found.focal_points.length)}</p>}
                        <Table
                            label={texts.label} columns={columns} rowKey={({ _id }) => _id}
                            rows={found.focal_points.filter(({ type: one }) => !chosen || one === chosen)
                                .sort((a, b) => rank(a.type) - rank(b.type))}
                            empty={<Empty title={texts.none}>{texts.noneText}</Empty>}
                        />
                    </>
                );
            }}
        </Loaded>
    );
}
