import trash from "lucide-static/icons/trash-2.svg?icon";
import { remove } from "../../api/client";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Form } from "../../parts/Form";
import { toast } from "../../parts/Toast";
import { common, model as texts } from "../../texts";
import type { Catalog } from "./catalog";

interface RemoveEntryProps<Entry> {
    catalog: Catalog<Entry>;
    entry: Entry;
    etag?: string;
    onClose: () => void;
    onDone: () => void;
}

export function RemoveEntry<Entry extends { _id: string }>(props: RemoveEntryProps<Entry>) {
    const { catalog, entry, etag, onClose, onDone } = props;
    const name = catalog.nameOf(entry);
    const submit = async (): Promise<void> => {
        await remove(`${catalog.path}/${encodeURIComponent(entry._id)}`, { if_match: etag });
        toast(texts.removed(name));
        onDone();
    };
    return (
        <Dialog title={<bdi>{texts.removeTitle(name)}</bdi>} onClose={onClose}>
            <Form
                onSubmit={submit} submit={common.remove} submit_icon={trash} kind="danger"
                actions={<Button onClick={onClose}>{common.cancel}</Button>}
            >
                <p>{texts.removeText}</p>
            </Form>
        </Dialog>
    );
}
