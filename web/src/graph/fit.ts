// How a graph comes up: all of it if its names can be read then, else at a size at which they can be, with
// the focal point in view.

import { markSize } from "./label";
import { spacing, type Box, type Layout, type LayoutMark, type Point } from "./layout";

export interface Size {
    width: number;
    height: number;
}

export interface View {
    zoom: number;
    pan: Point;
}

/** Names are not smaller than this when it comes up, in pixels. */
export const leastFont = 11;
/** How large they are when not all of it fits. */
const goodFont = 12.5;
const mostZoom = 1.15;
export const farthest = 0.04;
/** Between all of it and the edges. */
const margin = 12;
/** Of the kinds above the columns. */
export const headRoom = 28;

export const readable = leastFont / markSize.font;

/** A mark where it is drawn. */
export interface Frame extends Point {
    width: number;
    height: number;
    isBoxed: boolean;
}

/** From left to right all marks of a column are as wide as the widest. */
export function frameOf(mark: LayoutMark, layout: Layout): Frame {
    const { x, y } = layout.places.get(mark.id) ?? { x: 0, y: 0 };
    const width = layout.isDown ? mark.width : (layout.columns[mark.column]?.width ?? mark.width);

    return { x, y, width, height: mark.height, isBoxed: mark.group !== "" };
}

/** Around all marks and their boxes with their captions; null: there is nothing. */
export function extentOf(frames: readonly Frame[]): Box | null {
    if (frames.length === 0)
        return null;

    const extent = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };

    for (const { x, y, width, height, isBoxed } of frames) {
        const around = isBoxed ? spacing.padding : 0;

        extent.x1 = Math.min(extent.x1, x - width / 2 - around);
        extent.x2 = Math.max(extent.x2, x + width / 2 + around);
        extent.y1 = Math.min(extent.y1, y - height / 2 - around - (isBoxed ? spacing.caption : 0));
        extent.y2 = Math.max(extent.y2, y + height / 2 + around);
    }
    return extent;
}

/** The canvas without the kinds above it, which a graph that leads downwards has beside it. */
function roomOf(canvas: Size, isDown: boolean): Size & { top: number } {
    const top = isDown ? 0 : headRoom;

    return { width: canvas.width - 2 * margin, height: canvas.height - 2 * margin - top, top };
}

export function fittingZoom(extent: Box, canvas: Size, isDown: boolean): number {
    const { width, height } = roomOf(canvas, isDown);
    const zoom = Math.min(width / (extent.x2 - extent.x1), height / (extent.y2 - extent.y1));

    return Math.min(mostZoom, Math.max(farthest, zoom));
}

/** For the kinds at the left of a graph that leads downwards. */
const sideRoom = 92;

/** A graph that leads downwards is a little smaller than it could be if that keeps it clear of the kinds
 *  at its left. */
function clearZoom(zoom: number, { x1, x2 }: Box, canvas: Size, isDown: boolean): number {
    const clear = (canvas.width - sideRoom - margin) / (x2 - x1);

    return isDown && clear >= readable ? Math.min(zoom, clear) : zoom;
}

/** Moved to the right, if there is room, so that it keeps clear of them. */
function besideKinds(x: number, low: number, wide: number, canvas: Size): number {
    const missing = sideRoom - (low + x);

    return missing > 0 && sideRoom + wide <= canvas.width ? x + missing : x;
}

export function wholeView(extent: Box, canvas: Size, isDown: boolean): View {
    const zoom = clearZoom(fittingZoom(extent, canvas, isDown), extent, canvas, isDown);
    const { top } = roomOf(canvas, isDown);
    const [x1, x2] = [extent.x1 * zoom, extent.x2 * zoom];
    const x = (canvas.width - x1 - x2) / 2;

    return {
        zoom,
        pan: {
            x: isDown ? besideKinds(x, x1, x2 - x1, canvas) : x,
            y: (canvas.height + top) / 2 - (zoom * (extent.y1 + extent.y2)) / 2,
        },
    };
}

/** Where what lies between two ends begins: in the middle if there is room for it, else so that what
 *  matters is as near to the middle as can be without room being left empty. */
function place(low: number, high: number, room: number, focus: number): number {
    return high - low <= room
        ? (room - high - low) / 2
        : Math.min(-low, Math.max(room - high, room / 2 - focus));
}

/** In a narrow window, for the overview of what does not fit. */
const overviewRoom = 64;

/** What is seen first. */
export function startView(extent: Box, focal: Point | null, canvas: Size, isDown: boolean): View {
    if (!focal || fittingZoom(extent, canvas, isDown) >= readable)
        return wholeView(extent, canvas, isDown);

    const zoom = clearZoom(goodFont / markSize.font, extent, canvas, isDown);
    const { width, height, top } = roomOf(canvas, isDown);
    const [x1, x2] = [extent.x1 * zoom, extent.x2 * zoom];
    const room = canvas.width < narrow && !isDown ? height - overviewRoom : height;
    const x = margin + place(x1, x2, width, focal.x * zoom);

    return {
        zoom,
        pan: {
            x: isDown ? besideKinds(x, x1, x2 - x1, canvas) : x,
            y: margin + top + place(extent.y1 * zoom, extent.y2 * zoom, room, focal.y * zoom),
        },
    };
}

/** Narrower than this a graph may lead downwards. */
export const narrow = 800;

/** Whether all of it can be seen at a size at which it can be read. */
function isReadable({ layout, marks }: Arranged, canvas: Size): boolean {
    const extent = extentOf(marks.map((mark) => frameOf(mark, layout)));

    return !extent || fittingZoom(extent, canvas, layout.isDown) >= readable;
}

interface Arranged {
    layout: Layout;
    marks: readonly LayoutMark[];
}

/** Whether it should lead downwards: in narrow windows, if it can be read then without moving it
 *  sideways. */
export function isBetterDown(across: Arranged, down: Arranged, canvas: Size): boolean {
    return (
        canvas.width < narrow &&
        !isReadable(across, canvas) &&
        isReadable(down, { width: canvas.width, height: Infinity })
    );
}
