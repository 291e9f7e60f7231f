import log_in from "lucide-static/icons/log-in.svg?icon";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, get, toldError } from "../api/client";
import type { Setup } from "../api/types";
import { session, signIn as begin } from "../app/session";
import { Mark } from "../app/shell";
import { Form, PasswordField, TextField } from "../parts/Form";
import { common, signIn as texts } from "../texts";
import "./sign-in.css";

/** Over a page whose session has ended, and over the dialogs that are open there: all of it stays. */
export function SignInAgain() {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        const element = dialog.current;
        // Browsers close a dialog at the second Escape, whatever the page says.
        const open = (): void => element?.showModal();
        element?.addEventListener("close", open);
        open();
        return () => {
            element?.removeEventListener("close", open);
            element?.close();
        };
    }, []);
    return (
        <dialog
            ref={dialog} class="sign-in-over" aria-labelledby="sign-in-title"
            onCancel={(event) => event.preventDefault()} onKeyDown={(event) => event.stopPropagation()}
        >
            <SignInForm is_again />
        </dialog>
    );
}

/** Stands in the place of every screen until somebody is signed in: the address stays. */
export function SignIn() {
    return <main><SignInForm is_again={false} /></main>;
}

function SignInForm({ is_again }: { is_again: boolean }) {
    const [name, setName] = useState(is_again ? (session.value?.user.name ?? "") : "");
    const [password, setPassword] = useState("");
    const [is_setup_needed, setSetupNeeded] = useState(false);

    useEffect(() => {
        get<Setup>("/setup").then(({ needed }) => setSetupNeeded(needed), () => undefined);
        if (!is_again)
            document.title = `${texts.title} · ${common.product}`;
    }, []);

    const submit = async (): Promise<void> => {
        try {
            await begin(name.trim(), password);
        } catch (error) {
            if (error instanceof ApiError && error.status === 401)
                throw toldError(texts.wrong, texts.wrongAdvice);
            throw error;
        } finally {
            setPassword("");
        }
    };
    return (
        <div class="sign-in">
            <div class="sign-in-product">
                <Mark />
                <span>{common.product}</span>
            </div>
            <section class="card sign-in-card" aria-labelledby="sign-in-title">
                <h1 id="sign-in-title">{is_again ? texts.again : texts.title}</h1>
                <p class="dim">{is_again ? texts.expired : texts.product}</p>
                {is_setup_needed && (
                    <p class="sign-in-note">{texts.setupNeeded} <code>{texts.setupCommand}</code>.</p>
                )}
                <Form onSubmit={submit} submit={texts.submit} submit_icon={log_in}>
                    <TextField
                        label={texts.name} name="name" value={name} onValue={setName} required maxLength={64}
                        autocomplete="username" autocapitalize="off" spellcheck={false} autofocus={!is_again}
                    />
                    <PasswordField
                        label={texts.password} name="password" value={password} onValue={setPassword} required
                        maxLength={1024} autocomplete="current-password" autofocus={is_again}
                    />
                </Form>
            </section>
        </div>
    );
}
