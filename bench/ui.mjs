// SPDX-License-Identifier: Apache-2.0
// Look at the web UI of `calipso serve` in Debian's Chromium, without a GPU, on the store of a synthetic
// cloud: one line per figure.
//
//     ui.mjs SIZE RECORDING PROGRAM [first-view|object|tree|search|frames|live|memory]...
//
// $STORE is a store that has the cloud already: it is copied and spares the scan.
//
// Times are from the moment at which the browser had the click or the key until the frame that shows what was
// wanted is drawn, several rounds, the middle one of which counts. What happens in the cloud are
// commits to the store by `calipso import`, in small pieces: the server tells them as it tells scans.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [SIZE, RECORDING, PROGRAM, ...wanted] = process.argv.slice(2);
process.env.CALIPSO = resolve(PROGRAM);

const { startBrowser, Visitor } = await import("../tests/web/lib/browser.mjs");
const { PASSWORD, Program, Server } = await import("../tests/web/lib/server.mjs");
const { watch } = await import("./ui_watch.mjs");

const USER = "ui-bench";
const ROUNDS = 7;
const MARKS = 300; // which the server rolls large cliques up to
const INPUTS = 60; // moves of the pointer, or turns of the wheel, a second
const MOVING = 3000; // milliseconds of panning, and of zooming
const RATE = 50; // live events a second
const LIVE_SECONDS = 10;
const LIVE_ROUNDS = 3;
const WARM_UP = 1000; // events
const MANY = 10_000;
const FAST = 500; // events a second
const PIECES = 2; // commits of each kind a second
const MOST = 1000; // changes of a commit that are told one by one
const MB = 1 << 20;

let is_over = false;

/** One line, as server.py prints it. A budget must not be exceeded, the least be reached. */
function figure(name, value, unit = "", { budget, least } = {}) {
    const over = (budget !== undefined && !(value <= budget)) || (least !== undefined && !(value >= least));
    is_over ||= over;
    const limit = budget !== undefined ? String(budget) : least !== undefined ? `>=${least}` : "-";
    console.log(`${name.padEnd(36)} ${value.toFixed(3).padStart(10)} ${unit.padEnd(5)} ${limit.padStart(8)} ` +
        `${"-".padStart(8)} ${over ? "OVER" : "ok"}`);
}

function median(values) {
    assert.ok(values.length > 0);
    return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}

/** As the tree has them. */
const byName = new Intl.Collator("en", { numeric: true }).compare;

/* --- the cloud --- */

class Cloud {
    constructor(program, server, token) {
        Object.assign(this, { program, server, token });
    }

    async get(path) {
        const answer = await fetch(`${this.server.origin}/api/v1${path}`, {
            headers: { Authorization: `Bearer ${this.token}` },
        });
        assert.equal(answer.status, 200, path);
        return answer.json();
    }

    ask(path) {
        return this.get(`/environments/${this.environment}${path}`);
    }

    async all(type, limit = 1000) {
        return (await this.ask(`/objects?type=${type}&limit=${limit}&fields=_id,name`)).objects;
    }

    /** What the tree shows it in. */
    async parentOf({ _id }) {
        return (await this.ask(`/objects/${_id}/ancestors`)).ancestors.at(-1);
    }

    pathOf({ _id }) {
        return `/environments/${this.environment}/objects/${_id}`;
    }
}

/** Changes of objects, half of them of those that are looked at, and messages, as many a second as are wanted. */
class Changes {
    constructor(cloud, shown, others) {
        this.cloud = cloud;
        this.lists = [shown, others];
        this.n_changes = 0;
        this.n_messages = 0;
    }

    import(collection, documents) {
        const text = documents.map((one) => JSON.stringify(one)).join("\n");
        return new Promise((done, fail) => {
            const child = spawn(process.env.CALIPSO, ["import", collection, "-"], {
                env: this.cloud.program.environ, stdio: ["pipe", "ignore", "inherit"],
            });
            child.once("exit", (status) =>
                (status === 0 ? done() : fail(new Error(`import ${collection}: ${status}`))));
            child.stdin.end(text);
        });
    }

    /** Instances have another name each time, all others another attribute. */
    changed() {
        const objects = this.lists[this.n_changes % 2];
        const n = this.n_changes++ >> 1;
        const { clique: _, ...object } = objects[n % objects.length];
        const turn = Math.floor(n / objects.length);
        return { ...object, turn, name: object.type === "instance" && turn % 2 ? `${object.name}*` : object.name };
    }

    message() {
        const n = this.n_messages++;
        const { environment } = this.cloud;
        const related = this.lists[0][n % this.lists[0].length];
        return {
            id: randomUUID(), environment, level: ["info", "warn", "error"][n % 3], source_system: "bench",
            message: `something happened for the ${n}th time`, related_object: related.id,
            related_object_type: related.type, timestamp: new Date().toISOString(), viewed: false,
        };
    }

    /** `count` events, `rate` of them a second; how many a second it were. A large store takes longer
     *  for a commit: there are fewer of them then, with more in each. */
    async make(count, rate) {
        const began = Date.now();
        let made = 0;
        while (made < count) {
            const due = made + rate / PIECES;
            await sleep(Math.max(0, began + (due * 1000) / rate - Date.now()));
            const late = Math.floor(((Date.now() - began) * rate) / 1000);
            made += await this.piece(Math.min(Math.max(due, late), count) - made);
        }
        return (made * 1000) / (Date.now() - began);
    }

    /** Half of them are changes: an event each, and one of their revision. An object changes once in a commit. */
    async piece(size) {
        const changed = Array.from({ length: Math.min(size, MOST) >> 1 }, () => this.changed());
        const objects = new Map(changed.map((object) => [object._id, object]));
        await this.import("inventory", [...objects.values()]);
        await this.import("messages", Array.from({ length: size - objects.size - 1 }, () => this.message()));
        return size;
    }
}

/* --- who looks --- */

async function come(world) {
    const visitor = await Visitor.come(world.browser, world.cloud.server, { reducedMotion: "no-preference" });
    await visitor.page.addInitScript(watch);
    await visitor.signIn(USER);
    return visitor;
}

/** How long `act` takes until the page shows the sign. */
async function timed(page, sign, wish, act) {
    await page.evaluate(([name, of]) => window.bench.await(name, of), [sign, wish]);
    await act();
    return page.evaluate(() => window.bench.shown);
}

async function openGraph(visitor, path) {
    await visitor.page.goto(path);
    await visitor.page.evaluate(() => window.bench.await("graph"));
    await visitor.page.evaluate(() => window.bench.shown);
    await visitor.settled();
}

/* --- figures --- */

/** Nothing is in its cache. */
async function benchFirstView(world) {
    const times = [];
    for (let i = 0; i < ROUNDS; i++) {
        const visitor = await come(world);
        times.push(await visitor.page.goto("/").then(() =>
            visitor.page.evaluate(() => {
                window.bench.await("dashboard");
                return window.bench.shown;
            })));
        await visitor.leave();
    }
    figure("first_view", median(times), "ms", { budget: 1500 });
}

/** From the tree, in which they are beside each other. */
async function benchObjects(world, name, objects) {
    const { cloud } = world;
    const visitor = await come(world);
    const { page } = visitor;
    const parent = await cloud.parentOf(objects[0]);
    const linkTo = ({ _id }) => page.locator(`a.tree-link[href$="/objects/${_id}"]`);
    await page.goto(cloud.pathOf(parent));
    await visitor.settled();
    const row = page.locator(".tree-row", { has: linkTo(parent) });
    await row.locator(".tree-twisty").click();
    const times = [];
    for (const object of objects) {
        // Only rows that are seen are there: all that is opened here goes into the window.
        await row.evaluate((element) => element.scrollIntoView({ block: "start" }));
        await linkTo(object).waitFor();
        times.push(await timed(page, "graph", object.name, () => linkTo(object).click()));
        await visitor.settled();
    }
    await visitor.leave();
    // The first one loads the program of the graph.
    figure(`${name}_first`, times[0], "ms");
    figure(name, median(times.slice(1)), "ms", { budget: 500 });
}

async function benchObject(world) {
    const { cloud } = world;
    const [one] = await cloud.all("instance", 1);
    const host = (await cloud.ask(`/objects/${one._id}`)).host;
    const { objects } = await cloud.ask(`/objects?type=instance&host=${host}&fields=_id,name`);
    objects.sort((a, b) => byName(a.name, b.name));
    await benchObjects(world, "object_instance", objects.slice(0, ROUNDS + 1));
}

async function benchTree(world) {
    const { nodes } = await world.cloud.ask("/tree");
    const folder = nodes.reduce((a, b) => (a.n_children > b.n_children ? a : b));
    const times = [], requests = [];
    for (let i = 0; i < ROUNDS; i++) {
        const visitor = await come(world);
        const { page } = visitor;
        await page.goto(`/environments/${world.cloud.environment}`);
        await visitor.settled();
        const row = page.locator(".tree-row", { hasText: folder.name });
        await row.waitFor();
        times.push(await timed(page, "rows", undefined, () => row.locator(".tree-twisty").click()));
        requests.push(await page.evaluate(() => window.bench.requestTime("/tree")));
        await visitor.leave();
    }
    figure("tree_rows", folder.n_children);
    figure("tree_request", median(requests), "ms");
    figure("tree_expand", median(times), "ms", { budget: 100 });
}

async function benchSearch(world) {
    const names = (await world.cloud.all("instance", 5)).map(({ name }) => name);
    const visitor = await come(world);
    const { page } = visitor;
    const times = [], requests = [];
    await page.goto(`/environments/${world.cloud.environment}`);
    await visitor.settled();
    await page.keyboard.press("Control+k");
    await page.locator("dialog.search input").waitFor();
    for (const name of names) {
        for (let n = 1; n <= name.length; n++) {
            await page.evaluate(() => performance.clearResourceTimings());
            times.push(await timed(page, "results", name.slice(0, n), () => page.keyboard.press(name[n - 1])));
            requests.push(await page.evaluate(() => window.bench.requestTime("/search")));
        }
        await page.keyboard.press("Control+a");
        await page.keyboard.press("Delete");
    }
    await visitor.leave();
    figure("search_request", median(requests), "ms");
    figure("search_as_typed", median(times), "ms", { budget: 150 });
}

/** A graph of as many marks as the server gives: that of a network with as much of others as it lacks. */
async function fullGraph(cloud) {
    const networks = await cloud.all("network", 20);
    const [graph, ...others] = await Promise.all(networks.map(({ _id }) => cloud.ask(`/objects/${_id}/graph`)));
    const nodes = new Map(graph.nodes.map((node) => [node._id, node]));
    const links = new Map(graph.links.map((link) => [link._id, link]));
    for (const other of others) {
        for (const node of other.nodes)
            if (nodes.size < MARKS && node._id !== other.focal_point)
                nodes.set(node._id, node);
        for (const link of other.links) {
            const [source, target] = [link.source, link.target]
                .map((end) => (end === other.focal_point ? graph.focal_point : end));
            if (nodes.has(source) && nodes.has(target))
                links.set(link._id, { ...link, source, target });
        }
    }
    return { ...graph, n_marks: nodes.size, n_nodes: nodes.size, n_links: links.size,
        nodes: [...nodes.values()], links: [...links.values()] };
}

/** Frames a second in which the graph is elsewhere than in the one before. Who moves does not wait for them. */
async function framesWhile(page, step) {
    const steps = [];
    await page.evaluate(() => window.bench.countFrames());
    const began = Date.now();
    for (let n = 0; Date.now() - began < MOVING; n++) {
        steps.push(step(n));
        await sleep(Math.max(0, began + ((n + 1) * 1000) / INPUTS - Date.now()));
    }
    const rate = await page.evaluate(() => window.bench.frameRate());
    await Promise.all(steps);
    return rate;
}

function thereAndBack(way, width) {
    return width - Math.abs((way % (2 * width)) - width);
}

async function benchFrames(world) {
    const graph = await fullGraph(world.cloud);
    const visitor = await come(world);
    const { page } = visitor;
    await page.route(/\/objects\/\w+\/graph/, (route) => route.fulfill({ json: graph }));
    await openGraph(visitor, `${world.cloud.pathOf({ _id: graph.focal_point })}?view=graph`);
    const frame = page.locator(".graph-canvas-frame");
    await frame.focus();
    await page.keyboard.press("0"); // all of it
    const { x, y, width, height } = await frame.boundingBox();
    const pan = [], zoom = [];
    for (let i = 0; i < LIVE_ROUNDS; i++) {
        // Where no mark is.
        await page.mouse.move(x + 6, y + height - 6);
        await page.mouse.down();
        pan.push(await framesWhile(page, (n) => page.mouse.move(x + 6 + thereAndBack(7 * n, 400), y + height - 6)));
        await page.mouse.up();
        await page.mouse.move(x + width / 2, y + height / 2);
        zoom.push(await framesWhile(page, (n) => page.mouse.wheel(0, n % 40 < 20 ? -20 : 20)));
    }
    await visitor.leave();
    figure("graph_marks", graph.n_marks);
    figure("graph_pan", median(pan), "1/s", { least: 40 });
    figure("graph_zoom", median(zoom), "1/s", { least: 40 });
}

/** What is looked at while things happen, and what happens to what is looked at. */
async function screens(world) {
    const { cloud } = world;
    const [one] = await cloud.all("instance", 1);
    const { nodes } = await cloud.ask(`/objects/${one._id}/graph`);
    const { host } = await cloud.ask(`/objects/${one._id}`);
    const { objects } = await cloud.ask(`/objects?type=instance&host=${host}&limit=20`);
    const others = (await cloud.ask("/objects?type=instance&limit=500")).objects;
    const clique = await Promise.all(nodes.map(({ _id }) => cloud.ask(`/objects/${_id}`)));
    const shown = new Map([...clique, ...objects].map((object) => [object._id, object]));
    return {
        changes: new Changes(cloud, [...shown.values()], others.filter(({ _id }) => !shown.has(_id))),
        screens: [
            ["dashboard", (visitor) => visitor.open("/")],
            ["object", (visitor) => openGraph(visitor, cloud.pathOf(one))],
            ["messages", (visitor) => visitor.open("/message-log")],
        ],
    };
}

async function benchLive(world) {
    const { changes, screens: all } = await screens(world);
    const rates = [];
    for (const [name, open] of all) {
        const visitor = await come(world);
        const longest = [];
        await open(visitor);
        for (let i = 0; i < LIVE_ROUNDS; i++) {
            await visitor.page.evaluate(() => window.bench.forgetTasks());
            rates.push(await changes.make(RATE * LIVE_SECONDS, RATE));
            longest.push(await visitor.page.evaluate(() => window.bench.longestTask()));
        }
        await visitor.leave();
        figure(`live_${name}_longest_task`, median(longest), "ms", { budget: 200 });
    }
    figure("live_rate", median(rates), "1/s", { least: 0.9 * RATE });
}

/** What is left when all that nobody holds is gone. */
async function kept(tools) {
    await sleep(3000);
    for (let i = 0; i < 2; i++)
        await tools.send("HeapProfiler.collectGarbage");
    const { metrics } = await tools.send("Performance.getMetrics");
    const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
    return { heap: of("JSHeapUsedSize"), nodes: of("Nodes") };
}

async function benchMemory(world) {
    const { changes, screens: all } = await screens(world);
    const rates = [];
    for (const [name, open] of all) {
        const visitor = await come(world);
        const tools = await visitor.context.newCDPSession(visitor.page);
        await tools.send("Performance.enable");
        await open(visitor);
        await changes.make(WARM_UP, FAST);
        const before = await kept(tools);
        rates.push(await changes.make(MANY, FAST));
        const after = await kept(tools);
        await visitor.leave();
        figure(`memory_${name}`, before.heap / MB, "MB");
        figure(`memory_${name}_growth`, (after.heap - before.heap) / MB, "MB", { budget: 2 });
        figure(`memory_${name}_nodes`, before.nodes);
        figure(`memory_${name}_nodes_growth`, (100 * Math.abs(after.nodes - before.nodes)) / before.nodes, "%",
            { budget: 5 });
    }
    figure("memory_rate", median(rates), "1/s");
}

const benches = {
    "first-view": benchFirstView, object: benchObject, tree: benchTree, search: benchSearch, frames: benchFrames,
    live: benchLive, memory: benchMemory,
};

/** A token: the price of a password is for each request otherwise. */
async function signIn(server) {
    const answer = await fetch(`${server.origin}/api/v1/session`, {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name: USER, password: PASSWORD }),
    });
    return /=([0-9a-f]+)/.exec(answer.headers.get("Set-Cookie"))[1];
}

/** The store, a server on it, a browser. */
async function begin(bench) {
    const program = new Program(bench);
    if (process.env.STORE)
        copyFileSync(process.env.STORE, join(program.folder, "calipso.db"));
    else
        program.scan("bench", RECORDING);
    program.run(["user", "add", USER, "--password-file", "-", "--roles", "all"], PASSWORD);
    const server = await Server.start(program, { options: ["--no-scans"] });
    bench.after(() => server.stop());
    const cloud = new Cloud(program, server, await signIn(server));
    cloud.environment = (await cloud.get("/environments")).environments[0].name;
    return { browser: await startBrowser(bench), cloud };
}

const ends = [];
try {
    const chosen = wanted.length > 0 ? wanted : Object.keys(benches);
    const world = await begin({ after: (end) => ends.unshift(end) });
    console.log(`${SIZE.padEnd(36)} ${"value".padStart(10)} unit  ${"budget".padStart(8)} ${"ratio".padStart(8)}`);
    figure("load_average", loadavg()[0]);
    for (const name of chosen)
        await benches[name](world);
} finally {
    for (const end of ends)
        await end();
}
process.exitCode = is_over ? 1 : 0;
