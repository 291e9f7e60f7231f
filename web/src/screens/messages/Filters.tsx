import list_filter from "lucide-static/icons/list-filter.svg?icon";
import x from "lucide-static/icons/x.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { get, isAbort } from "../../api/client";
import { useResource } from "../../api/resource";
import type { CloudObject, Constant, MessageCounts } from "../../api/types";
import { type Level, level_icons, level_names, sumOf } from "../../app/counters";
import { useEnvironments } from "../../app/environments";
import { setQuery } from "../../app/router";
import { look_back } from "../../app/session";
import { Button } from "../../parts/Button";
import { Combobox, type Option } from "../../parts/Combobox";
import { CheckField, type Choice, Field, SelectField, TextField, choicesOf, withGiven } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { count, messageList as texts, spanText } from "../../texts";
import {
    type Filter, type Range, countFilters, endOf, fromField, no_filter, range_names, startOf, toField,
} from "./filter";

const PAUSE = 250;

/** Calls `then` when what was typed has stood for a moment. */
function useTyped(value: string, then: (text: string) => void): [string, (text: string) => void] {
    const [typed, setTyped] = useState(value);
    useEffect(() => setTyped(value), [value]);
    useEffect(() => {
        if (typed === value)
            return undefined;
        const pause = setTimeout(() => then(typed), PAUSE);
        return () => clearTimeout(pause);
    }, [typed]);
    return [typed, setTyped];
}

/* --- levels --- */

/** How many there are in the time and environment that is looked at, undefined until it is known. */
function useLevelCounts(filter: Filter, as_of: number): ((level: Level) => number) | undefined {
    const voids = { kinds: ["message", "environment"] } as const;
    const environment = filter.environment || null;
    const end = endOf(filter);
    const of = useResource<MessageCounts>("/messages/counts", {
        query: { from: startOf(filter, as_of, look_back.value), environment }, voids,
    }).data.value;
    const later = useResource<MessageCounts>(end === null ? null : "/messages/counts", {
        query: { from: end && new Date(Date.parse(end) + 1).toISOString(), environment }, voids,
    }).data.value;
    if (!of || (end !== null && !later))
        return undefined;
    return (level) => sumOf(of.levels, level) - sumOf(later?.levels, level);
}

/** How many there are of each level; pressed, one is the filter. */
export function Levels({ filter, as_of }: { filter: Filter; as_of: number }) {
    const counts = useLevelCounts(filter, as_of);
    const total = counts && level_names.reduce((sum, level) => sum + counts(level), 0);
    const choose = (level: Level | ""): void => setQuery({ level, cursor: null });
    return (
        <div class="levels" role="group" aria-label={texts.levels}>
            <button type="button" class="level" aria-pressed={!filter.level} onClick={() => choose("")}>
                <span class="level-count number">{total === undefined ? "\u2007" : count(total)}</span>
                <span class="level-name">{texts.all}</span>
            </button>
            {level_names.map((level) => (
                <button
                    key={level} type="button" class={`level is-${level}`} aria-pressed={filter.level === level}
                    onClick={() => choose(filter.level === level ? "" : level)}
                >
                    <span class="level-count number">{counts ? count(counts(level)) : "\u2007"}</span>
                    <span class="level-name"><Icon of={level_icons[level]} />{texts.level[level]}</span>
                </button>
            ))}
        </div>
    );
}

/* --- the others --- */

function choicesWith(all: string, names: readonly string[], given: string): Choice<string>[] {
    return [{ value: "", text: all }, ...choicesOf(withGiven(names, given))];
}

export function Filters({ filter }: { filter: Filter }) {
    const n = countFilters(filter);
    const [is_open, setOpen] = useState(() => n > 0 && window.matchMedia("(min-width: 48rem)").matches);
    const [typed, setTyped] = useTyped(
        filter.text, (text) => setQuery({ text: text.trim(), cursor: null }, { replace: true }),
    );
    const is_any = n > 0 || filter.text !== "" || filter.level !== "";
    return (
        <section class="message-filters" aria-label={texts.filters}>
            <div class="message-filters-head">
                <input
                    class="input" type="search" dir="auto" aria-label={texts.text} placeholder={texts.text}
                    value={typed} onInput={(event) => setTyped(event.currentTarget.value)}
                />
                <SelectField
                    label={<span class="unseen">{texts.order}</span>} value={filter.is_oldest_first ? "time" : ""}
                    choices={[{ value: "", text: texts.latestFirst }, { value: "time", text: texts.oldestFirst }]}
                    onValue={(sort) => setQuery({ sort, cursor: null })}
                />
                <Button
                    icon={list_filter} aria-expanded={is_open} aria-controls="message-filters"
                    onClick={() => setOpen(!is_open)}
                >
                    {texts.nFilters(n)}
                </Button>
                {is_any && <Button kind="quiet" icon={x} onClick={() => setQuery(no_filter)}>{texts.clearFilters}</Button>}
            </div>
            <div class="card message-filters-more" id="message-filters" hidden={!is_open}>
                {is_open && <More filter={filter} />}
            </div>
        </section>
    );
}

function More({ filter }: { filter: Filter }) {
    const environments = useEnvironments().data.value?.environments ?? [];
    const sources = useResource<Constant>("/constants/message_source_systems").data.value?.data ?? [];
    const ranges = texts.ranges(spanText(look_back.value));
    const chooseRange = (range: Range): void => {
        const is_custom = range === "custom";
        setQuery({
            range, cursor: null, from: is_custom ? startOf(filter, Date.now(), look_back.value) : null, until: null,
        });
    };
    const setTime = (name: "from" | "until", text: string): void => {
        setQuery({ [name]: fromField(text), cursor: null }, { replace: true });
    };
    return (
        <>
            <SelectField
                label={texts.environment} value={filter.environment}
                choices={choicesWith(texts.anyEnvironment, environments.map(({ name }) => name), filter.environment)}
                onValue={(environment) => setQuery({ environment, cursor: null })}
            />
            <SelectField
                label={texts.source} value={filter.source}
                choices={choicesWith(texts.anySource, sources.map(({ value }) => String(value)), filter.source)}
                onValue={(source) => setQuery({ source, cursor: null })}
            />
            <SelectField
                label={texts.range} value={filter.range} onValue={chooseRange}
                choices={range_names.map((value) => ({ value, text: ranges[value] }))}
            />
            {filter.range === "custom" && (
                <>
                    <TextField
                        type="datetime-local" label={texts.from} value={toField(filter.from)}
                        onValue={(text) => setTime("from", text)}
                    />
                    <TextField
                        type="datetime-local" label={texts.until} value={toField(filter.until)}
                        onValue={(text) => setTime("until", text)}
                    />
                </>
            )}
            {filter.object
                ? <Chosen label={texts.object} text={filter.object} onDrop={() => setQuery({ object: null, cursor: null })} />
                : <ObjectField environment={filter.environment} />}
            {filter.origin && (
                <Chosen
                    label={texts.scan} text={texts.oneScan} onDrop={() => setQuery({ origin: null, cursor: null })}
                />
            )}
            <CheckField
                label={texts.unseen} checked={filter.is_unseen}
                onValue={(is_unseen) => setQuery({ seen: is_unseen ? "no" : null, cursor: null })}
            />
        </>
    );
}

interface ChosenProps {
    label: string;
    text: string;
    onDrop: () => void;
}

function Chosen({ label, text, onDrop }: ChosenProps) {
    return (
        <div class="field">
            <span class="field-label">{label}</span>
            <span class="message-chosen">
                <span class="name" dir="auto" title={text}>{text}</span>
                <Button kind="quiet" icon={x} label={texts.dropFilter(label)} onClick={onDrop} />
            </span>
        </div>
    );
}

type Hit = Pick<CloudObject, "_id" | "id" | "name" | "type" | "name_path" | "environment">;

function ObjectField({ environment }: { environment: string }) {
    const [hits, setHits] = useState<readonly Hit[]>([]);
    const [typed, setTyped] = useState("");
    useEffect(() => {
        const text = typed.trim();
        const asking = new AbortController();
        if (!text) {
            setHits([]);
            return undefined;
        }
        const pause = setTimeout(() => {
            get<{ objects: Hit[] }>("/search", { q: text, environment: environment || null, limit: 10 }, asking.signal)
                .then((found) => setHits(found.objects), (error: unknown) => isAbort(error) || setHits([]));
        }, PAUSE);
        return () => {
            clearTimeout(pause);
            asking.abort();
        };
    }, [typed, environment]);
    const options: Option[] = hits.map((hit) => ({ id: hit._id, text: hit.id, content: <Found hit={hit} /> }));
    return (
        <Field label={texts.object}>
            {({ id }) => (
                <Combobox
                    id={id} label={texts.object} placeholder={texts.objectHint} value={typed} onValue={setTyped}
                    options={options} onChoose={({ text }) => setQuery({ object: text, cursor: null })}
                    none={typed.trim() && texts.noObject}
                />
            )}
        </Field>
    );
}

function Found({ hit }: { hit: Hit }) {
    const text = hit.name ?? hit.id;
    return (
        <span class="message-hit">
            <ObjectIcon type={hit.type} labelled />
            <span class="name" dir="auto" title={hit.name_path ?? text}>{text}</span>
        </span>
    );
}
