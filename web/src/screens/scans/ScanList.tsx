import radar from "lucide-static/icons/radar.svg?icon";
import type { Scan } from "../../api/types";
import { progressOf, useEnvironments } from "../../app/environments";
import { Link, href, queryParam, setQuery } from "../../app/router";
import { useScans } from "../../app/scans";
import { Button } from "../../parts/Button";
import { EnvironmentLink } from "../../parts/EnvironmentLink";
import { SelectField, choicesOf, withGiven } from "../../parts/Form";
import { Health } from "../../parts/Health";
import { Empty, ErrorState, Skeleton } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { duration, parseTime } from "../../parts/time";
import { common, scanStatus, scans as texts } from "../../texts";
import { filterScans, healthOfScan, pageOf, partOf, scan_statuses, sortScans, tookOf } from "./scan";
import "./scans.css";

const SIZE = 25;

export function ScanStatus({ scan }: { scan: Scan }) {
    const percent = scan.status === "running" ? progressOf(scan) : null;
    const text = scan.abort && scan.status === "running" ? texts.ending : (scanStatus[scan.status] ?? scan.status);
    return (
        <Health of={healthOfScan(scan)}>
            {text}{percent !== null && <span class="number">{`${percent} %`}</span>}
        </Health>
    );
}

export function Took({ scan }: { scan: Scan }) {
    const ms = tookOf(scan, Date.now());
    return ms === null ? <span class="dim">–</span> : <span class="number">{duration(ms)}</span>;
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
    { id: "status", title: texts.status, is_sortable: true, cell: (scan) => <ScanStatus scan={scan} /> },
    {
        id: "environment", title: texts.environment, is_sortable: true,
        cell: ({ environment }) => (
            <EnvironmentLink name={environment} />
        ),
    },
    {
        id: "kind", title: texts.kind, is_sortable: true, is_minor: true,
        cell: (scan) => texts.what.parts[partOf(scan)],
    },
    {
        id: "started", title: texts.started_at, is_sortable: true, is_minor: true,
        cell: ({ start_timestamp }) => <Time of={start_timestamp} />,
    },
    { id: "took", title: texts.took, is_sortable: true, is_number: true, cell: (scan) => <Took scan={scan} /> },
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
    const page = Number(queryParam("page").value);
    const scans = useScans();
    const known = useEnvironments().data.value?.environments.map(({ name }) => name) ?? [];
    const names = withGiven(known, environment);
    const clear = (): void => setQuery({ environment: null, status: null, page: null });
    return (
        <div class="screen">
            <header class="screen-head">
                <div class="screen-title"><h1>{texts.title}</h1></div>
            </header>
            <div class="scan-filter" role="search" aria-label={texts.filter}>
                <SelectField
                    label={texts.environment} value={environment}
                    choices={[{ value: "", text: texts.anyEnvironment }, ...choicesOf(names)]}
                    onValue={(value) => setQuery({ environment: value, page: null })}
                />
                <SelectField
                    label={texts.status} value={status}
                    choices={[
                        { value: "", text: texts.anyStatus },
                        ...scan_statuses.map((value) => ({ value, text: scanStatus[value] ?? value })),
                    ]}
                    onValue={(value) => setQuery({ status: value, page: null })}
                />
            </div>
            {scans.data.value
                ? <Found all={scans.data.value} {...{ environment, status, sort, page, clear }} />
                : scans.error.value
                    ? <ErrorState error={scans.error.value} onRetry={scans.reload} />
                    : <Skeleton lines={8} />}
        </div>
    );
}

interface FoundProps {
    all: readonly Scan[];
    environment: string;
    status: string;
    sort: string;
    page: number;
    clear: () => void;
}

function Found({ all, environment, status, sort, page: wanted, clear }: FoundProps) {
    const fitting = sortScans(filterScans(all, environment, status), sort, Date.now());
    const { rows, page, n_pages } = pageOf(fitting, wanted, SIZE);
    const go = (to: number): void => setQuery({ page: to > 1 ? String(to) : null });
    const empty = all.length === 0
        ? <Empty icon={radar} title={texts.none}>{texts.noneText}</Empty>
        : (
            <Empty icon={radar} title={texts.noneFit} actions={<Button onClick={clear}>{texts.clearFilter}</Button>}>
                {texts.noneFitText}
            </Empty>
        );
    return (
        <div>
            <Table
                label={texts.title} columns={columns} rows={rows} rowKey={({ _id }) => _id} sort={sort}
                onSort={(to) => setQuery({ sort: to, page: null })} empty={empty}
            />
            {n_pages > 1 && (
                <nav class="row table-pages" aria-label={common.pages}>
                    <span class="dim" role="status">{texts.page(page, n_pages, fitting.length)}</span>
                    <Button reason={page > 1 ? null : common.isFirstPage} onClick={() => go(page - 1)}>{texts.previous}</Button>
                    <Button reason={page < n_pages ? null : common.isLastPage} onClick={() => go(page + 1)}>{texts.next}</Button>
                </nav>
            )}
        </div>
    );
}
