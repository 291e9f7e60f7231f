import check_check from "lucide-static/icons/check-check.svg?icon";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ApiError, type Query, apiError, get, isAbort } from "../api/client";
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
import { toast, toastError } from "../parts/Toast";
import { objectPath } from "./messages/filter";
import { markSeen } from "./messages/seen";
import { messageDialog as texts, messageList as list_texts, spanText } from "../texts";

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
    {
        id: "message", title: texts.message, is_wide: true,
        cell: ({ message, viewed }) => (viewed
            ? <bdi>{message}</bdi>
            : <strong><span class="unseen">{list_texts.notSeen}: </span><bdi>{message}</bdi></strong>),
    },
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

type Asked = Pick<MessageDialogProps, "level" | "environment">;

/** Asks for a level of the API; of those that are counted as one, for the least. */
function queryOf({ level, environment }: Asked): Query {
    return { [level === "error" ? "least" : "level"]: levels_of[level][0], environment };
}

function read(asked: Asked, cursor: string | null, signal: AbortSignal): Promise<Page> {
    const from = lookBackStart(Date.now(), look_back.peek());
    return get<Page>("/messages", { ...queryOf(asked), from, limit: PAGE, cursor }, signal);
}

/** The messages that a counter has counted: of its level, within the look-back. */
export function MessageDialog({ level, environment, onClose }: MessageDialogProps) {
    const rows = useSignal<Message[] | undefined>(undefined);
    const next = useSignal<string | null>(null);
    const error = useSignal<ApiError | null>(null);
    const cursor = useSignal<string | null>(null);
    const is_marking = useSignal(false);
    useEffect(() => {
        const asking = new AbortController();
        read({ level, environment }, cursor.value, asking.signal).then(
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
    const is_all_seen = !next.value && (rows.value ?? []).every(({ viewed }) => viewed);
    const markAll = async (): Promise<void> => {
        const [latest] = rows.peek() ?? [];
        if (!latest)
            return;
        is_marking.value = true;
        try {
            const n = await markSeen({ ...queryOf({ level, environment }), until: latest.timestamp });
            rows.value = rows.peek()?.map((message) => ({ ...message, viewed: true }));
            toast(list_texts.marked(n));
        } catch (thrown) {
            toastError(thrown);
        } finally {
            is_marking.value = false;
        }
    };
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
                    <Button
                        icon={check_check} busy={is_marking.value} onClick={() => void markAll()}
                        reason={is_all_seen ? list_texts.nothingToMark : null}
                    >
                        {list_texts.markAll}
                    </Button>
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
