import type { CliqueType } from "../../api/types";
import { useEnvironments } from "../../app/environments";
import type { ScreenProps } from "../../app/routes";
import { CheckField, SelectField, TextField, choicesOf, withGiven } from "../../parts/Form";
import { cliqueTypes as texts, listed, model } from "../../texts";
import { EntryEditor, type FieldsProps } from "./EntryEditor";
import { LinkTypePicker } from "./LinkTypePicker";
import { type Policy, PolicyField, policyOf } from "./PolicyField";
import { clique_types, errorAt, typeChoices, useConstant } from "./catalog";

const ANY = "ANY";

interface Draft {
    name: string;
    focal_point_type: string;
    link_types: readonly string[];
    /** ANY, a name, or "": by configuration. */
    environment: string;
    distribution: string;
    distribution_version: string;
    mechanism_drivers: string;
    type_drivers: string;
    policy: Policy;
    use_implicit_links: boolean;
}

function draftOf(entry: CliqueType | null): Draft {
    const { name = "", focal_point_type = "instance", link_types = [], environment = entry ? "" : ANY } = entry ?? {};
    return {
        name, focal_point_type, link_types, environment,
        distribution: entry?.distribution ?? "",
        distribution_version: entry?.distribution_version ?? "",
        mechanism_drivers: listed(entry?.mechanism_drivers as string | string[] | undefined),
        type_drivers: listed(entry?.type_drivers as string | string[] | undefined),
        policy: policyOf(entry?.policy),
        use_implicit_links: entry?.use_implicit_links ?? false,
    };
}

/** One is a text, several are a list. */
function oneOrMore(text: string): string | string[] | undefined {
    const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
    return parts.length > 1 ? parts : parts[0];
}

function bodyOf(draft: Draft): object {
    const { name, focal_point_type, link_types, environment, policy, use_implicit_links } = draft;
    return {
        name: name.trim(), focal_point_type, link_types,
        ...(environment ? { environment } : {
            distribution: draft.distribution.trim() || undefined,
            distribution_version: draft.distribution_version.trim() || undefined,
            mechanism_drivers: oneOrMore(draft.mechanism_drivers),
            type_drivers: oneOrMore(draft.type_drivers),
        }),
        policy: policy || undefined,
        use_implicit_links: use_implicit_links || undefined,
    };
}

function reasonOf({ name, link_types }: Draft): string | null {
    if (!name.trim())
        return texts.needsName;
    return link_types.length ? null : texts.needsLinks;
}

export function CliqueTypeEditor({ params }: ScreenProps) {
    return (
        <EntryEditor
            catalog={clique_types} id={params["cliqueType"]} texts={texts} draftOf={draftOf} bodyOf={bodyOf}
            reasonOf={reasonOf} fields={(props) => <Fields {...props} />}
        />
    );
}

function Fields({ draft, set, error, disabled }: FieldsProps<Draft>) {
    const types = useConstant("object_types_for_links");
    const environments = (useEnvironments().data.value?.environments ?? []).map(({ name }) => name);
    const known = withGiven(environments, draft.environment === ANY ? "" : draft.environment);
    return (
        <>
            <div class="field-pair">
                <TextField
                    label={texts.name} value={draft.name} maxLength={255} disabled={disabled}
                    onValue={(name) => set({ name })} error={errorAt(error, "name")}
                />
                <SelectField
                    label={texts.focal} value={draft.focal_point_type} disabled={disabled}
                    choices={typeChoices(types, draft.focal_point_type)}
                    onValue={(focal_point_type) => set({ focal_point_type })}
                    error={errorAt(error, "focal_point_type") ?? (error?.status === 409 ? error.detail : null)}
                />
            </div>
            <SelectField
                label={texts.place} value={draft.environment} disabled={disabled} error={errorAt(error, "environment")}
                choices={[
                    { value: ANY, text: texts.anyPlace },
                    ...choicesOf(known),
                    { value: "", text: texts.byConfiguration },
                ]}
                onValue={(environment) => set({ environment })}
            />
            {draft.environment === "" && <Configuration draft={draft} set={set} error={error} disabled={disabled} />}
            <LinkTypePicker
                focal={draft.focal_point_type} chosen={draft.link_types} disabled={disabled}
                onChoose={(link_types) => set({ link_types })} error={errorAt(error, "link_types")}
            />
            <PolicyField
                hint={model.policyHint} value={draft.policy} disabled={disabled} onValue={(policy) => set({ policy })}
            />
            <CheckField
                label={texts.implicit} hint={texts.implicitHint} checked={draft.use_implicit_links} disabled={disabled}
                onValue={(use_implicit_links) => set({ use_implicit_links })}
            />
        </>
    );
}

function Configuration({ draft, set, error, disabled }: FieldsProps<Draft>) {
    const field = (name: "distribution" | "distribution_version" | "mechanism_drivers" | "type_drivers", label: string,
        hint?: string) => (
        <TextField
            label={label} hint={hint} is_optional value={draft[name]} maxLength={255} disabled={disabled}
            onValue={(value) => set({ [name]: value })} error={errorAt(error, name)}
        />
    );
    return (
        <div class="field-pair">
            {field("distribution", texts.distribution)}
            {field("distribution_version", texts.version)}
            {field("mechanism_drivers", texts.mechanism, texts.listHint)}
            {field("type_drivers", texts.drivers, texts.listHint)}
        </div>
    );
}
