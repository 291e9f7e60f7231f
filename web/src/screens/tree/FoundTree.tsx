import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type ApiError, apiError, apiPath, get, isAbort } from "../../api/client";
import type { Ancestors, CloudObject } from "../../api/types";
import { Link, isPlainClick } from "../../app/router";
import { Icon } from "../../parts/Icon";
import { ObjectIcon, objectIcon } from "../../parts/ObjectIcon";
import { objectPath } from "../../parts/ObjectList";
import { ErrorLine, Skeleton } from "../../parts/State";
import { type ListControl, VirtualList } from "../../parts/VirtualList";
import { tree as texts } from "../../texts";
import { type FoundRow, foundRows } from "./found";
import { goToObject } from "./go";
import { ROW_HEIGHT } from "./height";

const MOST = 300;
const PAUSE = 120;

interface Found {
    wanted: string;
    objects: CloudObject[];
    error: ApiError | null;
}

/** What has a text in its name, id or addresses; answers to what was wanted before are dropped. */
function useFound(environment: string, wanted: string): Found | null {
    const [found, setFound] = useState<Found | null>(null);
    useEffect(() => {
        const asking = new AbortController();
        const timer = setTimeout(() => {
            get<{ objects: CloudObject[] }>("/search", { q: wanted, environment, limit: MOST }, asking.signal).then(
                ({ objects }) => setFound({ wanted, objects, error: null }),
                (error: unknown) => {
                    if (!isAbort(error))
                        setFound({ wanted, objects: [], error: apiError(error) });
                },
            );
        }, PAUSE);
        return () => {
            clearTimeout(timer);
            asking.abort();
        };
    }, [environment, wanted]);
    return found;
}

async function goTo(environment: string, { object, inside }: FoundRow): Promise<void> {
    if (object)
        return goToObject(environment, object._id, object.type);
    if (!inside)
        return undefined;
    const path = apiPath("/environments/{environment}/objects/{id}/ancestors", { environment, id: inside.of._id });
    const above = (await get<Ancestors>(path).catch(() => null))?.ancestors[inside.step];
    return above && goToObject(environment, above._id, above.type);
}

interface FoundTreeProps {
    environment: string;
    wanted: string;
    selected: string | undefined;
}

/** The tree of what was found, with what it lies in. */
export function FoundTree({ environment, wanted, selected }: FoundTreeProps) {
    const found = useFound(environment, wanted);
    const rows = useMemo(() => foundRows(found?.objects ?? []), [found]);
    const [at, setAt] = useState(0);
    const list = useRef<ListControl | null>(null);
    const active = rows[Math.min(at, rows.length - 1)];
    if (!found)
        return <div class="tree-note"><Skeleton lines={4} /></div>;
    if (found.error)
        return <div class="tree-note"><ErrorLine error={found.error} /></div>;
    if (rows.length === 0)
        return <p class="tree-note dim" role="status">{texts.nothing}</p>;
    const move = (to: number): void => {
        const index = Math.max(0, Math.min(rows.length - 1, to));
        setAt(index);
        list.current?.scrollToIndex(index);
    };
    const press = (event: KeyboardEvent): void => {
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
        if (to !== undefined)
            move(to);
        else if (event.key === "Enter" && active)
            void goTo(environment, active);
        else
            return;
        event.preventDefault();
    };
    return (
        <>
            <p class="tree-note dim" role="status">
                {found.objects.length < MOST ? texts.found(found.objects.length) : texts.foundFirst(MOST)}
            </p>
            <div class="tree-list">
                <VirtualList
                    count={rows.length} row_height={ROW_HEIGHT} control={list} itemKey={(i) => rows[i]?.key ?? String(i)}
                    attributes={{
                        role: "tree",
                        tabIndex: 0,
                        "aria-label": texts.foundLabel,
                        "aria-activedescendant": active && `found-${rows.indexOf(active)}`,
                        onKeyDown: press,
                    }}
                    render={(i) => {
                        const row = rows[i];
                        return row && (
                            <FoundNode
                                row={row} index={i} environment={environment} is_active={row === active}
                                is_selected={selected !== undefined && row.object?._id === selected} onGo={() => {
                                    setAt(i);
                                    void goTo(environment, row);
                                }}
                            />
                        );
                    }}
                />
            </div>
        </>
    );
}

interface FoundNodeProps {
    row: FoundRow;
    index: number;
    environment: string;
    is_active: boolean;
    is_selected: boolean;
    onGo: () => void;
}

function FoundNode({ row, index, environment, is_active, is_selected, onGo }: FoundNodeProps) {
    const { object, name, depth, position, size } = row;
    const state = `${is_active ? " is-active" : ""}${is_selected ? " is-selected" : ""}${object ? "" : " dim"}`;
    const inside = (
        <>
            {object ? <ObjectIcon type={object.type} labelled /> : <Icon of={objectIcon("_folder")} />}
            <span class="name" dir="auto">{name}</span>
        </>
    );
    const go = (event: MouseEvent): void => {
        if (!isPlainClick(event))
            return;
        event.preventDefault();
        onGo();
    };
    return (
        <div
            class={`tree-row${state}`} id={`found-${index}`} role="treeitem" aria-level={depth + 1}
            aria-posinset={position} aria-setsize={size} aria-selected={is_selected}
            style={{ paddingInlineStart: `calc(${depth} * var(--tree-step) + var(--space-2))` }}
        >
            {object
                ? <Link class="tree-link" tabIndex={-1} to={objectPath(environment, { _id: object._id })} title={name} onClick={go}>{inside}</Link>
                : <span class="tree-link" title={name} onClick={go}>{inside}</span>}
        </div>
    );
}
