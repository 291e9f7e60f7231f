import { useEffect, useState } from "preact/hooks";
import { type ApiError, apiError, get, isAbort } from "../../api/client";
import type { CloudObject } from "../../api/types";

/** Enough for what is pasted or repeated by a key held down; who types is hardly faster than an answer. */
const PAUSE = 30;
export const MOST = 40;

export interface Found {
    query: string;
    objects: CloudObject[];
    /** There may be more. */
    is_cut: boolean;
    error: ApiError | null;
}

/** Those of `here` come first: who is in an environment most often looks for something in it. */
async function ask(query: string, here: string, signal: AbortSignal): Promise<Found> {
    const search = (environment: string | null): Promise<{ objects: CloudObject[] }> =>
        get("/search", { q: query, environment, limit: MOST }, signal);
    const answers = await Promise.all(here ? [search(here), search(null)] : [search(null)]);
    const objects = new Map<string, CloudObject>();
    for (const answer of answers)
        for (const object of answer.objects)
            objects.set(`${object.environment}/${object._id}`, object);
    return {
        query, objects: [...objects.values()], is_cut: answers.some((answer) => answer.objects.length >= MOST),
        error: null,
    };
}

/** What was found last; answers that come after another question are dropped. */
export function useFound(query: string, here: string): Found | null {
    const [found, setFound] = useState<Found | null>(null);
    useEffect(() => {
        if (!query) {
            setFound(null);
            return undefined;
        }
        const asking = new AbortController();
        const timer = setTimeout(() => {
            ask(query, here, asking.signal).then(
                (answer) => {
                    if (!asking.signal.aborted)
                        setFound(answer);
                },
                (error: unknown) => {
                    if (!isAbort(error))
                        setFound({ query, objects: [], is_cut: false, error: apiError(error) });
                },
            );
        }, PAUSE);
        return () => {
            clearTimeout(timer);
            asking.abort();
        };
    }, [query, here]);
    return found;
}
