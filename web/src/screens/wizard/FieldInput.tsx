import undo from "lucide-static/icons/undo-2.svg?icon";
import { Button } from "../../parts/Button";
import { CheckField, PasswordField, SelectField, TextField } from "../../parts/Form";
import { wizard as texts } from "../../texts";
import { MASK, type Value } from "./draft";
import type { FieldSpec, PartName } from "./fields";

interface FieldInputProps {
    part: PartName | "hosts";
    spec: FieldSpec;
    value: Value;
    error: string | undefined;
    /** There is a secret in the store. */
    was_secret: boolean;
    onValue: (value: Value) => void;
}

function choiceText(key: string, value: string): string {
    return texts.choices[`${key}.${value}`] ?? (value || texts.asDefault);
}

export function FieldInput({ part, spec, value, error, was_secret, onValue }: FieldInputProps) {
    const { key, kind, is_needed } = spec;
    const { label = key, hint } = texts.fields[part]?.[key] ?? {};
    const text = typeof value === "string" ? value : "";
    const common = { label, hint, error, value: text, onValue, name: `${part}.${key}`, "aria-required": is_needed };
    switch (kind) {
        case "flag":
            return (
                <CheckField
                    label={label} hint={hint} checked={value === undefined ? spec.is_on_by_default === true : value === true}
                    onValue={onValue}
                />
            );
        case "choice":
            return (
                <SelectField
                    label={label} hint={hint} error={error} value={text} onValue={onValue}
                    choices={[...new Set([...(spec.choices ?? []), text])].map((one) => ({
                        value: one, text: choiceText(key, one),
                    }))}
                />
            );
        case "secret":
            return (
                <div class="wizard-secret">
                    <PasswordField
                        {...common} value={text === MASK ? "" : text}
                        hint={text === MASK ? texts.secretKept : hint}
                        placeholder={text === MASK ? texts.secretPlaceholder : undefined} autocomplete="off"
                    />
                    {was_secret && text !== MASK && (
                        <Button kind="quiet" icon={undo} onClick={() => onValue(MASK)}>{texts.keepSecret}</Button>
                    )}
                </div>
            );
        default:
            return (
                <TextField
                    {...common} is_optional={!is_needed} autocomplete="off" autocapitalize="off" spellcheck={false}
                    inputMode={kind === "port" || kind === "seconds" ? "numeric" : undefined}
                />
            );
    }
}
