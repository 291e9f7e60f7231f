import eye from "lucide-static/icons/eye.svg?icon";
import eye_off from "lucide-static/icons/eye-off.svg?icon";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { type ApiError, apiError } from "../api/client";
import { common } from "../texts";
import { Button } from "./Button";
import { ErrorLine } from "./State";
import "./form.css";

/** What a control needs to belong to its label, hint and error. */
interface ControlProps {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean | undefined;
}

interface FieldProps {
    label: ComponentChildren;
    hint?: ComponentChildren;
    error?: string | null;
    is_optional?: boolean;
    children: (control: ControlProps) => ComponentChildren;
}

export function Field({ label, hint, error, is_optional, children }: FieldProps) {
    const id = useId();
    const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
    return (
        <div class={`field${error ? " is-bad" : ""}`}>
            <label class="field-label" for={id}>
                {label}
                {is_optional && <span class="dim field-optional"> {common.optional}</span>}
            </label>
            {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
            {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
            {error && <p class="field-error" id={`${id}-error`}>{error}</p>}
        </div>
    );
}

type InputProps = Omit<JSX.IntrinsicElements["input"], "label" | "value" | "onInput" | "ref">;

interface TextFieldProps extends InputProps {
    label: ComponentChildren;
    hint?: ComponentChildren;
    error?: string | null;
    is_optional?: boolean;
    value: string;
    onValue: (value: string) => void;
}

export function TextField({ label, hint, error, is_optional, value, onValue, ...rest }: TextFieldProps) {
    return (
        <Field label={label} hint={hint} error={error} is_optional={is_optional}>
            {(control) => (
                <input
                    type="text" dir="auto" {...(rest as object)} {...control} class="input" value={value}
                    onInput={(event) => onValue(event.currentTarget.value)}
                />
            )}
        </Field>
    );
}

/** A password: what was typed can be looked at. */
export function PasswordField({ label, hint, error, value, onValue, ...rest }: TextFieldProps) {
    const [is_shown, setShown] = useState(false);
    return (
        <Field label={label} hint={hint} error={error}>
            {(control) => (
                <div class="input-with-button">
                    <input
                        {...({ ...rest, type: is_shown ? "text" : "password" } as object)} {...control} class="input"
                        value={value} autocapitalize="off" spellcheck={false}
                        onInput={(event) => onValue(event.currentTarget.value)}
                    />
                    <Button
                        kind="quiet" icon={is_shown ? eye_off : eye} aria-pressed={is_shown}
                        label={common.showPassword} onClick={() => setShown(!is_shown)}
                    />
                </div>
            )}
        </Field>
    );
}

export interface Choice<T extends string> {
    value: T;
    text: string;
    is_disabled?: boolean;
}

/** What there is to choose from, with what is chosen already: that need not be known. */
export function withGiven(known: readonly string[], given: string): readonly string[] {
    return given === "" || known.includes(given) ? known : [given, ...known];
}

/** Choices that are called what they are. */
export function choicesOf(names: readonly string[]): Choice<string>[] {
    return names.map((name) => ({ value: name, text: name }));
}

interface SelectFieldProps<T extends string> {
    label: ComponentChildren;
    hint?: ComponentChildren;
    error?: string | null;
    value: T;
    choices: readonly Choice<T>[];
    onValue: (value: T) => void;
    disabled?: boolean;
}

export function SelectField<T extends string>(props: SelectFieldProps<T>) {
    const { label, hint, error, value, choices, onValue, disabled } = props;
    return (
        <Field label={label} hint={hint} error={error}>
            {(control) => (
                <select
                    {...control} class="input" value={value} disabled={disabled}
                    onChange={(event) => onValue(event.currentTarget.value as T)}
                >
                    {choices.map((choice) => (
                        <option key={choice.value} value={choice.value} disabled={choice.is_disabled}>
                            {choice.text}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

interface CheckFieldProps {
    label: ComponentChildren;
    hint?: ComponentChildren;
    checked: boolean;
    onValue: (checked: boolean) => void;
    disabled?: boolean;
}

export function CheckField({ label, hint, checked, onValue, disabled }: CheckFieldProps) {
    const id = useId();
    return (
        <div class="check-field">
            <input
                type="checkbox" id={id} checked={checked} disabled={disabled}
                aria-describedby={hint ? `${id}-hint` : undefined}
                onChange={(event) => onValue(event.currentTarget.checked)}
            />
            <label for={id}>{label}</label>
            {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
        </div>
    );
}

interface FormProps {
    /** What is done with it; what it throws is shown. */
    onSubmit: () => Promise<void>;
    submit: string;
    submit_icon?: string;
    kind?: "primary" | "danger";
    /** Why it cannot be sent now. */
    reason?: string | null;
    actions?: ComponentChildren;
    children: ComponentChildren;
    /** Members whose errors stand at their fields, not at the end of the form. */
    onError?: (error: ApiError) => void;
}

/** Fields with a button, the state of sending them, and the error of it. */
export function Form({ onSubmit, submit, submit_icon, kind = "primary", reason, actions, children, onError }: FormProps) {
    const [error, setError] = useState<ApiError | null>(null);
    const [is_busy, setBusy] = useState(false);
    const is_there = useRef(true);
    useEffect(() => () => {
        is_there.current = false;
    }, []);
    const send = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (is_busy || reason)
            return;
        setBusy(true);
        setError(null);
        try {
            await onSubmit();
        } catch (thrown) {
            const found = apiError(thrown);
            setError(found);
            onError?.(found);
        } finally {
            if (is_there.current)
                setBusy(false);
        }
    };
    return (
        <form class="form" onSubmit={(event) => void send(event)}>
            {children}
            <ErrorLine error={error} />
            <div class="form-actions">
                {actions}
                <Button type="submit" kind={kind} icon={submit_icon} busy={is_busy} reason={reason}>{submit}</Button>
            </div>
        </form>
    );
}
