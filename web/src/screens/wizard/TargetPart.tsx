import { CheckField, SelectField } from "../../parts/Form";
import { wizard as texts } from "../../texts";
import type { Way } from "./draft";
import { Fields, type PartProps } from "./Fields";
import { type TargetName, testable } from "./fields";
import { Logins } from "./Logins";
import { TestPanel } from "./TestPanel";

interface TargetPartProps extends PartProps {
    part: TargetName;
    /** Whether it can be tested: nothing is wrong in it. */
    is_whole: boolean;
    /** Shows what is wrong. */
    onCheck: () => void;
    onToKeys: (() => void) | null;
}

const ways: readonly Way[] = ["password", "credential"];

export function TargetPart(props: TargetPartProps) {
    const { part, draft, onChange } = props;
    return (
        <>
            {part === "mysql" && (
                <CheckField
                    label={texts.uses_database.label} hint={texts.uses_database.hint} checked={draft.uses_database}
                    onValue={(uses_database) => onChange((before) => ({ ...before, uses_database }))}
                />
            )}
            {part === "OpenStack" && (
                <div class="wizard-fields">
                    <SelectField
                        label={texts.way.label} value={draft.way}
                        choices={ways.map((value) => ({ value, text: texts.way[value] }))}
                        onValue={(way) => onChange((before) => ({ ...before, way }))}
                    />
                </div>
            )}
            {part === "CLI" && <p class="dim">{texts.signInHint}</p>}
            {(part !== "mysql" || draft.uses_database) && (
                <>
                    <Fields {...props} />
                    {part === "CLI" && <Logins {...props} />}
                    {testable.includes(part) && <TestPanel {...props} key={part} />}
                </>
            )}
        </>
    );
}
