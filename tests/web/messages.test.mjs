// The list of messages: what is asked is in the address, what comes meanwhile moves nothing.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, THEMES, Visitor, WIDE } from "./lib/browser.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let last = 0;

/** Into the store: messages of these levels and texts, as old as said. */
function say(program, messages) {
    program.run(["import", "messages", "-"], messages.map(({ age = 0, ...message }) => {
        last++;
        return JSON.stringify({
            _id: last.toString(16).padStart(24, "c"), id: `said-${last}`, environment: ENVIRONMENT, level: "info",
            source_system: "Calipso", viewed: false, timestamp: new Date(Date.now() - age).toISOString(), ...message,
        });
    }).join("\n"));
}

/** The texts that the list shows, in its order. */
async function shown(visitor) {
    await visitor.settled();
    return visitor.page.getByRole("list", { name: "Messages" }).locator(".message-text").allInnerTexts()
        .then((texts) => texts.map((text) => text.replace(/^not seen yet:\s*/, "").trim()));
}

test("messages", async (t) => {
    const { program, server } = await serveCloud(t, { options: ["--no-scans"] });
    const { objects: [instance] } = await server.ask(`/environments/${ENVIRONMENT}/objects?type=instance`);
    await server.ask(`/environments/${ENVIRONMENT}/messages`, { method: "DELETE" });
    say(program, [
        { level: "error", message: "the switch is gone", age: 40 * DAY },
        { level: "warn", message: "a vNIC without a port", age: 2 * DAY, related_object: instance.id, related_object_type: "instance" },
        { level: "crit", message: "the disk is full", age: 2 * HOUR, source_system: "Sensu" },
        { level: "info", message: '{"status": "OK", "checks": [1, 2]}', age: HOUR / 2, source_system: "Sensu" },
        { level: "info", message: "scan completed", age: 1000 },
    ]);
    const browser = await startBrowser(t);
    const come = (path, options = {}) => Visitor.come(browser, server, { user: "admin", ...options })
        .then(async (visitor) => { await visitor.open(path); return visitor; });

    await t.test("filters are in the address, both ways", async () => {
        const visitor = await come("/message-log");
        assert.equal((await shown(visitor)).length, 4, "the look-back is two weeks");
        await visitor.page.getByRole("button", { name: /Errors/ }).and(visitor.page.locator(".level")).click();
        assert.deepEqual(await shown(visitor), ["the disk is full"]);
        assert.equal(new URL(visitor.page.url()).search, "?level=error");
        await visitor.page.goBack();
        assert.equal((await shown(visitor)).length, 4);
        await visitor.page.getByRole("button", { name: /Filters/ }).click();
        await visitor.page.getByLabel("Time").selectOption("Any time");
        assert.equal((await shown(visitor)).at(-1), "the switch is gone");
        await visitor.page.getByLabel("Source").selectOption("Sensu");
        assert.deepEqual(await shown(visitor), ['{"status": "OK", "checks": [1, 2]}', "the disk is full"]);
        await visitor.page.getByLabel("Search in the text").fill("disk");
        await visitor.page.waitForURL(/text=disk/);
        assert.deepEqual(await shown(visitor), ["the disk is full"]);
        await visitor.page.getByRole("button", { name: "Clear all filters" }).click();
        assert.equal((await shown(visitor)).length, 4);
        await visitor.leave();

        const mailed = await come(`/message-log?object=${encodeURIComponent(instance.id)}&range=all&sort=time`);
        assert.deepEqual(await shown(mailed), ["a vNIC without a port"]);
        await mailed.leave();
    });

    await t.test("a place in the list that is none leads to its beginning", async () => {
        const visitor = await come("/message-log?range=all&cursor=nonsense");
        visitor.excuse(/status of 400 /);
        await visitor.page.getByRole("button", { name: "First page" }).click();
        assert.equal((await shown(visitor)).length, 5);
        await visitor.leave();
    });

    await t.test("the counts are of the time and environment, also between two times", async () => {
        const visitor = await come("/message-log?range=all");
        assert.deepEqual(await visitor.page.locator(".level-count").allInnerTexts(), ["5", "2", "1", "2"]);
        const day = (age) => new Date(Date.now() - age).toISOString();
        await visitor.open(`/message-log?range=custom&from=${day(41 * DAY)}&until=${day(DAY)}`);
        assert.deepEqual(await visitor.page.locator(".level-count").allInnerTexts(), ["2", "0", "1", "1"]);
        assert.deepEqual(await shown(visitor), ["a vNIC without a port", "the switch is gone"]);
        await visitor.leave();
    });

    await t.test("a message leads to its object, and is marked as seen", async () => {
        const visitor = await come("/message-log?level=warning");
        await visitor.page.getByRole("link", { name: /a vNIC without a port/ }).click();
        const dialog = visitor.page.getByRole("dialog");
        await dialog.getByText("a vNIC without a port").waitFor();
        await visitor.expectAccessible("a message");
        assert.match(new URL(visitor.page.url()).search, /message=said-2/);
        const to = await dialog.getByRole("link", { name: instance.id, exact: true }).getAttribute("href");
        assert.ok(to.startsWith(`/environments/${ENVIRONMENT}/objects/${instance.id}`), to);
        await dialog.getByRole("button", { name: "Mark as seen" }).click();
        await dialog.getByRole("button", { name: "Mark as not seen" }).waitFor();
        assert.equal((await server.ask("/messages/said-2")).viewed, true);
        await visitor.page.keyboard.press("Escape");
        await visitor.page.getByRole("dialog").waitFor({ state: "detached" });
        await visitor.open("/message-log?seen=no");
        assert.ok(!(await shown(visitor)).includes("a vNIC without a port"));
        await visitor.leave();
    });

    await t.test("what comes is counted, and moves nothing until it is asked for", async () => {
        const visitor = await come("/message-log?source=Sensu");
        const before = await shown(visitor);
        say(program, [
            { message: "another check", source_system: "Sensu" }, { message: "not asked for" },
            { message: "one more check", source_system: "Sensu" },
        ]);
        const news = visitor.page.getByRole("button", { name: "2 new messages" });
        await news.waitFor();
        assert.deepEqual(await shown(visitor), before);
        await visitor.screenshot("messages-newer");
        await visitor.expectAccessible("new messages");
        await news.click();
        await visitor.page.getByText("one more check").waitFor();
        assert.deepEqual((await shown(visitor)).toSorted(), [...before, "another check", "one more check"].toSorted());
        assert.equal(await news.count(), 0);
        await visitor.leave();
    });

    await t.test("all that fits is marked as seen, and nothing else", async () => {
        const unseen = async () => (await server.ask("/messages?viewed=false")).messages.map(({ message }) => message).toSorted();
        const before = await unseen();
        const visitor = await come("/message-log?text=check&range=all");
        await visitor.page.getByRole("button", { name: "Mark all as seen" }).click();
        await visitor.page.getByText("3 messages marked as seen.").waitFor();
        assert.deepEqual(await unseen(), before.filter((text) => !text.includes("check")));
        assert.equal(await visitor.page.getByRole("button", { name: "Mark all as seen" }).getAttribute("aria-disabled"), "true");

        await visitor.open("/");
        await visitor.page.getByRole("banner").getByRole("button", { name: /error/i }).click();
        const dialog = visitor.page.getByRole("dialog");
        await dialog.getByText("not seen yet").waitFor();
        await visitor.screenshot("message-dialog-unseen");
        await dialog.getByRole("button", { name: "Mark all as seen" }).click();
        await visitor.page.getByText("2 messages marked as seen.").waitFor(); // with the one of 40 days ago
        await dialog.getByText("not seen yet").waitFor({ state: "detached" });
        await visitor.expectAccessible("the dialog");
        await visitor.leave();

        const list = await come("/message-log");
        await list.page.getByRole("button", { name: "Mark all as seen" }).click();
        await list.page.getByText(/marked as seen\./).waitFor();
        assert.deepEqual(await unseen(), []);
        await list.leave();
        say(program, [{ message: "nobody has seen this" }]);
    });

    await t.test("clearing says how many, and is for those who may change", async () => {
        const viewer = await come("/message-log", { user: "viewer" });
        assert.equal(await viewer.page.getByRole("button", { name: "Clear messages" }).getAttribute("aria-disabled"), "true");
        await viewer.leave();
        const editor = await come("/message-log?range=all", { user: "editor" });
        const { length } = await shown(editor);
        await editor.page.getByRole("button", { name: "Clear messages" }).click();
        const dialog = editor.page.getByRole("dialog");
        await dialog.getByRole("button", { name: `Remove ${length} messages` }).waitFor();
        await editor.screenshot("messages-clear");
        await editor.expectAccessible("clearing");
        await dialog.getByLabel("Which").selectOption("Older than 30 days");
        await dialog.getByRole("button", { name: "Remove 1 message" }).click();
        await editor.page.getByText("1 message was removed.").waitFor();
        await editor.page.getByText("the switch is gone").waitFor({ state: "detached" });
        assert.equal((await shown(editor)).length, length - 1);
        await editor.leave();
    });

    for (const theme of THEMES)
        for (const [width, size] of Object.entries({ narrow: NARROW, wide: WIDE }))
            await t.test(`looks, ${theme}, ${width}`, async () => {
                const visitor = await come("/message-log?range=all&environment=ovs", { theme, size });
                await visitor.screenshot(`messages-${theme}-${width}`);
                await visitor.expectAccessible();
                await visitor.expectNoSidewaysScroll();
                await visitor.open("/message-log?range=all&message=said-4");
                await visitor.screenshot(`message-${theme}-${width}`);
                await visitor.expectAccessible();
                await visitor.open("/message-log?text=nothing");
                await visitor.screenshot(`messages-none-${theme}-${width}`);
                await visitor.leave();
            });
});
