import bell from "lucide-static/icons/bell.svg?icon";
import { useResource } from "../../api/resource";
import type { CloudObject, Message } from "../../api/types";
import { queryParam, setQuery } from "../../app/router";
import { LevelName } from "../../parts/LevelName";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Pages, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { objectMessages as texts } from "../../texts";

const PAGE = 50;

const columns: readonly Column<Message>[] = [
    { id: "level", title: texts.level, cell: ({ level }) => <LevelName of={level} /> },
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
