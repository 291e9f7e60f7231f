import { type Role, all_roles, hasRole } from "../../app/session";
import { CheckField } from "../../parts/Form";
import { roleTexts, users as texts } from "../../texts";

interface RolesProps {
    chosen: readonly Role[];
    onChoose: (chosen: Role[]) => void;
    disabled?: boolean;
    hint: string;
}

/** All roles, with what they allow; only those that one has oneself can be given or taken. */
export function RolesField({ chosen, onChoose, disabled = false, hint }: RolesProps) {
    return (
        <fieldset class="roles">
            <legend class="field-label">{texts.roles}</legend>
            <p class="field-hint">{hint}</p>
            {all_roles.map((role) => {
                const is_mine = hasRole(role);
                const about = roleTexts[role];
                return (
                    <CheckField
                        key={role} checked={chosen.includes(role)} disabled={disabled || !is_mine}
                        label={<>{about?.title ?? role} <code class="dim">{role}</code></>}
                        hint={is_mine ? about?.what : `${about?.what ?? ""} ${texts.notYours}`}
                        onValue={(is_chosen) =>
                            onChoose(all_roles.filter((one) => (one === role ? is_chosen : chosen.includes(one))))}
                    />
                );
            })}
        </fieldset>
    );
}
