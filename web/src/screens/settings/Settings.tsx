import key_round from "lucide-static/icons/key-round.svg?icon";
import { useState } from "preact/hooks";
import { ApiError, put, toldError } from "../../api/client";
import { look_back, readSession, saveSettings, settings } from "../../app/session";
import type { Theme } from "../../app/theme";
import { theme } from "../../app/theme";
import { Form, PasswordField, SelectField } from "../../parts/Form";
import { toast, toastError } from "../../parts/Toast";
import { common, settings as texts, shell, spanText } from "../../texts";
import { Tokens } from "./Tokens";

/** The spans that are offered, and the one that is set. */
function spans(): { value: string; text: string }[] {
    const offered = Object.entries(texts.spans).map(([value, text]) => ({ value, text }));
    const now = String(look_back.value);
    return now in texts.spans ? offered : [...offered, { value: now, text: spanText(look_back.value) }];
}

async function save(change: Parameters<typeof saveSettings>[0]): Promise<void> {
    try {
        await saveSettings(change);
        toast(common.saved);
    } catch (error) {
        toastError(error);
    }
}

export function Settings() {
    return (
        <div class="screen is-narrow">
            <header class="screen-head"><div class="screen-title"><h1>{texts.title}</h1></div></header>
            <section class="card stack" aria-labelledby="settings-look">
                <h2 id="settings-look">{texts.appearance}</h2>
                <SelectField<Theme>
                    label={texts.theme} value={settings.value.theme ?? theme.value}
                    choices={(["auto", "light", "dark"] as const).map((value) => ({ value, text: shell.themes[value] }))}
                    onValue={(chosen) => void save({ theme: chosen })}
                />
                <SelectField
                    label={texts.lookBack} hint={texts.lookBackHint} value={String(look_back.value)} choices={spans()}
                    onValue={(ms) => void save({ messages_view_backward_delta: Number(ms) })}
                />
            </section>
            <section class="card stack" aria-labelledby="settings-password">
                <h2 id="settings-password">{texts.password}</h2>
                <Password />
            </section>
            <Tokens />
        </div>
    );
}

function Password() {
    const [old, setOld] = useState("");
    const [password, setPassword] = useState("");
    const [again, setAgain] = useState("");
    const differs = again !== "" && again !== password;
    const submit = async (): Promise<void> => {
        try {
            await put("/session/password", { old, new: password }, { keeps_session: true });
        } catch (error) {
            if (error instanceof ApiError && error.status === 401)
                throw toldError(texts.wrongOld, texts.wrongOldAdvice);
            throw error;
        }
        toast(texts.changed);
        // All sessions have ended with it, this one too.
        await readSession();
    };
    return (
        <Form
            onSubmit={submit} submit={texts.change} submit_icon={key_round} reason={differs ? texts.differ : null}
        >
            <PasswordField
                label={texts.old} value={old} onValue={setOld} autocomplete="current-password" required
            />
            <PasswordField
                label={texts.new} hint={texts.newHint} value={password} onValue={setPassword} minLength={8}
                maxLength={1024} autocomplete="new-password" required
            />
            <PasswordField
                label={texts.again} value={again} onValue={setAgain} autocomplete="new-password" required
                error={differs ? texts.differ : null}
            />
        </Form>
    );
}
