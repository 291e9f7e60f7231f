/* The ways into a cloud, tried. */

import { Again } from "../../api/again";
import { apiPath, get, post } from "../../api/client";
import { feed } from "../../api/feed";
import type { ConnectionTest, EnvironmentDocument, Targets } from "../../api/types";
import type { TargetName } from "./fields";

const PAUSE = 500;

/** The test, once it has ended: the feed says when to look; while it is away, one looks now and then. */
async function ended(id: string, signal: AbortSignal): Promise<ConnectionTest> {
    let finish = (): void => undefined;
    try {
        return await new Promise<ConnectionTest>((resolve, reject) => {
            const look = new Again(async () => {
                try {
                    const test = await get<ConnectionTest>(apiPath("/connection-tests/{id}", { id }), {}, signal);
                    if (test.status === "response" || test.status === "failed")
                        resolve(test);
                } catch (error) {
                    reject(error);
                }
            });
            const stop = feed.listen({ kinds: ["test"], id }, () => look.askNow());
            const timer = setInterval(() => {
                if (feed.state.peek() !== "live")
                    look.askNow();
            }, PAUSE);
            finish = () => {
                stop();
                clearInterval(timer);
                look.stop();
            };
            signal.addEventListener("abort", () => reject(signal.reason));
            look.askNow();
        });
    } finally {
        finish();
    }
}

export async function runTest(
    environment: EnvironmentDocument, target: TargetName, signal: AbortSignal,
): Promise<ConnectionTest> {
    const targets = [target] as Targets;
    const { _id } = await post<ConnectionTest>("/connection-tests", { environment, targets }, { signal });
    signal.throwIfAborted();
    return ended(_id, signal);
}
