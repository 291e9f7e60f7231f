// SPDX-License-Identifier: Apache-2.0
// usage: node fuzz.mjs < WORLD.json
//
// Requests of every operation that the description of the API has: allowed ones, nearly allowed ones
// and hostile ones, from an administrator, a viewer and nobody. None may be answered by a 5xx, by
// what is not described, or not at all; what the description allows is not refused as malformed.
//
// WORLD is {address, tokens: {name: token or null}, known: {kind: [value]}, examples: {schema: value},
// reaching: [operation], seed, runs, seconds}: 'runs' requests of each operation, or as many as there are in so many seconds. Findings are
// printed with the request that shows them; exit status 1 when there are any.

import http from "node:http";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Description } from "./description.mjs";
import { allowed, nearly, hostile, anything, examples } from "./values.mjs";

const PATIENCE = 60000;     // milliseconds for an answer: a server that takes longer hangs
const world = JSON.parse(readFileSync(0, "utf8"));
Object.assign(examples, world.examples);
const agent = new http.Agent({ keepAlive: true });
const cursors = ["AAAA", "!", ""];
const counts = {};          // of answers by their status
const succeeded = new Set();

// What a request that the description allows may be refused for: things that no schema can say.
const ACCESS = [/configuration: target \w+ is missing/, / is there twice$/, /is missing$/, / needs a pwd/,
                /no secret for it to stand for|nothing that/, / was expected$/, / is no name of a host$/, / must be given anew$/, /there is none yet that \*\*\* is$/,
                /^name: a name stays$/];
const PHASES = [/^only one of/];
const ENDS = [/^link_types: there is no link type /, /^environment: there is no environment /, / was expected, after its ends$/];
const REASONS = {
    "*": [/^cursor: this is none of /, /^limit: as lines a list is sent whole$/, /^fields: more than 64$/],
    list_links: [/one of object, source and target is enough$/],
    post_environment: ACCESS, put_environment: ACCESS, patch_environment: ACCESS,
    post_connection_test: [...ACCESS, /there is no target that can be tested$/, /^targets: the environment has no /],
    post_environment_test: [/^targets: the environment has no /],
    get_feed: [/cursor is none of this feed$/],
    post_messages_seen: [/^ids: they stand alone$/],
    post_scan: [...PHASES, /^object_id: /], post_schedule: PHASES, put_schedule: PHASES,
    post_clique_type: ENDS, put_clique_type: ENDS, post_link_type: ENDS, put_link_type: ENDS,
};

// --- asking ---

function send({ method, path, headers, body }) {
    return new Promise((resolve, reject) => {
        const [host, port] = world.address.split(":");
        const request = http.request({ host, port, method, path, agent, timeout: PATIENCE,
                                       headers: body === null ? headers : { ...headers, "Content-Length": body.length } });
        request.on("timeout", () => request.destroy(new Error("no answer")));
        request.on("error", reject);
        request.on("response", response => {
            const pieces = [];
            const type = (response.headers["content-type"] ?? "").split(";")[0];
            const end = () => resolve({ status: response.statusCode, type, body: Buffer.concat(pieces).toString("utf8") });
            response.on("data", piece => pieces.push(piece));
            response.on("end", end);
            response.on("error", reject);
            if (type === "text/event-stream") {      // has no end
                end();
                request.destroy();
            }
        });
        request.end(body ?? undefined);
    });
}

// A connection that the server closed while it was idle is no finding: once more on a new one.
async function ask(request) {
    try {
        return await send(request);
    } catch (error) {
        if (!["ECONNRESET", "EPIPE"].includes(error.code))
            throw error;
        return send(request);
    }
}

// --- requests ---

const encoded = value => [...Buffer.from(String(value))].map(byte => /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, "0")}`).join("");

// Broken escapes, steps upwards, bytes that are no UTF-8, control characters, much of it.
const TRICKS = ["..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "%ff%fe", "%", "%4", "%zz", "\xff\xc3(", "%0d%0aX:%20y",
                "a".repeat(9000), "%25".repeat(500), "'%22;--", "*", "{id}", "%ed%a0%80", "-1", "$where", "%c0%ae"];

function kindOf(path, name) {
    if (name !== "id" && name !== "name")
        return name;
    return path.split(`/{${name}}`)[0].split("/").at(-1);
}

function pathOf(operation, isHostile) {
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(found => found[1]);
    const changes = ["put", "patch", "delete"].includes(operation.method);
    const values = names.map(name => {
        const kind = kindOf(operation.path, name);
        const use = world.reaching.includes(operation.operationId) ? " to reach" : changes ? " to change" : "";
        const known = world.known[kind + use] ?? world.known[kind] ?? Object.values(world.known).flat();
        const some = fc.constantFrom(...known).map(encoded);
        const other = fc.oneof(fc.constant("0".repeat(24)), fc.string({ minLength: 1, maxLength: 30 })).map(encoded)
            .filter(value => !/^\.*$/.test(value));
        return isHostile ? fc.oneof(some, fc.constantFrom(...TRICKS))
            : fc.oneof({ arbitrary: some, weight: 5 }, { arbitrary: other, weight: 1 });
    });
    return fc.tuple(...values).map(found => operation.path.replaceAll(/\{\w+\}/g, () => found.shift()));
}

function queryValue(parameter, all) {
    if (parameter.name === "cursor")
        return fc.nat().map(number => cursors[number % cursors.length]);
    const value = allowed(parameter.schema, all);
    return parameter.schema.type === "string" && !parameter.schema.enum
        ? fc.oneof(value, fc.constantFrom(...Object.values(world.known).flat())) : value;
}

function queryOf(operation, isAllowed, all) {
    const parameters = operation.parameters.filter(parameter => parameter.in === "query");
    const members = Object.fromEntries(parameters.map(parameter => [parameter.name, queryValue(parameter, all)]));
    const requiredKeys = parameters.filter(parameter => parameter.required).map(parameter => parameter.name);
    const oneOfThem = fc.nat().chain(number => {      // most of them together are refused by cursors and the like
        const names = [...requiredKeys, ...Object.keys(members).slice(number % (parameters.length || 1)).slice(0, 1)];
        return fc.record(Object.fromEntries(names.map(name => [name, members[name]])));
    });
    const good = fc.oneof({ arbitrary: fc.record(members, { requiredKeys }), weight: 1 }, { arbitrary: oneOfThem, weight: 3 }).map(values =>
        Object.entries(values).flatMap(([name, value]) => [value].flat().map(one => `${encoded(name)}=${encoded(one)}`)));
    if (isAllowed)
        return good;
    const name = fc.constantFrom(...parameters.map(parameter => encoded(parameter.name)), "where.", "where.a.b", "frob", "%00", "");
    const odd = fc.tuple(name, fc.oneof(fc.constantFrom(...TRICKS, "99999999999999999999", "-1", "0x10", "", "TRUE"),
                                        fc.string({ maxLength: 20 }).map(encoded)))
        .map(([key, value]) => `${key}=${value}`);
    return fc.tuple(good, fc.array(fc.oneof(odd, fc.constantFrom("&", "=", "a", "&&=&", "%", "+")), { maxLength: 4 }))
        .map(([some, more]) => [...some, ...some.slice(0, 1), ...more]);
}

const HEADERS = fc.record({
    Accept: fc.constantFrom("application/json", "application/x-ndjson", "text/html", "*/*;q=0", "\xff"),
    "If-None-Match": fc.constantFrom("*", "\"0\"", "W/\"0\"", ",,,", "x".repeat(5000)),
    "If-Match": fc.constantFrom("*", "\"0\"", "W/\"0\", \"1\"", ""),
    "Content-Type": fc.constantFrom("text/plain", "application/json; charset=utf-16", "application/xml", "x"),
    "X-Request-Id": fc.constantFrom("a", "\xe4", "x".repeat(3000), "a\tb"),
    "Accept-Encoding": fc.constantFrom("identity", "br;q=1, *;q=0", "x"),
    "Last-Event-ID": fc.constantFrom("0", "-1", "x", "99999999999999999999"),
    Cookie: fc.constantFrom("calipso_session=", "calipso_session=0; calipso_session=1", ";;;=", "\xff=\xff"),
    Origin: fc.constantFrom("null", "http://other.example"),
}, { requiredKeys: [] });

function bodyOf(operation, kind, all) {
    const schema = operation.requestBody?.content["application/json"].schema;
    if (!schema)
        return kind === "hostile" && operation.method !== "get" ? fc.option(hostile()) : fc.constant(null);
    if (kind === "hostile")
        return hostile();
    const value = kind === "allowed" ? allowed(schema, all) : fc.oneof(nearly(schema, all), anything());
    return value.map(document => Buffer.from(JSON.stringify(document) ?? "null"));
}

// Of one of the kinds "allowed", "nearly" and "hostile".
function requestOf(operation, kind, all) {
    return fc.record({
        who: fc.constantFrom("admin", "admin", "viewer", "nobody"),
        path: pathOf(operation, kind === "hostile"),
        query: queryOf(operation, kind === "allowed", all),
        more: kind === "hostile" ? HEADERS : fc.constant({}),
        body: bodyOf(operation, kind, all),
    }).map(({ who, path, query, more, body }) => ({
        kind, who, method: operation.method.toUpperCase(), path: query.length ? `${path}?${query.join("&")}` : path, body,
        headers: { Host: world.address, ...more, ...(world.tokens[who] && { Authorization: `Bearer ${world.tokens[who]}` }) },
    }));
}

// --- answers ---

// What a signed-in person would lose by it: their session. It goes with a token of its own.
async function withOwnToken(request) {
    const made = await ask({ ...request, method: "POST", path: "/api/v1/tokens", body: null });
    return { ...request, headers: { ...request.headers, Authorization: `Bearer ${JSON.parse(made.body).token}` } };
}

function refusedWrongly(operation, request, answer) {
    if (request.kind !== "allowed" || ![400, 414, 415, 422].includes(answer.status))
        return "";
    const { detail } = JSON.parse(answer.body);
    const reasons = [...REASONS["*"], ...(REASONS[operation.operationId] ?? [])];
    return reasons.some(reason => reason.test(detail)) ? "" : `refused what is allowed: ${detail}`;
}

async function problem(description, operation, original) {
    const isLost = operation.operationId === "delete_session" && world.tokens[original.who];
    const request = isLost ? await withOwnToken(original) : original;
    const answer = await ask(request);
    counts[answer.status] = (counts[answer.status] ?? 0) + 1;
    if (answer.status < 400)
        succeeded.add(operation.operationId);
    if (answer.status >= 500)
        return `${answer.status} ${answer.body}`;
    if (answer.status === 200 && answer.type === "application/json" && operation.method === "get") {
        const { next } = JSON.parse(answer.body);
        if (typeof next === "string" && cursors.length < 50)
            cursors.push(next);
    }
    if (answer.type === "text/event-stream")
        return "";
    // A path that is another one, or none, is answered as what it is.
    const what = description.checkAnswer({ method: request.method, path: request.path,
                                           body: request.body && request.body.toString("utf8") }, answer);
    return (what && `${answer.status}: ${what}`) || refusedWrongly(operation, request, answer);
}

// --- all of it ---

const shown = ({ who, kind, method, path, headers, body }) => JSON.stringify({
    who, kind, method, path: path.slice(0, 300), body: body && body.toString("utf8").slice(0, 600),
    headers: { ...headers, Authorization: undefined },
});

async function fuzz(description, operation, seed, runs) {
    const all = description.document.components.schemas;
    const kinds = fc.oneof(...["allowed", "nearly", "hostile"].map(kind => requestOf(operation, kind, all)));
    let last = "";
    const property = fc.asyncProperty(kinds, async request => {
        const what = await problem(description, operation, request);
        if (what)
            last = `${operation.operationId}: ${what.slice(0, 600)}\n    ${shown(request)}`;
        return !what;
    });
    const result = await fc.check(property, { seed, numRuns: runs });
    return result.failed ? [last || `${operation.operationId}: ${result.errorInstance?.stack ?? "?"}`] : [];
}

const description = new Description(
    JSON.parse((await ask({ method: "GET", path: "/api/v1/openapi.json", headers: {}, body: null })).body), false);
const found = [];
const begin = Date.now();
let seed = world.seed | 0;
do {
    for (const operation of description.operations) {
        found.push(...await fuzz(description, operation, seed, world.runs));
        seed = (seed + 7919) | 0;
    }
} while (found.length === 0 && Date.now() - begin < world.seconds * 1000);
for (const tell of found)
    console.log(tell);
const health = await ask({ method: "GET", path: "/healthz", headers: {}, body: null });
const never = description.operations.map(operation => operation.operationId).filter(id => !succeeded.has(id));
console.log(`${JSON.stringify(counts)}; no success of ${never.join(", ") || "none"}`);
const count = Object.values(counts).reduce((a, b) => a + b, 0);
console.log(`${count} requests, ${found.length} findings, last seed ${seed}, ${health.status} in the end`);
agent.destroy();
process.exitCode = found.length || health.status !== 200 ? 1 : 0;
