import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ApiError, apiError, get, isAbort } from "../api/client";
import type { Message } from "../api/types";
import { type MessageDialogProps, levels_of, lookBackStart } from "../app/counters";
import { Link, href } from "../app/router";
import { look_back } from "../app/session";
import { Button, ButtonLink } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { EnvironmentLink } from "../parts/EnvironmentLink";
import { Empty, ErrorState } from "../parts/State";
import { type Column, Table } from "../parts/Table";
import { Time } from "../parts/Time";
import { objectPath } from "./messages/filter";
import { messageDialog as texts, spanText } from "../texts";

interface Page {
    messages: Message[];
    next: string | null;
}

const PAGE = 50;

const columns: readonly Column<Message>[] = [
    {
        id: "environment", title: texts.environment,
        cell: ({ environment }) => environment && (
            <EnvironmentLink name={environment} />
        ),
    },
    { id: "message", title: texts.message, is_wide: true, cell: ({ message }) => <bdi>{message}</bdi> },
    {
        id: "object", title: texts.object,
        cell: (message) => {
            const path = objectPath(message);
            return path && (
                <Link class="name" dir="auto" title={message.related_object ?? ""} to={path}>
                    {message.related_object}
                </Link>
            );
        },
    },
    { id: "source", title: texts.source, is_minor: true, cell: ({ source_system }) => <bdi>{source_system}</bdi> },
    { id: "time", title: texts.time, cell: ({ timestamp }) => <Time of={timestamp} /> },
];

/** Asks for a level of the API; of those that are counted as one, for the least. */
async function read(level: MessageDialogProps["level"], environment: string | undefined, cursor: string | null,
    signal: AbortSignal): Promise<Page> {
    const [name] = levels_of[level];
    const is_open_ended = level === "error";
    return get<Page>("/messages", {
        [is_open_ended ? "least" : "level"]: name,
        environment,
        from: lookBackStart(Date.now(), look_back.peek()),
        limit: PAGE,
        cursor,
    }, signal);
}

/** The messages that a counter has counted: of its level, within the look-back. */
export function MessageDialog({ level, environment, onClose }: MessageDialogProps) {
    const rows = useSignal<Message[] | undefined>(undefined);
    const next = useSignal<string | null>(null);
    const error = useSignal<ApiError | null>(null);
    const cursor = useSignal<string | null>(null);
    useEffect(() => {
        const asking = new AbortController();
        read(level, environment, cursor.value, asking.signal).then(
            (page) => {
                rows.value = [...(rows.peek() ?? []), ...page.messages];
                next.value = page.next;
            },
            (thrown: unknown) => {
                if (!isAbort(thrown))
                    error.value = apiError(thrown);
            },
        );
        return () => asking.abort();
    }, [level, environment, cursor.value]);
    const title = (
        <>
            {texts.title[level]}
            {environment !== undefined && <bdi>{texts.of(environment)}</bdi>}
        </>
    );
    const closeOnLink = (event: MouseEvent): void => {
        if ((event.target as Element).closest("a"))
            onClose();
    };
    return (
        <Dialog
            title={title} onClose={onClose} is_wide
            actions={(
                <span class="row" onClick={closeOnLink}>
                    <ButtonLink to={href("/message-log", {}, { level, environment })}>{texts.all}</ButtonLink>
                </span>
            )}
        >
            <p class="dim">{texts.within(spanText(look_back.value))}</p>
            {error.value
                ? <ErrorState error={error.value} />
                : (
                    <div class="stack" onClick={closeOnLink}>
                        <Table
                            label={texts.table} rows={rows.value} rowKey={(message) => message._id ?? message.id}
                            columns={environment === undefined ? columns : columns.slice(1)}
                            empty={<Empty title={texts.none}>{texts.noneText}</Empty>}
                        />
                    </div>
                )}
            {next.value && (
                <Button
                    onClick={() => {
                        cursor.value = next.value;
                    }}
                >
                    {texts.more}
                </Button>
            )}
        </Dialog>
    );
}
