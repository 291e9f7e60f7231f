import pencil from "lucide-static/icons/pencil.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link, queryParam, setQuery } from "../../app/router";
import { hasRole } from "../../app/session";
import { Button, ButtonLink } from "../../parts/Button";
import { byName } from "../../parts/order";
import { Empty, Loaded, Skeleton } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { model as texts } from "../../texts";
import { RemoveEntry } from "./RemoveEntry";
import { type Catalog, useEntries } from "./catalog";
import "./model.css";

export interface EntryColumn<Entry> extends Column<Entry> {
    /** What it is sorted by. */
    key?: (entry: Entry) => string;
}

interface EntryListProps<Entry> {
    catalog: Catalog<Entry>;
    texts: { title: string; what: string; add: string; none: string; noneText: string };
    columns: readonly EntryColumn<Entry>[];
    /** What the filter looks through. */
    textOf: (entry: Entry) => string;
    /** Another filter, with its control. */
    control?: ComponentChildren;
    fits?: (entry: Entry) => boolean;
}

function sorted<Entry>(list: readonly Entry[], columns: readonly EntryColumn<Entry>[], sort: string): Entry[] {
    const is_backwards = sort.startsWith("-");
    const key = columns.find(({ id }) => id === sort.replace(/^-/, ""))?.key;
    const found = key ? [...list].sort((a, b) => byName(key(a), key(b))) : [...list];
    return is_backwards ? found.reverse() : found;
}

/** A catalog: what it has, and the ways to change it for those who may. */
export function EntryList<Entry extends { _id: string }>(props: EntryListProps<Entry>) {
    const { catalog, columns, textOf, control, fits = () => true } = props;
    const entries = useEntries(catalog);
    const sort = queryParam("sort").value || (columns[0]?.id ?? "");
    const text = queryParam("text").value;
    const [removing, setRemoving] = useState<Entry | null>(null);
    const can_change = hasRole(catalog.role);
    const pathOf = ({ _id }: Entry): string => `${catalog.path}/${encodeURIComponent(_id)}`;
    const [first, ...others] = columns;
    const all: EntryColumn<Entry>[] = [
        ...(first ? [{
            ...first,
            cell: (entry: Entry) => (
                <Link class="name" dir="auto" title={catalog.nameOf(entry)} to={pathOf(entry)}>
                    {catalog.nameOf(entry).trim() ? first.cell(entry) : entry._id}
                </Link>
            ),
        }] : []),
        ...others,
        ...(can_change ? [{
            id: "actions", title: texts.actions,
            cell: (entry: Entry) => (
                <span class="table-actions">
                    <ButtonLink kind="quiet" icon={pencil} label={texts.edit(catalog.nameOf(entry))} to={pathOf(entry)} />
                    <Button
                        kind="quiet" icon={trash} label={texts.remove(catalog.nameOf(entry))}
                        onClick={() => setRemoving(entry)}
                    />
                </span>
            ),
        }] : []),
    ];
    const rowsOf = (list: readonly Entry[]): Entry[] => {
        const words = text.toLowerCase().split(/\s+/);
        return sorted(list, columns, sort)
            .filter((entry) => fits(entry) && words.every((word) => textOf(entry).toLowerCase().includes(word)));
    };
    return (
        <div class="screen">
            <header class="screen-head">
                <div class="screen-title">
                    <h1>{props.texts.title}</h1>
                    <p class="dim">{props.texts.what}</p>
                </div>
                <div class="screen-actions">
                    <ButtonLink
                        kind="primary" icon={plus} to={catalog.add_path}
                        reason={can_change ? null : texts.needsRole(catalog.role)}
                    >
                        {props.texts.add}
                    </ButtonLink>
                </div>
            </header>
            <div class="entry-filters">
                <input
                    class="input" type="search" dir="auto" aria-label={texts.filter} placeholder={texts.filter} value={text}
                    onInput={(event) => setQuery({ text: event.currentTarget.value }, { replace: true })}
                />
                {control}
            </div>
            <Loaded of={entries} skeleton={<Skeleton lines={8} />}>
                {(found) => {
                    const list = found[catalog.list] ?? [];
                    return (
                        <Table
                            label={props.texts.title} columns={all} rows={rowsOf(list)} rowKey={({ _id }) => _id}
                            sort={sort} onSort={(to) => setQuery({ sort: to })}
                            empty={list.length === 0
                                ? <Empty title={props.texts.none}>{props.texts.noneText}</Empty>
                                : <NoneFits />}
                        />
                    );
                }}
            </Loaded>
            {removing && (
                <RemoveEntry
                    catalog={catalog} entry={removing} onClose={() => setRemoving(null)}
                    onDone={() => {
                        setRemoving(null);
                        entries.reload();
                    }}
                />
            )}
        </div>
    );
}

function NoneFits() {
    return (
        <Empty
            title={texts.noneFits}
            actions={(
                <Button kind="primary" onClick={() => setQuery({ text: null, environment: null })}>
                    {texts.clearFilter}
                </Button>
            )}
        >
            {texts.noneFitsText}
        </Empty>
    );
}
