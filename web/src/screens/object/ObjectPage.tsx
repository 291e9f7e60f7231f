import history_icon from "lucide-static/icons/history.svg?icon";
import layout_list from "lucide-static/icons/layout-list.svg?icon";
import workflow from "lucide-static/icons/workflow.svg?icon";
import { useEffect } from "preact/hooks";
import { ApiError, apiPath } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Ancestors, CloudObject } from "../../api/types";
import { lazy } from "../../app/lazy";
import { href, navigate, queryParam, setQuery } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { Breadcrumb, type Crumb } from "../../parts/Breadcrumb";
import { Icon } from "../../parts/Icon";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { objectName } from "../../parts/ObjectList";
import { ErrorState, Loaded, Skeleton } from "../../parts/State";
import { Tabs, tabId } from "../../parts/Tabs";
import { Time } from "../../parts/Time";
import { capitalised, objectPage as texts, typeText } from "../../texts";
import { Browse } from "../tree/Browse";
import { ObjectDashboard, type ObjectDashboardProps } from "./ObjectDashboard";
import "./object.css";

const ObjectGraph = lazy(async () => (await import("./ObjectGraph")).ObjectGraph);

const PATH = "/environments/:environment/objects/:id";

/** Whether it is the `_id` of an object, and not what its cloud calls it. */
function isObjectId(id: string): boolean {
    return /^[0-9a-f]{24}$/.test(id);
}

export function ObjectPage({ params }: ScreenProps) {
    const { environment = "", id = "" } = params;
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
            void navigate(href(PATH, { environment, id: object._id }), { replace: true });
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
    return (
        <div class="screen">
            <Loaded of={found} skeleton={<Skeleton lines={8} />}>
                {(object) => (
                    <>
                        <Head environment={environment} object={object} />
                        <Views key={object._id} environment={environment} object={object} />
                    </>
                )}
            </Loaded>
        </div>
    );
}

type View = "graph" | "dashboard";

const PANEL = "object-view";

const views = [
    { id: "graph", text: texts.graph, icon: workflow },
    { id: "dashboard", text: texts.dashboard, icon: layout_list },
] as const;

/** The graph of what is the focal point of one, unless the address says something else. */
function viewOf(object: CloudObject, wanted: string): View {
    return views.find(({ id }) => id === wanted)?.id ?? (object.clique ? "graph" : "dashboard");
}

function Views({ environment, object }: ObjectDashboardProps) {
    const view = viewOf(object, queryParam("view").value);
    return (
        <>
            <Tabs label={texts.views} tabs={views} chosen={view} onChoose={(to) => setQuery({ view: to })} panel={PANEL} />
            <div class="object-view" id={PANEL} role="tabpanel" aria-labelledby={tabId(PANEL, view)}>
                {view === "graph"
                    ? <ObjectGraph environment={environment} object={object} />
                    : <ObjectDashboard environment={environment} object={object} />}
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
            to: href(PATH, { environment, id: _id }),
        })),
    ];
}

function Head({ environment, object }: { environment: string; object: CloudObject }) {
    const crumbs = useCrumbs(environment, object);
    return (
        <>
            <Breadcrumb crumbs={crumbs} />
            <header class="screen-head">
                <div class="screen-title">
                    <h1 dir="auto" class="object-name"><ObjectIcon type={object.type} />{objectName(object)}</h1>
                    <div class="row object-facts dim">
                        <span>{capitalised(typeText(object.type))}</span>
                        <span>{texts.lastScanned} <Time of={object.last_scanned} /></span>
                    </div>
                </div>
            </header>
            {object.stale && <p class="object-stale" role="status"><Icon of={history_icon} />{texts.stale}</p>}
        </>
    );
}

