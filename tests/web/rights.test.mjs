// Each screen as somebody who may do little: it comes up, asks for nothing that is refused, and shows
// nothing that is hidden.

import assert from "node:assert/strict";
import test from "node:test";

import { startBrowser, Visitor } from "./lib/browser.mjs";
import { fill, nameOf, screensInside, thingsOf } from "./lib/screens.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

const routes = await screensInside();
const REFUSED = /status of 40[34] /;

test("rights", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const things = await thingsOf(server);
    const browser = await startBrowser(t);
    const { objects } = await server.ask(`/environments/${ENVIRONMENT}/objects?type=instance`);
    const hidden = objects.map((object) => object.name);

    for (const user of ["editor", "viewer", "stranger"])
        for (const route of routes)
            await t.test(`${route.path} as ${user}`, async () => {
                const visitor = await Visitor.come(browser, server, { user });
                const isAbout = route.path.includes(":");
                if (isAbout && user === "stranger")
                    visitor.excuse(REFUSED); // the screen says it, and so does the console
                await visitor.open(fill(route.path, things));
                await visitor.screenshot(`${nameOf(route.path)}-as-${user}`);
                const text = await visitor.page.locator("body").innerText();
                if (user === "stranger")
                    for (const name of [...hidden, "cmp1"])
                        assert.ok(!text.includes(name), `${name} is shown to a stranger`);
                assert.ok((await visitor.page.getByRole("main").innerText()).trim().length > 10, "nothing is said");
                await visitor.leave();
            });

    await t.test("who may only look is not offered to change", async () => {
        const path = `/environments/${ENVIRONMENT}`;
        const offered = {};
        for (const user of ["editor", "viewer"]) {
            const visitor = await Visitor.come(browser, server, { user });
            await visitor.open(path);
            offered[user] = await visitor.page.getByRole("main")
                .locator("a:not([aria-disabled=true]), button:enabled:not([aria-disabled=true])")
                .filter({ hasText: /^(scan|edit|delete)/i }).count();
            await visitor.leave();
        }
        assert.ok(offered.editor > 0, "nothing is offered to whoever may change");
        assert.equal(offered.viewer, 0);
    });
});
