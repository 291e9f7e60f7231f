// How the UI gets into a browser: its files, and the policy under which they run.

import assert from "node:assert/strict";
import test from "node:test";

import { startBrowser, Visitor } from "./lib/browser.mjs";
import { Program, Server, serveCloud } from "./lib/server.mjs";

const MOST_SHELL = 60_000; // bytes, compressed, with what signing in takes

test("files", async (t) => {
    const { server } = await serveCloud(t, { options: ["--no-scans"] });
    const browser = await startBrowser(t);

    await t.test("the page loads files of ours, each once, and nothing else", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        const answers = [];
        visitor.page.on("response", (response) => answers.push(response));
        await visitor.open("/");
        const files = answers.filter((answer) => !new URL(answer.url()).pathname.startsWith("/api/"));
        assert.ok(files.some((file) => /\/assets\/.*\.js$/.test(file.url())));
        for (const file of files) {
            assert.equal(file.status(), 200, file.url());
            assert.match(file.headers()["content-security-policy"], /default-src 'none'/, file.url());
        }
        assert.equal(new Set(files.map((file) => file.url())).size, files.length);
        await visitor.leave();
    });

    await t.test("little is loaded before somebody signs in", async () => {
        const visitor = await Visitor.come(browser, server);
        visitor.excuse(/status of 401 .*\/api\/v1\/session\)/);
        const sizes = [];
        visitor.page.on("requestfinished", (request) => {
            if (!new URL(request.url()).pathname.startsWith("/api/"))
                sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
        });
        await visitor.open("/");
        const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
        assert.ok(total > 1000 && total <= MOST_SHELL, `${total} bytes`);
        await visitor.leave();
    });

    await t.test("who comes back loads nothing that is there already", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        await visitor.open("/");
        const loaded = [];
        visitor.page.on("response", (response) => {
            if (new URL(response.url()).pathname.startsWith("/assets/"))
                loaded.push(response);
        });
        await visitor.open("/");
        const anew = await Promise.all(loaded.map(async (response) => ({
            url: response.url(), size: (await response.request().sizes()).responseBodySize,
        })));
        assert.deepEqual(anew.filter(({ size }) => size > 0), []);
        await visitor.leave();
    });

    await t.test("no script runs that is not a file of ours", async () => {
        const visitor = await Visitor.come(browser, server, { user: "admin" });
        visitor.excuse(/Content Security Policy/);
        await visitor.open("/");
        const ran = await visitor.page.evaluate(async () => {
            const events = [];
            document.addEventListener("securitypolicyviolation", (event) => events.push(event.effectiveDirective));
            window.ran = 0;
            const script = document.createElement("script");
            script.textContent = "window.ran++";
            const image = document.createElement("div");
            image.innerHTML = "<img src='data:,' onerror='window.ran++'><style>body { opacity: 0.5 }</style>";
            const frame = document.createElement("iframe");
            frame.src = "/";
            document.body.append(script, image, frame);
            setTimeout("window.ran++"); // as eval()
            await fetch("http://127.0.0.2:1/").catch(() => events.push("fetch"));
            for (let i = 0; i < 100 && events.length < 7; i++)
                await new Promise((resolve) => { setTimeout(resolve, 50); });
            return { ran: window.ran, opacity: getComputedStyle(document.body).opacity, events };
        });
        assert.equal(ran.ran, 0);
        assert.equal(ran.opacity, "1");
        for (const event of ["script-src-elem", "script-src-attr", "script-src", "style-src-elem", "frame-src",
            "connect-src", "fetch"])
            assert.ok(ran.events.includes(event), `${event} of ${ran.events}`);
        visitor.problems = visitor.problems.filter((problem) => !problem.includes("127.0.0.2"));
        await visitor.leave();
    });
});

test("a program without an administrator sends whoever comes to its setup", async (t) => {
    const program = new Program(t);
    const server = await Server.start(program);
    t.after(() => server.stop());
    assert.equal(server.setupLink?.startsWith(`${server.origin}/setup#`), true);
});
