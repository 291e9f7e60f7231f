import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { graphTexts } from "../texts";
import { endsOf, LineFacts, MarkFacts } from "./details";
import { KindGlyph } from "./glyph";
import { titleOf } from "./label";
import type { Line, Mark, Model } from "./model";

interface CardProps {
    environment: string;
    model: Model;
    of: Mark | Line;
    /** What it is beside, on the stage. */
    frame: { x1: number; y1: number; x2: number; y2: number };
    version: unknown;
    onEnter(): void;
    onLeave(): void;
}

function isMark(one: Mark | Line): one is Mark {
    return "column" in one;
}

const gap = 10;
const margin = 8;
/** Lower than this it says nothing. */
const least = 72;

/** Below or above what it tells of, and never on it, within the stage. */
function place(card: HTMLElement, { x1, y1, x2, y2 }: CardProps["frame"]): void {
    const stage = card.parentElement;

    if (!stage)
        return;

    card.style.maxHeight = "";

    const { offsetWidth: width, offsetHeight: height } = card;
    const [above, below] = [y1 - gap - margin, stage.clientHeight - margin - gap - y2];
    const isBelow = height <= below || below >= above;
    const room = Math.max(least, isBelow ? below : above);
    const left = Math.max(margin, Math.min((x1 + x2 - width) / 2, stage.clientWidth - width - margin));
    const top = isBelow ? y2 + gap : y1 - gap - Math.min(height, room);

    card.style.maxHeight = height > room ? `${room}px` : "";
    card.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}

/** What one sees with the pointer, or the keyboard, on something. */
export function Card({ environment, model, of, frame, version, onEnter, onLeave }: CardProps): JSX.Element {
    const element = useRef<HTMLDivElement>(null);

    useLayoutEffect(() => {
        const card = element.current;

        if (!card)
            return;

        const observer = new ResizeObserver(() => place(card, frame));

        place(card, frame);
        observer.observe(card);
        return () => observer.disconnect();
    }, [frame]);
    return (
        <div
            class="graph-card"
            role="tooltip"
            ref={element}
            onPointerEnter={onEnter}
            onPointerLeave={onLeave}
        >
            <h3>
                {isMark(of) && <KindGlyph type={of.type} />}
                <span>
                    <small>{isMark(of) ? graphTexts.kind(of.type) : graphTexts.linkType(of.type)}</small>
                    <bdi>{isMark(of) ? titleOf(of) : of.label || endsOf(of, model)}</bdi>
                </span>
            </h3>
            {isMark(of) ? (
                <MarkFacts environment={environment} mark={of} version={version} />
            ) : (
                <LineFacts line={of} />
            )}
        </div>
    );
}
