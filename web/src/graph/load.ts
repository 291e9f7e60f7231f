import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api/client";
import { feed } from "../api/feed";
import type { Graph } from "../api/types";
import { getGraph } from "./source";
import type { GraphState } from "./state";

export interface Loaded {
    answer: Graph | null;
    error: Error | null;
    isLoading: boolean;
    /** The object is not there any more; 'answer' is what it was. */
    isGone: boolean;
    /** Names of what was there before the last change of the inventory. */
    gone: string[];
    /** Grows with every answer. */
    version: number;
    reload(): void;
}

function namesOf(answer: Graph): Map<string, string> {
    return new Map(answer.nodes.map((node) => [node._id, node.name || node.id]));
}

function vanished(before: Graph | null, now: Graph): string[] {
    if (
        !before ||
        before.focal_point !== now.focal_point ||
        now.stacks.length > 0 ||
        before.stacks.length > 0
    )
        return [];

    const there = namesOf(now);

    return [...namesOf(before)].flatMap(([id, name]) => (there.has(id) ? [] : [name]));
}

function isEqual(a: Graph | null, b: Graph): boolean {
    return JSON.stringify(a) === JSON.stringify(b);
}

const nothing = { answer: null, error: null, isLoading: true, isGone: false, gone: [], version: 0 };

const leastPause = 1000;

/** Grows when the environment's inventory has changed, at most once a second. */
function useChanges(environment: string): number {
    const [changes, setChanges] = useState(0);

    useEffect(() => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const forget = feed.listen({ environment, kinds: ["revision"] }, () => {
            timer ??= setTimeout(() => {
                timer = undefined;
                setChanges((n) => n + 1);
            }, leastPause);
        });

        return () => {
            forget();
            clearTimeout(timer);
        };
    }, [environment]);
    return changes;
}

/** The graph as the server has it, also when that changes. */
export function useGraph(
    environment: string,
    focal: string,
    { open, policy, detail }: GraphState,
): Loaded {
    const [loaded, setLoaded] = useState<Omit<Loaded, "reload">>(nothing);
    const [tries, setTries] = useState(0);
    const changes = useChanges(environment);
    const asked = useRef("");
    const key = JSON.stringify([environment, focal, open, policy, detail]);

    useEffect(() => {
        const control = new AbortController();
        const isSame = asked.current === key;

        asked.current = key;
        setLoaded((before) => ({ ...before, isLoading: true, error: null, gone: isSame ? before.gone : [] }));
        getGraph(environment, focal, { open, policy, detail }, control.signal).then(
            (answer) =>
                setLoaded((before) => ({
                    // What did not change is not drawn anew.
                    answer: isSame && isEqual(before.answer, answer) ? before.answer : answer,
                    error: null,
                    isLoading: false,
                    isGone: false,
                    version: before.version + 1,
                    gone: isSame ? vanished(before.answer, answer) : [],
                })),
            (error: Error) =>
                control.signal.aborted ||
                setLoaded((before) => {
                    const isGone =
                        error instanceof ApiError &&
                        error.status === 404 &&
                        before.answer?.focal_point === focal;

                    return { ...before, isLoading: false, isGone, error: isGone ? null : error };
                }),
        );
        return () => control.abort();
    }, [key, changes, tries]);

    return { ...loaded, reload: useCallback(() => setTries((n) => n + 1), []) };
}
