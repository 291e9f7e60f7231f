import calendar from "lucide-static/icons/calendar-clock.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useState } from "preact/hooks";
import { apiPath, remove } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Schedule } from "../../api/types";
import { type Health as HealthName, useEnvironments } from "../../app/environments";
import { Link, href, queryParam, setQuery } from "../../app/router";
import { Button, ButtonLink } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { EnvironmentLink } from "../../parts/EnvironmentLink";
import { Form } from "../../parts/Form";
import { Health } from "../../parts/Health";
import { byName } from "../../parts/order";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { parseTime } from "../../parts/time";
import { toast } from "../../parts/Toast";
import { common, schedules as texts, scans as scan_texts } from "../../texts";
import { partOf } from "../scans/scan";
import type { Recurrence } from "./runs";

const healths: Record<string, HealthName> = { upcoming: "unknown", finished: "good", failed: "error" };

export function ScheduleStatus({ schedule: { status = "upcoming", reason } }: { schedule: Schedule }) {
    return (
        <span title={reason}>
            <Health of={healths[status] ?? "unknown"}>{texts.statuses[status] ?? status}</Health>
        </span>
    );
}

function recurrenceOf({ recurrence, freq }: Schedule): string {
    const name = (recurrence ?? freq ?? "").toUpperCase();
    return texts.recurrences[name as Recurrence] ?? (name || common.unknown);
}

const sorts: Record<string, (a: Schedule, b: Schedule) => number> = {
    environment: (a, b) => byName(a.environment, b.environment),
    next: (a, b) => (parseTime(a.scheduled_timestamp) ?? Infinity) - (parseTime(b.scheduled_timestamp) ?? Infinity),
    recurrence: (a, b) => byName(recurrenceOf(a), recurrenceOf(b)),
};

function sorted(schedules: readonly Schedule[], sort: string): Schedule[] {
    const order = sorts[sort.replace(/^-/, "")] ?? sorts["next"];
    const sign = sort.startsWith("-") ? -1 : 1;
    return [...schedules].sort((a, b) => sign * (order?.(a, b) ?? 0) || byName(a._id, b._id));
}

export function ScheduleList() {
    const sort = queryParam("sort").value || "next";
    const schedules = useResource<{ schedules: Schedule[] }>("/schedules", {
        query: { limit: 1000 }, voids: { kinds: ["schedule"] },
    });
    const editable = useEnvironments().data.value?.environments.filter(({ may_edit }) => may_edit).map(({ name }) => name);
    const [removed, setRemoved] = useState<Schedule | null>(null);
    const add_reason = editable?.length === 0 ? texts.noEnvironments : null;
    return (
        <div class="screen">
            <header class="screen-head">
                <div class="screen-title"><h1>{texts.title}</h1></div>
                <div class="screen-actions">
                    <ButtonLink to="/add-schedule" kind="primary" icon={plus} reason={add_reason}>{texts.add}</ButtonLink>
                </div>
            </header>
            <Loaded of={schedules}>
                {({ schedules: rows }) => (
                    <Table
                        label={texts.title} columns={columnsFor(editable ?? [], setRemoved)} rows={sorted(rows, sort)}
                        rowKey={({ _id }) => _id} sort={sort} onSort={(to) => setQuery({ sort: to })}
                        empty={<Empty icon={calendar} title={texts.none}>{texts.noneText}</Empty>}
                    />
                )}
            </Loaded>
            {removed && (
                <RemoveSchedule
                    schedule={removed} onClose={() => setRemoved(null)} onGone={() => {
                        setRemoved(null);
                        schedules.reload();
                    }}
                />
            )}
        </div>
    );
}

function columnsFor(editable: readonly string[], onRemove: (schedule: Schedule) => void): Column<Schedule>[] {
    return [
        {
            id: "environment", title: texts.environment, is_sortable: true,
            cell: ({ environment }) => (
                <EnvironmentLink name={environment} />
            ),
        },
        {
            id: "recurrence", title: texts.recurrence, is_sortable: true,
            cell: (schedule) => (
                <Link to={href("/schedules/:schedule", { schedule: schedule._id })}>{recurrenceOf(schedule)}</Link>
            ),
        },
        {
            id: "next", title: texts.next, is_sortable: true,
            cell: ({ scheduled_timestamp, status }) => <Time of={status === "finished" ? null : scheduled_timestamp} none="–" />,
        },
        { id: "status", title: texts.status, is_minor: true, cell: (schedule) => <ScheduleStatus schedule={schedule} /> },
        { id: "what", title: texts.what, is_minor: true, cell: (schedule) => scan_texts.what.parts[partOf(schedule)] },
        {
            id: "last", title: texts.lastScan, is_minor: true,
            cell: ({ last_scan }) => (last_scan
                ? <Link to={href("/scan-list/:scan", { scan: last_scan })}>{scan_texts.showIt}</Link>
                : <span class="dim">{texts.none_last}</span>),
        },
        {
            id: "by", title: texts.by, is_minor: true,
            cell: ({ requested_by }) => <bdi class="name" title={requested_by}>{requested_by}</bdi>,
        },
        {
            id: "actions", title: texts.actions,
            cell: (schedule) => (
                <Button
                    kind="quiet" icon={trash} label={`${texts.remove}: ${schedule.environment}, ${recurrenceOf(schedule)}`}
                    reason={editable.includes(schedule.environment) ? null : scan_texts.mayNot}
                    onClick={() => onRemove(schedule)}
                />
            ),
        },
    ];
}

interface RemoveScheduleProps {
    schedule: Schedule;
    onClose: () => void;
    onGone: () => void;
}

export function RemoveSchedule({ schedule, onClose, onGone }: RemoveScheduleProps) {
    const go = async (): Promise<void> => {
        await remove(apiPath("/schedules/{id}", { id: schedule._id }));
        toast(texts.removed);
        onGone();
    };
    return (
        <Dialog title={texts.removeTitle} onClose={onClose}>
            <Form
                onSubmit={go} submit={texts.remove} submit_icon={trash} kind="danger"
                actions={<Button onClick={onClose}>{texts.keep}</Button>}
            >
                <p><bdi>{texts.removeText(schedule.environment)}</bdi></p>
            </Form>
        </Dialog>
    );
}
