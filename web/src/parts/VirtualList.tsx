import {
    type VirtualItem, Virtualizer, elementScroll, observeElementOffset, observeElementRect,
} from "@tanstack/virtual-core";
import type { ComponentChildren, HTMLAttributes, RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import "./virtual-list.css";

export interface ListControl {
    scrollToIndex(index: number): void;
}

interface VirtualListProps {
    count: number;
    /** Of every row, in pixels. */
    row_height: number;
    itemKey: (index: number) => string;
    render: (index: number) => ComponentChildren;
    /** Of the element that scrolls: role, aria-label, onKeyDown ... */
    attributes?: HTMLAttributes<HTMLDivElement>;
    control?: RefObject<ListControl | null>;
}

const OVERSCAN = 6;

/** A list of which only the rows that are seen are in the page. */
export function VirtualList({ count, row_height, itemKey, render, attributes, control }: VirtualListProps) {
    const element = useRef<HTMLDivElement>(null);
    const [, redraw] = useReducer((n: number) => n + 1, 0);
    const options = {
        count,
        getScrollElement: () => element.current,
        estimateSize: () => row_height,
        overscan: OVERSCAN,
        observeElementRect,
        observeElementOffset,
        scrollToFn: elementScroll,
        onChange: () => redraw(undefined),
    };
    const [list] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
    list.setOptions(options);
    useEffect(() => list._didMount(), []);
    useLayoutEffect(() => list._willUpdate());
    useEffect(() => {
        if (control)
            control.current = { scrollToIndex: (index) => list.scrollToIndex(index, { align: "auto" }) };
    }, [control]);
    return (
        <div {...attributes} ref={element} class="virtual-list">
            <div class="virtual-list-inside" role="presentation" style={{ height: `${list.getTotalSize()}px` }}>
                {list.getVirtualItems().map((item: VirtualItem) => (
                    <div
                        key={itemKey(item.index)} class="virtual-list-row" role="presentation"
                        style={{ height: `${row_height}px`, transform: `translateY(${item.start}px)` }}
                    >
                        {render(item.index)}
                    </div>
                ))}
            </div>
        </div>
    );
}
