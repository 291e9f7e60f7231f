import history_icon from "lucide-static/icons/history.svg?icon";
import unlink from "lucide-static/icons/unlink.svg?icon";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { ApiError, apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Ancestors, CloudObject } from "../../api/types";
import { lazy } from "../../app/lazy";
import { href, navigate, place, queryParam, setQuery } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { Breadcrumb, type Crumb } from "../../parts/Breadcrumb";
import { Icon } from "../../parts/Icon";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { isObjectId, objectName, objectPath, referred } from "../../parts/ObjectList";
import { ErrorState, Loaded, Skeleton } from "../../parts/State";
import { Tabs, tabId } from "../../parts/Tabs";
import { Time } from "../../parts/Time";
import { capitalised, common, objectPage as texts, typeText } from "../../texts";
import { rememberObject } from "../search/recent";
import { Browse } from "../tree/Browse";
import { DataTab } from "./DataTab";
import { HangsTab } from "./HangsTab";
import { HistoryTab } from "./HistoryTab";
import { LinksTab } from "./LinksTab";
import { MessagesTab } from "./MessagesTab";
import { ScanAgain } from "./ScanAgain";
import { ObjectDashboard } from "./ObjectDashboard";
import { defaultView, tabsOf, viewOf } from "./views";
import "./object.css";

const ObjectGraph = lazy(async () => (await import("./ObjectGraph")).ObjectGraph);

const PANEL = "object-view";
const PATH = "/environments/:environment/objects/:object";

export function ObjectPage({ params }: ScreenProps) {
    const { environment = "", object: id = "" } = params;
    const is_id = isObjectId(id);
    return (
        <Browse environment={environment} selected={is_id ? id : undefined}>
            {is_id
                ? <Page environment={environment} id={id} />
                : <ById key={`${environment}/${id}`} environment={environment} id={id} />}
        </Browse>
    );
}

/** Messages name objects as their cloud does: goes on to the object itself. */
function ById({ environment, id }: { environment: string; id: string }) {
    const type = queryParam("type").value;
    const found = useResource<{ objects: CloudObject[] }>(apiPath("/environments/{environment}/objects", { environment }), {
        query: { id, type: type || null, fields: "_id", limit: 1 },
    });
    const object = found.data.value?.objects[0];
    useEffect(() => {
        if (object)
            void navigate(href(PATH, { environment, object: object._id }), { replace: true });
    }, [object]);
    return (
        <div class="screen">
            <Loaded of={found}>
                {({ objects }) => objects.length === 0
                    ? <ErrorState error={new ApiError(404, "", id)} />
                    : <Skeleton lines={6} />}
            </Loaded>
        </div>
    );
}

function Page({ environment, id }: { environment: string; id: string }) {
    const found = useResource<CloudObject>(apiPath("/environments/{environment}/objects/{id}", { environment, id }), {
        voids: { kinds: ["object", "revision"], environment, id },
    });
    const reload = useCallback(() => found.reload(), [found]);
    const last = useRef<CloudObject | undefined>(undefined);
    const object = found.data.value;
    const is_gone = found.error.value?.status === 404;
    useEffect(() => {
        // What only refers to an object is shown as that.
        if (object?.type.endsWith("_ref") && referred(object) !== object._id)
            void navigate(objectPath(environment, object), { replace: true });
    }, [object]);
    if (object)
        last.current = object;
    const shown = last.current?._id === id ? last.current : undefined;
    return (
        <div class={`screen object-screen${shown && viewOf(shown) === "graph" ? " is-graph" : ""}`}>
            {shown
                ? <Shown key={id} environment={environment} object={shown} is_gone={is_gone} onScanned={reload} />
                : <Loaded of={found} skeleton={<Skeleton lines={8} />}>{() => null}</Loaded>}
        </div>
    );
}

interface ShownProps {
    environment: string;
    object: CloudObject;
    is_gone: boolean;
    onScanned: () => void;
}

function Shown({ environment, object, is_gone, onScanned }: ShownProps) {
    const view = viewOf(object);
    const inside = { environment, object };
    const is_other_title = place.value;
    useEffect(() => {
        document.title = `${objectName(object)} · ${environment} · ${common.product}`;
    }, [object, environment, is_other_title]);
    useEffect(() => rememberObject(environment, object, objectName(object)), [environment, object]);
    return (
        <>
            <Head environment={environment} object={object} onScanned={onScanned} />
            {is_gone && <p class="object-stale" role="status"><Icon of={unlink} />{texts.gone}</p>}
            <Tabs
                label={texts.views} tabs={tabsOf(object)} chosen={view} panel={PANEL}
                onChoose={(to) => setQuery({ view: to === defaultView(object) ? null : to, cursor: null, sort: null, type: null })}
            />
            <div class="object-panel" id={PANEL} role="tabpanel" aria-labelledby={tabId(PANEL, view)} tabIndex={-1}>
                {view === "dashboard" && <ObjectDashboard {...inside} />}
                {view === "graph" && <ObjectGraph {...inside} />}
                {view === "hangs" && <HangsTab {...inside} />}
                {view === "data" && <DataTab {...inside} />}
                {view === "links" && <LinksTab {...inside} />}
                {view === "messages" && <MessagesTab {...inside} />}
                {view === "history" && <HistoryTab {...inside} />}
            </div>
        </>
    );
}

function useCrumbs(environment: string, object: CloudObject): Crumb[] {
    const path = apiPath("/environments/{environment}/objects/{id}/ancestors", { environment, id: object._id });
    const above = useResource<Ancestors>(path).data.value?.ancestors ?? [];
    return [
        { text: environment, to: href("/environments/:environment", { environment }) },
        ...[...above, { _id: object._id, name: objectName(object) }].map(({ _id, name }) => ({
            text: name || texts.unnamed,
            to: href(PATH, { environment, object: _id }),
        })),
    ];
}

/** Many are called like this one: eth1 is on every host. */
function Kind({ of: { type, host, id } }: { of: CloudObject }) {
    return (
        <span>
            {capitalised(typeText(type))}
            {host && host !== id && <> {texts.on} <bdi>{host}</bdi></>}
        </span>
    );
}

function Head({ environment, object, onScanned }: Omit<ShownProps, "is_gone">) {
    const crumbs = useCrumbs(environment, object);
    return (
        <>
            <Breadcrumb crumbs={crumbs} />
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto" class="object-name"><ObjectIcon type={object.type} />{objectName(object)}</h1>
                    <div class="row object-facts dim">
                        <Kind of={object} />
                        <span>{texts.lastScanned} <Time of={object.last_scanned} /></span>
                    </div>
                </div>
                <div class="screen-actions">
                    <ScanAgain environment={environment} object={object} onEnd={onScanned} />
                </div>
            </header>
            {object.stale && <p class="object-stale" role="status"><Icon of={history_icon} />{texts.stale}</p>}
        </>
    );
}
