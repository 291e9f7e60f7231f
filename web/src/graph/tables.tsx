import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";

import { graphTexts } from "../texts";
import { KindGlyph } from "./glyph";
import { titleOf } from "./label";
import { linesByMark, type Model } from "./model";
import { LineSign, StateText } from "./sign";

interface Cell {
    /** What is sorted by and copied. */
    value: string | number;
    shown?: ComponentChildren;
}

interface Row {
    id: string;
    cells: Cell[];
}

interface TableProps {
    caption: string;
    columns: string[];
    rows: Row[];
    selected: string;
    onSelect(id: string): void;
}

interface Sort {
    column: number;
    isDown: boolean;
}

const natural = new Intl.Collator("en", { numeric: true });

function compare(a: Cell | undefined, b: Cell | undefined): number {
    const [x, y] = [a?.value ?? "", b?.value ?? ""];

    return typeof x === "number" && typeof y === "number" ? x - y : natural.compare(String(x), String(y));
}

export function sorted(rows: readonly Row[], sort: Sort | null): Row[] {
    return sort
        ? rows.toSorted(
              (a, b) => compare(a.cells[sort.column], b.cells[sort.column]) * (sort.isDown ? -1 : 1),
          )
        : [...rows];
}

/** A cell of a spreadsheet: nothing of a value may end it, or be taken for a formula. */
function plain(value: string): string {
    return value.replace(/[\t\r\n]+/g, " ").replace(/^[=+\-@]/, "'$&");
}

/** Lines and columns for a spreadsheet. */
export function separated(columns: readonly string[], rows: readonly Row[]): string {
    return (
        [columns, ...rows.map((row) => row.cells.map((cell) => String(cell.value)))]
            .map((cells) => cells.map(plain).join("\t"))
            .join("\n") + "\n"
    );
}

function CopyButton({ text }: { text(): string }): JSX.Element {
    const [said, setSaid] = useState("");

    return (
        <>
            <button
                type="button"
                class="graph-button"
                onClick={() => {
                    navigator.clipboard.writeText(text()).then(
                        () => setSaid(graphTexts.copied),
                        () => setSaid(graphTexts.copyFailed),
                    );
                }}
            >
                {graphTexts.copy}
            </button>
            <span role="status" class="quiet">
                {said}
            </span>
        </>
    );
}

function Table({ caption, columns, rows, selected, onSelect }: TableProps): JSX.Element {
    const [sort, setSort] = useState<Sort | null>(null);
    const shown = useMemo(() => sorted(rows, sort), [rows, sort]);
    const turn = (column: number): void =>
        setSort(
            sort?.column === column
                ? sort.isDown
                    ? null
                    : { column, isDown: true }
                : { column, isDown: false },
        );
    const directionOf = (column: number): "ascending" | "descending" | "none" =>
        sort?.column !== column ? "none" : sort.isDown ? "descending" : "ascending";

    return (
        <section class="graph-table">
            <header>
                <h3>
                    {caption} <span class="legend-count">{rows.length}</span>
                </h3>
                <CopyButton text={() => separated(columns, shown)} />
            </header>
            <div class="graph-table-scroll" tabIndex={0} role="group" aria-label={caption}>
                <table aria-label={caption}>
                    <thead>
                        <tr>
                            {columns.map((name, i) => (
                                <th key={name} scope="col" aria-sort={directionOf(i)}>
                                    <button type="button" onClick={() => turn(i)}>
                                        {name}{" "}
                                        <span aria-hidden="true">
                                            {{ ascending: "▲", descending: "▼", none: "" }[directionOf(i)]}
                                        </span>
                                    </button>
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((row) => (
                            <tr
                                key={row.id}
                                aria-current={row.id === selected}
                                class={row.id === selected ? "chosen" : ""}
                                onClick={() => onSelect(row.id)}
                            >
                                {row.cells.map((cell, i) => (
                                    <td key={i}>{cell.shown ?? <bdi>{cell.value}</bdi>}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

function nodeRows(model: Model, onSelect: (id: string) => void): Row[] {
    const lines = linesByMark(model);
    const byPlace = model.marks.toSorted(
        (a, b) => a.column - b.column || natural.compare(a.host, b.host) || natural.compare(a.name, b.name),
    );

    return byPlace.map((mark) => ({
        id: mark.id,
        cells: [
            {
                value: graphTexts.kind(mark.type),
                shown: (
                    <span class="cell-kind">
                        <KindGlyph type={mark.type} /> {graphTexts.kind(mark.type)}
                    </span>
                ),
            },
            {
                value: titleOf(mark),
                shown: (
                    <button type="button" class="link-button" onClick={() => onSelect(mark.id)}>
                        <bdi>{titleOf(mark)}</bdi>
                    </button>
                ),
            },
            { value: mark.host },
            { value: graphTexts.nodeStates[mark.state], shown: <StateText state={mark.state} /> },
            { value: mark.count },
            { value: lines.get(mark.id)?.length ?? 0 },
        ],
    }));
}

function lineRows(model: Model): Row[] {
    const nameOf = (id: string): string => {
        const mark = model.markOf.get(id);

        return mark ? titleOf(mark) : id;
    };

    return model.lines.map((line) => ({
        id: line.id,
        cells: [
            { value: line.isBridge ? graphTexts.bridge : graphTexts.linkType(line.type) },
            { value: nameOf(line.source) },
            { value: nameOf(line.target) },
            { value: line.label },
            {
                value: line.isBridge ? "" : graphTexts.lineStates[line.state],
                shown: line.isBridge ? (
                    ""
                ) : (
                    <span class="state-text">
                        <LineSign look={line.state} /> {graphTexts.lineStates[line.state]}
                    </span>
                ),
            },
            { value: line.count },
        ],
    }));
}

interface TablesProps {
    model: Model;
    selected: string;
    onSelect(id: string): void;
}

/** The same as the graph, for reading aloud and copying. */
export function Tables({ model, selected, onSelect }: TablesProps): JSX.Element {
    const { kind, name, host, state, count, links, from, to, label } = graphTexts.columns;
    const nodes = useMemo(() => nodeRows(model, onSelect), [model, onSelect]);
    const lines = useMemo(() => lineRows(model), [model]);

    return (
        <div class="graph-tables">
            <Table
                caption={graphTexts.tableNodes}
                columns={[kind, name, host, state, count, links]}
                rows={nodes}
                selected={selected}
                onSelect={onSelect}
            />
            <Table
                caption={graphTexts.tableLinks}
                columns={[kind, from, to, label, state, count]}
                rows={lines}
                selected={selected}
                onSelect={onSelect}
            />
        </div>
    );
}
