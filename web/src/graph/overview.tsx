import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { graphTexts } from "../texts";
import type { GraphCanvas } from "./canvas";
import { extentOf, narrow } from "./fit";
import type { Box, Point } from "./layout";

const most = { width: 176, height: 112 };
const mostInNarrow = { width: 104, height: 68 };
const margin = 4;

interface Scale {
    zoom: number;
    x: number;
    y: number;
}

/** As large as it may be, in the shape of the graph. */
function scaleOf({ x1, y1, x2, y2 }: Box, isNarrow: boolean): Scale & { width: number; height: number } {
    const { width, height } = isNarrow ? mostInNarrow : most;
    const zoom = Math.min(width / (x2 - x1), height / (y2 - y1));

    return {
        zoom,
        x: margin - x1 * zoom,
        y: margin - y1 * zoom,
        width: (x2 - x1) * zoom + 2 * margin,
        height: (y2 - y1) * zoom + 2 * margin,
    };
}

function isWithin(inner: Box, outer: Box): boolean {
    const slack = 24;

    return (
        inner.x1 >= outer.x1 - slack &&
        inner.y1 >= outer.y1 - slack &&
        inner.x2 <= outer.x2 + slack &&
        inner.y2 <= outer.y2 + slack
    );
}

function paint(
    picture: HTMLCanvasElement,
    scale: ReturnType<typeof scaleOf>,
    frames: readonly { x: number; y: number; width: number; height: number }[],
): void {
    const pen = picture.getContext("2d");
    const sharp = devicePixelRatio || 1;

    picture.width = Math.ceil(scale.width * sharp);
    picture.height = Math.ceil(scale.height * sharp);
    picture.style.width = `${scale.width}px`;
    picture.style.height = `${scale.height}px`;
    if (!pen)
        return;
    pen.setTransform(sharp * scale.zoom, 0, 0, sharp * scale.zoom, sharp * scale.x, sharp * scale.y);
    pen.fillStyle = getComputedStyle(picture).color;
    for (const { x, y, width, height } of frames) {
        const [w, h] = [Math.max(width, 1.5 / scale.zoom), Math.max(height, 1.5 / scale.zoom)];

        pen.fillRect(x - w / 2, y - h / 2, w, h);
    }
}

interface OverviewProps {
    canvas: RefObject<GraphCanvas | null>;
    mover: RefObject<(() => void) | null>;
    /** It is drawn anew when this is another. */
    version: unknown;
}

/** All of the graph, small, with what is seen of it; only there when not all is. With keys: Alt and
 *  arrows, or 0. */
export function Overview({ canvas, mover, version }: OverviewProps): JSX.Element {
    const frame = useRef<HTMLDivElement>(null);
    const picture = useRef<HTMLCanvasElement>(null);
    const seen = useRef<HTMLDivElement>(null);
    const extent = useRef<Box | null>(null);
    const scale = useRef<Scale | null>(null);

    mover.current = () => {
        const part = canvas.current?.seen();

        if (!frame.current || !seen.current)
            return;
        frame.current.hidden = !part || !extent.current || isWithin(extent.current, part);
        if (!part || !scale.current || frame.current.hidden)
            return;

        const { zoom, x, y } = scale.current;

        seen.current.style.translate = `${part.x1 * zoom + x}px ${part.y1 * zoom + y}px`;
        seen.current.style.width = `${(part.x2 - part.x1) * zoom}px`;
        seen.current.style.height = `${(part.y2 - part.y1) * zoom}px`;
    };
    useEffect(() => {
        const frames = canvas.current?.frames() ?? [];

        extent.current = extentOf(frames);
        if (extent.current && picture.current) {
            const isNarrow = (frame.current?.parentElement?.clientWidth ?? 0) < narrow;
            const made = scaleOf(extent.current, isNarrow);

            paint(picture.current, made, frames);
            scale.current = made;
        }
        mover.current?.();
    }, [version]);

    const look = (event: PointerEvent): void => {
        if (!scale.current || !frame.current || event.buttons === 0)
            return;

        const { left, top } = frame.current.getBoundingClientRect();
        const { zoom, x, y } = scale.current;
        const at: Point = { x: (event.clientX - left - x) / zoom, y: (event.clientY - top - y) / zoom };

        event.preventDefault();
        canvas.current?.lookAt(at);
    };

    return (
        <div
            class="graph-overview"
            ref={frame}
            hidden
            aria-hidden="true"
            title={graphTexts.overview}
            onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                look(event);
            }}
            onPointerMove={look}
        >
            <canvas ref={picture} />
            <div class="graph-overview-seen" ref={seen} />
        </div>
    );
}
