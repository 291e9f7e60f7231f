import user_plus from "lucide-static/icons/user-plus.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { ApiError, get, toldError } from "../api/client";
import type { Setup as SetupState } from "../api/types";
import { navigate, place } from "../app/router";
import { setUp } from "../app/session";
import { Mark } from "../app/shell";
import { ButtonLink } from "../parts/Button";
import { Form, PasswordField, TextField } from "../parts/Form";
import { Empty } from "../parts/State";
import { common, setup as texts, shell } from "../texts";
import "./sign-in.css";

/** As it was sent, where it was cut or mistyped. */
function secretOf(hash: string): string {
    try {
        return decodeURIComponent(hash);
    } catch {
        return hash;
    }
}

/** The first administrator. The secret is behind the '#': browsers do not send it, so it is in no log. */
export function Setup() {
    const [is_needed, setNeeded] = useState(true);
    const secret = secretOf(place.value.hash);
    useEffect(() => {
        get<SetupState>("/setup").then(({ needed }) => setNeeded(needed), () => undefined);
        document.title = `${texts.title} · ${common.product}`;
    }, []);
    return (
        <main class="sign-in">
            <div class="sign-in-product">
                <Mark />
                <span>{common.product}</span>
            </div>
            {!is_needed
                ? (
                    <Empty title={texts.done} actions={<ButtonLink kind="primary" to="/">{shell.toDashboard}</ButtonLink>}>
                        {texts.doneAdvice}
                    </Empty>
                )
                : secret === ""
                    ? <Empty title={texts.noSecret}>{texts.noSecretAdvice}</Empty>
                    : <SetupForm secret={secret} />}
        </main>
    );
}

function SetupForm({ secret }: { secret: string }) {
    const [name, setName] = useState("admin");
    const [password, setPassword] = useState("");
    const [again, setAgain] = useState("");
    const differs = again !== "" && again !== password;
    const submit = async (): Promise<void> => {
        try {
            await setUp(secret, name.trim(), password);
        } catch (error) {
            if (error instanceof ApiError && error.status === 401)
                throw toldError(texts.wrongSecret, texts.wrongSecretAdvice);
            throw error;
        }
        await navigate("/", { replace: true });
    };
    return (
        <section class="card sign-in-card" aria-labelledby="setup-title">
            <h1 id="setup-title">{texts.title}</h1>
            <p class="dim">{texts.what}</p>
            <Form
                onSubmit={submit} submit={texts.submit} submit_icon={user_plus}
                reason={differs ? texts.differ : null}
            >
                <TextField
                    label={texts.name} name="name" value={name} onValue={setName} required maxLength={64}
                    autocomplete="username" autocapitalize="off" spellcheck={false}
                />
                <PasswordField
                    label={texts.password} hint={texts.passwordHint} name="password" value={password}
                    onValue={setPassword} required minLength={8} maxLength={1024} autocomplete="new-password" autofocus
                />
                <PasswordField
                    label={texts.again} name="again" value={again} onValue={setAgain} required
                    autocomplete="new-password" error={differs ? texts.differ : null}
                />
            </Form>
        </section>
    );
}
