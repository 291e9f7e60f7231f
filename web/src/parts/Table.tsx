import arrow_down from "lucide-static/icons/arrow-down.svg?icon";
import arrow_up from "lucide-static/icons/arrow-up.svg?icon";
import arrow_up_down from "lucide-static/icons/arrow-up-down.svg?icon";
import type { ComponentChildren } from "preact";
import { common } from "../texts";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { Skeleton } from "./State";
import "./table.css";

export interface Column<Row> {
    id: string;
    title: string;
    cell: (row: Row) => ComponentChildren;
    /** Clicks on its title sort by it. */
    is_sortable?: boolean;
    /** Takes as much place as there is, and ends in an ellipsis. */
    is_wide?: boolean;
    is_number?: boolean;
    /** Stays in one line. */
    is_short?: boolean;
    /** Left out where there is little place. */
    is_minor?: boolean;
}

interface TableProps<Row> {
    label: string;
    columns: readonly Column<Row>[];
    /** undefined: they are being read. */
    rows: readonly Row[] | undefined;
    rowKey: (row: Row) => string;
    /** `name`, or `-name` backwards. */
    sort?: string;
    onSort?: (sort: string) => void;
    /** What to show when there are none. */
    empty?: ComponentChildren;
    selected?: string;
    onRow?: (row: Row) => void;
}

/** The order that a click on a column's title asks for. */
function nextSort(sort: string, column: string): string {
    return sort === column ? `-${column}` : column;
}

export function Table<Row>(props: TableProps<Row>) {
    const { label, columns, rows, rowKey, empty, selected, onRow } = props;
    if (rows?.length === 0 && empty)
        return <>{empty}</>;
    return (
        <div class="table-scroll" tabIndex={0} role="group" aria-label={label}>
            <table class="table" aria-label={label} aria-busy={rows === undefined || undefined}>
                <thead>
                    <tr>{columns.map((column) => <Head key={column.id} column={column} {...props} />)}</tr>
                </thead>
                <tbody>
                    {rows === undefined
                        ? <tr><td colSpan={columns.length}><Skeleton lines={5} /></td></tr>
                        : rows.map((row) => {
                            const key = rowKey(row);
                            return (
                                <tr
                                    key={key} aria-selected={selected === undefined ? undefined : key === selected}
                                    onClick={onRow && (() => onRow(row))} class={onRow ? "is-clickable" : undefined}
                                >
                                    {columns.map((column) => (
                                        <td key={column.id} class={cellClass(column)}>{column.cell(row)}</td>
                                    ))}
                                </tr>
                            );
                        })}
                </tbody>
            </table>
        </div>
    );
}

function cellClass<Row>(column: Column<Row>): string {
    return [
        column.is_wide && "is-wide", column.is_number && "is-number number", column.is_minor && "is-minor",
        column.is_short && "is-short",
    ].filter(Boolean).join(" ");
}

interface HeadProps<Row> {
    column: Column<Row>;
    sort?: string;
    onSort?: (sort: string) => void;
}

function Head<Row>({ column, sort = "", onSort }: HeadProps<Row>) {
    const is_up = sort === column.id;
    const is_down = sort === `-${column.id}`;
    if (!column.is_sortable || !onSort)
        return <th scope="col" class={cellClass(column)}>{column.title}</th>;
    const icon = is_up ? arrow_up : is_down ? arrow_down : arrow_up_down;
    return (
        <th
            scope="col" class={cellClass(column)}
            aria-sort={is_up ? "ascending" : is_down ? "descending" : "none"}
        >
            <button type="button" class="table-sort" onClick={() => onSort(nextSort(sort, column.id))}>
                {column.title}
                <Icon of={icon} class={is_up || is_down ? "" : "dim"} />
            </button>
        </th>
    );
}

interface PagesProps {
    /** The page has a cursor: it is not the first. */
    cursor: string;
    /** The cursor of the next page. */
    next: string | null | undefined;
    onGo: (cursor: string | null) => void;
}

/** Pages of a list with cursors: to the first and to the next one; the browser's Back goes back. */
export function Pages({ cursor, next, onGo }: PagesProps) {
    if (!cursor && !next)
        return null;
    return (
        <nav class="row table-pages" aria-label={common.pages}>
            <Button reason={cursor ? null : common.isFirstPage} onClick={() => onGo(null)}>
                {common.firstPage}
            </Button>
            <Button reason={next ? null : common.isLastPage} onClick={() => onGo(next ?? null)}>
                {common.nextPage}
            </Button>
        </nav>
    );
}
