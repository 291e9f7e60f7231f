// The screens there are: the UI's own table of routes, with something real for each parameter.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { ENVIRONMENT, ROOT } from "./server.mjs";

const WEB = join(ROOT, "web");
const require = createRequire(join(WEB, "package.json"));

/** A module of the UI, here. */
export async function load(name) {
    const { loadConfigFromFile, runnerImport } = await import(pathToFileURL(require.resolve("vite")).href);
    const { config } = await loadConfigFromFile({ command: "serve", mode: "test" }, join(WEB, "vite.config.ts"));
    const { module } = await runnerImport(join(WEB, "src", name), { ...config, root: WEB, logLevel: "error" });
    return module;
}

/** The "_id"s of one thing of each kind that a path may name. */
export async function thingsOf(server) {
    const first = async (path, list, key = "_id") => (await server.ask(path))[list][0][key];
    const inside = `/environments/${ENVIRONMENT}`;
    await server.ask(`${inside}/schedules`, { method: "POST", body: { recurrence: "DAILY" } });
    return {
        environment: ENVIRONMENT,
        object: await first(`${inside}/objects?type=instance`, "objects"),
        scan: await first("/scans", "scans"),
        schedule: await first("/schedules", "schedules"),
        message: await first("/messages", "messages", "id"),
        cliqueType: await first("/clique-types", "clique_types"),
        cliqueConstraint: await first("/clique-constraints", "clique_constraints"),
        linkType: await first("/link-types", "link_types"),
        user: "viewer",
        type: "instance",
    };
}

const OF_SEGMENT = {
    "environments": "environment", "environment": "environment", "objects": "object", "scans": "scan",
    "schedules": "schedule", "messages": "message", "clique-types": "cliqueType",
    "clique-constraints": "cliqueConstraint", "link-types": "linkType", "users": "user", "types": "type",
};

/** "/environments/:environment" with a name in it. */
export function fill(pattern, things) {
    const segments = pattern.split("/");
    return segments.map((segment, i) => {
        if (!segment.startsWith(":"))
            return segment;
        const name = segment.slice(1).replace(/[?*+]$/, "");
        const value = things[name] ?? things[OF_SEGMENT[segments[i - 1]]];
        assert.ok(value, `what is ${segment} in ${pattern}?`);
        return encodeURIComponent(value);
    }).join("/");
}

/** The screens of whoever is signed in. */
export async function screensInside() {
    const { routes } = await load("app/routes.ts");
    return routes.filter((route) => !route.is_public);
}

/** What a picture of a screen is called: "environments-environment". */
export function nameOf(pattern) {
    return pattern.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "") || "start";
}
