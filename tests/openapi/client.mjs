// SPDX-License-Identifier: Apache-2.0
// usage: CALIPSO_TOKEN=... node client.mjs URL ENVIRONMENT.json [NEW-USER]
//
// An example of a client that is made from the description of the API: its functions are the
// operations that the description names. It adds a cloud, trusts its hosts, tries the ways into it,
// scans it while it follows the feed, reads what was found, and makes a schedule and a user. The
// password of the user is CALIPSO_NEW_PASSWORD. Exit status 1 when anything is not as it should be.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { OpenAPIClientAxios } from "openapi-client-axios";

const [url, file, newUser = "guest"] = process.argv.slice(2);
const { CALIPSO_TOKEN: token, CALIPSO_NEW_PASSWORD: password } = process.env;
const tell = (step, what) => console.log(`${step}: ${what}`);

const client = await new OpenAPIClientAxios({
    definition: `${url}/api/v1/openapi.json`,
    axiosConfigDefaults: { baseURL: url, headers: { Authorization: `Bearer ${token}` } },
}).init();

// A failed request has the server's own words.
client.interceptors.response.use(undefined, error => {
    const { status, data } = error.response ?? {};
    throw new Error(`${error.config?.method} ${error.config?.url}: ${status} ${data?.detail ?? error.message}`);
});

// Ask again until it is so.
async function until(ask, isSo) {
    for (;;) {
        const { data } = await ask();
        if (isSo(data))
            return data;
        await sleep(200);
    }
}

// All pages of a list.
async function* all(operation, parameters) {
    for (let cursor; cursor !== null;) {
        const { data } = await client[operation]({ ...parameters, ...(cursor && { cursor }) });
        const { next, ...lists } = data;
        yield* Object.values(lists)[0];
        cursor = next;
    }
}

async function add(document) {
    const { data, status } = await client.post_environment(null, document);
    assert.equal(status, 201);
    return data.name;
}

// A host that is reached through another one shows its key when that is trusted.
async function trust(environment) {
    for (let n = 0;;) {
        const { data } = await client.get_shown_keys({ environment });
        const keys = data.host_keys.filter(key => key.state === "new").map(({ host, fingerprint }) => ({ host, fingerprint }));
        if (keys.length === 0)
            return n;
        await client.post_host_keys({ environment }, { host_keys: keys });
        n += keys.length;
    }
}

async function test(environment) {
    const { data: { _id: id } } = await client.post_environment_test({ environment });
    const done = await until(() => client.get_connection_test({ id }), found => ["response", "failed"].includes(found.status));
    assert.equal(done.status, "response", done.reason);
    assert.deepEqual(Object.values(done.test_results).filter(good => !good), [], JSON.stringify(done.errors));
    return Object.keys(done.test_results);
}

// Follows the feed from now on; counts events by their names.
async function follow(environment) {
    const { data: stream } = await client.get_feed({ environment }, null, { responseType: "stream" });
    const counts = new Map();

    createInterface({ input: stream }).on("line", line => {
        if (line.startsWith("event: "))
            counts.set(line.slice(7), (counts.get(line.slice(7)) ?? 0) + 1);
    });
    return { counts, end: () => stream.destroy() };
}

async function scan(environment) {
    const { data: { _id: id } } = await client.post_scan({ environment }, {});
    const done = await until(() => client.get_scan({ id }), found => !["pending", "running"].includes(found.status));
    assert.equal(done.status, "completed", done.reason);
    return done;
}

async function read(environment) {
    const { data: counts } = await client.get_counts({ environment });
    const objects = [], links = [];
    for await (const object of all("list_objects", { environment }))
        objects.push(object);
    for await (const link of all("list_links", { environment }))
        links.push(link);
    const sum = numbers => Object.values(numbers).reduce((a, b) => a + b, 0);
    assert.equal(objects.length, sum(counts.objects));
    assert.equal(links.length, sum(counts.links));
    const instance = objects.find(object => object.type === "instance" && object.clique);
    assert.ok(instance, "no instance has a clique");
    const { data: clique } = await client.get_clique({ environment, id: instance._id });
    assert.ok(clique.nodes.includes(instance._id));
    return { objects: objects.length, links: links.length, instance: instance.name, nodes: clique.nodes.length };
}

async function schedule(environment) {
    const { data: made } = await client.post_schedule({ environment }, { recurrence: "DAILY" });
    const { data: { schedules } } = await client.list_schedules({ environment });
    assert.ok(schedules.some(one => one._id === made._id));
    return made.scheduled_timestamp;
}

async function addUser(environment) {
    const { data: user } = await client.post_user(null, { name: newUser, password, roles: [] });
    await client.put_grant({ name: newUser, of: environment }, { view: true });
    return user.name;
}

const environment = await add(JSON.parse(readFileSync(file, "utf8")));
tell("environment", environment);
tell("trusted", `${await trust(environment)} hosts`);
tell("tested", (await test(environment)).join(", "));
const feed = await follow(environment);
const { status } = await scan(environment);
tell("scanned", status);
const found = await read(environment);
tell("found", `${found.objects} objects, ${found.links} links; ${found.instance} depends on ${found.nodes} objects`);
tell("scheduled", await schedule(environment));
tell("user", `${await addUser(environment)} may see it`);
await until(async () => ({ data: feed.counts }), counts => counts.has("schedule") && counts.has("revision"));
feed.end();
for (const name of ["begin", "scan", "schedule", "environment", "revision"])
    assert.ok(feed.counts.has(name), `the feed told no ${name}`);
tell("feed", [...feed.counts].map(([name, n]) => `${n} ${name}`).join(", "));
