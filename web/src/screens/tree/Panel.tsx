import clock from "lucide-static/icons/history.svg?icon";
import chevron from "lucide-static/icons/chevron-right.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import link_icon from "lucide-static/icons/corner-up-right.svg?icon";
import panel_close from "lucide-static/icons/panel-left-close.svg?icon";
import refresh from "lucide-static/icons/refresh-cw.svg?icon";
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { apiPath, get } from "../../api/client";
import type { Ancestors, TreeNode } from "../../api/types";
import { Link, isPlainClick } from "../../app/router";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { objectPath } from "../../parts/ObjectList";
import { type ListControl, VirtualList } from "../../parts/VirtualList";
import { count, tree as texts, typeText } from "../../texts";
import { FoundTree } from "./FoundTree";
import { goToObject, isReference } from "./go";
import { ROW_HEIGHT } from "./height";
import type { Row, Tree } from "./model";
import { useOfTree } from "./trees";

const TYPING_ENDS = 700;

interface PanelProps {
    environment: string;
    selected?: string;
    onClose: () => void;
}

export function Panel({ environment, selected, onClose }: PanelProps) {
    const filter = useSignal("");
    const [tree, setTree] = useState<Tree | null>(null);
    useEffect(() => {
        const used = useOfTree(environment);
        setTree(used.tree);
        return used.release;
    }, [environment]);
    const wanted = filter.value.trim();
    return (
        <>
            <div class="tree-head">
                <input
                    type="search" class="input tree-filter" value={filter.value} placeholder={texts.filterHint}
                    aria-label={texts.filter(environment)} spellcheck={false} autocomplete="off"
                    onInput={(event) => {
                        filter.value = event.currentTarget.value;
                    }}
                />
                <Button kind="quiet" icon={panel_close} label={texts.hide} onClick={onClose} />
            </div>
            {tree && (wanted
                ? <FoundTree environment={environment} wanted={wanted} selected={selected} />
                : <Nodes tree={tree} environment={environment} selected={selected} />)}
        </>
    );
}

/* --- the nodes --- */

interface NodesProps {
    tree: Tree;
    environment: string;
    selected: string | undefined;
}

/** Opens the way to the object that the page shows. */
function useReveal({ tree, environment, selected }: NodesProps, show: (id: string) => void): void {
    useEffect(() => {
        if (!selected)
            return undefined;
        if (tree.entry(selected)) {
            if (!tree.isShown(selected))
                tree.openAbove(selected);
            show(selected);
            return undefined;
        }
        const asking = new AbortController();
        const path = apiPath("/environments/{environment}/objects/{id}/ancestors", { environment, id: selected });
        get<Ancestors>(path, {}, asking.signal)
            .then(({ ancestors }) => tree.reveal(selected, ancestors))
            .then((is_there) => {
                if (is_there && !asking.signal.aborted)
                    show(selected);
            })
            // The page itself says what is wrong with the object.
            .catch(() => undefined);
        return () => asking.abort();
    }, [tree, environment, selected]);
}

function Nodes(props: NodesProps) {
    const { tree, environment, selected } = props;
    const n_rows = tree.count();
    const [active_key, setActive] = useState("");
    const frame = useRef<HTMLDivElement>(null);
    const list = useRef<ListControl | null>(null);
    const wish = useRef("");
    const typed = useRef({ text: "", at: 0 });
    const indexOf = (key: string | undefined): number | null => {
        const index = key ? tree.indexOf(key) : -1;
        return index < 0 ? null : index;
    };
    const at = indexOf(active_key) ?? indexOf(selected) ?? 0;
    const active = tree.at(at);

    useReveal(props, (id) => {
        wish.current = id;
        setActive(id);
    });
    // A row can be shown once it is there.
    useLayoutEffect(() => {
        const to = indexOf(wish.current);
        if (to === null)
            return;
        wish.current = "";
        requestAnimationFrame(() => list.current?.scrollToIndex(to));
    });
    useLayoutEffect(() => {
        const scrolling = frame.current?.querySelector(".virtual-list");
        if (scrolling)
            scrolling.scrollTop = tree.scroll_top;
    }, [tree]);

    const move = (to: number): void => {
        const index = Math.max(0, Math.min(n_rows - 1, to));
        setActive(tree.at(index).key);
        list.current?.scrollToIndex(index);
    };
    const toggle = (row: Row): void => {
        if (row.is_open)
            tree.close(row.id);
        else
            void tree.open(row.id);
    };
    const goIn = (row: Row): void => {
        if (row.is_open)
            move(at + 1);
        else if (row.entry)
            toggle(row);
    };
    const goOut = (row: Row): void => {
        const parent = row.entry ? row.entry.parent : row.id;
        if (row.is_open)
            toggle(row);
        else
            move(indexOf(parent) ?? at);
    };
    const goTo = (row: Row): void => {
        if (row.entry)
            void goToObject(environment, row.id, row.entry.node.type);
        else if (row.has_failed)
            void tree.level(row.id);
    };
    const typeAhead = (key: string): void => {
        const now = Date.now();
        const before = now - typed.current.at < TYPING_ENDS ? typed.current.text : "";
        const text = before === key ? key : before + key;
        typed.current = { text, at: now };
        const found = tree.find(at, text);
        if (found >= 0)
            move(found);
    };
    const press = (event: KeyboardEvent): void => {
        if (event.ctrlKey || event.metaKey || event.altKey)
            return;
        const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
        const to = {
            ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: n_rows - 1, PageDown: at + page, PageUp: at - page,
        }[event.key];
        if (to !== undefined)
            move(to);
        else if (event.key === "ArrowRight")
            goIn(active);
        else if (event.key === "ArrowLeft")
            goOut(active);
        else if (event.key === "Enter" || event.key === " ")
            goTo(active);
        else if (event.key.length === 1)
            typeAhead(event.key);
        else
            return;
        event.preventDefault();
        event.stopPropagation();
    };
    return (
        <div class="tree-list" ref={frame}>
            <VirtualList
                count={n_rows} row_height={ROW_HEIGHT} control={list}
                itemKey={(i) => tree.at(i).key}
                attributes={{
                    role: "tree",
                    tabIndex: 0,
                    "aria-label": texts.label(environment),
                    "aria-activedescendant": `tree-${active.key}`,
                    onKeyDown: press,
                    onScroll: (event) => {
                        tree.scroll_top = event.currentTarget.scrollTop;
                    },
                }}
                render={(i) => {
                    const row = tree.at(i);
                    return (
                        <Node
                            row={row} environment={environment} is_selected={row.id === selected && row.entry !== null}
                            is_active={row.key === active.key} onToggle={() => toggle(row)} onRetry={() => void tree.level(row.id)}
                            onGo={() => {
                                setActive(row.key);
                                if (!row.is_open)
                                    toggle(row);
                                goTo(row);
                            }}
                        />
                    );
                }}
            />
        </div>
    );
}

/** What is not as it should be: by shape, colour and text; what is well has no mark. */
function StateMark({ of }: { of: TreeNode["state"] }) {
    switch (of) {
        case "error": return <Icon of={octagon_alert} class="tree-mark is-error" label={texts.inError} />;
        case "stale": return <Icon of={clock} class="tree-mark is-stale" label={texts.stale} />;
        default: return null;
    }
}

interface NodeProps {
    row: Row;
    environment: string;
    is_selected: boolean;
    is_active: boolean;
    onToggle: () => void;
    onGo: () => void;
    onRetry: () => void;
}

function Node({ row, environment, is_selected, is_active, onToggle, onGo, onRetry }: NodeProps) {
    const { entry, depth, position, size, is_open } = row;
    const indent = { paddingInlineStart: `calc(${depth} * var(--tree-step) + var(--space-1))` };
    const state = `${is_active ? " is-active" : ""}${is_selected ? " is-selected" : ""}`;
    if (!entry)
        return (
            <div
                class={`tree-row is-note dim${state}`} id={`tree-${row.key}`} role="treeitem" aria-level={depth + 1}
                style={indent}
            >
                <span class="tree-twisty" />
                {row.has_failed
                    ? <button type="button" class="tree-retry" tabIndex={-1} onClick={onRetry}><Icon of={refresh} />{texts.failed}</button>
                    : <span>{texts.loading}</span>}
            </div>
        );
    const { node } = entry;
    const has_children = node.n_children > 0;
    return (
        <div
            class={`tree-row${state}`} id={`tree-${row.key}`} role="treeitem" aria-level={depth + 1}
            aria-posinset={position} aria-setsize={size} aria-expanded={has_children ? is_open : undefined}
            aria-selected={is_selected} style={indent}
        >
            <span
                class={`tree-twisty${is_open ? " is-open" : ""}`} aria-hidden="true"
                onClick={has_children ? onToggle : undefined}
            >
                {has_children && <Icon of={chevron} />}
            </span>
            <Link
                class="tree-link" tabIndex={-1} to={objectPath(environment, { _id: node._id })} title={node.name}
                onClick={(event) => {
                    if (!isPlainClick(event))
                        return;
                    event.preventDefault();
                    onGo();
                }}
            >
                <ObjectIcon type={node.type} labelled />
                <span class="name" dir="auto">{node.name}</span>
                {isReference(node.type) && <Icon of={link_icon} class="tree-mark" label={texts.reference(typeText(node.type))} />}
                <StateMark of={node.state} />
                {has_children && (
                    <span class="tree-count number">
                        {count(node.n_children)}<span class="unseen"> {texts.inside}</span>
                    </span>
                )}
            </Link>
        </div>
    );
}
