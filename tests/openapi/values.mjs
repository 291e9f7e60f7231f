// SPDX-License-Identifier: Apache-2.0
// What a schema allows, what it nearly allows, and what nobody should send: arbitraries of fast-check.

import fc from "fast-check";

const MOST_LETTERS = 40;
const TIME = fc.date({ min: new Date("1971-01-01"), max: new Date("2200-01-01"), noInvalidDate: true })
    .map(date => date.toISOString());

// Characters of every kind, but NUL and halves of pairs. (fast-check has them too, but takes seconds to
// make ready.)
const CHARACTER = fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 1, max: 0x2fff }),
                           fc.integer({ min: 0xe000, max: 0x10ffff }), fc.constantFrom(0x202e, 0xfeff, 0xffff, 0xa, 0x22, 0x5c))
    .map(point => String.fromCodePoint(point));

const text = (min = 0, max = MOST_LETTERS) =>
    fc.array(CHARACTER, { minLength: min, maxLength: max }).map(characters => characters.join(""));

const LETTERS = "abcXYZ019";
const HUGE = [1e308, -1e308, 9007199254740993, -1, 0, 0.5, 2 ** 31, 2 ** 63, 2 ** 64, 1e-320];

function string(schema) {
    const min = schema.minLength ?? 0, max = Math.min(schema.maxLength ?? MOST_LETTERS, min + MOST_LETTERS);
    if (!schema.pattern)
        return text(min, max);
    return fc.stringMatching(new RegExp(schema.pattern))
        .filter(value => value.length >= min && value.length <= (schema.maxLength ?? Infinity));
}

function object(schema, all) {
    const properties = Object.entries(schema.properties ?? {});
    const members = Object.fromEntries(properties.map(([name, member]) => [name, allowed(member, all)]));
    const fixed = fc.record(members, { requiredKeys: schema.required ?? [] });
    if (schema.additionalProperties === false)
        return fixed;
    const other = typeof schema.additionalProperties === "object" ? allowed(schema.additionalProperties, all) : plain();
    const key = text(1, 10).filter(name => !(name in members) && name !== "__proto__");
    return fc.tuple(fixed, fc.dictionary(key, other, { maxKeys: 2 })).map(([one, more]) => ({ ...more, ...one }));
}

// What a schema cannot say, an example can: {schema: value}. Half of the values are one, with more members.
export const examples = {};

function named(name, all) {
    if (name === "Time")
        return TIME;
    const value = allowed(all[name], all);
    return name in examples ? fc.oneof(value, value.map(other => ({ ...other, ...examples[name] }))) : value;
}

// A value that the schema allows.
export function allowed(schema, all) {
    if (schema.$ref)
        return named(schema.$ref.split("/").at(-1), all);
    if (schema.enum)
        return fc.constantFrom(...schema.enum);
    const types = [schema.type ?? ["object", "string", "integer", "boolean", "null"]].flat();
    return fc.oneof(...types.map(type => ({
        object: () => object(schema, all),
        array: () => fc.array(allowed(schema.items ?? {}, all),
                              { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 4) }),
        string: () => string(schema),
        integer: () => fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 2 ** 31 - 1 }),
        number: () => fc.double({ noNaN: true, noDefaultInfinity: true }),
        boolean: () => fc.boolean(),
        null: () => fc.constant(null),
    })[type]()));
}

function plain() {
    return fc.oneof(fc.constantFrom(null, true, "", [], {}, 0.5, -1), text(), fc.integer(), fc.array(text(), { maxLength: 2 }));
}

export function anything() {
    return fc.oneof(fc.constantFrom(null, true, "", "***", [], {}, [[]], "\u0000", "x".repeat(70000), ...HUGE),
                    text(), fc.integer(), fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value))));
}

function placesOf(value, path = []) {
    const members = value !== null && typeof value === "object" ? Object.entries(value) : [];
    return [path, ...members.flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

function changed(value, [key, ...path], change) {
    if (key === undefined)
        return change;
    const copy = Array.isArray(value) ? [...value] : { ...value };
    if (path.length === 0 && change === undefined)
        delete copy[key];
    else
        copy[key] = changed(value[key], path, change);
    return Array.isArray(copy) ? copy.filter(member => member !== undefined) : copy;
}

// An allowed value in which one thing is something else, or gone, or there twice as deep.
export function nearly(schema, all) {
    const change = fc.oneof(fc.constant(undefined), anything());
    return fc.tuple(allowed(schema, all), fc.nat(), change).map(([value, number, instead]) => {
        const places = placesOf(value);
        const changedValue = changed(value, places[number % places.length], instead);
        return changedValue === undefined ? {} : changedValue;
    });
}

// Bytes that are no document at all, or one that nobody would write.
export function hostile() {
    const letters = fc.stringMatching(new RegExp(`^[${LETTERS}]{1,8}$`));
    return fc.oneof(
        fc.constantFrom("", " ", "\u0000", "\ufeff{}", "{", "[1,", "nul", "'a'", "{\"a\":1,}", "{\"a\":1}{}", "NaN", "1e99999",
                        "\"\\ud800\"", "\"\\u0000\"", "{\"name\":1,\"name\":2}", "[".repeat(100000),
                        "{\"a\":".repeat(20000), "[".repeat(400) + "]".repeat(400), "9".repeat(100000),
                        `"${"a".repeat(900000)}"`, `[${"1,".repeat(300000)}1]`)
            .map(value => Buffer.from(value)),
        fc.uint8Array({ maxLength: 60 }).map(value => Buffer.from(value)),
        fc.tuple(letters, fc.uint8Array({ minLength: 1, maxLength: 6 })).map(([key, bytes]) =>
            Buffer.concat([Buffer.from(`{"${key}":"`), Buffer.from(bytes), Buffer.from("\"}")])));
}
