import trash from "lucide-static/icons/trash-2.svg?icon";
import lock from "lucide-static/icons/lock.svg?icon";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ApiError, post, put } from "../../api/client";
import { useResource } from "../../api/resource";
import { navigate } from "../../app/router";
import { hasRole } from "../../app/session";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { Button } from "../../parts/Button";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { Loaded, Skeleton } from "../../parts/State";
import { toast } from "../../parts/Toast";
import { Unsaved } from "../../parts/Unsaved";
import { common, model as texts } from "../../texts";
import { RemoveEntry } from "./RemoveEntry";
import type { Catalog } from "./catalog";
import "./model.css";

export interface FieldsProps<Draft> {
    draft: Draft;
    set: (change: Partial<Draft>) => void;
    error: ApiError | null;
    disabled: boolean;
}

interface EntryEditorProps<Entry, Draft> {
    catalog: Catalog<Entry>;
    /** undefined: a new one. */
    id: string | undefined;
    texts: { title: string; one: string; add: string };
    draftOf: (entry: Entry | null) => Draft;
    bodyOf: (draft: Draft) => object;
    /** Why it cannot be sent as it is. */
    reasonOf?: (draft: Draft) => string | null;
    fields: (props: FieldsProps<Draft>) => ComponentChildren;
}

/** One entry of a catalog: to be looked at, or changed by those who may. */
export function EntryEditor<Entry extends { _id: string }, Draft>(props: EntryEditorProps<Entry, Draft>) {
    const { catalog, id } = props;
    const path = id === undefined ? null : `${catalog.path}/${encodeURIComponent(id)}`;
    const found = useResource<Entry>(path);
    if (path === null)
        return <Page {...props} entry={null} etag={undefined} />;
    return (
        <Loaded of={found} skeleton={<div class="screen is-narrow"><Skeleton lines={8} /></div>}>
            {(entry) => <Page key={entry._id} {...props} entry={entry} etag={found.etag()} />}
        </Loaded>
    );
}

interface PageProps<Entry, Draft> extends EntryEditorProps<Entry, Draft> {
    entry: Entry | null;
    etag: string | undefined;
}

function Page<Entry extends { _id: string }, Draft>(props: PageProps<Entry, Draft>) {
    const { catalog, entry, draftOf, bodyOf, reasonOf, fields } = props;
    // What is changed by somebody else meanwhile is not put over what is typed: saving says so (412).
    const [etag, setEtag] = useState(props.etag);
    const [saved, setSaved] = useState(() => draftOf(entry));
    const [draft, setDraft] = useState(saved);
    const [error, setError] = useState<ApiError | null>(null);
    const [is_removing, setRemoving] = useState(false);
    const [is_done, setDone] = useState(false);
    const can_change = hasRole(catalog.role);
    const is_changed = JSON.stringify(draft) !== JSON.stringify(saved);
    const name = entry ? catalog.nameOf(entry) : props.texts.add;

    useEffect(() => {
        if (is_changed)
            return;
        const now = draftOf(entry);
        setEtag(props.etag);
        setSaved(now);
        setDraft(now);
    }, [entry, props.etag]);
    useEffect(() => {
        if (is_done)
            void navigate(catalog.path);
    }, [is_done]);

    const submit = async (): Promise<void> => {
        const body = bodyOf(draft);
        setError(null);
        const result = entry
            ? await put<Entry>(`${catalog.path}/${encodeURIComponent(entry._id)}`, body, { if_match: etag })
            : await post<Entry>(catalog.path, body);
        toast(entry ? texts.saved(catalog.nameOf(result)) : texts.added(catalog.nameOf(result)));
        setSaved(draft);
        setDone(true);
    };
    const crumbs = [
        { text: props.texts.title, to: catalog.path },
        { text: name, to: entry ? `${catalog.path}/${encodeURIComponent(entry._id)}` : catalog.add_path },
    ];
    const reason = (entry && !is_changed ? texts.nothingChanged : null) ?? reasonOf?.(draft) ?? null;
    const inside = fields({
        draft, set: (change) => setDraft((before) => ({ ...before, ...change })), error, disabled: !can_change,
    });
    return (
        <div class="screen is-narrow">
            <Breadcrumb crumbs={crumbs} />
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto">{name}</h1>
                    {entry && <p class="dim">{props.texts.one}</p>}
                </div>
                {entry && can_change && (
                    <div class="screen-actions">
                        <Button icon={trash} onClick={() => setRemoving(true)}>{common.remove}</Button>
                    </div>
                )}
            </header>
            {can_change
                ? (
                    <div class="card">
                        <Form
                            onSubmit={submit} submit={entry ? common.save : common.add} reason={reason} onError={setError}
                            actions={<Button onClick={() => void navigate(catalog.path)}>{common.cancel}</Button>}
                        >
                            {inside}
                        </Form>
                    </div>
                )
                : (
                    <>
                        <p class="notice"><Icon of={lock} /><span>{texts.readOnly(catalog.role)}</span></p>
                        <div class="card form">{inside}</div>
                    </>
                )}
            <Unsaved is_changed={is_changed && !is_removing} />
            {is_removing && entry && (
                <RemoveEntry
                    catalog={catalog} entry={entry} etag={etag} onClose={() => setRemoving(false)}
                    onDone={() => void navigate(catalog.path)}
                />
            )}
        </div>
    );
}
