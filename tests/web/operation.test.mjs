// Scans and schedules: asked for, watched, ended; lists whose state is in the address.

import assert from "node:assert/strict";
import test from "node:test";

import { NARROW, startBrowser, THEMES, Visitor, WIDE } from "./lib/browser.mjs";
import { LiveCloud } from "./lib/cloud.mjs";
import { ENVIRONMENT, serveCloud } from "./lib/server.mjs";

test("operation", async (t) => {
    const { program, server } = await serveCloud(t);
    const cloud = await LiveCloud.start(t);
    const browser = await startBrowser(t);
    cloud.target("CLI").connect_timeout = 60; // for one that is frozen, while somebody looks
    await server.ask("/environments", { method: "POST", body: cloud.document });
    program.run(["env", "trust", "-e", "lab", "--yes"]);

    await t.test("a scan with options is watched, and ended", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await cloud.slow(8);
        await visitor.open("/environments/lab/scan");
        await page.getByRole("combobox", { name: "What to scan" }).selectOption("Inventory only");
        await page.getByRole("combobox", { name: "Log level" }).selectOption("DEBUG");
        await page.getByRole("checkbox", { name: "Implicit links" }).check();
        await page.getByRole("button", { name: "Start scan" }).click();
        await page.waitForURL("**/scan-list/*");
        await page.getByRole("listitem").filter({ hasText: "Asking the cloud" }).and(page.locator("[aria-current=step]")).waitFor();
        const id = new URL(page.url()).pathname.split("/").at(-1);
        const asked = await server.ask(`/scans/${id}`);
        assert.equal(asked.scan_only_inventory, true);
        assert.equal(asked.log_level, "debug");
        assert.equal(asked.implicit_links, true);
        assert.equal(asked.clear, false);
        await visitor.expectAccessible("a scan that runs");
        for (const theme of THEMES) {
            await page.emulateMedia({ colorScheme: theme });
            await visitor.screenshot(`scan-running-${theme}`);
        }
        await page.setViewportSize(NARROW);
        await visitor.expectNoSidewaysScroll("a scan that runs");
        await visitor.screenshot("scan-running-narrow", { fullPage: true });
        await page.setViewportSize(WIDE);

        const second = await visitor.newPage(); // one scan at a time
        await second.goto("/environments/lab/scan");
        await second.getByText("A scan of this environment runs already.").waitFor();
        assert.equal(await second.getByRole("button", { name: "Start scan" }).getAttribute("aria-disabled"), "true");
        await second.close();

        await page.getByRole("button", { name: "End scan" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "End scan" }).click();
        await page.getByText("Ended by a user").first().waitFor();
        assert.equal((await server.ask(`/scans/${id}`)).status, "aborted");
        await cloud.cure();
        await visitor.leave();
    });

    await t.test("a list of scans follows them; sort, filter and page are in the address", async () => {
        const lines = Array.from({ length: 60 }, (_, i) => JSON.stringify({
            _id: (i + 1).toString(16).padStart(24, "a"), environment: ENVIRONMENT, status: "failed", reason: "made up",
            submit_timestamp: `2025-01-01T00:00:${String(i).padStart(2, "0")}.000+0000`, requested_by: `user ${i}`,
        }));
        program.run(["import", "scans", "-"], lines.join("\n"));
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await visitor.open("/scan-list");
        const rows = page.getByRole("table", { name: "Scans" }).getByRole("row");
        await page.getByRole("combobox", { name: "Status" }).selectOption("Failed");
        const first = (name) => rows.nth(1).filter({ hasText: name }).waitFor();
        await first(/user 59\b/);
        assert.equal(await rows.count(), 26);
        await page.getByRole("button", { name: "Next page" }).click();
        await first(/user 34\b/);
        await page.getByRole("button", { name: "Asked for" }).first().click();
        await first(/user 0\b/);
        assert.match(page.url(), /\?status=failed&sort=submitted$/);
        await page.reload();
        await first(/user 0\b/);
        await page.goBack();
        await first(/user 34\b/);
        await page.getByRole("button", { name: "First page" }).click();
        await first(/user 59\b/);

        await visitor.open("/scan-list?environment=lab");
        const n_before = await rows.count();
        await page.evaluate(() => { window.isSamePage = true; });
        await server.ask("/environments/lab/scans", { method: "POST", body: {} });
        await rows.nth(n_before).waitFor();
        await rows.nth(1).getByText("Completed", { exact: true }).waitFor({ timeout: 60_000 });
        assert.equal(await page.evaluate(() => window.isSamePage), true, "the page was loaded anew");
        await page.getByRole("combobox", { name: "Status" }).selectOption("Failed");
        await page.getByText("No scan fits the filter").waitFor();
        await visitor.leave();
    });

    await t.test("a scan tells what it said", async () => {
        const visitor = await Visitor.come(browser, server, { user: "viewer" });
        const { page } = visitor;
        const { scans } = await server.ask(`/scans?environment=${ENVIRONMENT}&status=completed`);
        await visitor.open(`/scan-list/${scans[0]._id}`);
        await page.getByText(/^scan completed: 4 hosts, 115 objects/).waitFor();
        assert.equal(await page.getByRole("button", { name: "Scan again" }).getAttribute("aria-disabled"), "true");
        await visitor.leave();
    });

    await t.test("one object is scanned again", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        const { objects: [host] } = await server.ask("/environments/lab/objects?type=host&id=cmp1");
        await visitor.open(`/environments/lab/objects/${host._id}`);
        await page.getByRole("button", { name: "Scan again" }).click();
        await page.getByText("Scanned again: what is shown is as it is now.").waitFor();
        await page.getByRole("button", { name: "Scan again" }).waitFor();
        const { scans: [scan] } = await server.ask("/scans?environment=lab");
        assert.deepEqual([scan.object_id, scan.object_type, scan.status], ["cmp1", "host", "completed"]);
        const { last_scanned } = await server.ask(`/environments/lab/objects/${host._id}`);
        assert.ok(last_scanned > host.last_scanned);
        await visitor.open(`/scan-list/${scan._id}`);
        await page.getByText("Only host cmp1").waitFor();
        await visitor.screenshot("scan-of-one");
        await visitor.leave();
        const viewer = await Visitor.come(browser, server, { user: "viewer" });
        const { objects: [seen] } = await server.ask(`/environments/${ENVIRONMENT}/objects?type=host`);
        await viewer.open(`/environments/${ENVIRONMENT}/objects/${seen._id}`);
        assert.equal(await viewer.page.getByRole("button", { name: "Scan again" }).getAttribute("aria-disabled"), "true");
        await viewer.leave();
    });

    await t.test("the host that a scan waits for is named", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await cloud.freeze("cmp2");
        const dashboard = await visitor.newPage();
        await dashboard.goto("/");
        await visitor.open("/environments/lab");
        await page.getByRole("button", { name: "Scan now" }).click();
        const progress = page.getByRole("region", { name: "Progress of the scan" });
        await progress.getByText("cmp2").waitFor();
        await progress.getByText(/^Reading the hosts, \d of 4/).waitFor();
        for (const theme of THEMES) {
            await page.emulateMedia({ colorScheme: theme });
            await visitor.screenshot(`environment-scanning-${theme}`);
        }
        await dashboard.getByText(/^Scanning, \d+ %/).waitFor();
        const { last_scan: { _id } } = await server.ask("/environments/lab");
        await visitor.open(`/scan-list/${_id}`);
        await page.getByRole("region", { name: "Progress" }).getByText("cmp2").waitFor();
        await visitor.screenshot("scan-host");
        await server.ask(`/scans/${_id}/cancel`, { method: "POST" });
        await dashboard.getByText("Last scan was ended").waitFor({ timeout: 90_000 });
        await visitor.leave();
    });

    await t.test("a nightly scan is scheduled, changed and deleted", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const { page } = visitor;
        await visitor.open("/schedules");
        await page.getByText("No schedules yet").waitFor();
        await visitor.screenshot("schedules-none");
        await page.getByRole("link", { name: "Add schedule" }).click();
        await visitor.settled();
        await page.getByRole("combobox", { name: "Environment" }).selectOption("lab");
        await page.getByLabel("First run").fill("2040-03-24T02:30"); // summer time begins on the 25th
        await page.getByRole("region", { name: "Next runs" }).getByText(/26 Mar 2040, 02:30:00/).waitFor();
        await page.getByRole("button", { name: "Save schedule" }).click();
        await page.waitForURL("**/schedules");
        const { schedules: [made] } = await server.ask("/schedules");
        assert.equal(made.environment, "lab");
        assert.equal(made.recurrence, "DAILY");
        assert.equal(made.scheduled_timestamp, "2040-03-24T01:30:00.000+0000");

        await page.getByRole("link", { name: "Every day" }).click();
        await visitor.settled();
        assert.equal(await page.getByLabel("First run").inputValue(), "2040-03-24T02:30");
        const what = page.getByRole("combobox", { name: "What to scan" });
        await what.selectOption("Links only");
        await page.getByRole("link", { name: "Cancel" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
        const theirs = { recurrence: "WEEKLY", scheduled_timestamp: made.scheduled_timestamp };
        await server.ask(`/schedules/${made._id}`, { method: "PUT", body: theirs });
        visitor.excuse(/status of 412 /);
        await page.getByRole("button", { name: "Save schedule" }).click();
        await page.getByText("Somebody else has changed it meanwhile.").waitFor();
        await visitor.screenshot("schedule-conflict");
        await what.selectOption("Everything"); // as it was: what others did is taken in
        await page.getByRole("link", { name: "Cancel" }).click();
        await page.getByRole("link", { name: "Every week" }).click();
        await visitor.settled();
        await page.getByRole("option", { name: "Every week", selected: true }).waitFor({ state: "attached" });
        await page.getByRole("combobox", { name: "How often" }).selectOption("Every month");
        await page.getByLabel("First run").fill("2040-01-31T02:30");
        await page.getByRole("region", { name: "Next runs" }).getByText(/29 Feb 2040, 02:30:00/).waitFor();
        await visitor.screenshot("schedule-monthly");
        await page.getByRole("button", { name: "Save schedule" }).click();
        await page.getByRole("link", { name: "Every month" }).waitFor();
        assert.equal((await server.ask(`/schedules/${made._id}`)).recurrence, "MONTHLY");

        await page.getByRole("button", { name: "Delete: lab, Every month" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
        await page.getByText("No schedules yet").waitFor();
        assert.deepEqual((await server.ask("/schedules")).schedules, []);
        await visitor.leave();
    });
});
