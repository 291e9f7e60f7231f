import check from "lucide-static/icons/check.svg?icon";
import check_check from "lucide-static/icons/check-check.svg?icon";
import arrow_up from "lucide-static/icons/arrow-up.svg?icon";
import messages_icon from "lucide-static/icons/message-square-text.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useState } from "preact/hooks";
import { apiPath, patch } from "../../api/client";
import { type Resource, useResource } from "../../api/resource";
import type { Message } from "../../api/types";
import { levelOf, level_icons } from "../../app/counters";
import { useEnvironments } from "../../app/environments";
import { Link, changeQuery, place, queryParam, setQuery } from "../../app/router";
import { look_back } from "../../app/session";
import { Button } from "../../parts/Button";
import { EnvironmentLink } from "../../parts/EnvironmentLink";
import { Icon } from "../../parts/Icon";
import { Empty, Loaded, Skeleton } from "../../parts/State";
import { Pages } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { toast, toastError } from "../../parts/Toast";
import { messageList as texts } from "../../texts";
import { ClearDialog } from "./ClearDialog";
import { Filters, Levels } from "./Filters";
import { MessageView } from "./MessageView";
import { type Filter, countFilters, no_filter, objectPath, queryOf, readFilter } from "./filter";
import { markSeen } from "./seen";
import { type MessagePage, latestOf, markIn, useNewer } from "./tail";
import "./messages.css";

const PAGE = 50;

/** Says that a message has been seen, in the list at once; an error takes it back. */
async function mark(list: Resource<MessagePage>, id: string, viewed: boolean): Promise<void> {
    markIn(list, id, viewed);
    try {
        await patch(apiPath("/messages/{id}", { id }), { viewed });
    } catch (error) {
        markIn(list, id, !viewed);
        throw error;
    }
}

/** The address of this list with one message open. */
function pathOf(id: string): string {
    const { path, query } = place.value;
    return `${path}?${changeQuery(query, { message: id }).toString()}`;
}

export function Messages() {
    const { query } = place.value;
    const filter = readFilter(query);
    const cursor = query.get("cursor") ?? "";
    const open = query.get("message") ?? "";
    // Relative times stand still while one reads.
    const [as_of, setAsOf] = useState(Date.now);
    const asked = queryOf(filter, as_of, look_back.value);
    const list = useResource<MessagePage>("/messages", {
        query: { ...asked, sort: filter.is_oldest_first ? "time" : null, limit: PAGE, cursor: cursor || null },
    });
    const shows_latest = !cursor && !filter.is_oldest_first;
    const { newer, forget } = useNewer(list, asked, shows_latest);
    /** All that was there when one looked, also on other pages, and what is older than anybody looks back. */
    const markAll = async (): Promise<number> => {
        const latest = shows_latest ? latestOf(list.data.peek()?.messages ?? []) : null;
        const n = await markSeen({
            ...asked, from: filter.range === "" ? null : asked["from"],
            until: asked["until"] ?? latest ?? new Date(as_of).toISOString(),
        });
        markIn(list, null, true);
        return n;
    };
    const showNewer = (): void => {
        forget();
        setAsOf(Date.now());
        setQuery({ cursor: null, sort: null });
        list.reload();
        window.scrollTo(0, 0);
    };
    return (
        <div class="screen">
            <Head list={list} onMark={markAll} />
            <Levels filter={filter} as_of={as_of} />
            <Filters filter={filter} />
            <div>
                <div class="messages-newer" role="status">
                    {newer.n > 0 && (
                        <Button kind="primary" icon={arrow_up} onClick={showNewer}>
                            {texts.newer(newer.n, newer.is_least)}
                        </Button>
                    )}
                </div>
                <Loaded of={list} skeleton={<Skeleton lines={12} />}>
                    {({ messages, next }) => messages.length === 0 && !cursor
                        ? <None filter={filter} />
                        : (
                            <div class="stack">
                                <ul class="messages card" aria-label={texts.list}>
                                    {messages.map((message) => (
                                        <Row
                                            key={message.id} message={message} is_open={message.id === open}
                                            onSeen={() => void mark(list, message.id, !message.viewed).catch(toastError)}
                                        />
                                    ))}
                                </ul>
                                <Pages cursor={cursor} next={next} onGo={(to) => setQuery({ cursor: to })} />
                            </div>
                        )}
                </Loaded>
            </div>
            {open && (
                <MessageView
                    key={open} id={open} shown={list.data.value?.messages ?? []}
                    onMark={(id, viewed) => mark(list, id, viewed)} onClose={() => setQuery({ message: null })}
                    onGo={(id) => setQuery({ message: id }, { replace: true })}
                />
            )}
        </div>
    );
}

interface HeadProps {
    list: Resource<MessagePage>;
    onMark: () => Promise<number>;
}

function Head({ list, onMark }: HeadProps) {
    const [is_clearing, setClearing] = useState(false);
    const [is_marking, setMarking] = useState(false);
    const environments = useEnvironments().data.value?.environments ?? [];
    const editable = environments.filter(({ may_edit }) => may_edit).map(({ name }) => name);
    const { messages = [], next } = list.data.value ?? {};
    const is_all_seen = !queryParam("cursor").value && !next && messages.every(({ viewed }) => viewed);
    const markAll = async (): Promise<void> => {
        setMarking(true);
        try {
            toast(texts.marked(await onMark()));
        } catch (error) {
            toastError(error);
        } finally {
            setMarking(false);
        }
    };
    return (
        <header class="screen-head">
            <div class="screen-title"><h1>{texts.title}</h1></div>
            <div class="screen-actions">
                <Button
                    icon={check_check} busy={is_marking} onClick={() => void markAll()}
                    reason={is_all_seen ? texts.nothingToMark : null}
                >
                    {texts.markAll}
                </Button>
                <Button
                    icon={trash} reason={editable.length ? null : texts.mayNotClear}
                    onClick={() => setClearing(true)}
                >
                    {texts.clear}
                </Button>
            </div>
            {is_clearing && (
                <ClearDialog
                    environments={editable} chosen={readFilter(place.value.query).environment}
                    onClose={() => setClearing(false)}
                    onDone={() => {
                        setClearing(false);
                        setQuery({ cursor: null });
                        list.reload();
                    }}
                />
            )}
        </header>
    );
}

function None({ filter }: { filter: Filter }) {
    const is_narrow = countFilters(filter) > 0 || filter.text !== "" || filter.level !== "";
    const all_time = filter.range !== "all" && (
        <Button onClick={() => setQuery({ range: "all", from: null, until: null })}>{texts.allTime}</Button>
    );
    return (
        <Empty
            icon={messages_icon} title={is_narrow ? texts.noneFound : texts.none}
            actions={(
                <>
                    {is_narrow && <Button kind="primary" onClick={() => setQuery(no_filter)}>{texts.clearFilters}</Button>}
                    {all_time}
                </>
            )}
        >
            {is_narrow ? texts.noneFoundText : texts.noneText}
        </Empty>
    );
}

interface RowProps {
    message: Message;
    is_open: boolean;
    onSeen: () => void;
}

function Row({ message, is_open, onSeen }: RowProps) {
    const { id, viewed, environment, related_object, source_system, timestamp } = message;
    const level = levelOf(message.level);
    const object = objectPath(message);
    const label = viewed ? texts.markUnseen : texts.markSeen;
    return (
        <li class={`message is-${level}${viewed ? "" : " is-unseen"}${is_open ? " is-open" : ""}`}>
            <span class="message-sign"><Icon of={level_icons[level]} label={texts.one[level]} /></span>
            <Link to={pathOf(id)} class="message-text" dir="auto" title={message.message.slice(0, 1000)}>
                {!viewed && <span class="unseen">{texts.notSeen}: </span>}
                {message.message.trim() ? message.message : texts.noText}
            </Link>
            <span class="message-about">
                {environment ? <EnvironmentLink name={environment} /> : <span />}
                {object
                    ? <Link class="name" dir="auto" title={related_object ?? ""} to={object}>{related_object}</Link>
                    : <span />}
                <span class="name" dir="auto" title={source_system}>{source_system}</span>
            </span>
            <span class="message-time"><Time of={timestamp} /></span>
            <span class="message-mark">
                <Button kind="quiet" icon={viewed ? check_check : check} label={label} onClick={onSeen} />
            </span>
        </li>
    );
}
