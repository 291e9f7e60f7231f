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
