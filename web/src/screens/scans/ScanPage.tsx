import check from "lucide-static/icons/circle-check.svg?icon";
import circle from "lucide-static/icons/circle.svg?icon";
import loader from "lucide-static/icons/loader-circle.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import rotate from "lucide-static/icons/rotate-cw.svg?icon";
import square from "lucide-static/icons/square.svg?icon";
import { useState } from "preact/hooks";
import { apiPath, post } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Message, Scan } from "../../api/types";
import { useEnvironment } from "../../app/environments";
import { Link, href } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { percentOf, useProgress } from "../../app/scans";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { Button, ButtonLink } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { EnvironmentLink } from "../../parts/EnvironmentLink";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { LevelName } from "../../parts/LevelName";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { toast } from "../../parts/Toast";
import { common, count, scans as texts } from "../../texts";
import { ScanStatus, Took, What } from "./ScanList";
import { isOver, phaseStates, phases } from "./scan";
import "./scans.css";

const MOST_MESSAGES = 200;

export function ScanPage({ params }: ScreenProps) {
    const id = params["scan"] ?? "";
    const scan = useResource<Scan>(apiPath("/scans/{id}", { id }), { voids: { kinds: ["scan"], id } });
    return (
        <div class="screen">
            <Breadcrumb crumbs={[
                { text: texts.all, to: "/scan-list" },
                { text: texts.oneTitle, to: href("/scan-list/:scan", { scan: id }) },
            ]}
            />
            <Loaded of={scan} skeleton={<h1>{texts.oneTitle}</h1>}>
                {(found) => <OneScan scan={found} onChange={() => scan.reload()} />}
            </Loaded>
        </div>
    );
}

function OneScan({ scan, onChange }: { scan: Scan; onChange: () => void }) {
    const { environment } = scan;
    const may_edit = useEnvironment(environment).data.value?.may_edit ?? false;
    const [is_ending, setEnding] = useState(false);
    const is_over = isOver(scan);
    return (
        <>
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto">{texts.one(environment)}</h1>
                    <p role="status"><ScanStatus scan={scan} /></p>
                </div>
                <div class="screen-actions">
                    {is_over
                        ? (
                            <ButtonLink
                                icon={rotate} reason={may_edit ? null : texts.mayNot}
                                to={href("/environments/:environment/scan", { environment })}
                            >
                                {texts.again}
                            </ButtonLink>
                        )
                        : (
                            <Button
                                icon={square} reason={may_edit ? (scan.abort ? texts.cancelled : null) : texts.mayNot}
                                onClick={() => setEnding(true)}
                            >
                                {texts.cancel}
                            </Button>
                        )}
                </div>
            </header>
            {!is_over && <Progress scan={scan} />}
            {scan.reason && (
                <div class="scan-reason">
                    <Icon of={octagon_alert} />
                    <p><strong>{texts.reason}</strong> <bdi>{scan.reason}</bdi></p>
                </div>
            )}
            <Facts scan={scan} />
            <Messages scan={scan} />
            {is_ending && (
                <EndDialog scan={scan} onClose={() => setEnding(false)} onEnded={() => {
                    setEnding(false);
                    onChange();
                }}
                />
            )}
        </>
    );
}

interface EndDialogProps {
    scan: Scan;
    onClose: () => void;
    onEnded: () => void;
}

function EndDialog({ scan, onClose, onEnded }: EndDialogProps) {
    const end = async (): Promise<void> => {
        await post(apiPath("/scans/{id}/cancel", { id: scan._id }));
        toast(texts.cancelled);
        onEnded();
    };
    return (
        <Dialog title={texts.cancelTitle} onClose={onClose}>
            <Form
                onSubmit={end} submit={texts.cancel} kind="danger"
                actions={<Button onClick={onClose}>{texts.cancelGoOn}</Button>}
            >
                <p>{texts.cancelText}</p>
            </Form>
        </Dialog>
    );
}

/** How far the scan is, as the feed tells it. */
function Progress({ scan }: { scan: Scan }) {
    const progress = useProgress(scan);
    const states = phaseStates(progress?.phase);
    if (scan.status === "pending")
        return <section class="card"><p class="dim">{texts.waiting}</p></section>;
    return (
        <section class="card stack" aria-label={texts.progress}>
            <ol class="scan-phases" aria-label={texts.phaseList}>
                {phases.map((phase, i) => (
                    <li key={phase} class={`scan-phase is-${states[i] ?? "next"}`} aria-current={states[i] === "now" ? "step" : undefined}>
                        <Icon of={states[i] === "done" ? check : states[i] === "now" ? loader : circle} />
                        {texts.phases[phase]}
                    </li>
                ))}
            </ol>
            <progress class="scan-bar" max={100} value={percentOf(progress) ?? undefined} aria-label={texts.progress} />
            <dl class="scan-facts">
                <div>
                    <dt>{texts.phases[progress?.phase ?? ""] ?? texts.progress}</dt>
                    <dd>
                        <span class="number">{progress ? texts.done(progress.done, progress.total) : "\u2007"}</span>
                        {progress?.host && <>{" · "}<bdi title={texts.slowest}>{progress.host}</bdi></>}
                    </dd>
                </div>
                <div><dt>{texts.objects}</dt><dd class="number">{progress ? count(progress.objects) : "\u2007"}</dd></div>
                <div><dt>{texts.errors}</dt><dd class="number">{progress ? count(progress.errors) : "\u2007"}</dd></div>
            </dl>
        </section>
    );
}

function yesNo(is: boolean | undefined): string {
    return is ? texts.yes : texts.no;
}

function Facts({ scan }: { scan: Scan }) {
    const { environment } = scan;
    return (
        <section class="card" aria-label={texts.options}>
            <dl class="scan-facts">
                <div>
                    <dt>{texts.environment}</dt>
                    <dd>
                        <EnvironmentLink name={environment} />
                    </dd>
                </div>
                <div>
                    <dt>{texts.kind}</dt>
                    <dd><What scan={scan} /></dd>
                </div>
                <div><dt>{texts.submitted}</dt><dd><Time of={scan.submit_timestamp} none={common.unknown} /></dd></div>
                <div><dt>{texts.started_at}</dt><dd><Time of={scan.start_timestamp} none={texts.nothingRan} /></dd></div>
                <div><dt>{texts.ended_at}</dt><dd><Time of={scan.end_timestamp} none="–" /></dd></div>
                <div><dt>{texts.took}</dt><dd><Took scan={scan} /></dd></div>
                <div>
                    <dt>{texts.by}</dt>
                    <dd>
                        {scan.schedule
                            ? <Link to={href("/schedules/:schedule", { schedule: scan.schedule })}>{texts.schedule_of}</Link>
                            : <bdi>{scan.requested_by ?? common.unknown}</bdi>}
                    </dd>
                </div>
                <div><dt>{texts.log_level.label}</dt><dd><bdi>{scan.log_level ?? "–"}</bdi></dd></div>
                <div><dt>{texts.inventory.label}</dt><dd><bdi>{scan.inventory ?? "–"}</bdi></dd></div>
                <div><dt>{texts.clear.label}</dt><dd>{yesNo(scan.clear)}</dd></div>
                <div><dt>{texts.implicit_links.label}</dt><dd>{yesNo(scan.implicit_links)}</dd></div>
            </dl>
        </section>
    );
}

const columns: readonly Column<Message>[] = [
    { id: "time", title: texts.time, cell: ({ timestamp }) => <span class="scan-time"><Time of={timestamp} /></span> },
    {
        id: "level", title: texts.level,
        cell: ({ level }) => <LevelName of={level} />,
    },
    { id: "message", title: texts.message, is_wide: true, cell: ({ message }) => <bdi>{message}</bdi> },
    {
        id: "object", title: texts.object, is_minor: true,
        cell: ({ related_object, environment }) => related_object && environment && (
            <Link
                class="name" dir="auto" title={related_object}
                to={href("/environments/:environment/objects/:id", { environment, id: related_object })}
            >
                {related_object}
            </Link>
        ),
    },
];

/** What the scan said, the gravest and latest first in their order. */
function Messages({ scan }: { scan: Scan }) {
    const messages = useResource<{ messages: Message[]; next: string | null }>("/messages", {
        query: { origin: scan._id, environment: scan.environment, limit: MOST_MESSAGES },
        voids: { kinds: ["message"], environment: scan.environment },
    });
    return (
        <section class="stack" aria-labelledby="scan-messages">
            <h2 id="scan-messages">{texts.messages}</h2>
            <Loaded of={messages}>
                {({ messages: rows, next }) => (
                    <>
                        <Table
                            label={texts.messages} columns={columns} rows={rows} rowKey={({ _id, id }) => _id ?? id}
                            empty={<Empty title={texts.noMessages}>{texts.noMessagesText}</Empty>}
                        />
                        {next && <p class="dim">{texts.moreMessages}</p>}
                    </>
                )}
            </Loaded>
        </section>
    );
}
