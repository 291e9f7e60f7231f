import bell from "lucide-static/icons/bell.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import triangle_alert from "lucide-static/icons/triangle-alert.svg?icon";
import { useResource } from "../../api/resource";
import type { CloudObject, Message } from "../../api/types";
import { queryParam, setQuery } from "../../app/router";
import { Icon } from "../../parts/Icon";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Pages, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { objectMessages as texts } from "../../texts";

const PAGE = 50;

const looks: Record<Message["level"], { icon: string; kind: string }> = {
    debug: { icon: bell, kind: "info" },
    info: { icon: bell, kind: "info" },
    warn: { icon: triangle_alert, kind: "warning" },
    error: { icon: octagon_alert, kind: "error" },
    crit: { icon: octagon_alert, kind: "error" },
};

const columns: readonly Column<Message>[] = [
    {
        id: "level", title: texts.level,
        cell: ({ level }) => (
            <span class={`message-level is-${looks[level].kind}`}>
                <Icon of={looks[level].icon} />{texts.levels[level]}
            </span>
        ),
    },
    { id: "message", title: texts.message, is_wide: true, cell: ({ message }) => <bdi>{message}</bdi> },
    { id: "source", title: texts.source, is_minor: true, cell: ({ source_system }) => <bdi>{source_system}</bdi> },
    { id: "time", title: texts.time, cell: ({ timestamp }) => <Time of={timestamp} /> },
];

export function MessagesTab({ environment, object }: { environment: string; object: CloudObject }) {
    const cursor = queryParam("cursor").value;
    const found = useResource<{ messages: Message[]; next: string | null }>("/messages", {
        query: { environment, related_object: object.id, cursor: cursor || null, limit: PAGE },
        voids: { kinds: ["message"], environment },
    });
    return (
        <Loaded of={found}>
            {({ messages, next }) => (
                <>
                    <Table
                        label={texts.label} columns={columns} rows={messages} rowKey={({ id }) => id}
                        empty={<Empty icon={bell} title={texts.none}>{texts.noneText}</Empty>}
                    />
                    <Pages cursor={cursor} next={next} onGo={(to) => setQuery({ cursor: to })} />
                </>
            )}
        </Loaded>
    );
}
