// Finding one's way: the tree, the page of an object, the search.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, Visitor, WIDE } from "./lib/browser.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

const INSIDE = `/environments/${ENVIRONMENT}`;

async function firstOf(server, type) {
    return (await server.ask(`${INSIDE}/objects?type=${type}&limit=1`)).objects[0];
}

function pathOf({ _id }, query = "") {
    return `${INSIDE}/objects/${_id}${query}`;
}

function treeOf(visitor) {
    return visitor.page.getByRole("tree");
}

/** Which row the keys are on. */
function active(visitor) {
    return treeOf(visitor).evaluate((tree) => {
        const row = document.getElementById(tree.getAttribute("aria-activedescendant"));
        return { name: row.querySelector(".name").textContent, level: Number(row.getAttribute("aria-level")),
            is_open: row.getAttribute("aria-expanded") };
    });
}

async function until(check, wanted) {
    for (let i = 0; i < 100; i++) {
        if (JSON.stringify(await check()) === JSON.stringify(wanted))
            return;
        await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    assert.deepEqual(await check(), wanted);
}

/** An object that no scan finds, below the parent of another one. */
function addBeside(program, object, name) {
    const of = (path) => path.replace(/[^/]*$/, name);
    const _id = "00000000000000000000beef";
    program.run(["import", "inventory", "-"], JSON.stringify({
        ...object, _id, id: name, name, object_name: name, id_path: of(object.id_path), name_path: of(object.name_path),
    }));
    return _id;
}

test("the way to an object", async (t) => {
    const { program, server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);
    const instance = await firstOf(server, "instance");
    const { ancestors } = await server.ask(`${INSIDE}/objects/${instance._id}/ancestors`);

    await t.test("the tree is open along the path of the object that is shown", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(instance));
        const row = treeOf(visitor).locator("[aria-selected=true]");
        await row.waitFor();
        assert.equal(await row.locator(".name").textContent(), instance.name);
        assert.equal(Number(await row.getAttribute("aria-level")), ancestors.length + 1);
        for (const { name } of ancestors)
            await treeOf(visitor).locator("[aria-expanded=true] .name").getByText(name, { exact: true }).first().waitFor();
        const crumbs = await visitor.page.getByRole("navigation", { name: "Where you are" }).getByRole("link").allTextContents();
        assert.deepEqual(crumbs, [ENVIRONMENT, ...ancestors.map(({ name }) => name), instance.name]);
        await visitor.expectAccessible("the tree");
        await visitor.leave();
    });

    await t.test("the tree by keys alone", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(INSIDE);
        const top = (await server.ask(`${INSIDE}/tree`)).nodes;
        const regions = top.find(({ type }) => type === "regions_folder");
        const [region] = (await server.ask(`${INSIDE}/tree?of=${regions._id}`)).nodes;
        await treeOf(visitor).getByRole("treeitem").first().waitFor();
        await treeOf(visitor).focus();
        await visitor.page.keyboard.press("Home");
        assert.equal((await active(visitor)).name, top[0].name);
        await visitor.page.keyboard.type(regions.name.slice(0, 3));
        assert.equal((await active(visitor)).name, regions.name);
        await visitor.page.keyboard.press("ArrowRight");
        await until(async () => (await active(visitor)).is_open, "true");
        await treeOf(visitor).getByText(region.name, { exact: true }).waitFor();
        await visitor.page.keyboard.press("ArrowRight");
        assert.deepEqual((({ name, level }) => [name, level])(await active(visitor)), [region.name, 2]);
        await visitor.page.keyboard.press("Enter");
        await visitor.page.waitForURL((url) => url.pathname === pathOf(region));
        await visitor.settled();
        await treeOf(visitor).focus();
        await visitor.page.keyboard.press("ArrowLeft");
        await visitor.page.keyboard.press("ArrowLeft");
        await until(async () => (await active(visitor)).is_open, "false");
        assert.equal((await active(visitor)).name, regions.name);
        await visitor.leave();
    });

    await t.test("what is filtered stands in what it lies in", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(INSIDE);
        await visitor.page.getByRole("searchbox", { name: /tree/ }).fill(instance.name);
        const row = treeOf(visitor).getByRole("treeitem", { name: `instance ${instance.name}`, exact: true }).first();
        await row.waitFor();
        assert.equal(Number(await row.getAttribute("aria-level")), ancestors.length + 1);
        await visitor.expectAccessible("the filtered tree");
        await row.getByRole("link").click();
        await visitor.page.waitForURL((url) => url.pathname.startsWith(`${INSIDE}/objects/`));
        await visitor.leave();
    });

    await t.test("a reference opens what it refers to", async () => {
        const reference = (await server.ask(`${INSIDE}/objects?type=host_ref&limit=1`)).objects[0];
        if (!reference)
            return;
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(reference));
        await visitor.page.waitForURL((url) => url.pathname === pathOf({ _id: reference.ref_id }));
        await visitor.leave();
    });

    await t.test("what comes and goes in the cloud comes and goes in the tree", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(instance));
        await treeOf(visitor).locator("[aria-selected=true]").waitFor();
        const { _id } = { _id: addBeside(program, { ...instance, status: "ERROR" }, "passing") };
        const passing = treeOf(visitor).getByRole("treeitem", { name: /^instance passing\b/ });
        await passing.waitFor({ timeout: 30_000 });
        await passing.getByRole("img", { name: "in error" }).waitFor();
        assert.equal(await treeOf(visitor).locator("[aria-selected=true] .name").textContent(), instance.name);
        await passing.getByRole("link").click();
        await visitor.page.waitForURL((url) => url.pathname === pathOf({ _id }));
        visitor.excuse(/status of 404 /);
        program.scan();
        await passing.waitFor({ state: "detached", timeout: 30_000 });
        await visitor.page.getByText(/no longer in the inventory/).first().waitFor();
        await visitor.leave();
    });

    await t.test("on a narrow screen the tree lies over the page, and gives way", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer", size: NARROW });
        await visitor.open(pathOf(instance, "?view=data"));
        assert.equal(await treeOf(visitor).count(), 0);
        await visitor.page.getByRole("button", { name: "Show tree" }).click();
        await treeOf(visitor).locator("[aria-selected=true]").waitFor();
        await visitor.screenshot("tree-narrow");
        await visitor.expectAccessible("the tree over the page");
        await visitor.expectNoSidewaysScroll();
        await visitor.page.keyboard.press("Escape");
        await until(() => treeOf(visitor).count(), 0);
        await visitor.leave();
    });
});

test("the page of an object", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);
    const instance = await firstOf(server, "instance");

    await t.test("each view has an address, and back goes back", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(instance));
        for (const name of ["Data", "Links", "Messages", "History"]) {
            await visitor.page.getByRole("tab", { name }).click();
            await visitor.page.waitForURL((url) => url.searchParams.get("view") === name.toLowerCase());
            await visitor.settled();
            await visitor.screenshot(`object-${name.toLowerCase()}`);
            await visitor.expectAccessible(name);
        }
        await visitor.page.goBack();
        await until(() => visitor.page.getByRole("tab", { selected: true }).textContent(), "Messages");
        assert.equal(await visitor.page.title(), `${instance.name} · ${ENVIRONMENT} · Calipso`);
        await visitor.leave();
    });

    await t.test("the data has all attributes, can be searched, and leads on", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(instance, "?view=data"));
        const names = await visitor.page.locator(".json-line > * > .json-name").allTextContents();
        assert.deepEqual(names, Object.keys(instance));
        await visitor.page.getByRole("searchbox", { name: "Search in the attributes" }).fill(instance.mac_address);
        await visitor.page.locator(".json-line.is-match").getByText(JSON.stringify(instance.mac_address)).first().waitFor();
        await visitor.page.waitForURL((url) => url.searchParams.get("find") === instance.mac_address);
        await visitor.page.getByRole("region", { name: "Main attributes" })
            .getByRole("link", { name: instance.host, exact: true }).first().click();
        const [host] = (await server.ask(`${INSIDE}/objects?type=host&id=${instance.host}`)).objects;
        await visitor.page.waitForURL((url) => url.pathname === pathOf(host));
        await visitor.leave();
    });

    await t.test("the boxes of hosts in its graph are shut and opened, by key and by pointer", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        const { page } = visitor;
        const shut = () => new URL(page.url()).searchParams.getAll("shut");
        const graph = page.getByRole("application");
        await visitor.open(pathOf(instance, "?view=graph"));
        await graph.locator("canvas").first().waitFor();
        await page.getByRole("tab", { name: "Graph" }).focus();
        await graph.focus();
        await page.keyboard.press("c");
        await until(shut, [instance.host]);
        await page.keyboard.press("c");
        await until(shut, []);
        const { x, y } = await graph.boundingBox();
        await page.waitForFunction(() =>
            document.querySelector(".graph-canvas")._cyreg.cy.nodes(".box").length > 0);
        await visitor.settled();
        const caption = await page.locator(".graph-canvas").evaluate((element) => {
            const { cy } = element._cyreg;
            const box = cy.nodes(".box").first().renderedBoundingBox({ includeLabels: false, includeOverlays: false });
            return { x: box.x1 + 20 * cy.zoom(), y: box.y1 - 8 * cy.zoom() };
        });
        await page.mouse.click(x + caption.x, y + caption.y);
        await until(shut, [instance.host]);
        await page.reload();
        await graph.locator("canvas").first().waitFor();
        await visitor.settled();
        await visitor.screenshot("graph-shut");
        await visitor.expectAccessible("a graph with a host that is shut");
        await page.goBack();
        await until(shut, []);
        await visitor.leave();
    });

    await t.test("names in its graph can be read as it comes up", async () => {
        for (const size of [WIDE, { width: 768, height: 1024 }, { width: 390, height: 844 }, NARROW]) {
            const visitor = await Visitor.come(browser, server, { user: "viewer", size });
            await visitor.open(pathOf(instance, "?view=graph"));
            await visitor.page.waitForFunction(() => document.querySelector(".graph-canvas")?._cyreg?.cy.nodes(".focal").length);
            const seen = await visitor.page.locator(".graph-canvas").evaluate((element) => {
                const { cy } = element._cyreg;
                const focal = cy.nodes(".focal").renderedBoundingBox();
                return { font: cy.nodes(".mark").first().numericStyle("font-size") * cy.zoom(),
                    isSeen: focal.x1 >= 0 && focal.y1 >= 0 && focal.x2 <= cy.width() && focal.y2 <= cy.height() };
            });
            assert.ok(seen.font >= 11, `${size.width} wide: ${seen.font}`);
            assert.ok(seen.isSeen, `${size.width} wide: the focal point is not seen`);
            await visitor.screenshot(`graph-${size.width}`);
            await visitor.expectNoSidewaysScroll();
            await visitor.leave();
        }
    });

    await t.test("what is pressed in its graph stays where it is, and is opened by the second press", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        const { page } = visitor;
        const stateOf = (id) => page.locator(".graph-canvas").evaluate((element, wanted) => {
            const { cy } = element._cyreg;
            const { x: left, y: top } = element.getBoundingClientRect();
            const { x, y } = cy.getElementById(wanted).renderedPosition();
            return { x: left + x, y: top + y, zoom: cy.zoom(), width: cy.width() };
        }, id);
        const { nodes } = await server.ask(`${INSIDE}/objects/${instance._id}/graph`);
        const vnic = nodes.find(({ type }) => type === "vnic");
        await visitor.open(pathOf(instance, "?view=graph"));
        await page.waitForFunction(() => document.querySelector(".graph-canvas")?._cyreg?.cy.nodes(".focal").length);
        await visitor.settled();
        const before = await stateOf(vnic._id);
        await page.mouse.click(before.x, before.y);
        await page.getByRole("complementary", { name: "Details" }).getByRole("heading", { name: vnic.name }).waitFor();
        await page.waitForFunction((width) => document.querySelector(".graph-canvas").clientWidth < width, before.width);
        const { width, ...after } = await stateOf(vnic._id);
        assert.deepEqual(after, { x: before.x, y: before.y, zoom: before.zoom });
        await page.getByRole("button", { name: "Close" }).click();
        await until(() => stateOf(vnic._id), before);
        await page.mouse.dblclick(before.x, before.y, { delay: 60 });
        await page.waitForURL((url) => url.pathname === pathOf(vnic));
        await visitor.leave();
    });

    await t.test("its links lead to what they join", async () => {
        const { links } = await server.ask(`${INSIDE}/links?object=${instance._id}`);
        const [first] = links;
        const other = first.source === instance._id ? first.target : first.source;
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(instance, "?view=links"));
        await until(() => visitor.page.locator("tbody tr").count(), links.length);
        await visitor.page.locator("tbody tr").first().getByRole("link").click();
        await visitor.page.waitForURL((url) => url.pathname === pathOf({ _id: other }));
        await visitor.leave();
    });
});

test("what hangs on a network card", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);
    const { objects } = await server.ask(`${INSIDE}/objects?type=host_pnic&limit=100`);
    const card = (host, name) => objects.find((object) => object.host === host && object.name === name);
    const { objects: instances } = await server.ask(`${INSIDE}/objects?type=instance&host=cmp1`);
    const names = instances.map(({ name }) => name).sort();
    const rows = (visitor) => visitor.page.locator("tbody tr td:first-child");

    // Tunnels of cmp1 end at eth1, so what runs there hangs on it, and the networks of that.
    await t.test("is listed by type, and can be narrowed down", async () => {
        assert.deepEqual(names, ["vm-a1", "vm-b1"]);
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(card("cmp1", "eth1")));
        await visitor.page.getByRole("tab", { name: "What hangs on it" }).click();
        await until(() => rows(visitor).allTextContents(), [...names, "net-a", "net-b"]);
        await visitor.screenshot("object-hangs");
        await visitor.expectAccessible("what hangs on it");
        await visitor.page.getByRole("button", { name: "Networks" }).click();
        await until(() => rows(visitor).allTextContents(), ["net-a", "net-b"]);
        await visitor.page.waitForURL((url) => url.searchParams.get("type") === "network");
        await visitor.page.getByRole("button", { name: "Networks" }).click();
        await until(() => rows(visitor).count(), names.length + 2);
        await visitor.leave();
    });

    await t.test("leads to the way from it", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        const [instance] = instances.filter(({ name }) => name === "vm-a1");
        await visitor.open(pathOf(card("cmp1", "eth1"), "?view=hangs&type=instance"));
        await visitor.page.getByRole("link", { name: "Show" }).first().click();
        await visitor.page.waitForURL((url) => url.pathname === pathOf(instance) &&
            url.searchParams.get("from") === instance._id && url.searchParams.get("to") === card("cmp1", "eth1")._id);
        await visitor.page.getByRole("region", { name: "Path" }).getByText("Path of 5 links").waitFor();
        await visitor.leave();
    });

    // Nothing but management goes over eth0.
    await t.test("is nothing, and that is said", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(card("cmp1", "eth0"), "?view=hangs"));
        await visitor.page.getByText("Nothing hangs on this object").waitFor();
        await visitor.leave();
    });
});

test("the search", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);
    const instance = await firstOf(server, "instance");

    async function search(visitor, text) {
        await visitor.page.keyboard.press("Control+k");
        const field = visitor.page.getByRole("combobox", { name: "Search" });
        await field.waitFor();
        await field.fill(text);
    }

    await t.test("finds by name, and opens by keys alone", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open("/");
        await search(visitor, instance.name);
        await visitor.page.getByRole("option", { name: new RegExp(`^${instance.name}`) }).first().waitFor();
        await visitor.screenshot("search");
        await visitor.expectAccessible("the search");
        await visitor.page.keyboard.press("Enter");
        await visitor.page.waitForURL((url) => url.pathname.startsWith(`${INSIDE}/objects/`));
        await until(() => visitor.page.getByRole("heading", { level: 1 }).textContent(), instance.name);
        await visitor.leave();
    });

    await t.test("says why something was found", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open("/");
        await search(visitor, instance.id);
        const option = visitor.page.getByRole("option").filter({ hasText: instance.name }).first();
        await option.waitFor();
        assert.equal(await option.locator(".search-reason").textContent(), `id: ${instance.id}`);
        await visitor.leave();
    });

    await t.test("says what can be searched when nothing is found, and escapes", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open("/");
        await search(visitor, "<b>zzzz</b>");
        await visitor.page.getByText(/Nothing found for/).waitFor();
        await visitor.page.getByText(/IP and MAC addresses/).last().waitFor();
        await visitor.expectAccessible("nothing found");
        await visitor.page.keyboard.press("Escape");
        await until(() => visitor.page.getByRole("combobox", { name: "Search" }).count(), 0);
        await visitor.leave();
    });

    await t.test("does not tell what one may not see", async () => {
        const visitor = await Visitor.come(browser, server, { user: "stranger" });
        await visitor.open("/");
        await search(visitor, instance.name);
        await visitor.page.getByText(/Nothing found for/).waitFor();
        await visitor.leave();
    });

    await t.test("remembers what was looked at, and knows environments and pages", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(pathOf(instance));
        await visitor.open("/");
        await search(visitor, "");
        await visitor.page.getByRole("group", { name: "Looked at last" }).getByText(instance.name).waitFor();
        await search(visitor, ENVIRONMENT);
        await visitor.page.getByRole("group", { name: "Environments" }).getByRole("option").click();
        await visitor.page.waitForURL((url) => url.pathname === INSIDE);
        await visitor.leave();
    });
});
