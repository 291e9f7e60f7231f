/* What a GET answered, as signals. Screens that show the same share one; the feed makes it be asked again,
 * at most once a second, and what did not change (304) is not drawn again. */

import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Again } from "./again";
import { type ApiError, type Query, apiError, isAbort, queryText, request } from "./client";
import { type FeedFilter, feed } from "./feed";

const KEPT_FOR = 60_000;

export interface Resource<T> {
    readonly data: Signal<T | undefined>;
    readonly error: Signal<ApiError | undefined>;
    readonly is_loading: Signal<boolean>;
    /** Of the answer that is shown, for If-Match. */
    etag(): string | undefined;
    reload(): void;
    /** It is out of date: it is asked for again when the last time is long enough ago. */
    invalidate(): void;
}

class Kept<T> implements Resource<T> {
    readonly data = signal<T | undefined>(undefined);
    readonly error = signal<ApiError | undefined>(undefined);
    readonly is_loading = signal(false);
    private readonly again = new Again(() => this.ask());
    private tag: string | undefined;
    private users = 0;
    private is_void = true;
    private asking: AbortController | undefined;
    private forget: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly path: string) {}

    etag(): string | undefined {
        return this.tag;
    }

    reload(): void {
        this.is_void = true;
        if (this.users === 0)
            return;
        this.asking?.abort();
        this.again.askNow();
    }

    invalidate(): void {
        this.is_void = true;
        if (this.users > 0)
            this.again.ask();
    }

    use(): () => void {
        this.users++;
        clearTimeout(this.forget);
        if (this.is_void)
            this.again.askNow();
        return () => {
            if (--this.users > 0)
                return;
            this.again.stop();
            this.asking?.abort();
            this.forget = setTimeout(() => this.drop(), KEPT_FOR);
            // Nobody listens to the feed for it any more.
            this.is_void = true;
        };
    }

    private drop(): void {
        if (kept.get(this.path) === this)
            kept.delete(this.path);
    }

    private async ask(): Promise<void> {
        const asking = new AbortController();
        this.asking = asking;
        this.is_void = false;
        this.is_loading.value = true;
        try {
            const answer = await request<T>("GET", this.path, {
                signal: asking.signal,
                if_none_match: this.data.value === undefined ? undefined : this.tag,
            });
            if (answer.status !== 304) {
                this.tag = answer.etag ?? undefined;
                this.data.value = answer.data;
            }
            this.error.value = undefined;
        } catch (error) {
            if (!isAbort(error))
                this.error.value = apiError(error);
        }
        this.is_loading.value = false;
    }
}

const kept = new Map<string, Resource<unknown>>();

function resource<T>(path: string): Kept<T> {
    const found = kept.get(path) as Kept<T> | undefined;
    if (found)
        return found;
    const made = new Kept<T>(path);
    kept.set(path, made as Resource<unknown>);
    return made;
}

/** Nothing that one user saw is shown to the next. */
export function forgetResources(): void {
    kept.clear();
}

const nothing: Resource<never> = {
    data: signal(undefined),
    error: signal(undefined),
    is_loading: signal(false),
    etag: () => undefined,
    reload: () => undefined,
    invalidate: () => undefined,
};

interface UseOptions {
    query?: Query;
    /** Which events make it be asked again; none: only `reload()` does. */
    voids?: FeedFilter;
}

/** The answer of `GET /api/v1` + path; null: nothing is asked. */
export function useResource<T>(path: string | null, { query = {}, voids }: UseOptions = {}): Resource<T> {
    const key = path === null ? null : path + queryText(query);
    const found = useMemo(() => (key === null ? null : resource<T>(key)), [key]);
    const filter = useRef(voids);
    filter.current = voids;
    const filter_key = JSON.stringify(voids);
    useEffect(() => found?.use(), [found]);
    useEffect(() => {
        if (!found || !filter.current)
            return undefined;
        return feed.listen(filter.current, ({ what }) => {
            // How far a scan is is told often, and by the event itself.
            if (what !== "progress")
                found.invalidate();
        });
    }, [found, filter_key]);
    return found ?? (nothing as Resource<T>);
}

// What failed while the server was away is asked again when it is back.
feed.state.subscribe((state) => {
    if (state === "live")
        for (const one of kept.values())
            if (one.error.peek())
                one.reload();
});
