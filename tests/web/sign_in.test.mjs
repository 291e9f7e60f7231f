// Coming in: the first administrator, signing in and out, a session that ends.

import assert from "node:assert/strict";
import test from "node:test";

import { startBrowser, Visitor } from "./lib/browser.mjs";
import { ENVIRONMENT, PASSWORD, Program, serveCloud, Server } from "./lib/server.mjs";

const UNKNOWN = /status of 401 .*\/api\/v1\//;

/** Where the window is, without its origin. */
function place(visitor) {
    const url = new URL(visitor.page.url());
    return url.pathname + url.search;
}

/** Fill in the form that is shown. */
async function signIn(visitor, name, password) {
    await visitor.page.getByLabel(/^(user )?name/i).fill(name);
    await visitor.page.getByLabel(/^password/i).fill(password);
    await visitor.page.locator("form").getByRole("button", { name: /sign in/i }).click();
}

test("sign in", async (t) => {
    const { program, server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);
    const inside = `/environments/${ENVIRONMENT}?x=1`;

    await t.test("a wrong password is refused in words, the right one leads to where one wanted to go", async () => {
        const visitor = await Visitor.come(browser, server);
        visitor.excuse(UNKNOWN);
        await visitor.page.goto(inside);
        await visitor.page.getByLabel(/^password/i).waitFor();
        await visitor.expectAccessible("the form");
        await signIn(visitor, "admin", "something else");
        const said = visitor.page.getByRole("alert").filter({ hasText: /\S/ });
        await said.first().waitFor();
        assert.match(await said.first().innerText(), /password/i);
        await visitor.expectAccessible("the refusal");
        await visitor.screenshot("sign-in-refused");
        await signIn(visitor, "admin", PASSWORD);
        await visitor.page.getByLabel(/^password/i).waitFor({ state: "detached" });
        await visitor.settled();
        assert.equal(place(visitor), inside);
        await visitor.leave();
    });

    for (const [when, notice] of [
        ["while one looks", async () => {}],
        ["when the page is loaded anew", (page) => page.reload()],
    ])
        await t.test(`a session that ends asks again, ${when}, and goes on at the same place`, async () => {
            const visitor = await Visitor.come(browser, server, { user: "viewer" });
            visitor.excuse(UNKNOWN);
            await visitor.open(inside);
            program.run(["user", "passwd", "viewer", "--password-file", "-"], `${PASSWORD}\n`); // ends its sessions
            await notice(visitor.page);
            await visitor.page.getByLabel(/^password/i).waitFor();
            assert.equal(place(visitor), inside);
            await signIn(visitor, "viewer", PASSWORD);
            await visitor.page.getByLabel(/^password/i).waitFor({ state: "detached" });
            await visitor.settled();
            assert.equal(place(visitor), inside);
            await visitor.leave();
        });

    await t.test("who signs out is out in all tabs", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        visitor.excuse(UNKNOWN);
        const other = await visitor.newPage();
        await other.goto(inside);
        await visitor.open("/");
        await visitor.page.getByRole("button", { name: /signed in as admin/i }).click();
        await visitor.page.getByRole("menuitem", { name: /sign out/i }).click();
        await visitor.page.getByLabel(/^password/i).waitFor();
        const answer = await visitor.context.request.get("/api/v1/session");
        assert.equal(answer.status(), 401);
        await other.reload();
        await other.getByLabel(/^password/i).waitFor();
        await visitor.leave();
    });
});

test("first start", async (t) => {
    const program = new Program(t);
    const server = await Server.start(program, { options: ["--no-scans"] });
    t.after(() => server.stop());
    const browser = await startBrowser(t);

    await t.test("the link that the server prints makes the first administrator, once", async () => {
        const visitor = await Visitor.come(browser, server);
        visitor.excuse(UNKNOWN);
        await visitor.page.goto(server.setupLink);
        const { page } = visitor;
        const passwords = page.locator("input[type=password]");
        await passwords.nth(1).waitFor();
        await visitor.expectAccessible("the setup");
        await visitor.screenshot("setup");
        await page.getByLabel(/^(user )?name/i).fill("root");
        await passwords.nth(0).fill(PASSWORD);
        await passwords.nth(1).fill("something else");
        await page.getByText(/differ/i).first().waitFor();
        const button = page.getByRole("main").locator("button[type=submit]");
        await button.click({ force: true });
        assert.equal((await server.ask("/setup", { user: null })).needed, true);
        await passwords.nth(1).fill(PASSWORD);
        await button.click();
        await passwords.first().waitFor({ state: "detached" });
        const session = await visitor.context.request.get("/api/v1/session");
        assert.equal((await session.json()).user.name, "root");
        assert.ok(!page.url().includes("#"), "the secret is still in the address");
        await page.goto(server.setupLink);
        await page.reload();
        await page.getByText(/already/i).first().waitFor();
        await visitor.leave();
    });
});
