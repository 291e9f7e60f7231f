// A browser, and who looks at the UI in it. Whatever goes wrong behind the picture (an error on the
// console, a broken policy, a request to somewhere else) fails the test.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { PASSWORD, ROOT } from "./server.mjs";

const require = createRequire(join(ROOT, "web", "package.json"));
const { chromium } = require("playwright-core");
const { source: AXE } = require("axe-core");

const PICTURES = process.env.SCREENSHOTS ?? join(ROOT, "build", "screenshots");
const ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
];
const PATIENCE = 15_000; // milliseconds; a machine may be busy
export const THEMES = ["light", "dark"];
export const NARROW = { width: 320, height: 640 };
export const WIDE = { width: 1400, height: 900 };

export async function startBrowser(test) {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: process.getuid() === 0 ? [...ARGUMENTS, "--no-sandbox"] : ARGUMENTS,
    });
    test.after(() => browser.close());
    return browser;
}

/** One person with one window. */
export class Visitor {
    static async come(browser, server, { user, theme = "light", size = WIDE, reducedMotion = "reduce" } = {}) {
        const visitor = new Visitor();
        visitor.server = server;
        visitor.problems = [];
        visitor.excuses = [];
        visitor.context = await browser.newContext({
            baseURL: server.origin, colorScheme: theme, viewport: size, reducedMotion,
            timezoneId: "Europe/Berlin", locale: "en-GB",
        });
        visitor.context.setDefaultTimeout(PATIENCE);
        visitor.page = await visitor.newPage();
        if (user)
            await visitor.signIn(user);
        return visitor;
    }

    /** Another tab of the same browser. */
    async newPage() {
        const page = await this.context.newPage();
        page.on("pageerror", (error) => this.problems.push(`thrown: ${error.stack ?? error}`));
        page.on("crash", () => this.problems.push("the page crashed"));
        page.on("dialog", (dialog) => {
            this.problems.push(`a dialog of the browser: ${dialog.message()}`);
            dialog.dismiss().catch(() => {});
        });
        page.on("console", (message) => {
            if (["error", "warning"].includes(message.type()))
                this.note(`console: ${message.text()} (${message.location().url})`);
        });
        page.on("request", (request) => {
            const url = new URL(request.url());
            if (!["data:", "blob:"].includes(url.protocol) && url.origin !== this.server.origin)
                this.problems.push(`asked somewhere else: ${request.url()}`);
        });
        return page;
    }

    note(problem) {
        if (!this.excuses.some((excuse) => excuse.test(problem)))
            this.problems.push(problem);
    }

    /** Something that would be a problem belongs to what is tried from now on. */
    excuse(pattern) {
        this.excuses.push(pattern);
        this.problems = this.problems.filter((problem) => !pattern.test(problem));
    }

    /** Signed in, without the form. */
    async signIn(name) {
        const answer = await this.context.request.post("/api/v1/session", { data: { name, password: PASSWORD } });
        assert.equal(answer.status(), 201, await answer.text());
    }

    async open(path) {
        await this.page.goto(path);
        await this.settled();
    }

    /** All that is loading has come, and nothing moves any more. */
    async settled() {
        await this.page.locator("main").locator("h1, h2").first().waitFor();
        await this.page.waitForFunction(() =>
            !document.querySelector("[aria-busy=true], .skeleton") &&
            document.getAnimations().every((animation) => animation.playState !== "running"));
        await this.page.evaluate(() => document.fonts.ready);
    }

    expectNoProblems() {
        assert.ok(this.problems.length === 0, this.problems.join("\n"));
    }

    /** What axe calls serious or critical. */
    async expectAccessible(what = this.page.url()) {
        await this.page.evaluate(AXE);
        const found = await this.page.evaluate(async () => {
            const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
            return violations.filter((violation) => ["serious", "critical"].includes(violation.impact))
                .flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) =>
                    `${id}: ${help}\n    ${html.slice(0, 300)}\n    ${failureSummary}`));
        });
        assert.ok(found.length === 0, `axe about ${what}:\n${found.join("\n")}`);
    }

    /** The window does not have to be moved sideways; told is what sticks out. */
    async expectNoSidewaysScroll(what = this.page.url()) {
        const { width } = this.page.viewportSize(); // a new size takes a moment to arrive
        await this.page.waitForFunction((wanted) => window.innerWidth === wanted, width);
        await this.page.evaluate(() => new Promise((done) =>
            requestAnimationFrame(() => requestAnimationFrame(done))));
        const wide = await this.page.evaluate(() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth)
                return [];
            return [...document.querySelectorAll("body *")]
                .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
                .slice(0, 5).map((element) => element.outerHTML.slice(0, 200));
        });
        assert.ok(wide.length === 0, `${what} is wider than the window:\n${wide.join("\n")}`);
    }

    /** For people to look at. */
    async screenshot(name, options = {}) {
        mkdirSync(PICTURES, { recursive: true });
        await this.page.screenshot({ path: join(PICTURES, `${name}.png`), ...options });
    }

    async leave() {
        this.expectNoProblems();
        await this.context.close();
    }
}
