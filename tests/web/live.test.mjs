// What happens while somebody looks: the server goes and comes back, the cloud changes.

import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";

import { startBrowser, Visitor } from "./lib/browser.mjs";
import { fill, screensInside, thingsOf } from "./lib/screens.mjs";
import { ENVIRONMENT, ROOT, serveCloud, Server } from "./lib/server.mjs";

const routes = await screensInside();
const AWAY = /Failed to (load|fetch)|ERR_|NetworkError|EventSource|network error/i;
const OTHER_CLOUD = join(ROOT, "tests", "clouds", "lxb");

test("live", async (t) => {
    const { program, server } = await serveCloud(t, { options: ["--no-scans"] });
    const things = await thingsOf(server);
    const browser = await startBrowser(t);
    const about = (part) => fill(routes.find((route) => route.path.includes(part)).path, things);

    await t.test("a server that is away is told, and healed when it is back", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        visitor.excuse(AWAY);
        await visitor.open(`/environments/${ENVIRONMENT}`);
        await visitor.page.evaluate(() => { window.isSamePage = true; });
        await server.stop();
        const told = visitor.page.getByRole("alert").or(visitor.page.getByRole("status"))
            .filter({ hasText: /connection|server|reconnect/i });
        await told.first().waitFor({ timeout: 60_000 });
        await visitor.screenshot("server-away");
        await visitor.expectAccessible("the banner");
        const again = await Server.start(program, { address: server.address, options: ["--no-scans"] });
        t.after(() => again.stop());
        await told.first().waitFor({ state: "hidden", timeout: 60_000 });
        assert.equal(await visitor.page.evaluate(() => window.isSamePage), true, "the page was loaded anew");
        await visitor.leave();
    });

    await t.test("counts follow a scan", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(`/environments/${ENVIRONMENT}`);
        await visitor.page.evaluate(() => { window.isSamePage = true; });
        const main = visitor.page.getByRole("main");
        const before = await main.innerText();
        program.scan(ENVIRONMENT, OTHER_CLOUD);
        await visitor.page.waitForFunction((text) => document.querySelector("main").innerText !== text, before);
        const { objects } = await server.ask(`/environments/${ENVIRONMENT}/counts`);
        await visitor.page.waitForFunction(
            (count) => document.querySelector("main").innerText.split(/\s+/).includes(String(count)), objects.instance);
        assert.equal(await visitor.page.evaluate(() => window.isSamePage), true);
        await visitor.leave();
        program.scan();
    });

    await t.test("an object that goes while it is shown is said to be gone", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        visitor.excuse(/status of 404 /);
        await visitor.open(about(":object"));
        await visitor.page.evaluate(() => { window.isSamePage = true; });
        program.scan(ENVIRONMENT, OTHER_CLOUD);
        await visitor.page.getByText(/no longer|gone|removed|deleted/i).first().waitFor();
        await visitor.screenshot("object-gone");
        await visitor.expectAccessible("the object that is gone");
        assert.equal(await visitor.page.evaluate(() => window.isSamePage), true);
        program.scan();
        await visitor.leave();
    });
});
