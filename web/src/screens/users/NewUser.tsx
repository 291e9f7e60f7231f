import user_plus from "lucide-static/icons/user-plus.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { type ApiError, post } from "../../api/client";
import type { User } from "../../api/types";
import { href, navigate } from "../../app/router";
import type { Role } from "../../app/session";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { Button } from "../../parts/Button";
import { Form, PasswordField, TextField } from "../../parts/Form";
import { toast } from "../../parts/Toast";
import { Unsaved } from "../../parts/Unsaved";
import { common, users as texts } from "../../texts";
import { errorAt } from "../model/catalog";
import { RolesField } from "./Roles";
import { passwordReason } from "./PasswordForm";
import "./users.css";

const NAME = /^[A-Za-z0-9._@-]+$/;

function nameReason(name: string): string | null {
    if (name === "")
        return texts.needsName;
    return NAME.test(name) ? null : texts.badName;
}

export function NewUser() {
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const [again, setAgain] = useState("");
    const [roles, setRoles] = useState<Role[]>([]);
    const [error, setError] = useState<ApiError | null>(null);
    const [added, setAdded] = useState<string | null>(null);
    useEffect(() => {
        if (added !== null)
            void navigate(href("/users/:user", { user: added }), { replace: true });
    }, [added]);
    const submit = async (): Promise<void> => {
        setError(null);
        const user = await post<User>("/users", { name, password, roles });
        toast(texts.added(user.name));
        setAdded(user.name);
    };
    const is_begun = Boolean(name || password || again || roles.length);
    return (
        <div class="screen is-narrow">
            <Breadcrumb crumbs={[{ text: texts.title, to: "/users" }, { text: texts.add, to: "/add-user" }]} />
            <header class="screen-head">
                <div class="screen-title"><h1>{texts.add}</h1></div>
            </header>
            <div class="card">
                <Form
                    onSubmit={submit} submit={common.add} submit_icon={user_plus} onError={setError}
                    reason={nameReason(name) ?? passwordReason(password, again)}
                    actions={<Button onClick={() => void navigate("/users")}>{common.cancel}</Button>}
                >
                    <TextField
                        label={texts.name} hint={texts.nameHint} value={name} onValue={setName} maxLength={64}
                        autocomplete="off" autocapitalize="off" spellcheck={false}
                        error={name === "" ? errorAt(error, "name") : (nameReason(name) ?? errorAt(error, "name"))}
                    />
                    <PasswordField
                        label={texts.password} hint={texts.passwordHint} value={password} onValue={setPassword}
                        autocomplete="new-password" maxLength={1024} error={errorAt(error, "password")}
                    />
                    <PasswordField
                        label={texts.again} value={again} onValue={setAgain} autocomplete="new-password"
                        maxLength={1024} error={again && again !== password ? texts.differ : null}
                    />
                    <RolesField chosen={roles} onChoose={setRoles} hint={texts.rolesHintNew} />
                </Form>
            </div>
            <Unsaved is_changed={is_begun && added === null} />
        </div>
    );
}
