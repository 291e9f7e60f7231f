// Writes src/api/types.ts from the schemas that the server checks requests against.
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const folder = new URL("..", import.meta.url);
const schemas = JSON.parse(
    (await readFile(new URL("../data/api_schemas.json", folder), "utf8"))
        .replaceAll("#/components/schemas/", "#/definitions/")
        .replaceAll('"#/definitions/Object"', '"#/definitions/CloudObject"'),
);
schemas.CloudObject = { ...schemas.Object, additionalProperties: true };
delete schemas.CloudObject.patternProperties;
delete schemas.Object;

// Limits say what the server accepts; as types they would only make tuples of lists.
function withoutLimits(schema) {
    if (Array.isArray(schema))
        return schema.map(withoutLimits);
    if (schema === null || typeof schema !== "object")
        return schema;
    const limits = new Set(["minItems", "maxItems", "minLength", "maxLength", "pattern"]);
    return Object.fromEntries(
        Object.entries(schema)
            .filter(([name, value]) => !(limits.has(name) && typeof value !== "object"))
            .map(([name, value]) => [name, withoutLimits(value)]),
    );
}

const text = await compile(
    { title: "Schemas", type: "object", additionalProperties: false, definitions: withoutLimits(schemas) },
    "Schemas",
    {
        additionalProperties: false,
        bannerComment: "/* Made by `npm run types` from data/api_schemas.json. */",
        unreachableDefinitions: true,
        style: { tabWidth: 4, printWidth: 110 },
    },
);
const tidy = text
    .replace(/\/\*\*\n \* This interface was referenced by `Schemas`'s JSON-Schema\n \* via the `definition` "\w+"\.\n \*\/\n/g, "")
    .replace(/ \*\n \* This interface was referenced by `Schemas`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g, "")
    .replace(/export interface Schemas \{\}?\n?\}?\n/, "");
await writeFile(new URL("src/api/types.ts", folder), tidy);
