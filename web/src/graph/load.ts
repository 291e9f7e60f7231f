import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { Again } from "../api/again";
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

function failed<Shown extends Pick<Loaded, "answer">>(before: Shown, focal: string, error: Error) {
    const isGone = error instanceof ApiError && error.status === 404 && before.answer?.focal_point === focal;

    return { ...before, isLoading: false, isGone, error: isGone ? null : error };
}

/** The graph as the server has it, also when that changes. */
export function useGraph(
    environment: string,
    focal: string,
    { open, policy, detail }: GraphState,
): Loaded {
    const [loaded, setLoaded] = useState<Omit<Loaded, "reload">>(nothing);
    const [tries, setTries] = useState(0);
    const asked = useRef("");
    const key = JSON.stringify([environment, focal, open, policy, detail]);

    useEffect(() => {
        const control = new AbortController();

        const load = async (): Promise<void> => {
            const isSame = asked.current === key;

            asked.current = key;
            setLoaded((before) => ({ ...before, isLoading: true, error: null, gone: isSame ? before.gone : [] }));
            try {
                const answer = await getGraph(environment, focal, { open, policy, detail }, control.signal);

                setLoaded((before) => ({
                    // What did not change is not drawn anew.
                    answer: isSame && isEqual(before.answer, answer) ? before.answer : answer,
                    error: null,
                    isLoading: false,
                    isGone: false,
                    version: before.version + 1,
                    gone: isSame ? vanished(before.answer, answer) : [],
                }));
            } catch (error) {
                if (!control.signal.aborted)
                    setLoaded((before) => failed(before, focal, error as Error));
            }
        };

        // What changes meanwhile does not break off what is under way.
        const again = new Again(load);
        const forget = feed.listen({ environment, kinds: ["revision"] }, () => again.ask());

        again.askNow();
        return () => {
            forget();
            again.stop();
            control.abort();
        };
    }, [key, tries]);

    return { ...loaded, reload: useCallback(() => setTries((n) => n + 1), []) };
}
