/* The trees that have been looked at: they stay as they were opened while one goes from screen to screen. */

import { Again } from "../../api/again";
import { apiPath, get } from "../../api/client";
import { feed } from "../../api/feed";
import { session } from "../../app/session";
import { ROOT, type ReadLevel, Tree, type TreePage } from "./model";

const KEPT = 5;

interface Followed {
    tree: Tree;
    users: number;
    unfollow: () => void;
}

const trees = new Map<string, Followed>();

function readLevel(environment: string): ReadLevel {
    const path = apiPath("/environments/{environment}/tree", { environment });
    return (of, cursor, limit) => get<TreePage>(path, { of: of === ROOT ? null : of, cursor, limit });
}

/** Reads what changed, and what could not be read while there was no connection. */
function follow(tree: Tree, environment: string): () => void {
    const again = new Again(() => tree.refresh());
    const unlisten = feed.listen({ kinds: ["object", "revision"], environment }, (event) => {
        if (tree.hear(event))
            again.ask();
    });
    const unsubscribe = feed.state.subscribe((state) => {
        if (state === "live")
            again.ask();
    });
    return () => {
        again.stop();
        unlisten();
        unsubscribe();
    };
}

/** Large ones take much place: only the last that were looked at are kept. */
function dropOld(): void {
    const unused = [...trees].filter(([, { users }]) => users === 0);
    for (const [key] of unused.slice(0, -KEPT))
        trees.delete(key);
}

/** The tree of an environment, followed until `release` is called. */
export function useOfTree(environment: string): { tree: Tree; release: () => void } {
    const key = `${session.peek()?.user._id ?? ""} ${environment}`;
    const found = trees.get(key) ?? { tree: new Tree(environment, readLevel(environment)), users: 0, unfollow: () => undefined };
    trees.delete(key);
    trees.set(key, found);
    dropOld();
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
