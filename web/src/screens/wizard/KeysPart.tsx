import refresh from "lucide-static/icons/refresh-cw.svg?icon";
import shield_check from "lucide-static/icons/shield-check.svg?icon";
import shield_alert from "lucide-static/icons/shield-alert.svg?icon";
import shield_question from "lucide-static/icons/shield-question-mark.svg?icon";
import shield_off from "lucide-static/icons/shield-off.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, apiError, apiPath, get, isAbort, post, remove } from "../../api/client";
import { useResource } from "../../api/resource";
import type { HostKey, ShownKeys } from "../../api/types";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { ErrorLine, Loaded, Skeleton } from "../../parts/State";
import { type Column, Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { toast, toastError } from "../../parts/Toast";
import { common, wizard } from "../../texts";

const texts = wizard.keys;

type ShownKey = ShownKeys["host_keys"][number];

const icons: Record<ShownKey["state"], string> = {
    trusted: shield_check, new: shield_question, changed: shield_alert, none: shield_off,
};

const MASTER = "(master)";

function hostText(host: string): string {
    return host === MASTER ? texts.master : host;
}

function Fingerprint({ type, fingerprint }: Pick<HostKey, "type" | "fingerprint">) {
    return <span class="wizard-fingerprint">{type && <span class="dim">{type} </span>}<code>{fingerprint}</code></span>;
}

function useShownKeys(environment: string) {
    const [shown, setShown] = useState<ShownKeys | null>(null);
    const [error, setError] = useState<ApiError | null>(null);
    const [is_busy, setBusy] = useState(false);
    const asking = useRef<AbortController | null>(null);
    const ask = async (how: (signal: AbortSignal) => Promise<ShownKeys>): Promise<boolean> => {
        const own = new AbortController();
        asking.current?.abort();
        asking.current = own;
        setBusy(true);
        setError(null);
        try {
            setShown(await how(own.signal));
        } catch (thrown) {
            if (!isAbort(thrown))
                setError(apiError(thrown));
            return false;
        } finally {
            if (asking.current === own)
                setBusy(false);
        }
        return true;
    };
    const path = apiPath("/environments/{environment}/host-keys", { environment });
    const look = (): Promise<boolean> => ask((signal) => get<ShownKeys>(`${path}/shown`, {}, signal));
    useEffect(() => {
        void look();
        return () => asking.current?.abort();
    }, [environment]);
    return { path, shown, error, is_busy, look, ask };
}

/** Which keys the hosts show, and which are trusted. */
export function KeysPart({ environment, is_dirty }: { environment: string; is_dirty: boolean }) {
    const { path, shown, error, is_busy, look, ask } = useShownKeys(environment);
    const [chosen, setChosen] = useState<readonly string[]>([]);
    const trusted = useResource<{ host_keys: HostKey[] }>(path, { query: { limit: 1000 } });
    const keys = shown?.host_keys ?? [];
    const wanted = keys.filter(({ host }) => chosen.includes(host));
    const replaces = wanted.some(({ state }) => state === "changed");
    const trust = async (): Promise<void> => {
        const body = {
            host_keys: wanted.map(({ host, fingerprint }) => ({ host, fingerprint })),
            ...(replaces ? { replace: true } : {}),
        };
        if (!await ask((signal) => post<ShownKeys>(path, body, { signal })))
            return;
        toast(texts.done(wanted.length));
        setChosen([]);
        trusted.reload();
        void look();
    };
    return (
        <div class="stack">
            {is_dirty && <p class="wizard-support is-warning"><Icon of={shield_alert} />{texts.dirty}</p>}
            <section class="stack" aria-labelledby="keys-shown">
                <div class="row wizard-keys-head">
                    <h3 id="keys-shown">{texts.shown}</h3>
                    <Button icon={refresh} busy={is_busy} onClick={() => void look()}>{texts.look}</Button>
                </div>
                {is_busy && <p class="dim" role="status">{texts.looking}</p>}
                {is_busy && !shown && <Skeleton lines={2} />}
                {shown?.incomplete && (
                    <p class="wizard-support is-warning"><Icon of={shield_alert} /><bdi>{texts.notAll(shown.incomplete)}</bdi></p>
                )}
                {shown && (
                    <Table
                        label={texts.shown} columns={shownColumns(chosen, setChosen)} rows={keys} rowKey={({ host }) => host}
                        empty={<p class="dim">{texts.noneShown}</p>}
                    />
                )}
                {replaces && (
                    <p class="wizard-support is-warning" role="alert"><Icon of={shield_alert} />{texts.changedWarning}</p>
                )}
                <ErrorLine error={error} />
                {keys.some(isOpen) && (
                    <div class="row">
                        <Button
                            kind={replaces ? "danger" : "primary"} icon={shield_check} busy={is_busy}
                            reason={wanted.length ? null : texts.chooseFirst} onClick={() => void trust()}
                        >
                            {texts.trust(wanted.length)}
                        </Button>
                    </div>
                )}
            </section>
            <section class="stack" aria-labelledby="keys-trusted">
                <h3 id="keys-trusted">{texts.trusted}</h3>
                <Loaded of={trusted}>
                    {({ host_keys }) => (
                        <Table
                            label={texts.trusted} columns={trustedColumns(path, () => {
                                trusted.reload();
                                void look();
                            })}
                            rows={host_keys} rowKey={({ host }) => host}
                            empty={<p class="dim">{texts.noneTrusted}</p>}
                        />
                    )}
                </Loaded>
            </section>
        </div>
    );
}

function isOpen({ state }: ShownKey): boolean {
    return state === "new" || state === "changed";
}

function shownColumns(chosen: readonly string[], onChoose: (hosts: readonly string[]) => void): Column<ShownKey>[] {
    return [
        {
            id: "host", title: texts.host,
            cell: (key) => (
                <label class="wizard-key-host">
                    {isOpen(key) && (
                        <input
                            type="checkbox" checked={chosen.includes(key.host)}
                            aria-label={texts.choose(hostText(key.host))}
                            onChange={({ currentTarget: { checked } }) => onChoose(checked
                                ? [...chosen, key.host]
                                : chosen.filter((one) => one !== key.host))}
                        />
                    )}
                    <bdi>{hostText(key.host)}</bdi>
                </label>
            ),
        },
        {
            id: "state", title: texts.state,
            cell: ({ state }) => (
                <span class={`wizard-key is-${state}`}><Icon of={icons[state]} />{texts.states[state]}</span>
            ),
        },
        {
            id: "key", title: texts.key, is_wide: true,
            cell: (key) => (key.fingerprint ? <Fingerprint {...key} /> : <bdi class="dim">{key.why}</bdi>),
        },
    ];
}

function trustedColumns(path: string, onGone: () => void): Column<HostKey>[] {
    const distrust = async (host: string): Promise<void> => {
        try {
            await remove(`${path}/${encodeURIComponent(host)}`);
            toast(texts.distrusted(hostText(host)));
            onGone();
        } catch (error) {
            toastError(error);
        }
    };
    return [
        { id: "host", title: texts.host, cell: ({ host }) => <bdi>{hostText(host)}</bdi> },
        { id: "key", title: texts.key, is_wide: true, cell: (key) => <Fingerprint {...key} /> },
        { id: "since", title: texts.since, is_minor: true, cell: ({ trusted }) => <Time of={trusted} none={common.unknown} /> },
        {
            id: "actions", title: "",
            cell: ({ host }) => (
                <Button kind="quiet" icon={trash} label={`${texts.distrust}: ${hostText(host)}`}
                    onClick={() => void distrust(host)}
                />
            ),
        },
    ];
}
