// SPDX-License-Identifier: Apache-2.0
// What ui.mjs has in each page: it sees when something is shown, and how long the page was busy.

/** Runs in the page, before anything else; it is sent there as text. */
export function watch() {
    const scratch = document.createElement("canvas");
    scratch.width = scratch.height = 64;
    const pen = scratch.getContext("2d", { willReadFrequently: true });

    const isPainted = (canvas) => {
        pen.clearRect(0, 0, 64, 64);
        pen.drawImage(canvas, 0, 0, 64, 64);
        return pen.getImageData(0, 0, 64, 64).data.some((value) => value > 0);
    };
    const textsOf = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
    const answers = (path) => performance.getEntriesByType("resource").filter(({ name }) => name.includes(path));

    const signs = {
        dashboard: () => {
            const numbers = textsOf(".environment-card-counts dd");
            return numbers.length > 0 && numbers.every((text) => /\d/.test(text));
        },
        rows: () => document.querySelector(".tree-row[aria-level='2']:not(.is-note)") !== null,
        // That of an object, with its marks on the canvas.
        graph: (name = "") =>
            textsOf("h1").some((text) => text.includes(name)) &&
            !document.querySelector(".graph[aria-busy=true]") &&
            document.querySelector(".graph-headings > span")?.style.translate &&
            [...document.querySelectorAll(".graph-canvas canvas")].some(isPainted),
        results: (query) =>
            document.querySelector("dialog.search input")?.value === query &&
            document.querySelector(".search-foot").textContent !== "" &&
            answers("/search").some(({ name }) => new URL(name).searchParams.get("q") === query),
    };

    const bench = {
        pressed: 0,
        /** Milliseconds from the last click or key, or from the beginning of the page. */
        shown: Promise.resolve(0),

        /** `shown` is to become the time of the frame with that sign. */
        await(sign, wish) {
            this.shown = new Promise((done) => {
                const { port1, port2 } = new MessageChannel();
                // Behind the frame: what was drawn for it is there.
                port1.onmessage = () => {
                    if (signs[sign](wish))
                        done(performance.now() - this.pressed);
                    else
                        look();
                };
                const look = () => requestAnimationFrame(() => port2.postMessage(null));
                look();
            });
        },

        /** Of the last answers of that path, the slowest. */
        requestTime(path) {
            const of = answers(path);
            const last = of.at(-1);
            return Math.max(...of.filter(({ startTime }) => Math.abs(startTime - last.startTime) < 20)
                .map(({ requestStart, responseEnd }) => responseEnd - requestStart));
        },

        countFrames() {
            this.frames = 0;
            this.counting = performance.now();
            let before = "";
            const count = () => {
                const where = [...document.querySelectorAll(".graph-headings > span")]
                    .map(({ style }) => `${style.translate} ${style.width}`).join();
                if (where !== before)
                    this.frames++;
                before = where;
                if (this.counting)
                    requestAnimationFrame(count);
            };
            requestAnimationFrame(count);
        },

        frameRate() {
            const rate = (1000 * this.frames) / (performance.now() - this.counting);
            this.counting = 0;
            return rate;
        },

        longest: 0,
        forgetTasks() {
            this.longest = 0;
        },
        /** 0: none took longer than the 50 ms from which on browsers tell. */
        longestTask() {
            return this.longest;
        },
    };
    window.bench = bench;

    const press = (event) => {
        if (event.isTrusted)
            bench.pressed = event.timeStamp;
    };
    window.addEventListener("click", press, { capture: true });
    window.addEventListener("keydown", press, { capture: true });
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries())
            bench.longest = Math.max(bench.longest, duration);
    }).observe({ type: "longtask" });
}
