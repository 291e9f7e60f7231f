import lock from "lucide-static/icons/lock.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { apiPath, remove } from "../../api/client";
import { type Resource, useResource } from "../../api/resource";
import type { User } from "../../api/types";
import { readSession, session } from "../../app/session";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { toast } from "../../parts/Toast";
import { common, users as texts } from "../../texts";
import { isLastAdministrator, mayChange } from "./rights";

interface UserPageOf {
    users: User[];
    next: string | null;
}

export function useUsers(): Resource<UserPageOf> {
    return useResource<UserPageOf>("/users", { query: { limit: 1000 }, voids: { kinds: ["environment"] } });
}

interface RemoveUserProps {
    user: User;
    etag?: string;
    onClose: () => void;
    onDone: () => void;
}

/** Removes a user, or says why that cannot be. */
export function RemoveUser({ user, etag, onClose, onDone }: RemoveUserProps) {
    const { name, _id } = user;
    const page = useUsers().data.value;
    const own = session.value?.user;
    const refused = isLastAdministrator(user, page?.next === null ? page.users : undefined)
        ? texts.lastAdministrator(name)
        : mayChange(own?.roles ?? [], user) ? null : texts.hasMore(name);
    const submit = async (): Promise<void> => {
        await remove(apiPath("/users/{name}", { name }), { if_match: etag });
        toast(texts.removed(name));
        if (_id === own?._id)
            await readSession();
        else
            onDone();
    };
    return (
        <Dialog title={<bdi>{texts.removeTitle(name)}</bdi>} onClose={onClose}>
            <Form
                onSubmit={submit} submit={common.remove} submit_icon={trash} kind="danger" reason={refused}
                actions={<Button onClick={onClose}>{common.cancel}</Button>}
            >
                {refused
                    ? <p class="notice is-warning"><Icon of={lock} /><span>{refused}</span></p>
                    : <p>{texts.removeText} {_id === own?._id && <strong>{texts.removeSelf}</strong>}</p>}
            </Form>
        </Dialog>
    );
}
