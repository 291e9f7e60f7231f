/* URL <-> state. The path says which screen, its query what is shown there: back, forward and mailed links
 * all come down to setting `place`. */

import { type ReadonlySignal, computed, signal } from "@preact/signals";
import type { ComponentChildren, JSX, TargetedMouseEvent } from "preact";

interface Place {
    path: string;
    query: URLSearchParams;
    hash: string;
}

export type Params = Record<string, string>;

export type QueryChange = Record<string, string | readonly string[] | null | undefined>;

function placeOf(location: Pick<Location, "pathname" | "search" | "hash">): Place {
    return {
        path: location.pathname,
        query: new URLSearchParams(location.search),
        hash: location.hash.slice(1),
    };
}

const here = signal<Place>(placeOf(window.location));

export const place: ReadonlySignal<Place> = here;

/** One parameter of the query, as a signal; "" when it is not there. */
export function queryParam(name: string): ReadonlySignal<string> {
    return computed(() => here.value.query.get(name) ?? "");
}

/** The parameters of a path that a pattern like `/environments/:environment` fits; null: it does not. */
export function matchPath(pattern: string, path: string): Params | null {
    const wanted = pattern.split("/");
    const given = path.replace(/(.)\/$/, "$1").split("/");
    const params: Params = {};
    if (wanted.length !== given.length)
        return null;
    for (const [i, part] of wanted.entries()) {
        const text = given[i] ?? "";
        if (!part.startsWith(":")) {
            if (part !== text)
                return null;
            continue;
        }
        try {
            params[part.slice(1)] = decodeURIComponent(text);
        } catch {
            return null;
        }
        if (text === "")
            return null;
    }
    return params;
}

/** The path of a pattern with its parameters filled in, and a query. */
export function href(pattern: string, params: Params = {}, query: QueryChange = {}): string {
    const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
    return path + searchOf(changeQuery(new URLSearchParams(), query));
}

export function changeQuery(query: URLSearchParams, change: QueryChange): URLSearchParams {
    const changed = new URLSearchParams(query);
    for (const [name, value] of Object.entries(change)) {
        changed.delete(name);
        for (const one of typeof value === "string" ? [value] : (value ?? []))
            if (one !== "")
                changed.append(name, one);
    }
    return changed;
}

function searchOf(query: URLSearchParams): string {
    const text = query.toString();
    return text ? `?${text}` : "";
}

/* --- leaving --- */

/** Answers whether one may leave a screen with things that are not saved. */
type LeaveCheck = () => boolean | Promise<boolean>;

let leave_check: LeaveCheck | null = null;

/** Asks before the screen is left, until what it returns is called. */
export function checkLeaving(check: LeaveCheck): () => void {
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    leave_check = check;
    window.addEventListener("beforeunload", warn);
    return () => {
        window.removeEventListener("beforeunload", warn);
        if (leave_check === check)
            leave_check = null;
    };
}

function isLeaving(to: Place): boolean {
    return leave_check !== null && to.path !== here.peek().path;
}

async function mayLeave(): Promise<boolean> {
    return leave_check === null || leave_check();
}

/* --- going --- */

interface Entry {
    index: number;
}

function indexOf(state: unknown): number {
    return (state as Entry | null)?.index ?? 0;
}

let index = indexOf(history.state);

interface GoOptions {
    /** Takes the place of the entry in the history: for what nobody would go back to. */
    replace?: boolean;
}

function go(url: URL, next: Place, replace: boolean): void {
    const is_other = next.path !== here.peek().path;
    if (replace) {
        history.replaceState({ index }, "", url);
    } else {
        index++;
        history.pushState({ index }, "", url);
    }
    here.value = next;
    if (is_other)
        window.scrollTo(0, 0);
}

/** At once, unless something is not saved: then when one has answered. */
export async function navigate(to: string, { replace = false }: GoOptions = {}): Promise<void> {
    const url = new URL(to, window.location.href);
    const next = placeOf(url);
    if (isLeaving(next) && !(await mayLeave()))
        return;
    go(url, next, replace);
}

/** Changes parameters of the query, and leaves the others; null takes one out. */
export function setQuery(change: QueryChange, options: GoOptions = {}): void {
    const { path, query } = here.peek();
    const changed = changeQuery(query, change);
    if (searchOf(changed) !== searchOf(query))
        void navigate(path + searchOf(changed), options);
}

let is_returning = false;

async function onPopState(event: PopStateEvent): Promise<void> {
    const next = placeOf(window.location);
    const to = indexOf(event.state);
    if (is_returning) {
        is_returning = false;
        return;
    }
    if (isLeaving(next)) {
        // The browser has gone already: back to where one was, until one has answered.
        is_returning = true;
        history.go(index - to);
        if (!(await mayLeave()))
            return;
        leave_check = null;
        history.go(to - index);
        return;
    }
    index = to;
    here.value = next;
}

export function startRouter(): void {
    history.replaceState({ index }, "");
    window.addEventListener("popstate", (event) => void onPopState(event));
}

/* --- links --- */

type AnchorProps = Omit<JSX.IntrinsicElements["a"], "href">;

interface LinkProps extends AnchorProps, GoOptions {
    to: string;
    children?: ComponentChildren;
}

/** Without a key that lets the browser do as it does with any link. */
export function isPlainClick(event: MouseEvent): boolean {
    return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** A link to a screen; with a modifier key the browser opens it as it does any other. */
export function Link({ to, replace, onClick, children, ...rest }: LinkProps) {
    const follow = (event: TargetedMouseEvent<HTMLAnchorElement>): void => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlainClick(event) || rest.target)
            return;
        event.preventDefault();
        void navigate(to, { replace });
    };
    return <a {...(rest as object)} href={to} onClick={follow}>{children}</a>;
}
