import arrow_right from "lucide-static/icons/arrow-right.svg?icon";
import file_up from "lucide-static/icons/file-up.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import save_icon from "lucide-static/icons/save.svg?icon";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, apiError, apiPath, request, toldError } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Constant, Environment, SupportedEnvironment } from "../../api/types";
import { href, navigate, queryParam, setQuery } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { Button, ButtonLink } from "../../parts/Button";
import { Empty, ErrorLine, ErrorState, Skeleton } from "../../parts/State";
import { type Tab, Tabs, tabId } from "../../parts/Tabs";
import { toast } from "../../parts/Toast";
import { Unsaved } from "../../parts/Unsaved";
import { common, wizard as texts } from "../../texts";
import { type CloudImport, withCloud } from "./clouds";
import {
    type Draft, type Errors, badParts, documentOf, draftOf, errorsOf, isSame, isUsed, newDraft, placeOf,
} from "./draft";
import { type PartName, type TargetName, target_names } from "./fields";
import { ImportDialog } from "./ImportDialog";
import { KeysPart } from "./KeysPart";
import { MainPart } from "./MainPart";
import { isSupported } from "./support";
import { TargetPart } from "./TargetPart";
import "./wizard.css";

type TabName = PartName | "keys";

const PANEL = "wizard-panel";

export function AddEnvironment() {
    return <WithChoices saved={null} etag={null} onReload={() => undefined} />;
}

interface Read {
    environment: Environment;
    etag: string | null;
}

function readEnvironment(name: string): Promise<Read> {
    return request<Environment>("GET", apiPath("/environments/{name}", { name }))
        .then(({ data, etag }) => ({ environment: data, etag }));
}

/** What is edited is read once: others do not change it under one's hands, If-Match tells of them. */
export function EditEnvironment({ params }: ScreenProps) {
    const name = params["environment"] ?? "";
    const [read, setRead] = useState<Read | null>(null);
    const [error, setError] = useState<ApiError | null>(null);
    const load = (): void => {
        setRead(null);
        setError(null);
        readEnvironment(name).then(setRead, (thrown: unknown) => setError(apiError(thrown)));
    };
    useEffect(load, [name]);
    if (error || !read)
        return (
            <div class="screen">
                <h1>{texts.editTitle(name)}</h1>
                {error ? <ErrorState error={error} onRetry={load} /> : <Skeleton lines={8} />}
            </div>
        );
    if (!read.environment.may_edit)
        return (
            <div class="screen">
                <h1>{texts.editTitle(name)}</h1>
                <Empty
                    title={texts.mayNotEdit}
                    actions={(
                        <ButtonLink to={href("/environments/:environment", { environment: name })}>
                            {texts.toEnvironment}
                        </ButtonLink>
                    )}
                >
                    {texts.mayNotEditAdvice}
                </Empty>
            </div>
        );
    return <WithChoices key={read.etag} saved={draftOf(read.environment)} etag={read.etag} onReload={load} />;
}

interface WizardProps {
    /** What is in the store. */
    saved: Draft | null;
    etag: string | null;
    onReload: () => void;
}

function WithChoices(props: WizardProps) {
    const constants = useResource<{ constants: Constant[] }>("/constants", { query: { limit: 1000 } });
    const supported = useResource<{ supported_environments: SupportedEnvironment[] }>(
        "/supported-environments", { query: { limit: 1000 } },
    );
    const failed = constants.error.value ?? supported.error.value;
    const title = props.saved ? texts.editTitle(props.saved.name) : texts.addTitle;
    if (constants.data.value && supported.data.value)
        return (
            <Wizard
                {...props} constants={constants.data.value.constants}
                supported={supported.data.value.supported_environments}
            />
        );
    return (
        <div class="screen">
            <h1>{title}</h1>
            {failed
                ? (
                    <ErrorState error={failed} onRetry={() => {
                        constants.reload();
                        supported.reload();
                    }}
                    />
                )
                : <Skeleton lines={8} />}
        </div>
    );
}

interface Choices {
    constants: readonly Constant[];
    supported: readonly SupportedEnvironment[];
}

/** Features that do not work there are off, whatever was chosen before. */
function feasible(draft: Draft, supported: readonly SupportedEnvironment[]): Draft {
    return {
        ...draft,
        listen: draft.listen && isSupported(supported, draft, "listening"),
        enable_monitoring: draft.enable_monitoring && isSupported(supported, draft, "monitoring"),
    };
}

const needs_feature: Partial<Record<TargetName, keyof typeof texts.needsFeature>> = {
    AMQP: "AMQP", ACI: "ACI", Monitoring: "Monitoring",
};

function tabsOf(draft: Draft, saved: Draft | null, bad: ReadonlySet<string>): Tab<TabName>[] {
    const of_kind = target_names.filter((name) =>
        (name === "OpenStack" || name === "Kubernetes" ? isUsed(draft, name) : true)
        && (name !== "mysql" || draft.environment_type === "OpenStack"));
    const parts: PartName[] = ["main", ...of_kind];
    const tabs: Tab<TabName>[] = parts.map((part) => {
        const feature = part === "main" ? undefined : needs_feature[part];
        return {
            id: part,
            text: texts.parts[part],
            icon: bad.has(part) ? octagon_alert : undefined,
            reason: feature && part !== "main" && !isUsed(draft, part) ? texts.needsFeature[feature] : undefined,
        };
    });
    return [...tabs, { id: "keys", text: texts.parts.keys, reason: saved ? undefined : texts.needsSaving }];
}

function Wizard({ saved: read, etag: read_etag, onReload, constants, supported }: WizardProps & Choices) {
    const [saved, setSaved] = useState(read);
    const [draft, setDraft] = useState<Draft>(read ?? newDraft());
    const [checked, setChecked] = useState<readonly string[]>([]);
    const [told, setTold] = useState<Errors>({});
    const [error, setError] = useState<ApiError | null>(null);
    const [is_busy, setBusy] = useState(false);
    const [is_conflict, setConflict] = useState(false);
    const [is_importing, setImporting] = useState(false);
    const [created, setCreated] = useState<string | null>(null);
    const etag = useRef(read_etag);
    const start = useRef(read ?? newDraft());

    const now = feasible(draft, supported);
    const is_dirty = !isSame(now, start.current);
    const all_errors = errorsOf(now, saved);
    const shown = shownErrors(all_errors, checked, told);
    const tabs = tabsOf(now, saved, badParts(shown));
    const wanted = queryParam("tab").value;
    const tab = tabs.find(({ id, reason }) => id === wanted && !reason)?.id ?? "main";

    useEffect(() => {
        if (created !== null)
            void navigate(href("/environments/:environment/edit", { environment: created }, { tab: "keys" }), { replace: true });
    }, [created]);
    useEffect(() => {
        document.getElementById(tabId(PANEL, tab))?.scrollIntoView({ inline: "nearest", block: "nearest" });
    }, [tab]);

    const change = (how: (draft: Draft) => Draft): void => {
        setDraft(how);
        setTold({});
        setError(null);
    };
    const goTo = (to: TabName): void => setQuery({ tab: to === "main" ? null : to });
    const showErrors = (errors: Errors): void => {
        const bad = badParts(errors);
        const to = tabs.find(({ id }) => bad.has(id));
        if (to && !bad.has(tab))
            goTo(to.id);
        requestAnimationFrame(() => requestAnimationFrame(() =>
            document.querySelector<HTMLElement>(`#${PANEL} [aria-invalid=true]`)?.focus()));
    };

    const store = async (if_match: string | null): Promise<void> => {
        const sent = documentOf(now);
        setBusy(true);
        setError(null);
        try {
            const answer = saved
                ? await request<Environment>("PUT", apiPath("/environments/{name}", { name: saved.name }), {
                    body: sent, if_match: if_match ?? undefined,
                })
                : await request<Environment>("POST", "/environments", { body: sent });
            await taken(answer.data);
        } catch (thrown) {
            refused(apiError(thrown), sent);
        } finally {
            setBusy(false);
        }
    };
    const taken = async (environment: Environment): Promise<void> => {
        const stored = draftOf(environment);
        start.current = stored;
        setDraft(stored);
        setSaved(stored);
        setChecked([]);
        setConflict(false);
        if (saved) {
            etag.current = (await readEnvironment(stored.name)).etag;
            toast(texts.saved);
            return;
        }
        toast(texts.created(environment.name));
        setCreated(environment.name);
    };
    const refused = (found: ApiError, sent: ReturnType<typeof documentOf>): void => {
        if (found.status === 412 && saved) {
            setConflict(true);
            return;
        }
        if (found.status === 409 && !saved) {
            setTold({ "main.name": found.detail });
            showErrors({ "main.name": found.detail });
            return;
        }
        const place = placeOf(found.detail, sent);
        if (!place || found.status !== 400) {
            setError(found);
            return;
        }
        const at = { [`${place.part}.${place.key}`]: place.what };
        setTold(at);
        // What belongs to a feature that is off has no field to stand at.
        if (place.key === "" || tabs.find(({ id }) => id === place.part)?.reason)
            setError(found);
        showErrors(at);
    };
    const save = (): void => {
        setChecked(["main", ...target_names]);
        if (Object.keys(all_errors).length === 0) {
            void store(etag.current);
            return;
        }
        const parts = tabs.filter(({ id }) => badParts(all_errors).has(id)).map(({ text }) => text);
        setError(toldError(texts.checkPartsTitle, texts.checkParts(parts.join(", "))));
        showErrors(all_errors);
    };
    const fillIn = (cloud: CloudImport, name: string): void => {
        change((before) => withCloud(before, cloud, name));
        setImporting(false);
        goTo("OpenStack");
        toast(texts.clouds.applied(name));
    };

    const open_tabs = tabs.filter(({ reason }) => !reason);
    const next = open_tabs[open_tabs.findIndex(({ id }) => id === tab) + 1];
    const is_done = tab === "keys" && !is_dirty;
    const part_props = { draft: now, saved, errors: shown, onChange: change };
    return (
        <div class="screen wizard">
            {saved && (
                <Breadcrumb crumbs={[
                    { text: saved.name, to: href("/environments/:environment", { environment: saved.name }) },
                    { text: texts.edit, to: href("/environments/:environment/edit", { environment: saved.name }) },
                ]}
                />
            )}
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto">{saved ? texts.editTitle(saved.name) : texts.addTitle}</h1>
                    <p class="dim">{texts.what}</p>
                </div>
                {now.environment_type === "OpenStack" && (
                    <div class="screen-actions">
                        <Button icon={file_up} onClick={() => setImporting(true)}>{texts.clouds.open}</Button>
                    </div>
                )}
            </header>
            <form
                class="card wizard-card" noValidate onSubmit={(event) => {
                    event.preventDefault();
                    save();
                }}
            >
                <Tabs label={texts.tabs} tabs={tabs} chosen={tab} onChoose={goTo} panel={PANEL} />
                <div id={PANEL} role="tabpanel" aria-labelledby={tabId(PANEL, tab)} class="wizard-panel">
                    <p class="dim">{texts.about[tab]}</p>
                    {tab === "main" && <MainPart {...part_props} constants={constants} supported={supported} />}
                    {tab === "keys" && saved && <KeysPart environment={saved.name} is_dirty={is_dirty} />}
                    {tab !== "main" && tab !== "keys" && (
                        <TargetPart
                            {...part_props} part={tab} is_whole={!badParts(all_errors).has(tab)}
                            onCheck={() => {
                                setChecked((before) => [...before, tab]);
                                showErrors(Object.fromEntries(
                                    Object.entries(all_errors).filter(([where]) => where.startsWith(`${tab}.`)),
                                ));
                            }}
                            onToKeys={saved ? () => goTo("keys") : null}
                        />
                    )}
                </div>
                {is_conflict && (
                    <div class="wizard-conflict" role="alert">
                        <p><strong>{texts.conflictTitle}</strong> {texts.conflict}</p>
                        <div class="row">
                            <Button onClick={onReload}>{texts.loadTheirs}</Button>
                            <Button kind="danger" onClick={() => void store(null)}>{texts.saveMine}</Button>
                        </div>
                    </div>
                )}
                <ErrorLine error={error} />
                <div class="form-actions wizard-actions">
                    <ButtonLink
                        to={saved ? href("/environments/:environment", { environment: saved.name }) : "/"}
                        kind={is_done ? "primary" : "plain"}
                    >
                        {is_done ? texts.toEnvironment : common.cancel}
                    </ButtonLink>
                    {next && <Button icon={arrow_right} onClick={() => goTo(next.id)}>{texts.next}</Button>}
                    {!is_done && (
                        <Button type="submit" kind="primary" icon={save_icon} busy={is_busy}>
                            {saved ? texts.save : texts.create}
                        </Button>
                    )}
                </div>
            </form>
            {is_importing && <ImportDialog onClose={() => setImporting(false)} onImport={fillIn} />}
            <Unsaved is_changed={is_dirty} />
        </div>
    );
}

/** Of parts that were looked at all that is wrong; of the others what the server said. */
function shownErrors(errors: Errors, checked: readonly string[], told: Errors): Errors {
    const own = Object.entries(errors).filter(([where]) => checked.includes(where.slice(0, where.indexOf("."))));
    return { ...Object.fromEntries(own), ...told };
}
