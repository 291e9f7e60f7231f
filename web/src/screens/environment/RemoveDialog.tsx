import trash from "lucide-static/icons/trash-2.svg?icon";
import { useState } from "preact/hooks";
import { apiPath, remove } from "../../api/client";
import { useResource } from "../../api/resource";
import type { MessageCounts } from "../../api/types";
import { useCounts } from "../../app/environments";
import { navigate } from "../../app/router";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { CheckField, Form, TextField } from "../../parts/Form";
import { toast } from "../../parts/Toast";
import { common, removeEnvironment as texts } from "../../texts";

function sum(counts: Record<string, number>): number {
    return Object.values(counts).reduce((total, n) => total + n, 0);
}

interface RemoveDialogProps {
    name: string;
    etag: string | undefined;
    onClose: () => void;
}

/** Tells what goes with it, and wants the name typed. */
export function RemoveDialog({ name, etag, onClose }: RemoveDialogProps) {
    const [typed, setTyped] = useState("");
    const [is_purging, setPurging] = useState(true);
    const counts = useCounts(name).data.value;
    const messages = useResource<MessageCounts>("/messages/counts", { query: { environment: name } }).data.value;
    const hint = counts && messages
        ? texts.purgeHint(sum(counts.objects), sum(counts.links), sum(counts.cliques), sum(messages.levels))
        : texts.counting;
    const submit = async (): Promise<void> => {
        const path = apiPath("/environments/{name}", { name });
        await remove(path, { if_match: etag, query: { purge: is_purging } });
        toast(texts.done(name));
        await navigate("/");
    };
    return (
        <Dialog title={<bdi>{texts.title(name)}</bdi>} onClose={onClose}>
            <p>{texts.what}</p>
            <Form
                onSubmit={submit} submit={texts.submit} submit_icon={trash} kind="danger"
                reason={typed === name ? null : texts.typeFirst}
                actions={<Button onClick={onClose}>{common.cancel}</Button>}
            >
                <CheckField label={texts.purge} hint={hint} checked={is_purging} onValue={setPurging} />
                <TextField
                    label={texts.type(name)} value={typed} onValue={setTyped} autocomplete="off" spellcheck={false}
                    autofocus
                />
            </Form>
        </Dialog>
    );
}
