// Every screen of the table of routes: by its address, wide and light, narrow and dark.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, Visitor, WIDE } from "./lib/browser.mjs";
import { fill, nameOf, screensInside, thingsOf } from "./lib/screens.mjs";
import { serveCloud } from "./lib/server.mjs";

const routes = await screensInside();

test("screens", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const things = await thingsOf(server);
    const browser = await startBrowser(t);

    for (const [theme, width, size] of [["light", "wide", WIDE], ["dark", "narrow", NARROW]])
        for (const { path: pattern } of routes)
            await t.test(`${pattern}, ${theme}, ${width}`, async () => {
                const visitor = await Visitor.come(browser, server, { user: "admin", theme, size });
                await visitor.open(fill(pattern, things));
                await visitor.screenshot(`${nameOf(pattern)}-${theme}-${width}`);
                await visitor.expectAccessible();
                await visitor.expectNoSidewaysScroll();
                assert.match(await visitor.page.title(), /^\S.* · Calipso$/);
                await visitor.leave();
            });

    await t.test("an address that is none says so, and leads back", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        await visitor.open("/no/such/screen");
        await visitor.expectAccessible();
        await visitor.page.locator("main").getByRole("link").first().click();
        await visitor.settled();
        assert.notEqual(new URL(visitor.page.url()).pathname, "/no/such/screen");
        await visitor.leave();
    });
});
