import { useMemo } from "preact/hooks";
import { apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { CloudObject } from "../../api/types";
import { Link } from "../../app/router";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { objectName, objectPath } from "../../parts/ObjectList";
import { Loaded } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { count, environment as environment_texts, objectPage as texts, typeText, typesTitle } from "../../texts";

const MOST = 1000;

export interface Use {
    ports: number;
    instances: number;
}

/** How many ports and instances each network has; an instance may have several ports in one. */
export function usesOf(ports: readonly CloudObject[]): Map<string, Use> {
    const devices = new Map<string, Set<string>>();
    const uses = new Map<string, Use>();
    for (const { network_id, device_owner, device_id } of ports) {
        if (!network_id)
            continue;
        const use = uses.get(network_id) ?? { ports: 0, instances: 0 };
        const own = devices.get(network_id) ?? new Set();
        use.ports++;
        if (device_id && device_owner?.startsWith("compute:"))
            own.add(device_id);
        use.instances = own.size;
        uses.set(network_id, use);
        devices.set(network_id, own);
    }
    return uses;
}

function columnsOf(environment: string, uses: Map<string, Use>, is_cut: boolean): readonly Column<CloudObject>[] {
    const number = (n: number | undefined): string => (is_cut ? texts.atLeast(n ?? 0) : count(n ?? 0));
    return [
        {
            id: "name", title: texts.name, is_wide: true,
            cell: (network) => (
                <Link class="object-link" dir="auto" to={objectPath(environment, network)}>
                    <ObjectIcon type="network" />{objectName(network)}
                </Link>
            ),
        },
        {
            id: "segment", title: texts.segment, is_short: true,
            cell: (network) => [network["provider:network_type"], network["provider:segmentation_id"]]
                .filter((part) => part !== null && part !== undefined).join(" "),
        },
        { id: "ports", title: typesTitle("port"), is_number: true, cell: ({ id }) => number(uses.get(id)?.ports) },
        {
            id: "instances", title: typesTitle("instance"), is_number: true,
            cell: ({ id }) => number(uses.get(id)?.instances),
        },
        {
            id: "seen", title: texts.lastScanned, is_minor: true,
            cell: ({ last_scanned }) => <Time of={last_scanned} />,
        },
    ];
}

interface Page {
    objects: CloudObject[];
    next: string | null;
}

/** The networks of a project: their segment, and what uses them. */
export function ProjectNetworks({ environment, project }: { environment: string; project: CloudObject }) {
    const path = apiPath("/environments/{environment}/objects", { environment });
    const below = project.id_path;
    const networks = useResource<Page>(path, {
        query: { below, type: "network", sort: "name", limit: MOST },
        voids: { kinds: ["object", "revision"], environment, types: ["network"] },
    });
    const ports = useResource<Page>(path, {
        query: { below, type: "port", fields: "network_id,device_owner,device_id", limit: MOST },
        voids: { kinds: ["object", "revision"], environment, types: ["port"] },
    }).data.value;
    const columns = useMemo(
        () => columnsOf(environment, usesOf(ports?.objects ?? []), Boolean(ports?.next)), [environment, ports],
    );
    return (
        <section class="stack" aria-label={typesTitle("network")}>
            <h2>{typesTitle("network")}</h2>
            <Loaded of={networks}>
                {({ objects }) => (
                    <Table
                        label={typesTitle("network")} columns={columns} rows={objects} rowKey={({ _id }) => _id}
                        empty={<p class="dim">{environment_texts.noneOf(typeText("network", 2))}</p>}
                    />
                )}
            </Loaded>
        </section>
    );
}
