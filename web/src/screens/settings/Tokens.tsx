import copy from "lucide-static/icons/copy.svg?icon";
import monitor_check from "lucide-static/icons/monitor-check.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { apiPath, post, remove } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Token } from "../../api/types";
import { readSession } from "../../app/session";
import { Button } from "../../parts/Button";
import { copyText } from "../../parts/copy";
import { Dialog } from "../../parts/Dialog";
import { Form, SelectField, TextField } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { Empty, Loaded } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { toast, toastError } from "../../parts/Toast";
import { common, settings as texts } from "../../texts";
import "./tokens.css";

const DAYS = ["1", "7", "30", "90", "365", "3650"] as const;

function columnsOf(revoke: (token: Token) => void): readonly Column<Token>[] {
    return [
        {
            id: "note", title: texts.note, is_wide: true,
            cell: ({ note, current }) => (
                <>
                    <bdi>{note}</bdi>
                    {current && <>{" "}<strong class="token-current"><Icon of={monitor_check} />{texts.current}</strong></>}
                </>
            ),
        },
        { id: "issued", title: texts.issued, is_minor: true, cell: ({ issued }) => <Time of={issued} /> },
        { id: "used", title: texts.used, is_minor: true, cell: ({ last_used }) => <Time of={last_used} /> },
        { id: "expires", title: texts.expires, is_short: true, cell: ({ expires }) => <Time of={expires} /> },
        {
            id: "revoke", title: texts.revoke,
            cell: (token) => (
                <Button kind="quiet" icon={trash} label={texts.revokeOf(token.note)} onClick={() => revoke(token)} />
            ),
        },
    ];
}

/** Browsers and programs that are signed in as oneself. */
export function Tokens() {
    const is_making = useSignal(false);
    const tokens = useResource<{ tokens: Token[] }>("/tokens", { query: { limit: 1000 } });
    const leaving = useSignal<Token | null>(null);
    const revoke = async (token: Token): Promise<void> => {
        if (token.current) {
            leaving.value = token;
            return;
        }
        try {
            await remove(apiPath("/tokens/{id}", { id: token.id }));
            toast(texts.revoked);
        } catch (error) {
            toastError(error);
        }
        tokens.reload();
    };
    return (
        <section class="card stack" aria-labelledby="settings-tokens">
            <div class="screen-head">
                <h2 id="settings-tokens" class="tokens-title">{texts.tokens}</h2>
                <Button
                    icon={plus}
                    onClick={() => {
                        is_making.value = true;
                    }}
                >
                    {texts.make}
                </Button>
            </div>
            <p class="dim">{texts.tokensWhat}</p>
            <Loaded of={tokens}>
                {({ tokens: rows }) => (
                    <Table
                        label={texts.tokens} columns={columnsOf((token) => void revoke(token))} rows={rows}
                        rowKey={({ id }) => id}
                        empty={<Empty title={texts.noTokens}>{texts.noTokensText}</Empty>}
                    />
                )}
            </Loaded>
            {leaving.value && (
                <RevokeOwn
                    token={leaving.value}
                    onClose={() => {
                        leaving.value = null;
                    }}
                />
            )}
            {is_making.value && (
                <NewToken
                    onMade={() => tokens.reload()}
                    onClose={() => {
                        is_making.value = false;
                    }}
                />
            )}
        </section>
    );
}

/** Without it one is signed out here: that is not done by the way. */
function RevokeOwn({ token, onClose }: { token: Token; onClose: () => void }) {
    const submit = async (): Promise<void> => {
        await remove(apiPath("/tokens/{id}", { id: token.id }));
        await readSession();
    };
    return (
        <Dialog title={texts.revokeOwn} onClose={onClose}>
            <Form
                onSubmit={submit} submit={texts.revokeOwnYes} kind="danger"
                actions={<Button onClick={onClose}>{common.cancel}</Button>}
            >
                <p>{texts.revokeOwnText}</p>
            </Form>
        </Dialog>
    );
}

function NewToken({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
    const [note, setNote] = useState("");
    const [days, setDays] = useState<(typeof DAYS)[number]>("30");
    const [made, setMade] = useState<string | null>(null);
    const submit = async (): Promise<void> => {
        const token = await post<Token>("/tokens", { note: note.trim(), days: Number(days) });
        setMade(token.token ?? null);
        onMade();
    };
    return (
        <Dialog title={made === null ? texts.make : texts.made} onClose={onClose}>
            {made !== null
                ? <Made token={made} />
                : (
                    <Form onSubmit={submit} submit={texts.make} actions={<Button onClick={onClose}>{common.cancel}</Button>}>
                        <TextField
                            label={texts.note} hint={texts.noteHint} value={note} onValue={setNote} required maxLength={200}
                            autofocus
                        />
                        <SelectField
                            label={texts.days} value={days} onValue={setDays}
                            choices={DAYS.map((value) => ({ value, text: texts.daysText(Number(value)) }))}
                        />
                    </Form>
                )}
        </Dialog>
    );
}

function Made({ token }: { token: string }) {
    return (
        <>
            <p>{texts.madeAdvice}</p>
            <output class="token mono">{token}</output>
            <div class="form-actions"><Button icon={copy} onClick={() => void copyText(token)}>{common.copy}</Button></div>
        </>
    );
}
