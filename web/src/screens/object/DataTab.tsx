import chevron from "lucide-static/icons/chevron-right.svg?icon";
import copy_icon from "lucide-static/icons/copy.svg?icon";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { useResource } from "../../api/resource";
import type { CloudObject } from "../../api/types";
import { Link, queryParam, setQuery } from "../../app/router";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { objectName } from "../../parts/ObjectList";
import { Time } from "../../parts/Time";
import { copyText } from "../../parts/copy";
import { capitalised, common, objectData as texts, typeText } from "../../texts";
import { type Json, type Line, allKeys, isComposite, linesOf } from "./json";
import { referenceHref } from "./references";

interface TabProps {
    environment: string;
    object: CloudObject;
}

export function DataTab(props: TabProps) {
    return (
        <>
            <Main {...props} />
            <All {...props} />
        </>
    );
}

/* --- the main attributes --- */

const shown_above = [
    "object_name", "name", "type", "environment", "host", "id", "_id", "last_scanned", "parent_id", "data",
];

/** What tells most of such an object, by the catalogue. */
function useTelling({ object }: TabProps): string[] {
    const catalogue = useResource<{ hover_attributes: { type: string; attributes: string[] }[] }>(
        "/hover-attributes", { query: { limit: 1000 } },
    );
    const of_type = catalogue.data.value?.hover_attributes.find(({ type }) => type === object.type);
    return (of_type?.attributes ?? []).filter((name) =>
        !shown_above.includes(name) && object[name] !== undefined && object[name] !== null && object[name] !== "");
}

function label(name: string): string {
    const text = name.replace(/[_:]+/g, " ").trim();
    return capitalised(text).replace(/\b(ip|mac|cidr|id|mtu|vni)\b/gi, (word) => word.toUpperCase());
}

function Main(props: TabProps) {
    const { environment, object } = props;
    const telling = useTelling(props);
    const parent = referenceHref(object, "parent_id", object.parent_id);
    return (
        <section class="card" aria-label={texts.main}>
            <dl class="facts">
                <Fact label={texts.environment}>
                    <Link to={referenceHref(object, "environment", environment) ?? ""}><bdi>{environment}</bdi></Link>
                </Fact>
                <Fact label={texts.name}><bdi>{objectName(object)}</bdi></Fact>
                <Fact label={texts.type}>{capitalised(typeText(object.type))}</Fact>
                <Fact label={texts.id}>
                    <span class="fact-id"><bdi class="mono">{object.id}</bdi><CopyButton path={texts.id} value={object.id} /></span>
                </Fact>
                {object.host && <Fact label={texts.host}><Plain object={object} name="host" value={object.host} /></Fact>}
                {parent && <Fact label={texts.parent}><Link to={parent}><bdi>{object.parent_text || object.parent_id}</bdi></Link></Fact>}
                {telling.map((name) => (
                    <Fact key={name} label={label(name)}>
                        <Plain object={object} name={name} value={object[name] as Json} />
                    </Fact>
                ))}
                <Fact label={texts.lastScanned}><Time of={object.last_scanned} exact /></Fact>
            </dl>
        </section>
    );
}

function Fact({ label: text, children }: { label: string; children: ComponentChildren }) {
    return <div><dt>{text}</dt><dd>{children}</dd></div>;
}

/** A value for people. */
function Plain({ object, name, value }: { object: CloudObject; name: string; value: Json }) {
    if (Array.isArray(value) && value.every((one) => !isComposite(one)))
        return value.length
            ? <>{value.map((one, i) => <span key={i}>{i > 0 && ", "}<Plain object={object} name={name} value={one} /></span>)}</>
            : <span class="dim">{common.none}</span>;
    if (isComposite(value))
        return <code>{JSON.stringify(value)}</code>;
    const to = referenceHref(object, name, value);
    return to ? <Link to={to}><bdi>{String(value)}</bdi></Link> : <bdi>{String(value)}</bdi>;
}

function CopyButton({ path, value }: { path: string; value: Json }) {
    return (
        <Button
            kind="quiet" icon={copy_icon} label={texts.copyValue(path)}
            onClick={() => void copyText(typeof value === "string" ? value : JSON.stringify(value, null, 4))}
        />
    );
}

/* --- all of them --- */

function All({ object }: TabProps) {
    const wanted = queryParam("find").value;
    const all = useMemo(() => allKeys(object as Json), [object]);
    const open = useSignal<ReadonlySet<string>>(new Set());
    const lines = useMemo(() => linesOf(object as Json, open.value, wanted), [object, open.value, wanted]);
    const toggle = ({ key, is_open }: Line): void => {
        const next = new Set(open.value);
        if (is_open)
            next.delete(key);
        else
            next.add(key);
        open.value = next;
    };
    return (
        <section class="card stack" aria-label={texts.all}>
            <div class="row json-head">
                <h2>{texts.all}</h2>
                <input
                    type="search" class="input json-search" value={wanted} placeholder={texts.searchHint}
                    aria-label={texts.search} spellcheck={false}
                    onInput={(event) => setQuery({ find: event.currentTarget.value }, { replace: true })}
                />
                <span class="dim json-matches" role="status">
                    {wanted.trim() && texts.matches(lines.filter(({ is_match }) => is_match).length)}
                </span>
                <Button
                    onClick={() => {
                        open.value = open.value.size ? new Set() : all;
                    }}
                >
                    {open.value.size ? texts.closeAll : texts.openAll}
                </Button>
                <Button icon={copy_icon} onClick={() => void copyText(JSON.stringify(object, null, 4))}>
                    {texts.copyAll}
                </Button>
            </div>
            <ul class="json" aria-label={texts.label}>
                {lines.map((line) => <JsonLine key={line.key} line={line} object={object} onToggle={() => toggle(line)} />)}
            </ul>
        </section>
    );
}

function JsonLine({ line, object, onToggle }: { line: Line; object: CloudObject; onToggle: () => void }) {
    const { path, name, value, depth, size, is_open, is_match } = line;
    const title = path.join(".");
    const step = name ?? path.at(-1) ?? "";
    return (
        <li class={`json-line${is_match ? " is-match" : ""}`} style={{ paddingInlineStart: `${depth * 1.25}rem` }}>
            {size
                ? (
                    <button type="button" class="json-toggle" aria-expanded={is_open} onClick={onToggle}>
                        <Icon of={chevron} />
                        <bdi class={name === null ? "json-index" : "json-name"}>{step}</bdi>
                        <span class="dim">{Array.isArray(value) ? texts.elements(size) : texts.members(size)}</span>
                    </button>
                )
                : (
                    <span class="json-member">
                        <bdi class={name === null ? "json-index" : "json-name"}>{step}</bdi>
                        <Scalar object={object} name={name ?? path.at(-2) ?? ""} value={value} />
                    </span>
                )}
            <CopyButton path={title} value={value} />
        </li>
    );
}

function Scalar({ object, name, value }: { object: CloudObject; name: string; value: Json }) {
    if (isComposite(value))
        return <span class="json-other">{Array.isArray(value) ? "[]" : "{}"}</span>;
    const to = referenceHref(object, name, value);
    if (to)
        return <Link to={to} class="json-value"><bdi>{String(value)}</bdi></Link>;
    return typeof value === "string"
        ? <bdi class="json-value json-text">{JSON.stringify(value)}</bdi>
        : <span class="json-value json-other number">{String(value)}</span>;
}
