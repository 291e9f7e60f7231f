import type { CliqueConstraint } from "../../api/types";
import type { ScreenProps } from "../../app/routes";
import { CheckField, SelectField } from "../../parts/Form";
import { capitalised, cliqueConstraints as texts, model, typeText } from "../../texts";
import { EntryEditor, type FieldsProps } from "./EntryEditor";
import { PolicyField, type Policy, policyOf } from "./PolicyField";
import { clique_constraints, errorAt, typeChoices, useConstant } from "./catalog";

interface Draft {
    focal_point_type: string;
    constraints: readonly string[];
    policy: Policy;
}

function draftOf(entry: CliqueConstraint | null): Draft {
    const { focal_point_type = "instance", constraints = ["network"], policy } = entry ?? {};
    return { focal_point_type, constraints, policy: policyOf(policy) };
}

export function CliqueConstraintEditor({ params }: ScreenProps) {
    return (
        <EntryEditor
            catalog={clique_constraints} id={params["cliqueConstraint"]} texts={texts} draftOf={draftOf}
            bodyOf={({ policy, ...draft }) => ({ ...draft, ...(policy && { policy }) })}
            fields={(props) => <Fields {...props} />}
        />
    );
}

function Fields({ draft, set, error, disabled }: FieldsProps<Draft>) {
    const types = useConstant("object_types_for_links");
    const known = useConstant("constraints");
    const all = [...new Set([...known, ...draft.constraints])];
    const wrong = errorAt(error, "constraints");
    const choose = (name: string, is_chosen: boolean): void => {
        set({ constraints: all.filter((one) => (one === name ? is_chosen : draft.constraints.includes(one))) });
    };
    return (
        <>
            <SelectField
                label={texts.focal} value={draft.focal_point_type} disabled={disabled}
                choices={typeChoices(types, draft.focal_point_type)}
                onValue={(focal_point_type) => set({ focal_point_type })}
                error={errorAt(error, "focal_point_type") ?? (error?.status === 409 ? error.detail : null)}
            />
            <fieldset class="entry-choices">
                <legend class="field-label">{texts.constraints}</legend>
                {all.map((name) => (
                    <CheckField
                        key={name} label={capitalised(typeText(name))} hint={texts.constraintHints[name]}
                        checked={draft.constraints.includes(name)} disabled={disabled}
                        onValue={(is_chosen) => choose(name, is_chosen)}
                    />
                ))}
                {wrong && <p class="field-error">{wrong}</p>}
            </fieldset>
            <PolicyField
                hint={model.policyHint} value={draft.policy} disabled={disabled} onValue={(policy) => set({ policy })}
            />
        </>
    );
}
