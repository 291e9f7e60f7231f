import type { Point } from "./layout";
import { otherEnd, type Line, type Model } from "./model";

export type Direction = "left" | "right" | "up" | "down";

/** Where an arrow key leads: sideways along a link, up and down within the column. */
export function follow(
    model: Model,
    lines: ReadonlyMap<string, Line[]>,
    from: string,
    direction: Direction,
    placeOf: (id: string) => Point | null,
): string {
    const at = placeOf(from);
    const mark = model.markOf.get(from);

    if (!at || !mark)
        return model.focal;

    const isSideways = direction === "left" || direction === "right";
    const isForth = direction === "right" || direction === "down";
    const ids = isSideways
        ? (lines.get(from) ?? []).map((line) => otherEnd(line, from))
        : model.marks.filter((other) => other.column === mark.column).map((other) => other.id);
    let best = from;
    let least = Infinity;

    for (const id of ids) {
        const place = placeOf(id);

        if (!place || id === from)
            continue;

        const ahead = (isSideways ? place.x - at.x : place.y - at.y) * (isForth ? 1 : -1);
        const far = isSideways ? ahead + 2 * Math.abs(place.y - at.y) : ahead;

        if (ahead > 0 && far < least) {
            least = far;
            best = id;
        }
    }
    return best;
}
