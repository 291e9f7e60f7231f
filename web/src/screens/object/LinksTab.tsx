import { useMemo } from "preact/hooks";
import { apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { CloudObject, Link as CloudLink, LinkEnd } from "../../api/types";
import { Link, queryParam, setQuery } from "../../app/router";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { objectPath } from "../../parts/ObjectList";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Pages, Table } from "../../parts/Table";
import { graphTexts, objectLinks as texts, typeText } from "../../texts";

const PAGE = 100;

interface End {
    id: string;
    /** What its source calls it. */
    known_as: string;
    direction: string;
    /** null: it is not in the inventory. */
    object: LinkEnd | null;
}

function otherEnd(link: CloudLink, own: string): End {
    return link.source === own
        ? { id: link.target, known_as: link.target_id ?? "", direction: texts.to, object: link.target_object ?? null }
        : { id: link.source, known_as: link.source_id ?? "", direction: texts.from, object: link.source_object ?? null };
}

function EndCell({ environment, end }: { environment: string; end: End }) {
    const { object, known_as, id } = end;
    return (
        <span class="object-link">
            <span class="dim">{end.direction}</span>
            {object
                ? (
                    <>
                        <ObjectIcon type={object.type} />
                        <Link dir="auto" to={objectPath(environment, { _id: id })} title={known_as}>
                            {object.name || object.id}
                        </Link>
                        <span class="dim">{typeText(object.type)}</span>
                    </>
                )
                : <span><bdi>{known_as || id}</bdi> <span class="dim">{texts.unknownEnd}</span></span>}
        </span>
    );
}

function columnsOf(environment: string, own: string): readonly Column<CloudLink>[] {
    return [
        {
            id: "end", title: texts.end, is_wide: true,
            cell: (link) => <EndCell environment={environment} end={otherEnd(link, own)} />,
        },
        {
            id: "type", title: texts.type,
            cell: ({ link_type, implicit }) => (
                <>
                    {graphTexts.linkType(link_type)}
                    {implicit && <span class="dim" title={texts.implicitHint}> ({texts.implicit})</span>}
                </>
            ),
        },
        { id: "name", title: texts.name, is_minor: true, cell: ({ link_name }) => <bdi>{link_name}</bdi> },
        { id: "state", title: texts.state, cell: ({ state }) => state && <bdi>{state}</bdi> },
        { id: "host", title: texts.host, is_minor: true, cell: ({ host }) => host && <bdi>{host}</bdi> },
    ];
}

export function LinksTab({ environment, object }: { environment: string; object: CloudObject }) {
    const cursor = queryParam("cursor").value;
    const columns = useMemo(() => columnsOf(environment, object._id), [environment, object._id]);
    const found = useResource<{ links: CloudLink[]; next: string | null }>(
        apiPath("/environments/{environment}/links", { environment }),
        {
            query: { object: object._id, cursor: cursor || null, limit: PAGE },
            voids: { kinds: ["link", "revision"], environment, id: object._id },
        },
    );
    return (
        <Loaded of={found}>
            {({ links, next }) => (
                <>
                    <Table
                        label={texts.label} columns={columns} rows={links} rowKey={({ _id }) => _id}
                        empty={<Empty title={texts.none}>{texts.noneText}</Empty>}
                    />
                    <Pages cursor={cursor} next={next} onGo={(to) => setQuery({ cursor: to })} />
                </>
            )}
        </Loaded>
    );
}
