// The recorded cloud, with every text that somebody could have chosen made into one that breaks what is
// not careful: markup, quotes, right-to-left, 500 characters, names of JavaScript's own.

import { ENVIRONMENT } from "./server.mjs";

// What runs adds to this; the page has it from the beginning.
export const TRAP = "calipsoTrap";

// None has a '/': they are steps of paths, too.
const SPOILS = [
    `<img src=x onerror="window.${TRAP}++">`,
    `"><script>window.${TRAP}++<` + `\u2215script>`,
    `' onmouseover='window.${TRAP}++' x='`,
    `<svg onload=window.${TRAP}++>`,
    `\${window.${TRAP}++}{{constructor.constructor('window.${TRAP}++')()}}`,
    `javascript:window.${TRAP}++`,
    "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 gnp.exe",
    "long".repeat(125),
    "&lt;b&gt;&amp;amp;&#x3c;i&#62;",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031ea\u0334\u0321\u031b\u0360lgo \u{1f9e8}",
    "__proto__",
    " \t ",
];

// Words of ours, of which there are only some.
const FIXED = new Set([
    "_id", "type", "parent_type", "environment", "link_type", "focal_point", "focal_point_type", "source", "target",
    "clique_type", "links", "nodes", "last_scanned", "status", "state", "instance_db_id", "environment_type",
    "timestamp", "received_timestamp", "finished_timestamp", "level", "id_path_type", "network_id", "master_parent_type",
]);
const PATHS = new Set(["id_path", "name_path", "parent_path"]);

function digest(text) {
    let number = 0;
    for (const letter of text)
        number = (number * 31 + letter.codePointAt(0)) >>> 0;
    return number;
}

/** The same text is always spoilt in the same way: what refers to it still does. */
export function spoilt(text) {
    return text === "" || text === ENVIRONMENT ? text : `${text}${SPOILS[digest(text) % SPOILS.length]}`;
}

export function spoil(value, key = "") {
    if (typeof value === "string") {
        if (FIXED.has(key))
            return value;
        return PATHS.has(key) ? value.split("/").map(spoilt).join("/") : spoilt(value);
    }
    if (Array.isArray(value))
        return FIXED.has(key) ? value : value.map((element) => spoil(element, key));
    if (value === null || typeof value !== "object")
        return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, spoil(member, name)]));
}

const KEYS = Object.fromEntries(SPOILS.map((text, i) => [text, { [text]: SPOILS[(i + 1) % SPOILS.length] }]));

function importLines(program, collection, documents) {
    program.run(["import", collection, "-"], documents.map((document) => JSON.stringify(document)).join("\n"));
}

/** Into a new program: what another one found. */
export function importHostileCloud(from, into) {
    const read = (collection) => from.run(["export", collection, "-e", ENVIRONMENT]).trim().split("\n")
        .filter(Boolean).map((line) => JSON.parse(line));

    const [environment] = read("environments_config");
    importLines(into, "environments_config", [
        { ...environment, distribution: spoilt("Debian"), distribution_version: spoilt("12") },
        ...SPOILS.map((text, i) => ({ // names of environments are letters and digits, but may be long
            ...environment, _id: (i + 1).toString(16).padStart(24, "e"), name: `e${i}-`.padEnd(64, "long"),
            distribution: text, distribution_version: text, mechanism_drivers: [text], type_drivers: text,
        })),
    ]);
    importLines(into, "inventory", read("inventory").map((object, i) => {
        const bad = { ...spoil(object), ...KEYS };
        if (i % 7 === 3) { // as little as an object can have
            delete bad.name_path;
            delete bad.object_name;
            delete bad.last_scanned;
        }
        return bad;
    }));
    importLines(into, "links", read("links").map((link) => spoil(link)));
    importLines(into, "cliques", read("cliques").map((clique) => spoil(clique)));
    const objects = read("inventory");
    importLines(into, "messages", SPOILS.map((text, i) => ({
        _id: (i + 1).toString(16).padStart(24, "0"), id: `m${i}`, environment: ENVIRONMENT, source_system: text,
        level: ["info", "warn", "error"][i % 3], message: `${text}</script><script>window.${TRAP}++</script>`, timestamp: new Date().toISOString(),
        viewed: false, display_context: text, related_object: spoilt(objects[i].id),
        related_object_type: objects[i].type, origin_id: text, origin_type: text,
    })));
    const id = (i) => (i + 1).toString(16).padStart(24, "a");
    const past = { submit_timestamp: new Date().toISOString() };
    importLines(into, "scans", SPOILS.map((text, i) => ({
        _id: id(i), environment: ENVIRONMENT, status: "failed", reason: text, object_id: text, requested_by: text,
        owner: text, ...past,
    })));
    importLines(into, "clique_types", SPOILS.map((text, i) => ({
        _id: id(i), environment: ENVIRONMENT, name: text, focal_point_type: "instance", link_types: ["instance-vnic"],
    })));
    importLines(into, "link_types", SPOILS.map((text, i) => ({
        _id: id(i), type: text, description: text, endPointA: text, endPointB: text,
    })));
}
