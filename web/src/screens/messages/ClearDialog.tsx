import trash from "lucide-static/icons/trash-2.svg?icon";
import { useMemo, useState } from "preact/hooks";
import { apiPath, remove } from "../../api/client";
import { useResource } from "../../api/resource";
import type { MessageCounts } from "../../api/types";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Form, SelectField, choicesOf } from "../../parts/Form";
import { ErrorLine } from "../../parts/State";
import { toast } from "../../parts/Toast";
import { clearMessages as texts, common } from "../../texts";

type Age = "" | "week" | "month";

const DAY = 86_400_000;
const ages: Record<Age, number> = { "": 0, week: 7 * DAY, month: 30 * DAY };

interface ClearDialogProps {
    /** Those whose messages one may remove. */
    environments: readonly string[];
    chosen: string;
    onClose: () => void;
    onDone: () => void;
}

function countIn(counts: MessageCounts | undefined, environments: readonly string[]): number {
    return environments.reduce(
        (sum, name) => Object.values(counts?.environments[name] ?? {}).reduce((n, more) => n + more, sum), 0,
    );
}

/** Tells how many messages will go before they do. */
export function ClearDialog({ environments, chosen, onClose, onDone }: ClearDialogProps) {
    const all_of_them = environments.length > 1 ? [{ value: "", text: texts.all(environments.length) }] : [];
    const [environment, setEnvironment] = useState(
        environments.includes(chosen) ? chosen : environments.length > 1 ? "" : (environments[0] ?? ""),
    );
    const [age, setAge] = useState<Age>("");
    const before = useMemo(() => (age ? new Date(Date.now() - ages[age]).toISOString() : null), [age]);
    const voids = { kinds: ["message"] } as const;
    const all = useResource<MessageCounts>("/messages/counts", { voids });
    const kept = useResource<MessageCounts>(before && "/messages/counts", { query: { from: before }, voids });
    const meant = environment ? [environment] : environments;
    const is_known = all.data.value !== undefined && (before === null || kept.data.value !== undefined);
    const n = countIn(all.data.value, meant) - (before === null ? 0 : countIn(kept.data.value, meant));
    const submit = async (): Promise<void> => {
        let removed = 0;
        for (const name of meant) {
            const path = apiPath("/environments/{name}/messages", { name });
            removed += (await remove<{ removed: number }>(path, { query: { before } })).removed;
        }
        toast(texts.done(removed));
        onDone();
    };
    return (
        <Dialog title={texts.title} onClose={onClose}>
            <Form
                onSubmit={submit} submit={texts.submit(is_known ? n : 0)} submit_icon={trash} kind="danger"
                reason={!is_known ? texts.counting : n === 0 ? texts.none : null}
                actions={<Button onClick={onClose}>{common.cancel}</Button>}
            >
                <SelectField
                    label={texts.from} value={environment} onValue={setEnvironment}
                    choices={[...all_of_them, ...choicesOf(environments)]}
                />
                <SelectField
                    label={texts.age} value={age} onValue={setAge}
                    choices={(["", "week", "month"] as const).map((value) => ({ value, text: texts.ages[value] }))}
                />
                <p role="status" class="message-clear">
                    <strong>{is_known ? (n ? texts.willGo(n) : texts.none) : texts.counting}</strong> {texts.what}
                </p>
                <ErrorLine error={all.error.value ?? kept.error.value} />
            </Form>
        </Dialog>
    );
}
