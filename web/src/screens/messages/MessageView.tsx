import arrow_left from "lucide-static/icons/chevron-left.svg?icon";
import arrow_right from "lucide-static/icons/chevron-right.svg?icon";
import check from "lucide-static/icons/check.svg?icon";
import copy from "lucide-static/icons/copy.svg?icon";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type ApiError, apiError, apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Message } from "../../api/types";
import { levelOf, level_icons } from "../../app/counters";
import { Link, href, place } from "../../app/router";
import { Button } from "../../parts/Button";
import { copyText } from "../../parts/copy";
import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { ErrorLine, Loaded } from "../../parts/State";
import { Time } from "../../parts/Time";
import { capitalised, messageList as texts, typeText } from "../../texts";
import { objectPath, readable } from "./filter";

interface MessageViewProps {
    id: string;
    /** The page of the list that it is on: those before and behind it. */
    shown: readonly Message[];
    onMark: (id: string, viewed: boolean) => Promise<void>;
    onGo: (id: string) => void;
    onClose: () => void;
}

/** One message, above the list. */
export function MessageView({ id, shown, onMark, onGo, onClose }: MessageViewProps) {
    const found = useResource<Message>(apiPath("/messages/{id}", { id }));
    const [error, setError] = useState<ApiError | null>(null);
    const [is_busy, setBusy] = useState(false);
    const listed = shown.find((message) => message.id === id);
    const message = found.data.value;
    const level = message ? levelOf(message.level) : null;
    const at = shown.findIndex((one) => one.id === id);
    const viewed = (listed ?? message)?.viewed ?? false;
    const mark = async (): Promise<void> => {
        setBusy(true);
        try {
            await onMark(id, !viewed);
            found.reload();
            setError(null);
        } catch (thrown) {
            setError(apiError(thrown));
        } finally {
            setBusy(false);
        }
    };
    const step = (to: number): void => {
        const other = shown[to];
        if (other)
            onGo(other.id);
    };
    const title = level
        ? <span class={`message-title is-${level}`}><Icon of={level_icons[level]} />{texts.one[level]}</span>
        : texts.id;
    const actions = (
        <>
            {at >= 0 && (
                <span class="message-steps">
                    <Button
                        kind="quiet" icon={arrow_left} label={texts.newerOne}
                        reason={at > 0 ? null : texts.isFirst} onClick={() => step(at - 1)}
                    />
                    <Button
                        kind="quiet" icon={arrow_right} label={texts.olderOne}
                        reason={at + 1 < shown.length ? null : texts.isLast} onClick={() => step(at + 1)}
                    />
                </span>
            )}
            {message && (
                <Button icon={copy} onClick={() => void copyText(message.message)}>{texts.copyText}</Button>
            )}
            {message && (
                <Button icon={check} kind={viewed ? "plain" : "primary"} busy={is_busy} onClick={() => void mark()}>
                    {viewed ? texts.markUnseen : texts.markSeen}
                </Button>
            )}
        </>
    );
    return (
        <Dialog title={title} onClose={onClose} actions={actions} is_wide>
            <Loaded of={found}>{(one) => <Told message={one} />}</Loaded>
            <ErrorLine error={error} />
        </Dialog>
    );
}

function Told({ message }: { message: Message }) {
    return (
        <>
            <pre class="message-whole" dir="auto" tabIndex={0}>{readable(message.message)}</pre>
            <dl class="message-facts">{factsOf(message)}</dl>
        </>
    );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
    return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function factsOf(message: Message): ComponentChildren {
    const { environment, related_object, related_object_type, display_context, origin_id, origin_type } = message;
    const object = objectPath(message);
    const { path } = place.value;
    const scan = href("/scan-list/:scan", { scan: origin_id ?? "" });
    return (
        <>
            <Fact name={texts.time}><Time of={message.timestamp} exact /></Fact>
            {environment && (
                <Fact name={texts.environment}>
                    <Link dir="auto" to={href("/environments/:environment", { environment })}>{environment}</Link>
                </Fact>
            )}
            {related_object && (
                <Fact name={capitalised(typeText(related_object_type ?? "")) || texts.object}>
                    {object ? <Link dir="auto" to={object}>{related_object}</Link> : <bdi>{related_object}</bdi>}
                    {" · "}
                    <Link to={href(path, {}, { environment, object: related_object, range: "all" })}>
                        {texts.objectMessages}
                    </Link>
                </Fact>
            )}
            {display_context && display_context !== environment && display_context !== related_object && (
                <Fact name={texts.context}>
                    {environment
                        ? (
                            <Link
                                dir="auto"
                                to={href("/environments/:environment/objects/:id", { environment, id: display_context })}
                            >
                                {display_context}
                            </Link>
                        )
                        : <bdi>{display_context}</bdi>}
                </Fact>
            )}
            <Fact name={texts.source}><bdi>{message.source_system}</bdi></Fact>
            {origin_id && (
                <Fact name={texts.scan}>
                    <Link dir="auto" to={scan}>{origin_type ?? origin_id}</Link>
                    {" · "}
                    <Link to={href(path, {}, { environment, origin: origin_id, range: "all", sort: "time" })}>
                        {texts.scanMessages}
                    </Link>
                </Fact>
            )}
            {message.received_timestamp && (
                <Fact name={texts.received}><Time of={message.received_timestamp} exact /></Fact>
            )}
            {message.finished_timestamp && (
                <Fact name={texts.finished}><Time of={message.finished_timestamp} exact /></Fact>
            )}
            <Fact name={texts.id}><code>{message.id}</code></Fact>
        </>
    );
}
