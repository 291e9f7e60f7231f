/* Reading clouds.yaml, as openstacksdk does: which clouds it has, and what one of them says for the form. */

import { wizard as texts } from "../../texts";
import type { Draft, Values, Way } from "./draft";

export interface CloudEntry {
    name: string;
    cloud: Record<string, unknown>;
}

/** What a cloud says, for the form; or why it cannot be taken. */
export interface CloudImport {
    way: Way;
    values: Values;
    regions: string;
}

type Members = Record<string, unknown>;

function isMembers(value: unknown): value is Members {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(members: Members, ...names: string[]): string | undefined {
    for (const name of names) {
        const value = members[name];
        if (typeof value === "string" || typeof value === "number")
            return String(value);
    }
    return undefined;
}

/** The clouds of a file; throws what to tell when it is none. */
export async function readClouds(file: string): Promise<CloudEntry[]> {
    const { load } = await import("js-yaml");
    let document: unknown;
    try {
        document = load(file);
    } catch (error) {
        throw new Error(texts.clouds.notYaml(error instanceof Error ? (error.message.split("\n")[0] ?? "") : ""));
    }
    const clouds = isMembers(document) ? document["clouds"] : undefined;
    const entries = isMembers(clouds) ? Object.entries(clouds) : [];
    const found = entries.flatMap(([name, cloud]) => (isMembers(cloud) ? [{ name, cloud }] : []));
    if (found.length === 0)
        throw new Error(texts.clouds.none);
    return found;
}

const password_types = new Set(["password", "v3password", "v2password"]);

const auth_members: readonly (readonly [string, readonly string[]])[] = [
    ["user", ["username", "user_name"]],
    ["pwd", ["password"]],
    ["admin_project", ["project_name", "tenant_name"]],
    ["project_id", ["project_id", "tenant_id"]],
    ["user_domain", ["user_domain_name", "domain_name"]],
    ["user_domain_id", ["user_domain_id", "domain_id"]],
    ["project_domain", ["project_domain_name", "domain_name"]],
    ["project_domain_id", ["project_domain_id", "domain_id"]],
    ["application_credential_id", ["application_credential_id"]],
    ["application_credential_secret", ["application_credential_secret"]],
];

function placeOf(auth_url: string): Values {
    let url: URL;
    try {
        url = new URL(auth_url);
    } catch {
        throw new Error(texts.clouds.badUrl(auth_url));
    }
    const scheme = url.protocol.replace(":", "");
    if (scheme !== "http" && scheme !== "https")
        throw new Error(texts.clouds.badUrl(auth_url));
    const path = url.pathname.replace(/\/+$/, "").replace(/\/v[23](\.\d+)?$/, "");
    return {
        scheme,
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port || (scheme === "https" ? "443" : "80"),
        path: path || undefined,
    };
}

/** What a cloud says of the target OpenStack. */
export function importOf({ cloud }: CloudEntry): CloudImport {
    const auth = isMembers(cloud["auth"]) ? cloud["auth"] : {};
    const type = text(cloud, "auth_type");
    const auth_url = text(auth, "auth_url");
    if (cloud["profile"] !== undefined || cloud["cloud"] !== undefined)
        throw new Error(texts.clouds.profile);
    if (!auth_url)
        throw new Error(texts.clouds.noUrl);
    const is_credential = type === "v3applicationcredential" || auth["application_credential_id"] !== undefined;
    if (!is_credential && type !== undefined && !password_types.has(type))
        throw new Error(texts.clouds.authType(type));
    const values = placeOf(auth_url);
    for (const [key, names] of auth_members)
        values[key] = text(auth, ...names);
    const of_interface = text(cloud, "interface", "endpoint_type")?.replace(/URL$/, "");
    values["interface"] = ["admin", "internal", "public"].includes(of_interface ?? "") ? of_interface : undefined;
    values["verify"] = typeof cloud["verify"] === "boolean" ? cloud["verify"] : undefined;
    values["ca"] = text(cloud, "cacert");
    const regions = Array.isArray(cloud["regions"])
        ? cloud["regions"].map((region) => (isMembers(region) ? (text(region, "name") ?? "") : String(region)))
        : [text(cloud, "region_name") ?? ""];
    return { way: is_credential ? "credential" : "password", values, regions: regions.filter(Boolean).join(", ") };
}

/** The draft with what a cloud says; regions only where it has none yet, as the command line does. */
export function withCloud(draft: Draft, { way, values, regions }: CloudImport, name: string): Draft {
    const main = draft.values.main["regions"] || !regions ? draft.values.main : { ...draft.values.main, regions };
    return {
        ...draft,
        name: draft.name || name.replace(/[^A-Za-z0-9._ -]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 64),
        way,
        values: { ...draft.values, main, OpenStack: values },
    };
}
