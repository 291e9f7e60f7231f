import radar from "lucide-static/icons/radar.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { useResource } from "../../api/resource";
import type { Scan } from "../../api/types";
import { useEnvironments } from "../../app/environments";
import { Link, href, queryParam, setQuery } from "../../app/router";
import { percentOf, useProgress } from "../../app/scans";
import { Button } from "../../parts/Button";
import { EnvironmentLink } from "../../parts/EnvironmentLink";
import { SelectField, choicesOf, withGiven } from "../../parts/Form";
import { Health } from "../../parts/Health";
import { Empty, Loaded, Skeleton } from "../../parts/State";
import { type Column, Pages, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { duration, parseTime } from "../../parts/time";
import { common, scanStatus, scans as texts, typeText } from "../../texts";
import { healthOfScan, isOver, partOf, scan_statuses, tookOf } from "./scan";
import "./scans.css";

const PAGE = 25;

export function ScanStatus({ scan }: { scan: Scan }) {
    const progress = useProgress(scan);
    const percent = scan.status === "running" ? percentOf(progress) : null;
    const text = scan.abort && scan.status === "running" ? texts.ending : (scanStatus[scan.status] ?? scan.status);
    return (
        <Health of={healthOfScan(scan)}>
            {text}{percent !== null && <span class="number">{`${percent} %`}</span>}
        </Health>
    );
}

/** Draws it again each second. */
function useSeconds(is_on: boolean): void {
    const [, setNow] = useState(0);
    useEffect(() => {
        const timer = is_on ? setInterval(() => setNow(Date.now()), 1000) : undefined;
        return () => clearInterval(timer);
    }, [is_on]);
}

export function Took({ scan }: { scan: Scan }) {
    useSeconds(!isOver(scan));
    const ms = tookOf(scan, Date.now());
    return ms === null ? <span class="dim">–</span> : <span class="number">{duration(ms)}</span>;
}

/** The whole environment, a part of the work, or one object. */
export function What({ scan }: { scan: Scan }) {
    return scan.object_id
        ? <bdi>{texts.objectOnly(scan.object_type ? typeText(scan.object_type) : "", scan.object_id)}</bdi>
        : <>{texts.what.parts[partOf(scan)]}</>;
}

const columns: readonly Column<Scan>[] = [
    {
        id: "submitted", title: texts.submitted, is_sortable: true,
        cell: (scan) => (
            <Link class="scan-link" to={href("/scan-list/:scan", { scan: scan._id })}>
                <Time of={parseTime(scan.submit_timestamp) === null ? scan.start_timestamp : scan.submit_timestamp} />
            </Link>
        ),
    },
    { id: "status", title: texts.status, cell: (scan) => <ScanStatus scan={scan} /> },
    {
        id: "environment", title: texts.environment,
        cell: ({ environment }) => (
            <EnvironmentLink name={environment} />
        ),
    },
    {
        id: "kind", title: texts.kind, is_minor: true,
        cell: (scan) => <What scan={scan} />,
    },
    {
        id: "started", title: texts.started_at, is_minor: true,
        cell: ({ start_timestamp }) => <Time of={start_timestamp} />,
    },
    { id: "took", title: texts.took, is_number: true, cell: (scan) => <Took scan={scan} /> },
    {
        id: "by", title: texts.by, is_minor: true,
        cell: ({ requested_by, schedule }) => (
            <bdi class="name" title={requested_by}>{schedule ? texts.schedule_of : (requested_by ?? common.unknown)}</bdi>
        ),
    },
];

export function ScanList() {
    const environment = queryParam("environment").value;
    const status = queryParam("status").value;
    const sort = queryParam("sort").value || "-submitted";
    const cursor = queryParam("cursor").value;
    const found = useResource<{ scans: Scan[]; next: string | null }>("/scans", {
        query: {
            environment: environment || null, status: status || null, sort: sort === "submitted" ? "time" : null,
            limit: PAGE, cursor: cursor || null,
        },
        voids: { kinds: ["scan"], environment: environment || undefined },
    });
    const known = useEnvironments().data.value?.environments.map(({ name }) => name) ?? [];
    const names = withGiven(known, environment);
    return (
        <div class="screen">
            <header class="screen-head">
                <div class="screen-title"><h1>{texts.title}</h1></div>
            </header>
            <div class="scan-filter" role="search" aria-label={texts.filter}>
                <SelectField
                    label={texts.environment} value={environment}
                    choices={[{ value: "", text: texts.anyEnvironment }, ...choicesOf(names)]}
                    onValue={(value) => setQuery({ environment: value, cursor: null })}
                />
                <SelectField
                    label={texts.status} value={status}
                    choices={[
                        { value: "", text: texts.anyStatus },
                        ...scan_statuses.map((value) => ({ value, text: scanStatus[value] ?? value })),
                    ]}
                    onValue={(value) => setQuery({ status: value, cursor: null })}
                />
            </div>
            <Loaded of={found} skeleton={<Skeleton lines={8} />}>
                {({ scans, next }) => (
                    <div>
                        <Table
                            label={texts.title} columns={columns} rows={scans} rowKey={({ _id }) => _id} sort={sort}
                            onSort={(to) => setQuery({ sort: to, cursor: null })}
                            empty={<None is_filtered={environment !== "" || status !== ""} />}
                        />
                        <Pages cursor={cursor} next={next} onGo={(to) => setQuery({ cursor: to })} />
                    </div>
                )}
            </Loaded>
        </div>
    );
}

function None({ is_filtered }: { is_filtered: boolean }) {
    if (!is_filtered)
        return <Empty icon={radar} title={texts.none}>{texts.noneText}</Empty>;
    const clear = (): void => setQuery({ environment: null, status: null, cursor: null });
    return (
        <Empty icon={radar} title={texts.noneFit} actions={<Button onClick={clear}>{texts.clearFilter}</Button>}>
            {texts.noneFitText}
        </Empty>
    );
}
