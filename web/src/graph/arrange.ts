import { layoutOf, type Layout, type LayoutInput, type LayoutMark } from "./layout";
import type { Line, Mark, Model } from "./model";

/** Above it the page would feel the work: a worker does it. */
export const mostAtOnce = 400;

const natural = new Intl.Collator("en", { numeric: true });

export function inputOf(
    model: Model,
    sizeOf: (mark: Mark) => { width: number; height: number },
    labelOf: (line: Line) => { width: number; height: number },
    isDown = false,
): LayoutInput {
    const marks = [...model.marks].sort((a, b) => natural.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));

    return {
        marks: marks.map((mark): LayoutMark => ({
            id: mark.id,
            column: mark.column,
            group: mark.host,
            ...sizeOf(mark),
        })),
        lines: model.lines.map((line) => ({
            id: line.id,
            source: line.source,
            target: line.target,
            ...labelOf(line),
        })),
        isDown,
    };
}

/** Rejects with an AbortError when it is not wanted any more. */
export function arrange(input: LayoutInput, signal: AbortSignal): Promise<Layout> {
    if (input.marks.length <= mostAtOnce)
        return Promise.resolve(layoutOf(input));
    return new Promise((resolve, reject) => {
        const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
        const end = (): void => {
            worker.terminate();
            signal.removeEventListener("abort", give);
        };
        const give = (): void => {
            end();
            reject(new DOMException("no longer wanted", "AbortError"));
        };

        if (signal.aborted)
            return give();
        signal.addEventListener("abort", give);
        worker.onmessage = (event: MessageEvent<Layout>) => {
            end();
            resolve(event.data);
        };
        worker.onerror = (event) => {
            end();
            reject(new Error(event.message));
        };
        worker.postMessage(input);
    });
}
