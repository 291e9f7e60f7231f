import { linesByMark, otherEnd, type Line, type Mark, type Model } from "./model";

export interface Path {
    marks: Mark[];
    /** lines[i] joins marks[i] and marks[i + 1]. */
    lines: Line[];
}

/** A shortest way between two marks; among equal ones the first by ids, so that it stays the same. */
export function pathBetween(model: Model, from: string, to: string): Path | null {
    const lines = linesByMark(model);
    const cameBy = new Map<string, Line | null>([[from, null]]);
    let edge = [from];

    while (edge.length > 0 && !cameBy.has(to)) {
        const next: string[] = [];

        for (const id of edge) {
            const around = (lines.get(id) ?? [])
                .map((line) => ({ line, other: otherEnd(line, id) }))
                .sort((a, b) => (a.other < b.other ? -1 : 1));

            for (const { line, other } of around)
                if (!cameBy.has(other)) {
                    cameBy.set(other, line);
                    next.push(other);
                }
        }
        edge = next;
    }
    if (!cameBy.has(to) || !model.markOf.has(from))
        return null;

    const path: Path = { marks: [], lines: [] };

    for (let id = to; ;) {
        const mark = model.markOf.get(id);
        const line = cameBy.get(id);

        if (mark)
            path.marks.unshift(mark);
        if (!line)
            return path;
        path.lines.unshift(line);
        id = otherEnd(line, id);
    }
}
