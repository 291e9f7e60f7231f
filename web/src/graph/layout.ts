// Columns by kind, a lane for each host. Within a lane marks are put in order by the means of their
// neighbours and then moved as little as possible from them, so that most links are straight. Lanes share
// no height, so boxes cannot overlap. The same graph always gets the same picture.

export interface LayoutMark {
    id: string;
    column: number;
    /** The host in whose box it is; "": in none. */
    group: string;
    width: number;
    height: number;
}

export interface LayoutLine {
    id: string;
    source: string;
    target: string;
    /** Of its label. */
    width: number;
    height: number;
}

export interface LayoutInput {
    marks: LayoutMark[];
    lines: LayoutLine[];
    /** Columns become rows, from above to below. */
    isDown?: boolean;
}

export interface Point {
    x: number;
    y: number;
}

export interface Box {
    x1: number;
    y1: number;
    x2: number;
    y2: number;
}

export interface Layout {
    /** Middles of marks. */
    places: Map<string, Point>;
    /** Where a line goes on its way: left and right end of each column that it crosses. */
    bends: Map<string, Point[]>;
    boxes: Map<string, Box>;
    /** Of rows, if it leads downwards, the same of their heights. */
    columns: { x: number; width: number }[];
    isDown: boolean;
}

export const spacing = {
    column: 32,
    label: 12,
    row: 18,
    lane: 16,
    padding: 14,
    /** Above a box. */
    caption: 20,
    bend: 16,
};

/** Something in a column: a mark, or the place where a line crosses. */
interface Item {
    id: string;
    column: number;
    height: number;
    y: number;
    left: Item[];
    right: Item[];
    mark: LayoutMark | null;
}

interface Lane {
    group: string;
    items: Item[];
    columns: Item[][];
    first: number;
    last: number;
    y: number;
    height: number;
    weight: number;
}

const natural = new Intl.Collator("en", { numeric: true });

function compareNames(a: string, b: string): number {
    return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

function mean(numbers: number[], otherwise: number): number {
    return numbers.length ? numbers.reduce((sum, n) => sum + n, 0) / numbers.length : otherwise;
}

/** Where each should be, as near as can be to where it wants, in order and not too close together: the
 *  least squares, by pooling neighbours that are in each other's way. */
export function keepApart(
    wanted: readonly number[],
    gaps: readonly number[],
    weights: readonly number[],
): number[] {
    const pools: { sum: number; weight: number; n: number }[] = [];
    let offset = 0;

    wanted.forEach((y, i) => {
        const weight = weights[i] ?? 1;

        offset += gaps[i] ?? 0;

        let pool = { sum: (y - offset) * weight, weight, n: 1 };

        for (
            let last = pools.at(-1);
            last && last.sum / last.weight >= pool.sum / pool.weight;
            last = pools.at(-1)
        ) {
            pool = { sum: pool.sum + last.sum, weight: pool.weight + last.weight, n: pool.n + last.n };
            pools.pop();
        }
        pools.push(pool);
    });

    const placed: number[] = [];

    offset = 0;
    for (const { sum, weight, n } of pools)
        for (let i = 0; i < n; i++) {
            offset += gaps[placed.length] ?? 0;
            placed.push(sum / weight + offset);
        }
    return placed;
}

/** What is needed between the middles of an item and of the one above it. */
function gapsOf(items: readonly Item[]): number[] {
    return items.map((item, i) => {
        const above = items[i - 1];

        return above ? (above.height + item.height) / 2 + spacing.row : 0;
    });
}

function neighbours(item: Item, side: "left" | "right" | "both"): Item[] {
    return side === "left" ? item.left : side === "right" ? item.right : [...item.left, ...item.right];
}

/* --- order within a lane --- */

function sortColumn(column: Item[], side: "left" | "right", rank: Map<Item, number>): void {
    const weights = new Map(
        column.map((item, i) => {
            const ranks = neighbours(item, side).flatMap((other) => rank.get(other) ?? []);

            return [item, mean(ranks, rank.get(item) ?? i)];
        }),
    );

    column.sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
    column.forEach((item, i) => rank.set(item, (i + 0.5) / column.length));
}

/** How often lines between neighbouring columns cross. */
function crossings(columns: Item[][]): number {
    let found = 0;

    for (const column of columns) {
        const next = new Map(column.flatMap((item) => item.right).map((item) => [item, 0]));

        columns.forEach((other) => other.forEach((item, i) => next.has(item) && next.set(item, i)));

        const ends = column.flatMap((item) =>
            item.right.map((other) => next.get(other) ?? 0).sort((a, b) => a - b),
        );

        found += inversions(ends);
    }
    return found;
}

function inversions(numbers: number[]): number {
    if (numbers.length < 2)
        return 0;

    const half = numbers.length >> 1;
    const left = numbers.slice(0, half);
    const right = numbers.slice(half);
    let found = inversions(left) + inversions(right);
    let l = 0;
    let r = 0;

    for (let i = 0; i < numbers.length; i++) {
        const a = left[l];
        const b = right[r];

        if (b === undefined || (a !== undefined && a <= b)) {
            numbers[i] = a ?? 0;
            l++;
        } else {
            numbers[i] = b;
            r++;
            found += left.length - l;
        }
    }
    return found;
}

const sweeps = 8;

/** To and fro, each column after the one beside it; the order with the fewest crossings stays. */
function orderColumns(columns: Item[][]): Item[][] {
    const rank = new Map<Item, number>();
    let best = columns.map((column) => [...column]);
    let fewest = crossings(best);

    for (const column of columns)
        column.forEach((item, i) => rank.set(item, (i + 0.5) / column.length));
    for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
        const isToRight = sweep % 2 === 0;

        for (const column of isToRight ? columns : columns.toReversed())
            sortColumn(column, isToRight ? "left" : "right", rank);

        const found = crossings(columns);

        if (found < fewest) {
            fewest = found;
            best = columns.map((column) => [...column]);
        }
    }
    return best;
}

/* --- heights within a lane --- */

/** Lines that only pass make way for marks. */
function weightOf(item: Item): number {
    return item.mark ? 1 : 0.05;
}

/** At the mean of what is on that side, else of what is on the other. */
function wantedOf(item: Item, side: "left" | "right" | "both"): number {
    const beside = neighbours(item, side);
    const around = beside.length > 0 ? beside : neighbours(item, "both");
    let sum = 0;
    let weight = 0;

    for (const other of around) {
        sum += other.y * weightOf(other);
        weight += weightOf(other);
    }
    return weight > 0 ? sum / weight : item.y;
}

function placeColumn(column: Item[], side: "left" | "right" | "both"): void {
    const wanted = column.map((item) => wantedOf(item, side));

    keepApart(wanted, gapsOf(column), column.map(weightOf)).forEach((y, i) => {
        const item = column[i];

        if (item)
            item.y = y;
    });
}

function heightOf(column: readonly Item[]): number {
    return gapsOf(column).reduce((sum, gap) => sum + gap, 0);
}

/** The fullest column as close as can be, and from there outwards each after the one before. */
function placeColumns(columns: Item[][]): void {
    const fullest = columns.reduce(
        (best, column, i) => (heightOf(column) > heightOf(columns[best] ?? []) ? i : best),
        0,
    );

    for (const column of columns) {
        let y = -heightOf(column) / 2;

        gapsOf(column).forEach((gap, i) => {
            const item = column[i];

            y += gap;
            if (item)
                item.y = y;
        });
    }
    for (let round = 0; round < 2; round++) {
        for (const column of columns.slice(0, fullest).toReversed())
            placeColumn(column, "right");
        for (const column of columns.slice(fullest + 1))
            placeColumn(column, "left");
        if (round === 0)
            placeColumn(columns[fullest] ?? [], "both");
    }
}

/* --- lanes --- */

function itemOf(mark: LayoutMark): Item {
    return {
        id: mark.id,
        column: mark.column,
        height: mark.height,
        y: 0,
        left: [],
        right: [],
        mark,
    };
}

function laneOf(group: string): Lane {
    return { group, items: [], columns: [], first: 0, last: 0, y: 0, height: 0, weight: 0 };
}

function columnsOfLane(lane: Lane): void {
    lane.columns = [];
    for (const item of lane.items)
        (lane.columns[item.column] ??= []).push(item);
    lane.columns = Array.from(lane.columns, (column) => column ?? []);
}

interface Parts {
    lanes: Lane[];
    /** Beside all boxes, at an end of the whole: networks, a focal point without a host. */
    free: Item[];
    itemOf: Map<string, Item>;
    laneOf: Map<string, Lane>;
}

/** What has no host is beside the boxes if it is at an end, and else in a lane without a box. */
function partsOf(input: LayoutInput): Parts {
    const hosted = input.marks.filter((mark) => mark.group).map((mark) => mark.column);
    const first = Math.min(...hosted);
    const last = Math.max(...hosted);
    const end = Math.max(...input.marks.map((mark) => mark.column));
    const isBeside = (column: number): boolean =>
        (column === 0 && column < first) || (column === end && column > last);
    const parts: Parts = { lanes: [], free: [], itemOf: new Map(), laneOf: new Map() };
    const lanes = new Map<string, Lane>();

    for (const mark of [...input.marks].sort((a, b) => compareNames(a.group, b.group))) {
        const item = itemOf(mark);

        parts.itemOf.set(mark.id, item);
        if (!mark.group && hosted.length > 0 && isBeside(mark.column)) {
            parts.free.push(item);
            continue;
        }

        const lane = lanes.get(mark.group) ?? laneOf(mark.group);

        lanes.set(mark.group, lane);
        lane.items.push(item);
        parts.laneOf.set(mark.id, lane);
    }
    parts.lanes = [...lanes.values()];
    for (const lane of parts.lanes) {
        lane.first = Math.min(...lane.items.map((item) => item.column));
        lane.last = Math.max(...lane.items.map((item) => item.column));
    }
    return parts;
}

function join(left: Item, right: Item): void {
    left.right.push(right);
    right.left.push(left);
}

/** A line through columns between its ends gets a place in each of them that its lane has. */
function addLine(parts: Parts, line: LayoutLine, bends: Map<string, Item[]>): void {
    const [a, b] = [parts.itemOf.get(line.source), parts.itemOf.get(line.target)];

    if (!a || !b || a.column === b.column)
        return;

    const [left, right] = a.column < b.column ? [a, b] : [b, a];
    const [of, other] = [parts.laneOf.get(left.id), parts.laneOf.get(right.id)];
    const lane = of && other && of !== other ? undefined : (of ?? other);
    const passed: Item[] = [];

    for (let column = left.column + 1; lane && column < right.column; column++)
        if (column >= lane.first && column <= lane.last)
            passed.push({
                id: line.id,
                column,
                height: spacing.bend,
                y: 0,
                left: [],
                right: [],
                mark: null,
            });
    lane?.items.push(...passed);
    bends.set(line.id, passed);
    [left, ...passed, right].reduce((from, to) => {
        join(from, to);
        return to;
    });
}

function layOut(lane: Lane, caption: number): void {
    columnsOfLane(lane);
    lane.columns = orderColumns(lane.columns);
    placeColumns(lane.columns);

    const top = Math.min(...lane.items.map((item) => item.y - item.height / 2));
    const bottom = Math.max(...lane.items.map((item) => item.y + item.height / 2));

    for (const item of lane.items)
        item.y -= top;
    lane.height = bottom - top + (lane.group ? 2 * spacing.padding + caption : 0);
}

/** Lanes that lead to the same free marks come together; among equal ones by name. */
function orderLanes(parts: Parts): void {
    const freeRank = new Map(parts.free.map((item, i) => [item, i]));

    for (let round = 0; round < 4; round++) {
        for (const lane of parts.lanes) {
            const ranks = lane.items
                .flatMap((item) => neighbours(item, "both"))
                .flatMap((item) => freeRank.get(item) ?? []);

            lane.weight = mean(ranks, (parts.free.length - 1) / 2);
        }
        parts.lanes.sort((a, b) => a.weight - b.weight || compareNames(a.group, b.group));

        const laneRank = new Map(parts.lanes.flatMap((lane, i) => lane.items.map((item) => [item, i])));
        const weights = new Map(
            parts.free.map((item) => [
                item,
                mean(
                    neighbours(item, "both").flatMap((other) => laneRank.get(other) ?? []),
                    0,
                ),
            ]),
        );

        [...parts.free]
            .sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0))
            .forEach((item, i) => freeRank.set(item, i));
    }

    const shared = parts.lanes.findIndex((lane) => !lane.group);

    if (shared >= 0)
        parts.lanes.splice(parts.lanes.length >> 1, 0, ...parts.lanes.splice(shared, 1));
}

function stackLanes(lanes: Lane[], caption: number): void {
    let y = 0;

    for (const lane of lanes) {
        const inside = lane.group ? spacing.padding + caption : 0;

        lane.y = y;
        for (const item of lane.items)
            item.y += y + inside;
        y += lane.height + spacing.lane;
    }
}

function placeFree(free: Item[]): void {
    const columns = new Map<number, Item[]>();

    for (const item of free)
        columns.set(item.column, [...(columns.get(item.column) ?? []), item]);

    const wanted = (item: Item): number =>
        mean(
            neighbours(item, "both").map((other) => other.y),
            item.y,
        );

    for (let round = 0; round < 3; round++)
        for (const column of columns.values()) {
            column.sort((a, b) => wanted(a) - wanted(b));
            placeColumn(column, "both");
        }
}

/* --- all of it --- */

/** How much is between a column and the next: enough for the labels of lines that end there, and for the
 *  margins of boxes that do. */
function gapsBetween(input: LayoutInput): number[] {
    const markOf = new Map(input.marks.map((mark) => [mark.id, mark]));
    const gaps: number[] = [];

    for (const line of input.lines) {
        const [a, b] = [markOf.get(line.source), markOf.get(line.target)];

        if (!a || !b || Math.abs(a.column - b.column) !== 1)
            continue;

        const i = Math.min(a.column, b.column);
        const left = a.column === i ? a : b;
        const right = left === a ? b : a;
        const isCrossing = left.group !== right.group;
        const margins =
            (isCrossing && left.group ? spacing.padding : 0) +
            (isCrossing && right.group ? spacing.padding + (input.isDown ? spacing.caption : 0) : 0);
        const needed = Math.max(spacing.column, line.width > 0 ? line.width + spacing.label : 0);

        gaps[i] = Math.max(gaps[i] ?? 0, needed + margins);
    }
    return gaps;
}

function widthsOf(input: LayoutInput): { x: number; width: number }[] {
    const widths: number[] = [];
    const gaps = gapsBetween(input);
    let x = 0;

    for (const mark of input.marks)
        widths[mark.column] = Math.max(widths[mark.column] ?? 0, mark.width);
    return Array.from(widths, (width = 0, i) => {
        const column = { x: x + width / 2, width };

        x += width + Math.max(spacing.column, gaps[i] ?? 0);
        return column;
    });
}

function boxOf(lane: Lane, columns: { x: number; width: number }[], caption: number): Box {
    const first = columns[lane.first] ?? { x: 0, width: 0 };
    const last = columns[lane.last] ?? first;

    return {
        x1: first.x - first.width / 2 - spacing.padding,
        y1: lane.y + caption,
        x2: last.x + last.width / 2 + spacing.padding,
        y2: lane.y + lane.height,
    };
}

/** As their ends are, so that the order in which they come does not matter. */
function inOrder({ marks, lines }: LayoutInput): LayoutLine[] {
    const place = new Map(marks.map((mark, i) => [mark.id, i]));
    const at = (id: string): number => place.get(id) ?? -1;

    return lines.toSorted(
        (a, b) => at(a.source) - at(b.source) || at(a.target) - at(b.target) || (a.id < b.id ? -1 : 1),
    );
}

function turnedInput(input: LayoutInput): LayoutInput {
    const turn = <T extends { width: number; height: number }>(one: T): T => ({
        ...one,
        width: one.height,
        height: one.width,
    });

    return { marks: input.marks.map(turn), lines: input.lines.map(turn), isDown: true };
}

function turned(layout: Layout): Layout {
    const turn = ({ x, y }: Point): Point => ({ x: y, y: x });

    return {
        places: new Map([...layout.places].map(([id, place]) => [id, turn(place)])),
        bends: new Map([...layout.bends].map(([id, bends]) => [id, bends.map(turn)])),
        boxes: new Map(
            [...layout.boxes].map(([id, { x1, y1, x2, y2 }]) => [id, { x1: y1, y1: x1, x2: y2, y2: x2 }]),
        ),
        columns: layout.columns,
        isDown: true,
    };
}

export function layoutOf(input: LayoutInput): Layout {
    return input.isDown ? turned(across(turnedInput(input))) : across(input);
}

/** From left to right. */
function across(input: LayoutInput): Layout {
    const parts = partsOf(input);
    const passed = new Map<string, Item[]>();
    const columns = widthsOf(input);
    const caption = input.isDown ? 0 : spacing.caption;

    for (const line of inOrder(input))
        addLine(parts, line, passed);
    orderLanes(parts);
    for (const lane of parts.lanes)
        layOut(lane, caption);
    stackLanes(parts.lanes, caption);
    placeFree(parts.free);

    const bends = [...passed].map(([line, items]): [string, Point[]] => [
        line,
        items.flatMap((item) => {
            const { x, width } = columns[item.column] ?? { x: 0, width: 0 };

            return [
                { x: x - width / 2, y: item.y },
                { x: x + width / 2, y: item.y },
            ];
        }),
    ]);

    return {
        places: new Map(
            [...parts.itemOf].map(([id, item]) => [id, { x: columns[item.column]?.x ?? 0, y: item.y }]),
        ),
        bends: new Map(bends),
        boxes: new Map(
            parts.lanes
                .filter((lane) => lane.group)
                .map((lane) => [lane.group, boxOf(lane, columns, caption)]),
        ),
        columns,
        isDown: false,
    };
}
