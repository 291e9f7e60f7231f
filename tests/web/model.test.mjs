// The editors of the model: clique types, clique constraints and link types.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, THEMES, Visitor, WIDE } from "./lib/browser.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

const REFUSED = /status of 40[09] /;

test("model", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);
    const come = (path, options = {}) => Visitor.come(browser, server, { user: "admin", ...options })
        .then(async (visitor) => { await visitor.open(path); return visitor; });
    const rows = async (visitor) => {
        await visitor.settled();
        return visitor.page.getByRole("main").locator("tbody tr td:first-child").allInnerTexts();
    };
    const { clique_types: before } = await server.ask("/clique-types?limit=1000");

    await t.test("lists are sorted and filtered by their address", async () => {
        const visitor = await come("/clique-types?sort=-name");
        const names = before.map(({ name }) => name).toSorted().toReversed();
        assert.deepEqual(await rows(visitor), names);
        await visitor.page.getByRole("searchbox", { name: "Filter" }).fill("vservice");
        await visitor.page.waitForURL(/text=vservice/);
        const fit = before.filter(({ link_types, name }) => `${name} ${link_types}`.includes("vservice"));
        assert.deepEqual((await rows(visitor)).toSorted(), fit.map(({ name }) => name).toSorted());
        await visitor.leave();
    });

    await t.test("a clique type is made by keyboard, its link types in order", async () => {
        const visitor = await come("/add-clique-type");
        const { page } = visitor;
        await page.getByLabel("Name").fill("mine");
        await page.getByLabel("Focal point").selectOption("vNIC");
        await page.getByLabel("Holds for").selectOption(ENVIRONMENT);
        assert.equal(await page.getByRole("button", { name: "Add", exact: true }).getAttribute("aria-disabled"), "true");
        const add = page.getByRole("combobox", { name: "Add a link type" });
        for (const type of ["vconnector-vedge", "vnic-vconnector", "vnic-instance"]) {
            await add.fill(type);
            await page.keyboard.press("Enter");
        }
        await page.getByText("Nothing before it leads here").first().waitFor();
        await visitor.screenshot("clique-type-unreached");
        await visitor.expectAccessible("a clique type that leads nowhere");
        const picked = page.locator(".picked");
        await picked.nth(0).focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        await page.getByText("Nothing before it leads here").first().waitFor({ state: "detached" });
        await page.keyboard.press("Delete");
        await page.keyboard.press("ArrowUp");
        assert.deepEqual(await picked.locator(".picked-ends").evaluateAll((all) => all.map(({ title }) => title)),
            ["vnic-instance", "vnic-vconnector"]);
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.waitForURL(/\/clique-types$/);
        const { clique_types: now } = await server.ask("/clique-types?limit=1000");
        const { _id, ...made } = now.find(({ name }) => name === "mine");
        assert.deepEqual(made, {
            name: "mine", focal_point_type: "vnic", environment: ENVIRONMENT, link_types: ["vnic-instance", "vnic-vconnector"],
        });
        assert.equal(now.length, before.length + 1);
        await visitor.leave();
    });

    await t.test("nonsense is told, and what was entered stays", async () => {
        const visitor = await come("/add-clique-type");
        visitor.excuse(REFUSED);
        const { page } = visitor;
        await page.getByLabel("Name").fill("instance");
        await page.getByRole("combobox", { name: "Add a link type" }).fill("instance-vnic");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.getByRole("alert").filter({ hasText: "there is a clique type for this already" }).waitFor();
        assert.match(await page.locator(".field.is-bad .field-error").innerText(), /already: instance/);
        assert.equal(await page.getByLabel("Name").inputValue(), "instance");
        await visitor.screenshot("clique-type-refused");
        await visitor.expectAccessible("a refused clique type");
        await page.getByRole("link", { name: "Clique types" }).click();
        await page.getByRole("dialog").getByText("Leave without saving?").waitFor();
        await page.getByRole("button", { name: "Stay" }).click();
        assert.equal(new URL(page.url()).pathname, "/add-clique-type");
        await page.getByRole("link", { name: "Clique types" }).click();
        await page.getByRole("button", { name: "Leave" }).click();
        await page.waitForURL(/\/clique-types$/);
        await visitor.leave();
    });

    await t.test("who was slower is told, and puts nothing over what is new", async () => {
        const { _id, ...type } = before[0];
        const visitor = await come(`/clique-types/${_id}`);
        visitor.excuse(/status of 412 /);
        await visitor.page.getByLabel("Name").fill("slow");
        await server.ask(`/clique-types/${_id}`, { method: "PUT", body: { ...type, name: "quick" } });
        await visitor.page.getByRole("button", { name: "Save" }).click();
        await visitor.page.getByRole("alert").filter({ hasText: "Somebody else" }).waitFor();
        assert.equal((await server.ask(`/clique-types/${_id}`)).name, "quick");
        await server.ask(`/clique-types/${_id}`, { method: "PUT", body: type });
        await visitor.context.close();
        visitor.expectNoProblems();
    });

    await t.test("link types and constraints are added, changed and removed", async () => {
        const visitor = await come("/add-link-type");
        const { page } = visitor;
        visitor.excuse(REFUSED);
        await page.getByLabel("From", { exact: true }).selectOption("instance");
        await page.getByLabel("To", { exact: true }).selectOption("vNIC");
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.getByRole("alert").filter({ hasText: "instance-vnic already" }).waitFor();
        await page.getByLabel("To", { exact: true }).selectOption("switch");
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.waitForURL(/\/link-types$/);
        await page.getByRole("link", { name: "instance-switch", exact: true }).click();
        await page.getByLabel("Description").fill("by hand");
        await page.getByRole("button", { name: "Save" }).click();
        await page.waitForURL(/\/link-types$/);
        const { link_types: types } = await server.ask("/link-types?limit=1000");
        assert.equal(types.find(({ type }) => type === "instance-switch").description, "by hand");
        await page.getByRole("button", { name: "Remove instance-switch" }).click();
        await visitor.screenshot("link-type-remove");
        await visitor.expectAccessible("removing");
        await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
        await page.getByRole("link", { name: "instance-switch", exact: true }).waitFor({ state: "detached" });
        assert.equal((await server.ask("/link-types?limit=1000")).link_types.length, types.length - 1);

        await visitor.open("/add-clique-constraint");
        await page.getByLabel("Focal point").selectOption("switch port");
        await page.getByLabel("Physical network").check();
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.waitForURL(/\/clique-constraints$/);
        const { clique_constraints: all } = await server.ask("/clique-constraints?limit=1000");
        assert.deepEqual(all.find((one) => one.focal_point_type === "switch_pnic").constraints, ["network", "physical_network"]);
        await visitor.leave();
    });

    await t.test("who may not change looks", async () => {
        for (const [path, list] of [
            ["/clique-types", "clique_types"], ["/clique-constraints", "clique_constraints"], ["/link-types", "link_types"],
        ]) {
            const visitor = await come(path, { user: "viewer" });
            assert.equal(await visitor.page.getByRole("button", { name: /^Add / }).getAttribute("aria-disabled"), "true");
            assert.equal(await visitor.page.getByRole("button", { name: /^Remove / }).count(), 0);
            await visitor.open(`${path}/${(await server.ask(path))[list][0]._id}`);
            await visitor.page.getByText(/You may look at this/).waitFor();
            assert.equal(await visitor.page.getByRole("main").getByRole("button", { name: /^(Save|Remove|Add)/ }).count(), 0);
            assert.equal(await visitor.page.getByRole("main").locator("input:enabled, select:enabled").count(), 0);
            await visitor.screenshot(`model${path.replace("/", "-")}-as-viewer`);
            await visitor.leave();
        }
    });

    const { clique_constraints: [constraint] } = await server.ask("/clique-constraints");
    const { link_types: [link_type] } = await server.ask("/link-types");
    for (const theme of THEMES)
        for (const [width, size] of Object.entries({ narrow: NARROW, wide: WIDE }))
            await t.test(`looks, ${theme}, ${width}`, async () => {
                for (const path of [
                    "/clique-types", `/clique-types/${before[0]._id}`, "/clique-constraints",
                    `/clique-constraints/${constraint._id}`, "/link-types", `/link-types/${link_type._id}`,
                ]) {
                    const visitor = await come(path, { theme, size });
                    const [, name, one] = path.split("/");
                    await visitor.screenshot(`model-${name}${one ? "-one" : ""}-${theme}-${width}`);
                    await visitor.expectAccessible();
                    await visitor.expectNoSidewaysScroll();
                    await visitor.leave();
                }
            });
});
