// Every screen of the table of routes: by its address, in light and dark, narrow and wide.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, THEMES, Visitor, WIDE } from "./lib/browser.mjs";
import { fill, load, nameOf, thingsOf } from "./lib/screens.mjs";
import { serveCloud } from "./lib/server.mjs";

const { routes } = await load("app/routes.ts");

test("screens", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const things = await thingsOf(server);
    const browser = await startBrowser(t);
    const patterns = routes.map((route) => route.path).filter((path) => path !== "/setup");

    for (const theme of THEMES)
        for (const [width, size] of Object.entries({ narrow: NARROW, wide: WIDE }))
            for (const pattern of patterns)
                await t.test(`${pattern}, ${theme}, ${width}`, async () => {
                    const user = pattern === "/sign-in" ? undefined : "admin";
                    const visitor = await Visitor.come(browser, server, { user, theme, size });
                    if (!user)
                        visitor.excuse(/status of 401 .*\/api\/v1\/session\)/);
                    await visitor.open(fill(pattern, things));
                    await visitor.screenshot(`${nameOf(pattern)}-${theme}-${width}`);
                    await visitor.expectAccessible();
                    await visitor.expectNoSidewaysScroll();
                    const title = await visitor.page.title();
                    assert.match(title, /\S.* . Calipso$|^Calipso$/);
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
