/* The tree beside a screen of an environment. */

import panel_open from "lucide-static/icons/panel-left-open.svg?icon";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { place } from "../../app/router";
import { Button } from "../../parts/Button";
import { tree as texts } from "../../texts";
import { Panel } from "./Panel";
import "./tree.css";

const LEAST = 200;
const MOST = 640;
const STEP = 24;
const USUAL = 288;
const narrow = window.matchMedia("(max-width: 56rem)");

function remembered(name: string): string | null {
    try {
        return localStorage.getItem(name);
    } catch {
        return null;
    }
}

function remember(name: string, value: string): void {
    try {
        localStorage.setItem(name, value);
    } catch {
        // It is as usual the next time.
    }
}

function clamped(width: number): number {
    return Math.round(Math.min(MOST, Math.max(LEAST, width)));
}

const is_narrow = signal(narrow.matches);
const width = signal(clamped(Number(remembered("tree-width")) || USUAL));
const is_open = signal(!narrow.matches && remembered("tree") !== "closed");

narrow.addEventListener("change", () => {
    is_narrow.value = narrow.matches;
    is_open.value = !narrow.matches && remembered("tree") !== "closed";
});

function setOpen(open: boolean): void {
    is_open.value = open;
    if (!is_narrow.value)
        remember("tree", open ? "open" : "closed");
}

function setWidth(to: number): void {
    width.value = clamped(to);
    remember("tree-width", String(width.value));
}

function Divider() {
    const start = useRef<{ x: number; width: number } | null>(null);
    const press = (event: KeyboardEvent): void => {
        const to = {
            ArrowLeft: width.value - STEP, ArrowRight: width.value + STEP, Home: LEAST, End: MOST,
        }[event.key];
        if (to === undefined)
            return;
        event.preventDefault();
        setWidth(to);
    };
    return (
        <div
            class="tree-divider" role="separator" aria-orientation="vertical" aria-label={texts.resize} tabIndex={0}
            aria-valuenow={width.value} aria-valuemin={LEAST} aria-valuemax={MOST} onKeyDown={press}
            onDblClick={() => setWidth(USUAL)}
            onPointerDown={(event) => {
                event.preventDefault();
                event.currentTarget.setPointerCapture(event.pointerId);
                start.current = { x: event.clientX, width: width.value };
            }}
            onPointerMove={(event) => {
                if (start.current)
                    setWidth(start.current.width + event.clientX - start.current.x);
            }}
            onPointerUp={() => {
                start.current = null;
            }}
        />
    );
}

interface BrowseProps {
    environment: string;
    /** The object that is shown. */
    selected?: string;
    children: ComponentChildren;
}

export function Browse({ environment, selected, children }: BrowseProps) {
    const opener = useRef<HTMLDivElement>(null);
    const panel = useRef<HTMLElement>(null);
    const path = place.value.path;
    // Where it lies over the page it gives way to what was chosen in it.
    useEffect(() => {
        if (is_narrow.value)
            is_open.value = false;
    }, [path]);
    const close = (): void => {
        setOpen(false);
        requestAnimationFrame(() => opener.current?.querySelector("button")?.focus());
    };
    const open = (): void => {
        setOpen(true);
        requestAnimationFrame(() => panel.current?.focus());
    };
    const is_over = is_narrow.value && is_open.value;
    return (
        <div class="browse">
            {is_over && <div class="tree-backdrop" onClick={close} />}
            {is_open.value && (
                <>
                    <nav
                        ref={panel} tabIndex={-1} class={`tree-panel${is_over ? " is-over" : ""}`} aria-label={texts.label(environment)}
                        style={is_over ? undefined : { width: `${width.value}px` }}
                        onKeyDown={(event) => {
                            if (is_over && event.key === "Escape")
                                close();
                        }}
                    >
                        <Panel key={environment} environment={environment} selected={selected} onClose={close} />
                    </nav>
                    {!is_over && <Divider />}
                </>
            )}
            <div class="browse-main">
                {(!is_open.value || is_over) && (
                    <div class="tree-opener" ref={opener} inert={is_over}>
                        <Button kind="quiet" icon={panel_open} onClick={open}>{texts.show}</Button>
                    </div>
                )}
                {children}
            </div>
        </div>
    );
}
