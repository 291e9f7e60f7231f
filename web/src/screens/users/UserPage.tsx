import lock from "lucide-static/icons/lock.svg?icon";
import sliders from "lucide-static/icons/sliders-horizontal.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { apiPath, patch } from "../../api/client";
import { useResource } from "../../api/resource";
import type { User } from "../../api/types";
import { href, navigate } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { readSession, session } from "../../app/session";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { Button, ButtonLink } from "../../parts/Button";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { Loaded, Skeleton } from "../../parts/State";
import { toast } from "../../parts/Toast";
import { Unsaved } from "../../parts/Unsaved";
import { common, users as texts } from "../../texts";
import { Grants } from "./Grants";
import { PasswordForm } from "./PasswordForm";
import { RemoveUser } from "./RemoveUser";
import { RolesField } from "./Roles";
import { RoleNames } from "./Users";
import { mayChange } from "./rights";
import "./users.css";

export function UserPage({ params }: ScreenProps) {
    const { user: name = "" } = params;
    const found = useResource<User>(apiPath("/users/{name}", { name }), { voids: { kinds: ["environment"] } });
    return (
        <Loaded of={found} skeleton={<div class="screen is-narrow"><Skeleton lines={8} /></div>}>
            {(user) => <Page key={user._id} user={user} etag={found.etag()} reload={() => found.reload()} />}
        </Loaded>
    );
}

interface PageProps {
    user: User;
    etag: string | undefined;
    reload: () => void;
}

function Page({ user, etag, reload }: PageProps) {
    const { name } = user;
    const [is_removing, setRemoving] = useState(false);
    const [has_changes, setChanges] = useState(false);
    const own = session.value?.user;
    const is_own = user._id === own?._id;
    const may_change = mayChange(own?.roles ?? [], user);
    const path = href("/users/:user", { user: name });
    return (
        <div class="screen is-narrow">
            <Breadcrumb crumbs={[{ text: texts.title, to: "/users" }, { text: name, to: path }]} />
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto">{name}</h1>
                    <p class="dim"><RoleNames user={user} /></p>
                </div>
                <div class="screen-actions">
                    <Button icon={trash} onClick={() => setRemoving(true)}>{common.remove}</Button>
                </div>
            </header>
            {!may_change && <p class="notice"><Icon of={lock} /><bdi>{texts.hasMore(name)}</bdi></p>}
            <section class="card" aria-label={texts.roles}>
                <RolesForm user={user} etag={etag} may_change={may_change} reload={reload} onChanges={setChanges} />
            </section>
            <section class="card stack" aria-labelledby="user-rights">
                <h2 id="user-rights">{texts.rights}</h2>
                <Grants user={user} onChange={reload} />
            </section>
            {may_change && (
                <section class="card stack" aria-labelledby="user-password">
                    <h2 id="user-password">{texts.newPassword}</h2>
                    {is_own
                        ? (
                            <>
                                <p>{texts.own}</p>
                                <p><ButtonLink icon={sliders} to="/settings">{texts.toSettings}</ButtonLink></p>
                            </>
                        )
                        : <PasswordForm name={name} />}
                </section>
            )}
            <Unsaved is_changed={has_changes && !is_removing} />
            {is_removing && (
                <RemoveUser
                    user={user} etag={etag} onClose={() => setRemoving(false)} onDone={() => void navigate("/users")}
                />
            )}
        </div>
    );
}

interface RolesFormProps extends PageProps {
    may_change: boolean;
    onChanges: (has_changes: boolean) => void;
}

function RolesForm({ user, etag, may_change, reload, onChanges }: RolesFormProps) {
    const [roles, setRoles] = useState(user.roles);
    const saved = [...user.roles].sort().join();
    const is_changed = [...roles].sort().join() !== saved;
    useEffect(() => onChanges(is_changed), [is_changed]);
    useEffect(() => setRoles(user.roles), [saved]);
    const submit = async (): Promise<void> => {
        await patch(apiPath("/users/{name}", { name: user.name }), { roles }, { if_match: etag });
        toast(texts.saved(user.name));
        reload();
        if (user._id === session.peek()?.user._id)
            await readSession();
    };
    if (!may_change)
        return <RolesField chosen={roles} onChoose={setRoles} disabled hint={texts.rolesHint} />;
    return (
        <Form onSubmit={submit} submit={common.save} reason={is_changed ? null : texts.nothingChanged}>
            <RolesField chosen={roles} onChoose={setRoles} hint={texts.rolesHint} />
        </Form>
    );
}
