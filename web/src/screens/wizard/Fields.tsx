import { wizard as texts } from "../../texts";
import { type Draft, type Errors, MASK, isAsked } from "./draft";
import { FieldInput } from "./FieldInput";
import { type PartName, fieldsOf } from "./fields";

export interface PartProps {
    draft: Draft;
    saved: Draft | null;
    /** Those that are shown. */
    errors: Errors;
    onChange: (change: (draft: Draft) => Draft) => void;
}

/** The fields of a part; those that are seldom needed are folded away. */
export function Fields({ part, draft, saved, errors, onChange }: PartProps & { part: PartName }) {
    const specs = fieldsOf(part).filter((spec) => isAsked(draft, spec));
    const extra = specs.filter((spec) => spec.is_extra);
    const is_open = extra.some(({ key }) => errors[`${part}.${key}`] || saved?.values[part][key] !== undefined);
    const input = (spec: (typeof specs)[number]) => (
        <FieldInput
            key={spec.key} part={part} spec={spec} value={draft.values[part][spec.key]}
            error={errors[`${part}.${spec.key}`]} was_secret={saved?.values[part][spec.key] === MASK}
            onValue={(value) => onChange((before) => ({
                ...before,
                values: { ...before.values, [part]: { ...before.values[part], [spec.key]: value } },
            }))}
        />
    );
    return (
        <>
            <div class="wizard-fields">{specs.filter((spec) => !spec.is_extra).map(input)}</div>
            {extra.length > 0 && (
                <details class="wizard-more" open={is_open}>
                    <summary>{texts.more}</summary>
                    <div class="wizard-fields">{extra.map(input)}</div>
                </details>
            )}
        </>
    );
}
