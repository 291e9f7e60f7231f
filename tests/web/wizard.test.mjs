// The wizard of environments, against real servers: tried, saved, trusted, changed, scanned.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, THEMES, Visitor, WIDE } from "./lib/browser.mjs";
import { LiveCloud } from "./lib/cloud.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

const REFUSED = /status of 4(00|09|12) /;

test("wizard", async (t) => {
    const { server } = await serveCloud(t);
    const cloud = await LiveCloud.start(t);
    const browser = await startBrowser(t);
    const openstack = cloud.target("OpenStack"), cli = cloud.target("CLI");

    const tab = (page, name) => page.getByRole("tab", { name }).click();
    const field = (page, name) => page.getByRole("textbox", { name });
    const test_it = (page) => page.getByRole("button", { name: "Test connection" }).click();
    const result = (page, text) => page.getByRole("region", { name: "Result of the test" }).getByText(text);

    async function fillIn(page, password = openstack.pwd) {
        await field(page, "Name").fill("lab");
        await tab(page, "OpenStack API");
        await field(page, "Host of Keystone").fill(openstack.host);
        await field(page, "Port").fill(String(openstack.port));
        await field(page, "Password").fill(password);
        await tab(page, "Hosts (SSH)");
        await field(page, "Master").fill(cli.host);
        await field(page, "Port of SSH").fill(String(cli.port));
        await field(page, "User").fill(cli.user);
        await field(page, "Private key").fill(cli.key);
    }

    await t.test("a cloud is added: tried, saved, its hosts trusted, scanned", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await visitor.open("/");
        await page.getByRole("main").getByRole("link", { name: "Add environment" }).first().click();
        await visitor.settled();
        await fillIn(page, "wrong");

        await tab(page, "OpenStack API");
        await test_it(page);
        await result(page, "The connection does not work.").waitFor();
        await result(page, /password is wrong/).waitFor();
        await visitor.screenshot("wizard-test-bad");
        await field(page, "Password").fill(openstack.pwd);
        await result(page, "Something was changed since this test.").waitFor();
        await test_it(page);
        await result(page, "The connection works.").waitFor();
        await visitor.screenshot("wizard-test-good");
        await visitor.expectAccessible("a test that was good");

        await page.getByRole("button", { name: "Save environment" }).click();
        await page.waitForURL("**/environments/lab/edit?tab=keys");
        const keys = page.getByRole("table", { name: "Keys that the hosts show now" });
        await keys.getByRole("checkbox").first().waitFor();
        await visitor.settled();
        await visitor.screenshot("wizard-keys-new");
        await visitor.expectAccessible("new keys");
        await keys.getByRole("checkbox", { name: "Trust the key of Master" }).check(); // the way to the others
        await page.getByRole("button", { name: "Trust 1 key" }).click();
        await page.getByText("1 key is trusted now.").waitFor();
        await keys.getByRole("checkbox").nth(2).waitFor();
        await visitor.settled();
        const boxes = await keys.getByRole("checkbox").all();
        for (const box of boxes)
            await box.check();
        await page.getByRole("button", { name: `Trust ${boxes.length} keys` }).click();
        await page.getByText(`${boxes.length} keys are trusted now.`).waitFor();
        await keys.getByText("Trusted").nth(boxes.length).waitFor();
        const { host_keys } = await server.ask("/environments/lab/host-keys");
        assert.equal(host_keys.length, boxes.length + 1);
        for (const { fingerprint } of host_keys)
            await page.getByRole("table", { name: "Keys that are trusted" }).getByText(fingerprint).first().waitFor();
        await visitor.settled();
        await visitor.screenshot("wizard-keys-trusted");

        await tab(page, "Hosts (SSH)"); // with the secret that is in the store
        await test_it(page);
        await result(page, "The connection works.").waitFor();
        await tab(page, "OpenStack API");
        await test_it(page);
        await result(page, "The connection works.").waitFor();
        assert.equal(await field(page, "Password").inputValue(), "");
        assert.ok(!(await page.content()).includes(openstack.pwd), "the password is shown");
        await page.getByRole("link", { name: "Cancel" }).click();
        await page.waitForURL("**/environments/lab");

        await visitor.open("/environments/lab/scan");
        await page.getByRole("button", { name: "Start scan" }).click();
        await page.waitForURL("**/scan-list/*");
        await page.getByRole("main").getByText("Completed", { exact: true }).first().waitFor({ timeout: 60_000 });
        const found = (await server.ask("/environments/lab/counts")).objects;
        const known = (await server.ask(`/environments/${ENVIRONMENT}/counts`)).objects;
        assert.equal(found.instance, known.instance);
        await visitor.leave();
    });

    await t.test("what is missing is told at its field, and focused", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin", size: NARROW });
        const { page } = visitor;
        await visitor.open("/add-environment");
        await page.getByRole("button", { name: "Save environment" }).click();
        await page.getByText("Something is wrong or missing in: Main, OpenStack API, Hosts (SSH).").waitFor();
        await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "main.name");
        assert.equal(await field(page, "Name").getAttribute("aria-invalid"), "true");
        await visitor.expectAccessible("errors");
        await visitor.expectNoSidewaysScroll("errors");
        await visitor.screenshot("wizard-errors", { fullPage: true });
        await field(page, "Name").fill("x");
        await tab(page, "OpenStack API");
        await page.getByText("This is needed.").first().waitFor();
        await page.close({ runBeforeUnload: false });
        await visitor.leave();
    });

    await t.test("a name that is taken is told at its field", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        visitor.excuse(REFUSED);
        await visitor.open("/add-environment");
        await fillIn(page);
        await page.getByRole("button", { name: "Save environment" }).click();
        await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "main.name");
        assert.equal(await field(page, "Name").getAttribute("aria-invalid"), "true");
        await page.close({ runBeforeUnload: false });
        await visitor.leave();
    });

    await t.test("with another address the password is wanted anew; leaving asks", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await visitor.open("/environments/lab/edit?tab=OpenStack");
        await field(page, "Host of Keystone").fill("localhost");
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByText("With another address it must be given anew.").waitFor();
        await page.getByRole("link", { name: "Cancel" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
        assert.match(page.url(), /\/edit\?tab=OpenStack$/);
        await field(page, "Host of Keystone").fill(openstack.host);
        await page.getByRole("link", { name: "Cancel" }).click(); // nothing is changed any more: it does not ask
        await page.waitForURL("**/environments/lab");
        assert.equal((await server.ask("/environments/lab")).configuration[0].host, openstack.host);
        await visitor.leave();
    });

    await t.test("somebody else's change is told; a scan's is none", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        visitor.excuse(REFUSED);
        await visitor.open("/environments/lab/edit");
        await server.ask("/environments/lab", { method: "PATCH", body: { type_drivers: "vlan" } });
        await page.getByRole("checkbox", { name: "LXB" }).check();
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByText("Somebody else has changed this environment meanwhile.").waitFor();
        await visitor.screenshot("wizard-conflict");
        await visitor.expectAccessible("a conflict");
        assert.deepEqual((await server.ask("/environments/lab")).mechanism_drivers, ["OVS"]);
        await page.getByRole("button", { name: "Load theirs" }).click();
        await visitor.settled();
        assert.equal(await page.getByRole("combobox", { name: "Type driver" }).inputValue(), "vlan");

        const { scans: [scan] } = { scans: [await server.ask("/environments/lab/scans", { method: "POST", body: {} })] };
        while (["pending", "running"].includes((await server.ask(`/scans/${scan._id}`)).status))
            await page.waitForTimeout(100);
        await page.getByRole("checkbox", { name: "LXB" }).check();
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByRole("status").getByText("Saved.").waitFor();
        assert.deepEqual((await server.ask("/environments/lab")).mechanism_drivers, ["OVS", "LXB"]);
        await visitor.leave();
    });

    await t.test("hosts are given ways in of their own, and lose them", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        const save = async () => {
            await page.getByRole("button", { name: "Save", exact: true }).click();
            await page.getByRole("status").getByText("Saved.").waitFor();
        };
        const hosts = async () => (await server.ask("/environments/lab")).configuration
            .find(({ name }) => name === "CLI").hosts;
        await visitor.open("/environments/lab/edit?tab=CLI");
        await page.getByText("Ways in of their own").click();
        await page.getByRole("button", { name: "Add host" }).click();
        const rows = page.getByRole("table", { name: "Hosts with ways in of their own" }).locator("tbody tr");
        const cell = (row, name) => rows.nth(row).getByLabel(name);
        const password = rows.first().getByRole("textbox", { name: "Password" });
        await page.waitForFunction(() => document.activeElement?.closest("tbody tr"));
        await page.keyboard.type("cmp-1.lab");
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await rows.getByText("This is needed.").waitFor();
        await cell(0, "Address").fill("10.0.0.2");
        await cell(0, "Port").fill("2222");
        await password.fill("quite secret");
        await save();
        assert.deepEqual(await hosts(), { "cmp-1.lab": { host: "10.0.0.2", port: 2222, pwd: "***" } });

        await page.reload();
        await visitor.settled();
        assert.equal(await cell(0, "Name").inputValue(), "cmp-1.lab");
        assert.equal(await password.getAttribute("placeholder"), "Unchanged");
        await page.getByRole("button", { name: "Add host" }).click();
        await cell(1, "Name").fill("cmp2");
        await cell(1, "Address").fill("10.0.0.3");
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await rows.getByText("Ways in were changed: it must be given anew.").waitFor();
        await visitor.expectAccessible("hosts");
        for (const theme of THEMES) {
            await page.emulateMedia({ colorScheme: theme });
            await visitor.screenshot(`wizard-hosts-${theme}`, { fullPage: true });
        }
        await page.setViewportSize(NARROW);
        await visitor.expectNoSidewaysScroll("hosts");
        await visitor.screenshot("wizard-hosts-narrow", { fullPage: true });
        await page.setViewportSize(WIDE);
        await password.fill("quite secret");
        await save();
        assert.deepEqual(Object.keys(await hosts()), ["cmp-1.lab", "cmp2"]);
        for (const name of ["cmp-1.lab", "cmp2"])
            await page.getByRole("button", { name: `Remove ${name}` }).click();
        await save();
        assert.equal(await hosts(), undefined);
        await visitor.leave();
    });

    await t.test("features are offered where they are supported, and say why not elsewhere", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await visitor.open("/add-environment");
        const events = page.getByRole("checkbox", { name: "Event based scan" });
        assert.ok(await events.isDisabled());
        assert.equal(await page.getByRole("tab", { name: "Message bus" }).getAttribute("aria-disabled"), "true");
        await page.getByRole("combobox", { name: "Distribution" }).selectOption("Kolla");
        await events.check();
        await tab(page, "Message bus");
        assert.equal(await field(page, "Port").inputValue(), "5672");
        await page.close({ runBeforeUnload: false });
        await visitor.leave();
    });

    await t.test("clouds.yaml fills in the API, and stays in the browser", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        const asked = [];
        page.on("request", (request) => asked.push(request.postData() ?? ""));
        await visitor.open("/add-environment");
        await page.getByRole("button", { name: "Import clouds.yaml" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("File").setInputFiles({
            name: "clouds.yaml", mimeType: "application/yaml", buffer: Buffer.from(`clouds:
  other: {auth: {auth_url: "http://elsewhere.example"}}
  here:
    auth: {auth_url: "http://${openstack.host}:${openstack.port}/v3", username: admin, password: "${openstack.pwd}",
           project_name: admin, user_domain_name: Default, project_domain_name: Default}
`),
        });
        await dialog.getByRole("combobox", { name: "Cloud" }).selectOption("here");
        await visitor.expectAccessible("the import");
        await visitor.screenshot("wizard-import");
        await dialog.getByRole("button", { name: "Fill in" }).click();
        assert.equal(await field(page, "Host of Keystone").inputValue(), openstack.host);
        assert.ok(!asked.some((text) => text.includes(openstack.pwd)), "the password was sent without being asked");
        await test_it(page);
        await result(page, "The connection works.").waitFor();
        await tab(page, "Main");
        assert.equal(await field(page, "Name").inputValue(), "here");
        await page.close({ runBeforeUnload: false });
        await visitor.leave();
    });

    await t.test("who may not change it is told", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        await visitor.open(`/environments/${ENVIRONMENT}/edit`);
        await visitor.page.getByText("You may see this environment, but not change it.").waitFor();
        assert.equal(await visitor.page.getByRole("textbox").count(), 0);
        await visitor.leave();
    });

    for (const theme of THEMES)
        for (const [width, size] of Object.entries({ narrow: NARROW, wide: WIDE }))
            await t.test(`each part, ${theme}, ${width}`, async () => {
                const visitor = await Visitor.come(browser, server, { user: "admin", theme, size });
                for (const part of ["main", "OpenStack", "CLI", "mysql", "keys"]) {
                    await visitor.open(`/environments/lab/edit?tab=${part}`);
                    await visitor.expectAccessible(part);
                    await visitor.expectNoSidewaysScroll(part);
                    await visitor.screenshot(`wizard-${part}-${theme}-${width}`, { fullPage: true });
                }
                await visitor.leave();
            });
});
