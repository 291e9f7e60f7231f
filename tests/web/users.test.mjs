// Users, their roles and rights: who may come in, and what they may do then.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, THEMES, Visitor, WIDE } from "./lib/browser.mjs";
import { ENVIRONMENT, PASSWORD, serveCloud } from "./lib/server.mjs";

const REFUSED = /status of 40[039] /;

test("users", async (t) => {
    const { program, server } = await serveCloud(t, { options: ["--no-scans"] });
    program.run(["user", "add", "porter", "--password-file", "-", "--roles", "view-env,manage-users"], `${PASSWORD}\n`);
    const browser = await startBrowser(t);
    const come = (path, options = {}) => Visitor.come(browser, server, { user: "admin", ...options })
        .then(async (visitor) => { await visitor.open(path); return visitor; });
    const roles = async (name) => (await server.ask(`/users/${name}`)).roles;
    /** Signs in for real; the status. */
    const signIn = async (name, password) => (await fetch(`${server.origin}/api/v1/session`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, password }),
    })).status;

    await t.test("somebody new comes in, and sees what was granted", async () => {
        const visitor = await come("/users");
        const { page } = visitor;
        await page.getByRole("link", { name: "Add user" }).click();
        await page.getByRole("heading", { name: "Add user" }).waitFor();
        await page.getByLabel("Name").fill("new one");
        await page.getByText("other characters than").waitFor();
        await page.getByLabel("Name").fill("newone");
        await page.getByLabel("Password", { exact: true }).fill("short");
        const add = page.getByRole("button", { name: "Add", exact: true });
        assert.match(await add.getAttribute("title"), /8 characters/);
        await page.getByLabel("Password", { exact: true }).fill("long enough");
        await page.getByLabel("Password, once more").fill("long enouhg");
        await page.getByText("The two passwords differ").waitFor();
        await visitor.screenshot("user-add");
        await visitor.expectAccessible("adding a user");
        await page.getByLabel("Password, once more").fill("long enough");
        await page.getByLabel(/^Change link types/).check();
        await add.click();
        await page.waitForURL(/\/users\/newone$/);
        assert.deepEqual(await roles("newone"), ["manage-link-types"]);
        assert.equal(await signIn("newone", "long enough"), 201);

        await page.getByLabel(`Right in ${ENVIRONMENT}`).selectOption("May see it");
        await page.getByText(`newone may see ${ENVIRONMENT}.`).waitFor();
        await page.getByLabel(`Right in ${ENVIRONMENT}`).selectOption("May change it");
        await page.getByText(`newone may change ${ENVIRONMENT}.`).waitFor();
        const { auth } = await server.ask(`/environments/${ENVIRONMENT}`);
        const { _id } = await server.ask("/users/newone");
        assert.ok(auth["edit-env"].includes(_id) && auth["view-env"].includes(_id));
        await page.getByLabel(`Right in ${ENVIRONMENT}`).selectOption("No right of its own");
        await page.getByText(/has no right in/).waitFor();
        assert.ok(!(await server.ask(`/environments/${ENVIRONMENT}`)).auth["view-env"].includes(_id));

        await page.getByLabel("Password", { exact: true }).fill("another one");
        await page.getByLabel("Password, once more").fill("another one");
        await page.getByRole("button", { name: "Set password" }).click();
        await page.getByText(/newone has a new password/).waitFor();
        assert.equal(await signIn("newone", "long enough"), 401);
        assert.equal(await signIn("newone", "another one"), 201);

        await page.getByRole("main").getByRole("button", { name: "Remove" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
        await page.waitForURL(/\/users$/);
        assert.equal(await signIn("newone", "another one"), 401);
        await visitor.leave();
    });

    await t.test("a name that is taken is told", async () => {
        const visitor = await come("/add-user");
        visitor.excuse(REFUSED);
        await visitor.page.getByLabel("Name").fill("viewer");
        for (const label of ["Password", "Password, once more"])
            await visitor.page.getByLabel(label, { exact: true }).fill(PASSWORD);
        await visitor.page.getByRole("button", { name: "Add", exact: true }).click();
        await visitor.page.getByRole("alert").filter({ hasText: "viewer already" }).waitFor();
        await visitor.context.close();
        visitor.expectNoProblems();
    });

    await t.test("the last administrator stays one, and it is said why", async () => {
        const visitor = await come("/users");
        visitor.excuse(REFUSED);
        const { page } = visitor;
        await page.getByRole("button", { name: "Remove admin" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText(/admin is the last administrator/).waitFor();
        assert.equal(await dialog.getByRole("button", { name: "Remove" }).getAttribute("aria-disabled"), "true");
        await visitor.screenshot("user-last-administrator");
        await visitor.expectAccessible("the last administrator");
        await page.keyboard.press("Escape");
        await page.getByRole("link", { name: "admin", exact: true }).click();
        await page.getByLabel(/^Change link types/).uncheck();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("alert").filter({ hasText: "last user with every role" }).waitFor();
        assert.equal((await roles("admin")).length, 6);
        await visitor.context.close();
        visitor.expectNoProblems();
    });

    await t.test("nobody gives what they do not have", async () => {
        const visitor = await come("/users/viewer", { user: "porter" });
        const { page } = visitor;
        assert.equal(await page.getByLabel(/^Change every environment/).isEnabled(), false);
        await page.getByLabel(/^See every environment/).check();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("The roles of viewer were saved.").waitFor();
        assert.deepEqual(await roles("viewer"), ["view-env"]);
        await visitor.open("/users/admin");
        await page.getByText(/admin has roles that you do not have/).waitFor();
        assert.equal(await page.getByRole("main").getByRole("checkbox", { disabled: false }).count(), 0);
        assert.equal(await page.getByRole("button", { name: "Set password" }).count(), 0);
        await visitor.screenshot("user-not-mine");
        await visitor.expectAccessible("a user with more roles");
        await visitor.leave();
    });

    await t.test("the list says what everybody may", async () => {
        const visitor = await come("/users?sort=-name");
        const rows = await visitor.page.locator("tbody tr").allInnerTexts();
        assert.deepEqual(rows.map((row) => row.split(/\s/)[0]), ["viewer", "stranger", "porter", "editor", "admin"]);
        assert.match(rows[4], /Administrator[^]*may change all/);
        assert.match(rows[3], /No roles[^]*may change 1/);
        await visitor.open("/users?text=port");
        assert.equal(await visitor.page.locator("tbody tr").count(), 1);
        await visitor.leave();
    });

    await t.test("the session that one works in is marked; revoking it asks, and signs out", async () => {
        const visitor = await come("/settings", { user: "stranger" });
        visitor.excuse(/status of 401 /);
        const { page } = visitor;
        const revoke = page.getByRole("row").filter({ hasText: "this browser" }).getByRole("button");
        const dialog = page.getByRole("dialog", { name: "Sign out of this browser?" });
        await revoke.click();
        await visitor.screenshot("token-own");
        await visitor.expectAccessible("revoking one's own session");
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await page.reload();
        await revoke.click();
        await dialog.getByRole("button", { name: "Revoke and sign out" }).click();
        await page.getByLabel("Password").first().waitFor();
        await dialog.waitFor({ state: "detached" });
        await visitor.leave();
    });

    for (const theme of THEMES)
        for (const [width, size] of Object.entries({ narrow: NARROW, wide: WIDE }))
            await t.test(`looks, ${theme}, ${width}`, async () => {
                for (const path of ["/users", "/users/editor", "/add-user"]) {
                    const visitor = await come(path, { theme, size });
                    await visitor.screenshot(`${path.slice(1).replace("/", "-")}-${theme}-${width}`, { fullPage: true });
                    await visitor.expectAccessible();
                    await visitor.expectNoSidewaysScroll();
                    await visitor.leave();
                }
            });
});
