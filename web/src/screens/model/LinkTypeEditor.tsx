import type { LinkType } from "../../api/types";
import type { ScreenProps } from "../../app/routes";
import { SelectField, TextField } from "../../parts/Form";
import { linkTypes as texts } from "../../texts";
import { EntryEditor, type FieldsProps } from "./EntryEditor";
import { errorAt, link_types, typeChoices, useConstant } from "./catalog";

interface Draft {
    description: string;
    endPointA: string;
    endPointB: string;
}

function draftOf(entry: LinkType | null): Draft {
    const { description = "", endPointA = "instance", endPointB = "vnic" } = entry ?? {};
    return { description, endPointA, endPointB };
}

/** It is called after its ends. */
function typeOf({ endPointA, endPointB }: Draft): string {
    return `${endPointA}-${endPointB}`;
}

export function LinkTypeEditor({ params }: ScreenProps) {
    return (
        <EntryEditor
            catalog={link_types} id={params["linkType"]} texts={texts} draftOf={draftOf}
            bodyOf={(draft) => ({ ...draft, type: typeOf(draft) })} fields={(props) => <Fields {...props} />}
        />
    );
}

function Fields({ draft, set, error, disabled }: FieldsProps<Draft>) {
    const types = useConstant("object_types_for_links");
    return (
        <>
            <div class="field-pair">
                <SelectField
                    label={texts.from} value={draft.endPointA} disabled={disabled}
                    choices={typeChoices(types, draft.endPointA)} onValue={(endPointA) => set({ endPointA })}
                    error={errorAt(error, "endPointA")}
                />
                <SelectField
                    label={texts.to} value={draft.endPointB} disabled={disabled}
                    choices={typeChoices(types, draft.endPointB)} onValue={(endPointB) => set({ endPointB })}
                    error={errorAt(error, "endPointB")}
                />
            </div>
            {!disabled && <p class="dim">{texts.typeIs(typeOf(draft))}</p>}
            <TextField
                label={texts.description} is_optional value={draft.description} maxLength={1000} disabled={disabled}
                onValue={(description) => set({ description })} error={errorAt(error, "description")}
            />
        </>
    );
}
