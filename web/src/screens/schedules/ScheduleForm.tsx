import cloud from "lucide-static/icons/cloud.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import save_icon from "lucide-static/icons/save.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { apiPath, post, put } from "../../api/client";
import { useResource } from "../../api/resource";
import type { NewSchedule, Schedule, ScanOptions } from "../../api/types";
import { useEnvironments } from "../../app/environments";
import { Link, href, navigate, queryParam } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { Button, ButtonLink } from "../../parts/Button";
import { Form, SelectField, TextField, choicesOf } from "../../parts/Form";
import { Empty, Loaded } from "../../parts/State";
import { Time } from "../../parts/Time";
import { exactTime, localText, localTime, parseTime } from "../../parts/time";
import { toast } from "../../parts/Toast";
import { Unsaved } from "../../parts/Unsaved";
import { common, schedules as texts, scans as scan_texts } from "../../texts";
import { OptionFields, default_options, optionsOf } from "../scans/Options";
import { type Recurrence, nextNight, nextRuns, recurrences, zoneName } from "./runs";
import { RemoveSchedule, ScheduleStatus } from "./ScheduleList";
import "../scans/scans.css";
import "./schedules.css";

const SHOWN_RUNS = 4;
const MONTH_END = 28;

export function AddSchedule() {
    const environments = useEnvironments();
    const wanted = queryParam("environment").value;
    return (
        <div class="screen is-narrow">
            <Breadcrumb crumbs={[
                { text: texts.title, to: "/schedules" }, { text: texts.addTitle, to: "/add-schedule" },
            ]}
            />
            <h1>{texts.addTitle}</h1>
            <Loaded of={environments}>
                {({ environments: all }) => {
                    const names = all.filter(({ may_edit }) => may_edit).map(({ name }) => name);
                    return names.length === 0
                        ? (
                            <Empty
                                icon={cloud} title={texts.noEnvironments}
                                actions={<ButtonLink to="/add-environment" icon={plus}>{texts.addEnvironment}</ButtonLink>}
                            >
                                {texts.noEnvironmentsText}
                            </Empty>
                        )
                        : <ScheduleForm schedule={null} names={names} environment={names.includes(wanted) ? wanted : (names[0] ?? "")} />;
                }}
            </Loaded>
        </div>
    );
}

export function SchedulePage({ params }: ScreenProps) {
    const id = params["schedule"] ?? "";
    const schedule = useResource<Schedule>(apiPath("/schedules/{id}", { id }), { voids: { kinds: ["schedule"], id } });
    const environments = useEnvironments();
    const [is_removing, setRemoving] = useState(false);
    const found = schedule.data.value;
    const may_edit = environments.data.value?.environments.find(({ name }) => name === found?.environment)?.may_edit;
    const reason = may_edit === false ? scan_texts.mayNot : null;
    return (
        <div class="screen is-narrow">
            <Breadcrumb crumbs={[
                { text: texts.title, to: "/schedules" },
                { text: texts.editTitle, to: href("/schedules/:schedule", { schedule: id }) },
            ]}
            />
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto">{found ? texts.of(found.environment) : texts.editTitle}</h1>
                </div>
                {found && (
                    <div class="screen-actions">
                        <Button icon={trash} reason={reason} onClick={() => setRemoving(true)}>{texts.remove}</Button>
                    </div>
                )}
            </header>
            <Loaded of={schedule}>
                {(one) => (
                    <>
                        <ScheduleState schedule={one} />
                        <ScheduleForm
                            key={id} schedule={one} etag={schedule.etag()} names={[one.environment]}
                            environment={one.environment} reason={reason} is_leaving={is_removing}
                        />
                    </>
                )}
            </Loaded>
            {is_removing && found && (
                <RemoveSchedule
                    schedule={found} onClose={() => setRemoving(false)}
                    onGone={() => void navigate("/schedules", { replace: true })}
                />
            )}
        </div>
    );
}

function ScheduleState({ schedule }: { schedule: Schedule }) {
    const { last_scan, reason } = schedule;
    return (
        <section class="card" aria-label={texts.status}>
            <dl class="scan-facts">
                <div><dt>{texts.status}</dt><dd><ScheduleStatus schedule={schedule} /></dd></div>
                <div>
                    <dt>{texts.next}</dt>
                    <dd><Time of={schedule.status === "finished" ? null : schedule.scheduled_timestamp} none="–" /></dd>
                </div>
                <div>
                    <dt>{texts.lastScan}</dt>
                    <dd>
                        {last_scan
                            ? <Link to={href("/scan-list/:scan", { scan: last_scan })}>{scan_texts.showIt}</Link>
                            : <span class="dim">{texts.none_last}</span>}
                    </dd>
                </div>
                <div><dt>{texts.by}</dt><dd><bdi>{schedule.requested_by ?? common.unknown}</bdi></dd></div>
                {reason && <div><dt>{scan_texts.reason}</dt><dd><bdi>{reason}</bdi></dd></div>}
            </dl>
        </section>
    );
}

interface ScheduleFormProps {
    schedule: Schedule | null;
    etag?: string;
    names: readonly string[];
    environment: string;
    reason?: string | null;
    is_leaving?: boolean;
}

interface Draft {
    environment: string;
    recurrence: Recurrence;
    /** As its field has it. */
    first: string;
    options: ScanOptions;
}

function draftOf(schedule: Schedule | null, environment: string): Draft {
    const name = (schedule?.recurrence ?? schedule?.freq ?? "DAILY").toUpperCase();
    return {
        environment,
        recurrence: recurrences.find((one) => one === name) ?? "DAILY",
        first: localText(parseTime(schedule?.scheduled_timestamp) ?? nextNight(Date.now())),
        options: optionsOf(schedule ?? default_options),
    };
}

function ScheduleForm(props: ScheduleFormProps) {
    const { schedule, names, reason, is_leaving = false } = props;
    // What changes meanwhile is taken in until something is changed here; then saving tells of it (412).
    const [etag, setEtag] = useState(props.etag);
    const [saved, setSaved] = useState(() => draftOf(schedule, props.environment));
    const [draft, setDraft] = useState(saved);
    const [is_done, setDone] = useState(false);
    const { environment, recurrence, first, options } = draft;
    const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
    const is_changed = JSON.stringify({ ...draft, options: optionsOf(options) }) !== JSON.stringify(saved);
    const begin = localTime(first);

    useEffect(() => {
        if (is_changed || !schedule)
            return;
        const now = draftOf(schedule, environment);
        setEtag(props.etag);
        setSaved(now);
        setDraft(now);
    }, [schedule, props.etag]);
    useEffect(() => {
        if (is_done)
            void navigate("/schedules");
    }, [is_done]);

    const submit = async (): Promise<void> => {
        const body: NewSchedule = {
            ...optionsOf(options), recurrence,
            ...(begin === null ? {} : { scheduled_timestamp: new Date(begin).toISOString() }),
        };
        if (schedule) {
            await put<Schedule>(apiPath("/schedules/{id}", { id: schedule._id }), body, { if_match: etag });
            toast(texts.saved);
        } else {
            await post<Schedule>(apiPath("/environments/{name}/schedules", { name: environment }), body);
            toast(texts.added);
        }
        setSaved({ ...draft, options: optionsOf(options) });
        setDone(true);
    };
    return (
        <div class="card">
            <Form
                onSubmit={submit} submit={texts.save} submit_icon={save_icon}
                reason={reason ?? (begin === null ? texts.needsTime : null)}
                actions={<ButtonLink to="/schedules">{common.cancel}</ButtonLink>}
            >
                <div class="scan-fields">
                    {!schedule && (
                        <SelectField
                            label={texts.environment} value={environment} onValue={(to) => set({ environment: to })}
                            choices={choicesOf(names)}
                        />
                    )}
                    <SelectField
                        label={texts.recurrence} value={recurrence} onValue={(to) => set({ recurrence: to })}
                        choices={recurrences.map((value) => ({ value, text: texts.recurrences[value] }))}
                    />
                    <TextField
                        type="datetime-local" label={texts.first} value={first} onValue={(to) => set({ first: to })} required
                        hint={begin !== null && begin < Date.now() ? texts.inPast : texts.firstHint(zoneName())}
                    />
                </div>
                {begin !== null && <Runs recurrence={recurrence} first={begin} />}
                <OptionFields options={options} onChange={(to) => set({ options: to })} />
            </Form>
            <Unsaved is_changed={is_changed && !is_leaving} />
        </div>
    );
}

function Runs({ recurrence, first }: { recurrence: Recurrence; first: number }) {
    const is_month_end = (recurrence === "MONTHLY" || recurrence === "YEARLY") && new Date(first).getDate() > MONTH_END;
    return (
        <section class="schedule-runs" aria-label={texts.nextRuns} aria-live="polite">
            <h2>{texts.nextRuns}</h2>
            <ol>
                {nextRuns(recurrence, first, SHOWN_RUNS).map((ms) => (
                    <li key={ms}><time class="number" dateTime={new Date(ms).toISOString()}>{exactTime(ms)}</time></li>
                ))}
            </ol>
            {recurrence !== "ONCE" && recurrence !== "HOURLY" && (
                <p class="field-hint">{texts.nextRunsHint}{is_month_end && ` ${texts.monthEnd}`}</p>
            )}
        </section>
    );
}
