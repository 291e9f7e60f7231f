/* The trees that have been looked at: they stay as they were opened while one goes from screen to screen. */

import { apiPath, get } from "../../api/client";
import { feed } from "../../api/feed";
import { session } from "../../app/session";
import { ROOT, Tree, type TreePage } from "./model";

const PAGE = 1000;
const LEAST_PAUSE = 1000;

interface Followed {
    tree: Tree;
    users: number;
    unfollow: () => void;
}

const trees = new Map<string, Followed>();

function readLevel(environment: string): (of: string, cursor: string | null) => Promise<TreePage> {
    const path = apiPath("/environments/{environment}/tree", { environment });
    return (of, cursor) => get<TreePage>(path, { of: of === ROOT ? null : of, cursor, limit: PAGE });
}

/** Reads what changed, a moment after the first of many changes and never twice at a time. */
function follow(tree: Tree, environment: string): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = LEAST_PAUSE;
    let is_reading = false;
    let is_again = false;
    const refresh = async (): Promise<void> => {
        timer = undefined;
        is_reading = true;
        is_again = false;
        const began = Date.now();
        await tree.refresh();
        pause = Math.max(LEAST_PAUSE, 4 * (Date.now() - began));
        is_reading = false;
        if (is_again)
            plan();
    };
    const plan = (): void => {
        if (is_reading)
            is_again = true;
        else
            timer ??= setTimeout(() => void refresh(), pause);
    };
    const unlisten = feed.listen({ kinds: ["object", "revision"], environment }, (event) => {
        if (tree.hear(event))
            plan();
    });
    return () => {
        clearTimeout(timer);
        unlisten();
    };
}

/** The tree of an environment, followed until what `release` is called. */
export function useOfTree(environment: string): { tree: Tree; release: () => void } {
    const key = `${session.peek()?.user._id ?? ""} ${environment}`;
    const found = trees.get(key) ?? { tree: new Tree(environment, readLevel(environment)), users: 0, unfollow: () => undefined };
    trees.set(key, found);
    if (found.users++ === 0) {
        // Nobody listened meanwhile.
        found.tree.hear({ event: "begin" });
        found.unfollow = follow(found.tree, environment);
        void found.tree.start().then(() => found.tree.refresh());
    }
    return {
        tree: found.tree,
        release: () => {
            if (--found.users === 0)
                found.unfollow();
        },
    };
}
