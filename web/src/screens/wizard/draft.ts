/* The document of an environment while it is being filled in. */

import type { Environment, EnvironmentDocument, Target } from "../../api/types";
import { wizard as texts } from "../../texts";
import {
    type FieldSpec, type PartName, type TargetName, fieldsOf, login_fields, target_fields, target_names,
} from "./fields";

/** What the server shows in the place of a secret, and takes for "as it is". */
export const MASK = "***";

export type Value = string | boolean | undefined;
export type Values = Record<string, Value>;
export type Way = "password" | "credential";

/** A host's own way in. */
export interface Login {
    /** Of its row, while it is filled in. */
    id: number;
    values: Values;
    others: Record<string, unknown>;
}

export interface Draft {
    name: string;
    environment_type: string;
    distribution: string;
    distribution_version: string;
    mechanism_drivers: readonly string[];
    type_drivers: string;
    listen: boolean;
    enable_monitoring: boolean;
    aci_enabled: boolean;
    uses_database: boolean;
    /** How one signs in at OpenStack. */
    way: Way;
    values: Record<PartName, Values>;
    logins: readonly Login[];
    /** Members that this program does not ask for: they are kept. */
    others: Record<string, unknown>;
    other_members: Partial<Record<TargetName, Record<string, unknown>>>;
    other_targets: readonly Target[];
    /** As the server gave them: those of features that are off now stay as they are. */
    given_targets: Partial<Record<TargetName, Target>>;
}

/** By "part.key": what is wrong. */
export type Errors = Readonly<Record<string, string>>;

function initialOf(part: PartName): Values {
    const values: Values = {};
    for (const { key, initial } of fieldsOf(part))
        if (initial !== undefined)
            values[key] = initial;
    return values;
}

function allInitial(): Record<PartName, Values> {
    const parts: PartName[] = ["main", ...target_names];
    return Object.fromEntries(parts.map((part) => [part, initialOf(part)])) as Record<PartName, Values>;
}

export function newDraft(): Draft {
    return {
        name: "",
        environment_type: "OpenStack",
        distribution: "Debian",
        distribution_version: "12",
        mechanism_drivers: ["OVS"],
        type_drivers: "vxlan",
        listen: false,
        enable_monitoring: false,
        aci_enabled: false,
        uses_database: false,
        way: "password",
        values: allInitial(),
        logins: [],
        others: {},
        other_members: {},
        other_targets: [],
        given_targets: {},
    };
}

const asked_of_main = new Set([
    "name", "environment_type", "distribution", "distribution_version", "mechanism_drivers", "type_drivers", "listen",
    "enable_monitoring", "aci_enabled", "configuration", ...fieldsOf("main").map(({ key }) => key),
]);

// What the server writes itself.
const of_server = new Set([
    "_id", "auth", "user", "scanned", "last_scanned", "operational", "cloud", "may_edit", "last_scan",
]);

function shownValue(value: unknown, { kind }: FieldSpec): Value {
    if (value === undefined || value === null)
        return undefined;
    if (kind === "flag")
        return value === true;
    return Array.isArray(value) ? value.join(", ") : String(value);
}

function valuesOf(specs: readonly FieldSpec[], from: Record<string, unknown>): Values {
    const values: Values = {};
    for (const spec of specs)
        values[spec.key] = shownValue(from[spec.key], spec);
    return values;
}

function without(from: Record<string, unknown>, names: ReadonlySet<string>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(from).filter(([name]) => !names.has(name)));
}

function first(value: string | readonly string[] | undefined): string {
    return (typeof value === "string" ? value : value?.[0]) ?? "";
}

function isTargetName(name: string): name is TargetName {
    return Object.hasOwn(target_fields, name);
}

function keysOf(specs: readonly FieldSpec[]): string[] {
    return specs.map(({ key }) => key);
}

function loginsOf(hosts: NonNullable<Target["hosts"]>): Login[] {
    return Object.entries(hosts).map(([name, host], id) => ({
        id, values: { ...valuesOf(login_fields, { ...host, name }) },
        others: without({ ...host }, new Set(keysOf(login_fields))),
    }));
}

export function nameOf({ values }: Login): string {
    return String(values["name"] ?? "").trim();
}

/** With one more; its row has a number of its own. */
export function withLogin(logins: readonly Login[]): readonly Login[] {
    return [...logins, { id: Math.max(-1, ...logins.map(({ id }) => id)) + 1, values: {}, others: {} }];
}

export function draftOf(environment: Environment): Draft {
    const configuration = environment.configuration ?? [];
    const members: Record<string, unknown> = { ...environment };
    const draft: Draft = {
        ...newDraft(),
        name: environment.name,
        environment_type: environment.environment_type ?? "OpenStack",
        distribution: environment.distribution ?? "",
        distribution_version: first(environment.distribution_version),
        mechanism_drivers: environment.mechanism_drivers ?? [],
        type_drivers: first(environment.type_drivers),
        listen: environment.listen ?? false,
        enable_monitoring: environment.enable_monitoring ?? false,
        aci_enabled: environment.aci_enabled ?? false,
        uses_database: configuration.some(({ name }) => name === "mysql"),
        others: without(without(members, asked_of_main), of_server),
        other_targets: configuration.filter(({ name }) => !isTargetName(name)),
    };
    draft.values.main = valuesOf(fieldsOf("main"), members);
    for (const target of configuration) {
        const given: Record<string, unknown> = { ...target };
        const { name } = target;
        if (!isTargetName(name))
            continue;
        const asked = ["name", ...keysOf(target_fields[name])];
        if (name === "CLI") {
            draft.logins = loginsOf(target.hosts ?? {});
            asked.push("hosts");
        }
        draft.given_targets[name] = target;
        draft.values[name] = valuesOf(target_fields[name], given);
        draft.other_members[name] = without(given, new Set(asked));
        if (name === "OpenStack" && target.application_credential_id)
            draft.way = "credential";
    }
    return draft;
}

/** Whether a target belongs to what was chosen. */
export function isUsed(draft: Draft, target: TargetName): boolean {
    switch (target) {
        case "OpenStack": return draft.environment_type === "OpenStack";
        case "Kubernetes": return draft.environment_type === "Kubernetes";
        case "CLI": return true;
        case "mysql": return draft.environment_type === "OpenStack" && draft.uses_database;
        case "AMQP": return draft.listen;
        case "ACI": return draft.aci_enabled;
        case "Monitoring": return draft.enable_monitoring;
    }
}

/** Features that are turned on and off by a flag: their targets wait for them. */
const of_flags: readonly TargetName[] = ["AMQP", "ACI", "Monitoring"];

/** Whether a field belongs to the way in which one signs in. */
export function isAsked(draft: Draft, spec: FieldSpec): boolean {
    return spec.way === undefined || spec.way === draft.way;
}

function listOf(text: string): string[] {
    return text.split(/[,\n]/).map((one) => one.trim()).filter(Boolean);
}

function sentValue(value: Value, { kind }: FieldSpec): unknown {
    if (typeof value === "boolean")
        return value;
    const text = kind === "secret" ? (value ?? "") : (value ?? "").trim();
    if (text === "")
        return undefined;
    if ((kind === "port" || kind === "seconds") && /^\d+$/.test(text))
        return Number(text);
    return kind === "list" ? listOf(text) : text;
}

function sentOf(specs: readonly FieldSpec[], values: Values): Record<string, unknown> {
    const sent: Record<string, unknown> = {};
    for (const spec of specs) {
        const value = sentValue(values[spec.key], spec);
        if (value !== undefined)
            sent[spec.key] = value;
    }
    return sent;
}

function sentValues(draft: Draft, part: PartName): Record<string, unknown> {
    return sentOf(fieldsOf(part).filter((spec) => isAsked(draft, spec)), draft.values[part]);
}

function sentHosts({ logins }: Draft): Record<string, unknown> {
    return Object.fromEntries(logins.map((login) => {
        const { name: _, ...sent } = sentOf(login_fields, login.values);
        return [nameOf(login), { ...login.others, ...sent }];
    }));
}

function sentTarget(draft: Draft, name: TargetName): Target {
    const hosts = name === "CLI" && draft.logins.length > 0 ? { hosts: sentHosts(draft) as Target["hosts"] } : {};
    return { ...draft.other_members[name], name, ...sentValues(draft, name), ...hosts };
}

function sentTargets(draft: Draft): Target[] {
    return target_names.flatMap((name) => {
        if (isUsed(draft, name))
            return [sentTarget(draft, name)];
        const given = of_flags.includes(name) ? draft.given_targets[name] : undefined;
        return given ? [given] : [];
    });
}

/** What is sent: of the targets those that are used or wait, or only these. */
export function documentOf(draft: Draft, only?: readonly TargetName[]): EnvironmentDocument {
    return {
        ...draft.others,
        ...sentValues(draft, "main"),
        name: draft.name.trim(),
        environment_type: draft.environment_type as EnvironmentDocument["environment_type"],
        distribution: draft.distribution,
        distribution_version: draft.distribution_version,
        mechanism_drivers: [...draft.mechanism_drivers],
        type_drivers: draft.type_drivers,
        listen: draft.listen,
        enable_monitoring: draft.enable_monitoring,
        aci_enabled: draft.aci_enabled,
        configuration: only
            ? only.filter((name) => isUsed(draft, name)).map((name) => sentTarget(draft, name))
            : [...sentTargets(draft), ...draft.other_targets],
    };
}

export function isSame(a: Draft, b: Draft): boolean {
    return JSON.stringify(documentOf(a)) === JSON.stringify(documentOf(b));
}

/* --- what is wrong --- */

const NAME = /^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/;

function wrongValue(value: Value, { kind, is_needed }: FieldSpec): string | null {
    const text = typeof value === "string" ? value.trim() : "";
    if (typeof value === "boolean")
        return null;
    if (text === "")
        return is_needed ? texts.wrong.missing : null;
    switch (kind) {
        case "port": return /^\d+$/.test(text) && Number(text) <= 65535 ? null : texts.wrong.port;
        case "seconds":
            return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 3600 ? null : texts.wrong.seconds;
        case "path": return text.startsWith("/") ? null : texts.wrong.path;
        case "host": return /[\s/@]/.test(text) ? texts.wrong.host : null;
        default: return null;
    }
}

// With another of these the secrets go somewhere else: the server wants them anew.
const directions = ["host", "port", "scheme", "path", "interface", "tls", "verify", "ca", "server_ip"];

function isRedirected(draft: Draft, saved: Draft | null, target: TargetName): boolean {
    if (!saved)
        return false;
    const now = sentValues(draft, target);
    const before = sentValues(saved, target);
    return directions.some((key) => now[key] !== before[key]) || (target === "CLI" && hasOtherHosts(draft, saved));
}

function hasOtherHosts(draft: Draft, saved: Draft): boolean {
    return JSON.stringify(sentHosts(draft)) !== JSON.stringify(sentHosts(saved));
}

const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

function canSignIn(values: Values): boolean {
    return Boolean(values["key"] || values["pwd"] || values["agent"]);
}

function wrongLogin(draft: Draft, { values }: Login, spec: FieldSpec, is_redirected: boolean): string | null {
    const { CLI } = draft.values;
    const value = values[spec.key];
    const wrong = is_redirected && value === MASK ? texts.wrong.anewHosts : wrongValue(value, spec);
    if (wrong)
        return wrong;
    switch (spec.key) {
        case "name": {
            const name = String(value).trim();
            if (!HOST_NAME.test(name))
                return texts.wrong.hostName;
            return draft.logins.filter((one) => nameOf(one) === name).length > 1 ? texts.wrong.twice : null;
        }
        case "user": return value || CLI["user"] ? null : texts.wrong.missing;
        case "key": return canSignIn(values) || canSignIn(CLI) ? null : texts.wrong.noSignIn;
        default: return null;
    }
}

/** Rows are known by their names: those that have none, or the same, are wrong in the same way. */
function checkLogins(draft: Draft, saved: Draft | null, errors: Record<string, string>): void {
    const is_redirected = isRedirected(draft, saved, "CLI");
    for (const login of draft.logins)
        for (const spec of login_fields) {
            const wrong = wrongLogin(draft, login, spec, is_redirected);
            if (wrong)
                errors[loginField(login, spec.key)] = wrong;
        }
}

/** Where its errors stand. */
export function loginField(login: Login, key: string): string {
    return `CLI.hosts.${nameOf(login)}.${key}`;
}

function checkTarget(draft: Draft, saved: Draft | null, target: TargetName, errors: Record<string, string>): void {
    const values = draft.values[target];
    const is_redirected = isRedirected(draft, saved, target);
    for (const spec of target_fields[target].filter((one) => isAsked(draft, one))) {
        const wrong = is_redirected && values[spec.key] === MASK
            ? texts.wrong.anew
            : wrongValue(values[spec.key], spec);
        const is_elsewhere = target === "CLI" && draft.logins.length > 0;
        if (wrong && !(wrong === texts.wrong.missing && is_elsewhere))
            errors[`${target}.${spec.key}`] = wrong;
    }
    if (target !== "CLI")
        return;
    if (!canSignIn(values) && draft.logins.length === 0)
        errors["CLI.key"] = texts.wrong.noSignIn;
    checkLogins(draft, saved, errors);
}

export function errorsOf(draft: Draft, saved: Draft | null): Errors {
    const errors: Record<string, string> = {};
    if (!NAME.test(draft.name.trim()))
        errors["main.name"] = draft.name.trim() ? texts.wrong.name : texts.wrong.missing;
    for (const key of ["distribution", "distribution_version", "type_drivers"] as const)
        if (!draft[key].trim())
            errors[`main.${key}`] = texts.wrong.missing;
    if (draft.mechanism_drivers.length === 0)
        errors["main.mechanism_drivers"] = texts.wrong.noDriver;
    for (const spec of fieldsOf("main")) {
        const wrong = wrongValue(draft.values.main[spec.key], spec);
        if (wrong)
            errors[`main.${spec.key}`] = wrong;
    }
    for (const target of target_names)
        if (isUsed(draft, target))
            checkTarget(draft, saved, target, errors);
    return errors;
}

/** The parts that have errors. */
export function badParts(errors: Errors): ReadonlySet<string> {
    return new Set(Object.keys(errors).map((where) => where.slice(0, where.indexOf("."))));
}

/* --- what the server says --- */

interface Placed {
    part: PartName;
    /** "": of the whole part. */
    key: string;
    what: string;
}

function partOf(name: string): PartName | null {
    return isTargetName(name) ? name : null;
}

/** Where on the screen that belongs which the server says of a document that was sent; null: nowhere.
 * It says `configuration[0].port: ...`, `OpenStack.host: ...`, `OpenStack: ...` or `distribution: ...`. */
export function placeOf(detail: string, sent: EnvironmentDocument): Placed | null {
    const text = detail.replace(/^environment [^:]*: /, "").replace(/^environment\./, "");
    const missing = /^([\w-]+)\.([\w.-]+) is missing$/.exec(text);
    if (missing?.[1] && missing[2]) {
        const part = partOf(missing[1]);
        return part && { part, key: missing[2], what: texts.wrong.missing };
    }
    const of_target = /^configuration: target ([\w-]+) (.*)$/s.exec(text);
    if (of_target?.[1] && of_target[2]) {
        const part = partOf(of_target[1]);
        return part && { part, key: "", what: text };
    }
    const indexed = /^configuration[[.](\d+)\]?\.([\w.-]+): (.*)$/s.exec(text);
    if (indexed?.[1] && indexed[2] && indexed[3]) {
        const part = partOf(sent.configuration[Number(indexed[1])]?.name ?? "");
        return part && { part, key: indexed[2], what: indexed[3] };
    }
    const named = /^([\w-]+)(?:\.([\w.-]+))?: (.*)$/s.exec(text);
    if (!named?.[1] || !named[3])
        return null;
    const part = partOf(named[1]);
    if (part)
        return { part, key: named[2] ?? "", what: named[3] };
    return asked_of_main.has(named[1]) ? { part: "main", key: named[1], what: named[3] } : null;
}
