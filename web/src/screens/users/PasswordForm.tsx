import key from "lucide-static/icons/key-round.svg?icon";
import { useState } from "preact/hooks";
import { type ApiError, apiPath, patch } from "../../api/client";
import { Form, PasswordField } from "../../parts/Form";
import { toast } from "../../parts/Toast";
import { users as texts } from "../../texts";
import { errorAt } from "../model/catalog";

const LEAST = 8;

/** Why these two cannot be a password. */
export function passwordReason(password: string, again: string): string | null {
    if (password.length < LEAST)
        return texts.tooShort;
    return password === again ? null : texts.differ;
}

/** A new password for somebody else. */
export function PasswordForm({ name }: { name: string }) {
    const [password, setPassword] = useState("");
    const [again, setAgain] = useState("");
    const [error, setError] = useState<ApiError | null>(null);
    const submit = async (): Promise<void> => {
        setError(null);
        await patch(apiPath("/users/{name}", { name }), { password });
        setPassword("");
        setAgain("");
        toast(texts.passwordSet(name));
    };
    return (
        <Form
            onSubmit={submit} submit={texts.setPassword} submit_icon={key} onError={setError}
            reason={passwordReason(password, again)}
        >
            <p class="dim">{texts.newPasswordHint}</p>
            <div class="field-pair">
                <PasswordField
                    label={texts.password} hint={texts.passwordHint} value={password} onValue={setPassword}
                    autocomplete="new-password" maxLength={1024} error={errorAt(error, "password")}
                />
                <PasswordField
                    label={texts.again} value={again} onValue={setAgain} autocomplete="new-password" maxLength={1024}
                    error={again && again !== password ? texts.differ : null}
                />
            </div>
        </Form>
    );
}
