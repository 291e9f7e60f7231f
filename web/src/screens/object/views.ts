/* The ways to look at an object; which one is in the address. */

import anchor from "lucide-static/icons/anchor.svg?icon";
import braces from "lucide-static/icons/braces.svg?icon";
import gauge from "lucide-static/icons/layout-dashboard.svg?icon";
import history_icon from "lucide-static/icons/history.svg?icon";
import link_icon from "lucide-static/icons/link.svg?icon";
import message from "lucide-static/icons/message-square.svg?icon";
import network from "lucide-static/icons/network.svg?icon";
import type { CloudObject } from "../../api/types";
import { place } from "../../app/router";
import type { Tab } from "../../parts/Tabs";
import { objectPage as texts } from "../../texts";
import { hasDashboard } from "./ObjectDashboard";

export type View = "dashboard" | "graph" | "hangs" | "data" | "links" | "messages" | "history";

const icons: Record<View, string> = {
    dashboard: gauge, graph: network, hangs: anchor, data: braces, links: link_icon, messages: message,
    history: history_icon,
};

function isFolder(type: string): boolean {
    return type.endsWith("_folder");
}

/** What others hang on: what lies between instances and the wire. */
const carriers = ["vnic", "vconnector", "vedge", "otep", "port", "pnic", "host_pnic", "switch_pnic", "network"];

export function carries(type: string): boolean {
    return carriers.includes(type);
}

function viewsOf({ type }: CloudObject): View[] {
    const views: View[] = hasDashboard(type) ? ["dashboard"] : [];
    return isFolder(type)
        ? [...views, "data", "history"]
        : [
            ...views, "graph", ...(carries(type) ? ["hangs" as const] : []),
            "data", "links", "messages", "history",
        ];
}

export function tabsOf(object: CloudObject): Tab<View>[] {
    return viewsOf(object).map((id) => ({ id, text: texts[id], icon: icons[id] }));
}

/** What is shown when nobody says what. */
export function defaultView(object: CloudObject): View {
    return viewsOf(object)[0] ?? "data";
}

/** The view that the address asks for, where this object has it. */
export function viewOf(object: CloudObject): View {
    const given = place.value.query.get("view");
    // A dashboard is what there is to be known; of most objects that is their data.
    const wanted = given === "dashboard" && !hasDashboard(object.type) ? "data" : given;
    return viewsOf(object).find((view) => view === wanted) ?? defaultView(object);
}
