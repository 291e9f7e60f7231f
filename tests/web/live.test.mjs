// What happens while somebody looks: the server goes and comes back, the cloud changes.

import assert from "node:assert/strict";
import test from "node:test";

import { startBrowser, Visitor } from "./lib/browser.mjs";
import { fill, screensInside, thingsOf } from "./lib/screens.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

const routes = await screensInside();
// The last is of axe, which wants to read the style sheets anew.
const AWAY = /Failed to (load|fetch)|ERR_|NetworkError|EventSource|network error|preload assets/i;

/** An instance that the cloud does not have: the next scan takes it away. */
function addInstance(program) {
    const lines = program.run(["export", "inventory", "-e", ENVIRONMENT]).trim().split("\n");
    const instance = lines.map((line) => JSON.parse(line)).find((object) => object.type === "instance");
    const _id = "00000000000000000000beef";
    const of = (path) => path.replace(/[^/]*$/, "passing");
    program.run(["import", "inventory", "-"], JSON.stringify({
        ...instance, _id, id: "passing", name: "passing", object_name: "passing",
        id_path: of(instance.id_path), name_path: of(instance.name_path),
    }));
    return _id;
}

test("live", async (t) => {
    const { program, server } = await serveCloud(t, { options: ["--no-scans"] });
    const things = await thingsOf(server);
    const browser = await startBrowser(t);
    const place = fill((routes.find(({ path }) => /^.*:environment$/.test(path)) ?? routes[0]).path, things);

    await t.test("a server that is away is told, and healed when it is back", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        visitor.excuse(AWAY);
        await visitor.open(place);
        await visitor.page.evaluate(() => { window.isSamePage = true; });
        await server.stop();
        const told = visitor.page.getByRole("alert").or(visitor.page.getByRole("status"))
            .filter({ hasText: /connection|server|reconnect/i });
        await told.first().waitFor({ timeout: 60_000 });
        await visitor.screenshot("server-away");
        await visitor.expectAccessible("the banner");
        await server.startAgain();
        await told.first().waitFor({ state: "hidden", timeout: 60_000 });
        assert.equal(await visitor.page.evaluate(() => window.isSamePage), true, "the page was loaded anew");
        await visitor.leave();
    });

    await t.test("counts follow a scan", async () => {
        addInstance(program);
        const { objects: { instance: before } } = await server.ask(`/environments/${ENVIRONMENT}/counts`);
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(place);
        await visitor.page.evaluate(() => { window.isSamePage = true; });
        const shows = (count) => visitor.page.waitForFunction(
            (text) => new RegExp(`(^|\\n)${text}\\s+instances|instances\\s+${text}($|\\n)`, "i")
                .test(document.querySelector("main").innerText), String(count));
        await shows(before);
        program.scan();
        await shows(before - 1);
        assert.equal(await visitor.page.evaluate(() => window.isSamePage), true, "the page was loaded anew");
        await visitor.leave();
    });

    await t.test("an object that goes while it is shown is said to be gone", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        visitor.excuse(/status of 404 /);
        const { path } = routes.find((route) => route.path.includes(":object"));
        await visitor.open(fill(path, { ...things, object: addInstance(program) }));
        await visitor.page.evaluate(() => { window.isSamePage = true; });
        program.scan();
        await visitor.page.getByRole("main").getByText(/no longer|not there|gone|removed|deleted/i).first().waitFor();
        await visitor.screenshot("object-gone");
        await visitor.expectAccessible("the object that is gone");
        assert.equal(await visitor.page.evaluate(() => window.isSamePage), true, "the page was loaded anew");
        await visitor.leave();
    });
});
