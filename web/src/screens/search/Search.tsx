import cloud from "lucide-static/icons/cloud.svg?icon";
import search_icon from "lucide-static/icons/search.svg?icon";
import x from "lucide-static/icons/x.svg?icon";
import screen_icon from "lucide-static/icons/panel-top.svg?icon";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CloudObject } from "../../api/types";
import { useEnvironments } from "../../app/environments";
import { href, matchPath, navigate, place } from "../../app/router";
import { type OverlayProps, routes } from "../../app/routes";
import { hasRole } from "../../app/session";
import { Icon } from "../../parts/Icon";
import { objectIcon } from "../../parts/ObjectIcon";
import { objectName, objectPath } from "../../parts/ObjectList";
import { ErrorLine } from "../../parts/State";
import { search as texts, typeText } from "../../texts";
import { type Reason, hasAll, piecesOf, placeOf, rankOf, reasonOf, wordsOf } from "./match";
import { readRecent } from "./recent";
import { MOST, useFound } from "./use-found";
import "./search.css";

interface Item {
    key: string;
    icon: string;
    title: string;
    /** What it is. */
    kind: string;
    /** Where it lies. */
    detail?: string;
    reason?: Reason | null;
    to: string;
}

interface Group {
    title: string;
    items: Item[];
}

/* --- what there is to go to --- */

function screenItems(): Item[] {
    return routes
        .filter((route) => !route.is_public && !route.path.includes(":") && (!route.role || hasRole(route.role)))
        .map((route) => ({
            key: `screen ${route.path}`, icon: route.menu?.icon ?? screen_icon, title: route.title({}), kind: texts.screen,
            to: route.path,
        }));
}

function environmentItem(name: string): Item {
    return {
        key: `environment ${name}`, icon: cloud, title: name, kind: typeText("environment"),
        to: href("/environments/:environment", { environment: name }),
    };
}

function recentItems(): Item[] {
    return readRecent().map(({ environment, _id, name, type }) => ({
        key: `recent ${environment} ${_id}`, icon: objectIcon(type), title: name, kind: typeText(type),
        detail: environment, to: objectPath(environment, { _id }),
    }));
}

function objectItem(object: CloudObject, wanted: readonly string[]): Item {
    const title = objectName(object);
    return {
        key: `object ${object.environment} ${object._id}`, icon: objectIcon(object.type), title,
        kind: typeText(object.type), detail: placeOf(object).join(" / "), reason: reasonOf(object, title, wanted),
        to: objectPath(object.environment, object),
    };
}

/** A group of each environment; the one in which one is comes first. */
function objectGroups(objects: readonly CloudObject[], query: string, here: string): Group[] {
    const wanted = wordsOf(query);
    const by_environment = new Map<string, CloudObject[]>(here ? [[here, []]] : []);
    for (const object of objects)
        by_environment.set(object.environment, [...(by_environment.get(object.environment) ?? []), object]);
    return [...by_environment].map(([environment, of]) => ({
        title: texts.inEnvironment(environment),
        items: of
            .map((object) => ({ object, rank: rankOf(object, objectName(object), query, wanted) }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ object }) => objectItem(object, wanted)),
    }));
}

function useGroups(query: string, here: string) {
    const environments = useEnvironments().data.value?.environments;
    const found = useFound(query, here);
    const groups = useMemo(() => {
        const places = (environments ?? []).map(({ name }) => environmentItem(name));
        if (!query)
            return [
                { title: texts.recent, items: recentItems() },
                { title: texts.environments, items: places.slice(0, 8) },
                { title: texts.screens, items: screenItems() },
            ];
        const wanted = wordsOf(query);
        const fits = ({ title }: Item): boolean => wanted.length > 0 && hasAll(title, wanted);
        return [
            { title: texts.environments, items: places.filter(fits).slice(0, 8) },
            { title: texts.screens, items: screenItems().filter(fits) },
            ...objectGroups(found?.objects ?? [], found?.query ?? "", here),
        ];
    }, [environments, query, found, here]);
    return { found, groups: groups.filter(({ items }) => items.length > 0) };
}

/* --- the overlay --- */

const LIST = "search-list";

function environmentHere(): string {
    const { path } = place.peek();
    return (matchPath("/environments/:environment", path) ?? matchPath("/environments/:environment/objects/:object", path))
        ?.["environment"] ?? "";
}

export function Search({ onClose }: OverlayProps) {
    const dialog = useRef<HTMLDialogElement>(null);
    const list = useRef<HTMLDivElement>(null);
    const [text, setText] = useState("");
    const [at, setAt] = useState(0);
    const [here] = useState(environmentHere);
    const query = text.trim();
    const { found, groups } = useGroups(query, here);
    const items = groups.flatMap((group) => group.items);
    const index = Math.min(at, items.length - 1);
    const current = items[index];
    const is_answered = !query || found?.query === query;

    useEffect(() => {
        const element = dialog.current;
        element?.showModal();
        return () => element?.close();
    }, []);
    useEffect(() => {
        list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }, [current?.key]);

    const choose = (item: Item): void => {
        onClose();
        void navigate(item.to);
    };
    const press = (event: KeyboardEvent): void => {
        const last = items.length - 1;
        const to = {
            ArrowDown: index >= last ? 0 : index + 1, ArrowUp: index <= 0 ? last : index - 1,
            PageDown: Math.min(last, index + 8), PageUp: Math.max(0, index - 8),
        }[event.key];
        if (to !== undefined)
            setAt(to);
        else if (event.key === "Enter" && current && is_answered)
            choose(current);
        else
            return;
        event.preventDefault();
    };
    return (
        <dialog
            ref={dialog} class="search" aria-label={texts.label}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onPointerDown={(event) => {
                if (event.target === dialog.current)
                    onClose();
            }}
        >
            <div class="search-inside">
                <div class="search-field">
                    <Icon of={search_icon} />
                    <input
                        type="text" role="combobox" aria-label={texts.label} placeholder={texts.hint} value={text} dir="auto"
                        autocomplete="off" autocapitalize="off" spellcheck={false} aria-expanded={items.length > 0}
                        aria-autocomplete="list" aria-controls={LIST} autofocus
                        aria-activedescendant={current ? `search-${index}` : undefined} onKeyDown={press}
                        onInput={(event) => {
                            setText(event.currentTarget.value);
                            setAt(0);
                        }}
                    />
                    <button type="button" class="search-close" onClick={onClose}><kbd>{texts.escape}</kbd><Icon of={x} /><span class="unseen">{texts.close}</span></button>
                </div>
                <div class="search-list" id={LIST} role="listbox" aria-label={texts.results} ref={list}>
                    <Groups groups={groups} index={index} query={query} onChoose={choose} onPoint={setAt} />
                </div>
                {found?.error && is_answered && <div class="search-note"><ErrorLine error={found.error} /></div>}
                {query && is_answered && !found?.error && items.length === 0 && <Nothing query={query} />}
                <p class="search-foot dim" role="status">
                    {!query || (is_answered && items.length === 0)
                        ? texts.what
                        : is_answered && (found?.is_cut ? texts.first(MOST) : texts.count(items.length))}
                </p>
            </div>
        </dialog>
    );
}

function Nothing({ query }: { query: string }) {
    return (
        <div class="search-note" role="status">
            <p><strong>{texts.nothing} <bdi>{query}</bdi></strong></p>
            <p class="dim">{texts.nothingAdvice}</p>
        </div>
    );
}

interface GroupsProps {
    groups: readonly Group[];
    index: number;
    query: string;
    onChoose: (item: Item) => void;
    onPoint: (index: number) => void;
}

function Groups({ groups, index, query, onChoose, onPoint }: GroupsProps) {
    const wanted = wordsOf(query);
    let n = 0;
    return (
        <>
            {groups.map(({ title, items }) => {
                const first = n;
                n += items.length;
                return (
                    <div key={title} role="group" aria-label={title}>
                        <div class="search-group" aria-hidden="true"><bdi>{title}</bdi></div>
                        {items.map((item, i) => (
                            <div
                                key={item.key} id={`search-${first + i}`} role="option" class="search-item"
                                aria-selected={first + i === index} onPointerMove={() => onPoint(first + i)}
                                onPointerDown={(event) => event.preventDefault()} onClick={() => onChoose(item)}
                            >
                                <ItemText item={item} wanted={wanted} />
                            </div>
                        ))}
                    </div>
                );
            })}
        </>
    );
}

function Marked({ text, wanted }: { text: string; wanted: readonly string[] }) {
    return <>{piecesOf(text, wanted).map((piece, i) => (piece.is_hit ? <mark key={i}>{piece.text}</mark> : piece.text))}</>;
}

function ItemText({ item: { icon, title, kind, detail, reason }, wanted }: { item: Item; wanted: readonly string[] }) {
    return (
        <>
            <Icon of={icon} />
            <span class="search-title">
                <span class="name" dir="auto" title={title}><Marked text={title} wanted={wanted} /></span>
                <span class="dim search-kind">{kind}</span>
            </span>
            {reason && (
                <span class="search-reason name" title={`${reason.path}: ${reason.text}`}>
                    <span class="dim">{reason.path}:</span> <bdi><Marked text={reason.text} wanted={wanted} /></bdi>
                </span>
            )}
            {detail && <span class="search-detail name dim" dir="auto" title={detail}>{detail}</span>}
        </>
    );
}
