import pencil from "lucide-static/icons/pencil.svg?icon";
import shield from "lucide-static/icons/shield-check.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import user_plus from "lucide-static/icons/user-plus.svg?icon";
import { useState } from "preact/hooks";
import type { User } from "../../api/types";
import { Link, href, queryParam, setQuery } from "../../app/router";
import { session } from "../../app/session";
import { Button, ButtonLink } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { byName } from "../../parts/order";
import { Empty, Loaded, Skeleton } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { listed, roleTexts, users as texts } from "../../texts";
import { RemoveUser, useUsers } from "./RemoveUser";
import { isAdministrator, rightByRoles } from "./rights";
import "./users.css";

function pathOf(name: string): string {
    return href("/users/:user", { user: name });
}

export function RoleNames({ user }: { user: Pick<User, "roles"> }) {
    if (isAdministrator(user))
        return <span class="administrator"><Icon of={shield} />{texts.administrator}</span>;
    if (user.roles.length === 0)
        return <span class="dim">{texts.noRoles}</span>;
    return <>{listed(user.roles.map((role) => roleTexts[role]?.title ?? role))}</>;
}

/** In how many environments a user has rights, of those that one sees oneself. */
function rightsText(user: User): string {
    const by_roles = rightByRoles(user);
    const grants = user.grants ?? [];
    const edits = grants.filter(({ edit }) => edit).length;
    const views = grants.length - edits;
    return [
        by_roles ? texts.all[by_roles] : "",
        by_roles !== "edit" && edits ? texts.canChange(edits) : "",
        !by_roles && views ? texts.canSee(views) : "",
    ].filter(Boolean).join(", ");
}

export function Users() {
    const users = useUsers();
    const sort = queryParam("sort").value || "name";
    const text = queryParam("text").value;
    const [removing, setRemoving] = useState<User | null>(null);
    const own = session.value?.user._id;
    const columns: readonly Column<User>[] = [
        {
            id: "name", title: texts.name, is_sortable: true,
            cell: ({ _id, name }) => (
                <span class="user-name">
                    <Link class="name" dir="auto" title={name} to={pathOf(name)}>{name}</Link>
                    {_id === own && <span class="dim">({texts.you})</span>}
                </span>
            ),
        },
        { id: "roles", title: texts.roles, is_wide: true, cell: (user) => <RoleNames user={user} /> },
        {
            id: "rights", title: texts.rightsIn, is_minor: true,
            cell: (user) => rightsText(user) || <span class="dim">{texts.noRights}</span>,
        },
        {
            id: "actions", title: texts.actions,
            cell: (user) => (
                <span class="table-actions">
                    <ButtonLink kind="quiet" icon={pencil} label={texts.edit(user.name)} to={pathOf(user.name)} />
                    <Button
                        kind="quiet" icon={trash} label={texts.remove(user.name)} onClick={() => setRemoving(user)}
                    />
                </span>
            ),
        },
    ];
    const rowsOf = (all: readonly User[]): User[] => {
        const found = all.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()))
            .sort((a, b) => byName(a.name, b.name));
        return sort === "-name" ? found.reverse() : found;
    };
    return (
        <div class="screen">
            <header class="screen-head">
                <div class="screen-title">
                    <h1>{texts.title}</h1>
                    <p class="dim">{texts.what}</p>
                </div>
                <div class="screen-actions">
                    <ButtonLink kind="primary" icon={user_plus} to="/add-user">{texts.add}</ButtonLink>
                </div>
            </header>
            <input
                class="input user-filter" type="search" dir="auto" aria-label={texts.filter} placeholder={texts.filter}
                value={text} onInput={(event) => setQuery({ text: event.currentTarget.value }, { replace: true })}
            />
            <Loaded of={users} skeleton={<Skeleton lines={6} />}>
                {({ users: all }) => (
                    <Table
                        label={texts.title} columns={columns} rows={rowsOf(all)} rowKey={({ _id }) => _id}
                        sort={sort} onSort={(to) => setQuery({ sort: to })}
                        empty={(
                            <Empty
                                title={texts.noneFits}
                                actions={(
                                    <Button kind="primary" onClick={() => setQuery({ text: null })}>
                                        {texts.clearFilter}
                                    </Button>
                                )}
                            >
                                {texts.noneFitsText}
                            </Empty>
                        )}
                    />
                )}
            </Loaded>
            {removing && (
                <RemoveUser
                    user={removing} onClose={() => setRemoving(null)}
                    onDone={() => {
                        setRemoving(null);
                        users.reload();
                    }}
                />
            )}
        </div>
    );
}
