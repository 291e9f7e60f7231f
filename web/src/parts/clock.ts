/* One clock for all; it stands still while nobody sees the page. */

import { signal } from "@preact/signals";

const TICK = 30_000;

export const now = signal(Date.now());

function tick(): void {
    if (document.visibilityState === "visible")
        now.value = Date.now();
}

setInterval(tick, TICK);
document.addEventListener("visibilitychange", tick);
