// What others chose as names is shown as it is, on every screen, and never run.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, Visitor, WIDE } from "./lib/browser.mjs";
import { importHostileCloud, TRAP } from "./lib/hostile.mjs";
import { fill, nameOf, screensInside, thingsOf } from "./lib/screens.mjs";
import { ENVIRONMENT, Program, Server } from "./lib/server.mjs";

const routes = await screensInside();

test("hostile names", async (t) => {
    const sound = new Program(t), program = new Program(t);
    sound.scan();
    importHostileCloud(sound, program);
    program.addUsers();
    const server = await Server.start(program, { options: ["--no-scans"] });
    t.after(() => server.stop());
    const things = await thingsOf(server);
    const browser = await startBrowser(t);

    /** Opened, looked at all over, and nothing has run. */
    async function look(visitor, path, hovers = 15) {
        await visitor.page.addInitScript(`window.${TRAP} = 0`);
        await visitor.open(path);
        const elements = visitor.page.locator("main a, main button, [role=treeitem]");
        for (let i = 0; i < Math.min(await elements.count(), hovers); i++) // what is shown on hover
            await elements.nth(i).hover({ timeout: 300 }).catch(() => {});
        assert.equal(await visitor.page.evaluate((trap) => window[trap], TRAP), 0, path);
        assert.equal(await visitor.page.locator("img[src='x'], svg[onload], script:not([src])").count(), 0, path);
        await visitor.expectNoSidewaysScroll(path);
    }

    for (const size of [WIDE, NARROW])
        for (const { path } of routes)
            await t.test(`${path}, ${size.width} wide`, async () => {
                const visitor = await Visitor.come(browser, server, { user: "admin", size });
                await look(visitor, fill(path, things), size === WIDE ? 15 : 0);
                await visitor.screenshot(`hostile-${nameOf(path)}-${size.width}`);
                await visitor.leave();
            });

    await t.test("an object of each type", async () => {
        const { objects: counts } = await server.ask(`/environments/${ENVIRONMENT}/counts`);
        const pattern = routes.find((route) => /:object/.test(route.path)).path;
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        for (const type of Object.keys(counts)) {
            const { objects } = await server.ask(`/environments/${ENVIRONMENT}/objects?limit=1&type=${type}`);
            await look(visitor, fill(pattern, { ...things, object: objects[0]._id }));
            const text = await visitor.page.getByRole("main").innerText();
            const name = objects[0].object_name ?? objects[0].name ?? objects[0].id;
            assert.ok(name.length > 60 || text.includes(name.trim()), `${name} is not shown:\n${text.slice(0, 500)}`);
        }
        await visitor.leave();
    });

    await t.test("in what is searched for, too", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        await visitor.page.addInitScript(`window.${TRAP} = 0`);
        await visitor.open("/");
        await visitor.page.keyboard.press("Control+k");
        for (const text of [`<img src=x onerror=window.${TRAP}++>`, "vm", "‮abc", "x".repeat(500)]) {
            await visitor.page.locator("input:focus").fill(text);
            await visitor.page.waitForTimeout(500); // until the answer has been shown
            assert.equal(await visitor.page.evaluate((trap) => window[trap], TRAP), 0, text);
            await visitor.expectNoSidewaysScroll("the search");
        }
        await visitor.leave();
    });
});
