import { describe, expect, it } from "vitest";
import type { Environment } from "../../api/types";
import { MASK, badParts, documentOf, draftOf, errorsOf, isSame, newDraft, placeOf, withLogin } from "./draft";

const environment: Environment = {
    _id: "62892cdb21ebce88896aa586", name: "lab", environment_type: "OpenStack", distribution: "Debian",
    distribution_version: "12", mechanism_drivers: ["OVS"], type_drivers: "vxlan", listen: false, may_edit: true,
    scanned: true, operational: "stopped", type: "environment", app_path: "/calipso",
    configuration: [
        { name: "OpenStack", host: "10.0.0.1", port: 5000, user: "admin", pwd: MASK, regions: "x" } as never,
        { name: "CLI", host: "10.0.0.1", user: "calipso", key: "/etc/key", hosts: { cmp1: { host: "10.0.0.2" } } },
        { name: "NFV_provider", host: "10.0.0.9" },
    ],
};

describe("the document of a draft", () => {
    it("keeps what is not asked for, and leaves out what the server writes", () => {
        const sent = documentOf(draftOf(environment));
        expect(sent["app_path"]).toBe("/calipso");
        expect(sent["operational"]).toBeUndefined();
        expect(sent["may_edit"]).toBeUndefined();
        expect(sent.configuration).toEqual([
            { name: "OpenStack", regions: "x", host: "10.0.0.1", port: 5000, user: "admin", pwd: MASK },
            { name: "CLI", hosts: { cmp1: { host: "10.0.0.2" } }, host: "10.0.0.1", user: "calipso", key: "/etc/key" },
            { name: "NFV_provider", host: "10.0.0.9" },
        ]);
    });

    it("has the targets of the features that are on, and no empty members", () => {
        const draft = { ...newDraft(), listen: true, uses_database: true };
        const sent = documentOf(draft);
        expect(sent.configuration.map(({ name }) => name)).toEqual(["OpenStack", "CLI", "mysql", "AMQP"]);
        expect(sent.configuration[3]).toEqual({ name: "AMQP", port: 5672 });
        expect(documentOf({ ...draft, listen: false }).configuration.map(({ name }) => name)).not.toContain("AMQP");
    });

    it("keeps the targets of features that are off, as they were, and drops those that were taken out", () => {
        const bus = { name: "AMQP", host: "10.0.0.1", port: 5672, user: "events", pwd: MASK } as const;
        const database = { name: "mysql", host: "10.0.0.1", port: 3306, user: "root", pwd: MASK } as const;
        const saved = draftOf({ ...environment, configuration: [...environment.configuration!, bus, database] });
        expect(documentOf(saved).configuration).toContainEqual(bus);
        const on = { ...saved, listen: true, values: { ...saved.values, AMQP: { ...saved.values.AMQP, host: "b" } } };
        expect(documentOf(on).configuration).toContainEqual({ ...bus, host: "b" });
        expect(documentOf({ ...on, listen: false, uses_database: false })).toEqual({
            ...documentOf(saved), configuration: documentOf(saved).configuration.filter(({ name }) => name !== "mysql"),
        });
        expect(documentOf(saved, ["AMQP"]).configuration).toEqual([]);
    });

    it("sends only what belongs to the way of signing in", () => {
        const draft = draftOf(environment);
        const values = { ...draft.values.OpenStack, application_credential_id: "c", application_credential_secret: "s" };
        const sent = documentOf({ ...draft, way: "credential", values: { ...draft.values, OpenStack: values } }, ["OpenStack"]);
        expect(sent.configuration).toEqual([{
            name: "OpenStack", regions: "x", host: "10.0.0.1", port: 5000, application_credential_id: "c",
            application_credential_secret: "s",
        }]);
    });

    it("is the same until something that is sent changes", () => {
        const draft = draftOf(environment);
        const scanned = {
            ...environment, last_scanned: "2026-03-04T10:00:00.000+0000",
            last_scan: { _id: "5", status: "completed" as const },
        };
        expect(isSame(draft, draftOf(scanned))).toBe(true);
        expect(isSame(draft, { ...draft, type_drivers: "vlan" })).toBe(false);
    });
});

describe("hosts with ways in of their own", () => {
    const hosts = {
        cmp1: { host: "10.0.0.2", port: 2222, user: "ann", pwd: MASK, rack: "7" },
        "net-1.lab": { host: "10.0.0.3" },
    };
    const saved = draftOf({ ...environment, configuration: [
        environment.configuration![0]!, { name: "CLI", user: "calipso", key: "/etc/key", hosts } as never,
    ] });
    const changed = (id: number, values: object) => ({
        ...saved, logins: saved.logins.map((one) => (one.id === id ? { ...one, values: { ...one.values, ...values } } : one)),
    });
    const wrongIn = (draft: typeof saved): string[] => Object.keys(errorsOf(draft, saved));

    it("are sent as they came, with members that nobody asks for", () => {
        expect(documentOf(saved).configuration[1]?.hosts).toEqual(hosts);
        expect(wrongIn(saved)).toEqual([]);
        expect(documentOf({ ...saved, logins: [] }).configuration[1]).not.toHaveProperty("hosts");
    });

    it("can be added, and have to be known", () => {
        const draft = { ...saved, logins: withLogin(saved.logins) };
        expect(new Set(draft.logins.map(({ id }) => id)).size).toBe(3);
        expect(wrongIn(draft)).toEqual(["CLI.hosts.cmp1.pwd", "CLI.hosts..name", "CLI.hosts..host"]);
    });

    it.each([
        ["a name that is none", { name: "cmp 2" }, "CLI.hosts.cmp 2.name"],
        ["a name that is there", { name: "cmp1" }, "CLI.hosts.cmp1.name"],
        ["a port", { port: "ssh" }, "CLI.hosts.net-1.lab.port"],
        ["a key", { key: "id_rsa" }, "CLI.hosts.net-1.lab.key"],
    ])("are wrong by %s", (_, values, where) => {
        expect(wrongIn(changed(1, values))).toContain(where);
    });

    it("want a user and a way to sign in, here or above", () => {
        const bare = { ...saved, values: { ...saved.values, CLI: {} } };
        expect(wrongIn(bare)).toEqual(expect.arrayContaining(["CLI.hosts.net-1.lab.user", "CLI.hosts.net-1.lab.key"]));
        expect(wrongIn(bare)).not.toContain("CLI.hosts.cmp1.user");
    });
});

describe("what is wrong", () => {
    it("is found by part", () => {
        const errors = errorsOf(newDraft(), null);
        expect([...badParts(errors)].sort()).toEqual(["CLI", "OpenStack", "main"]);
        expect(Object.keys(errors)).toContain("OpenStack.pwd");
        expect(Object.keys(errors)).toContain("CLI.key");
    });

    it("is nothing in what the server has", () => {
        const saved = draftOf(environment);
        expect(errorsOf(saved, saved)).toEqual({});
    });

    it("is a secret that would go to another address", () => {
        const saved = draftOf(environment);
        const values = { ...saved.values, OpenStack: { ...saved.values.OpenStack, host: "10.0.0.2" } };
        expect(Object.keys(errorsOf({ ...saved, values }, saved))).toEqual(["OpenStack.pwd"]);
    });

    it.each([
        ["port", "70000"], ["port", "http"], ["path", "identity"], ["host", "http://10.0.0.1"], ["host", "a b"],
    ])("is %s %s", (key, value) => {
        const saved = draftOf({ ...environment, configuration: [
            { name: "OpenStack", host: "h", port: 1, user: "u", pwd: "p" }, environment.configuration![1]!,
        ] });
        const values = { ...saved.values, OpenStack: { ...saved.values.OpenStack, [key]: value } };
        expect(Object.keys(errorsOf({ ...saved, values }, null))).toEqual([`OpenStack.${key}`]);
    });
});

// As the server says it.
describe("where the server's errors belong", () => {
    const sent = documentOf(draftOf(environment));
    it.each([
        ["environment lab: OpenStack.host: a host name or an address was expected", "OpenStack", "host"],
        ["configuration[1].port: expected were 0 to 65535", "CLI", "port"],
        ["environment lab: configuration: target AMQP is missing, needed for listen", "AMQP", ""],
        ["environment lab: CLI.user is missing", "CLI", "user"],
        ["OpenStack: with another host the password must be given anew", "OpenStack", ""],
        ["environment lab: CLI.hosts.net-1.lab.host is missing", "CLI", "hosts.net-1.lab.host"],
        ["configuration[1].hosts.net-1.port: expected were 0 to 65535", "CLI", "hosts.net-1.port"],
        ["name: expected was something else", "main", "name"],
    ])("%s", (detail, part, key) => {
        expect(placeOf(detail, sent)).toMatchObject({ part, key });
    });

    it("is nowhere when it is about something else", () => {
        expect(placeOf("the store is full", sent)).toBeNull();
        expect(placeOf("nonsense: it is", sent)).toBeNull();
    });
});
