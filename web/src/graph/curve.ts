// Lines leave a mark at its right and reach the next at its left, as curves that are level at both ends.

import type { Point } from "./layout";

/** Corners of a smooth line from 'a' by way of 'bends' to 'b': quadratic curves with these as control
 *  points meet half-way between them. */
export function controlsOf(a: Point, b: Point, bends: readonly Point[]): Point[] {
    const stops = [a, ...bends, b];
    const controls: Point[] = [];

    for (let i = 0; i + 1 < stops.length; i += 2) {
        const [from, to] = [stops[i], stops[i + 1]];

        if (from && to) {
            const third = (to.x - from.x) / 3;

            controls.push({ x: from.x + third, y: from.y }, { x: to.x - third, y: to.y });
        }
    }
    return controls;
}

/** A line that leads downwards is one to the right, seen from the side. */
export function turn({ x, y }: Point): Point {
    return { x: y, y: x };
}

/** What a line's label must know to find its place. */
export interface LabelPlace {
    /** Ends of the line, from left to right or downwards, without what lies in the margin of a box. */
    from: Point;
    to: Point;
    bends: readonly Point[];
    /** Of the label. */
    width: number;
    height: number;
    isDown: boolean;
    /** More lines meet at its other end. */
    isAtStart: boolean;
}

/** Ends that differ by less are level. */
const level = 8;
const clearance = 4;

/** The middle of a label: above a line that is level, or above the level part of one that passes columns;
 *  of one that rises or falls at its lonelier end, on the side where the line is not. Of a line downwards
 *  at its right. */
export function labelPlace(place: LabelPlace): Point {
    const { bends, width, height, isDown, isAtStart } = place;
    const [from, to] = isDown ? [turn(place.from), turn(place.to)] : [place.from, place.to];
    const middle = 2 * (bends.length >> 2);
    const part = bends.slice(middle, middle + 2).map((bend) => (isDown ? turn(bend) : bend));
    const [a, b] = [part[0] ?? from, part[1] ?? to];
    const beside = clearance + (isDown ? width : height) / 2;
    const along = clearance + (isDown ? height : width) / 2;
    const isLevel = Math.abs(a.y - b.y) < level;
    const [end, other] = isAtStart ? [from, to] : [to, from];
    const isOtherSide = isLevel ? isDown : end.y > other.y;
    const at = isLevel
        ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
        : { x: end.x + (isAtStart ? along : -along), y: end.y };

    at.y += isOtherSide ? beside : -beside;
    return isDown ? turn(at) : at;
}

/** Where Cytoscape would put it: half of the control points are before it. */
export function middleOf(from: Point, to: Point, controls: readonly Point[]): Point {
    const half = controls.length >> 1;
    const [a, b] = [controls[half - 1] ?? from, controls[half] ?? to];

    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Of a line between two marks of one column, or of one with itself: a bow at their right. */
export function bowOf(a: Point, b: Point): Point[] {
    const reach = Math.min(90, 40 + Math.abs(b.y - a.y) / 6);

    return a.y === b.y
        ? [
              { x: a.x + reach, y: a.y - 30 },
              { x: b.x + reach, y: b.y + 30 },
          ]
        : [
              { x: a.x + reach, y: a.y },
              { x: b.x + reach, y: b.y },
          ];
}

/** As Cytoscape wants them: how far along the straight line, and how far beside it. */
export function relativeTo(
    a: Point,
    b: Point,
    controls: readonly Point[],
): { weights: number[]; distances: number[] } {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;

    return {
        weights: controls.map((p) => ((p.x - a.x) * dx + (p.y - a.y) * dy) / (length * length)),
        distances: controls.map((p) => ((p.y - a.y) * dx - (p.x - a.x) * dy) / length),
    };
}

/** The same curve for an SVG path. */
export function pathData(a: Point, b: Point, controls: readonly Point[]): string {
    const at = (p: Point): string => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`;
    const pieces = controls.map((control, i) => {
        const next = controls[i + 1];
        const end = next ? { x: (control.x + next.x) / 2, y: (control.y + next.y) / 2 } : b;

        return `Q${at(control)} ${at(end)}`;
    });

    return `M${at(a)}${pieces.join("")}`;
}
