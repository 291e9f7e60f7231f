/* Doing something again because of what happens: once for many events, never twice at a time, with a pause
 * that grows with how long it takes, and not while nobody sees the page. */

const LEAST_PAUSE = 1000;

const unseen = new Set<Again>();

document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible")
        return;
    const waiting = [...unseen];
    unseen.clear();
    for (const one of waiting)
        one.ask();
});

export class Again {
    private timer: ReturnType<typeof setTimeout> | undefined;
    private is_wanted = false;
    private is_urgent = false;
    private is_busy = false;
    private began = 0;
    private took = 0;

    /** `work` does not fail. */
    constructor(private readonly work: () => Promise<void>) {}

    /** At once when the last time is long enough ago. */
    ask(): void {
        this.is_wanted = true;
        if (this.is_busy || this.timer !== undefined)
            return;
        if (document.visibilityState !== "visible")
            unseen.add(this);
        else
            this.timer = setTimeout(() => void this.run(), this.rest());
    }

    /** Without a pause: somebody waits for it. */
    askNow(): void {
        this.is_wanted = true;
        this.is_urgent = true;
        if (!this.is_busy)
            void this.run();
    }

    /** What is under way ends by itself. */
    stop(): void {
        this.is_wanted = false;
        this.is_urgent = false;
        this.forgetPlan();
    }

    private rest(): number {
        return Math.max(0, this.began + Math.max(LEAST_PAUSE, 4 * this.took) - Date.now());
    }

    private forgetPlan(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
        unseen.delete(this);
    }

    private async run(): Promise<void> {
        this.forgetPlan();
        this.is_wanted = false;
        this.is_urgent = false;
        this.is_busy = true;
        this.began = Date.now();
        await this.work();
        this.took = Date.now() - this.began;
        this.is_busy = false;
        if (this.is_urgent)
            this.askNow();
        else if (this.is_wanted)
            this.ask();
    }
}
