/* What works on which clouds: the supported combinations, and what can be chosen. */

import type { Constant, SupportedEnvironment } from "../../api/types";
import { byName } from "../../parts/order";
import type { Draft } from "./draft";

type Feature = "scanning" | "listening" | "monitoring";

type Variant = Pick<Draft, "distribution" | "distribution_version" | "mechanism_drivers" | "type_drivers">;

type Row = Record<string, unknown>;

function valuesOf(row: Row, key: string): readonly string[] {
    const value = row[key];
    return Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];
}

function fits(row: Row, variant: Variant): boolean {
    return valuesOf(row, "distribution").includes(variant.distribution)
        && valuesOf(row, "distribution_version").includes(variant.distribution_version)
        && valuesOf(row, "type_drivers").includes(variant.type_drivers)
        && valuesOf(row, "mechanism_drivers").some((driver) => variant.mechanism_drivers.includes(driver));
}

/** Whether a feature works on a cloud with this distribution, version and one of these drivers. */
export function isSupported(rows: readonly SupportedEnvironment[], variant: Variant, feature: Feature): boolean {
    return rows.some(({ environment, features }) =>
        (features as Row)[feature] === true && fits(environment as Row, variant));
}

export type ChoiceKey = "distribution" | "distribution_version" | "mechanism_drivers" | "type_drivers";

const of_constant: Record<ChoiceKey, string> = {
    distribution: "distributions",
    distribution_version: "distribution_versions",
    mechanism_drivers: "mechanism_drivers",
    type_drivers: "type_drivers",
};

/** What may be chosen: of a version those that go with the distribution, when any are known to; and what is
 * chosen already. */
export function possible(key: ChoiceKey, constants: readonly Constant[], rows: readonly SupportedEnvironment[],
    draft: Variant): string[] {
    const known = constants.find(({ name }) => name === of_constant[key])?.data.map(({ value }) => String(value)) ?? [];
    const of_rows = rows.map(({ environment }) => environment as Row)
        .filter((row) => key === "distribution" || valuesOf(row, "distribution").includes(draft.distribution))
        .flatMap((row) => valuesOf(row, key));
    const wanted = key === "distribution" ? [...known, ...of_rows]
        : key === "distribution_version" ? (of_rows.length > 0 ? of_rows : known)
        : known;
    const chosen = draft[key];
    const all = new Set([...wanted, ...(typeof chosen === "string" ? [chosen] : chosen)]);
    const choices = [...all].filter(Boolean);
    return key.startsWith("distribution") ? choices.sort(byName) : choices;
}
