/* All screens: one line each. A path here is none of the original's API (`/messages`, `/scans` ...): the server
 * gives the page there, too, but only to browsers that send no credentials, and behind a proxy that asks for a
 * password they send some. */

import calendar_clock from "lucide-static/icons/calendar-clock.svg?icon";
import radar from "lucide-static/icons/radar.svg?icon";
import type { ComponentType } from "preact";
import { cliqueConstraints, cliqueTypes, dashboard, getStarted, linkTypes, messageList, scans, schedules, settings, setup, users, wizard } from "../texts";
import clique_types_icon from "lucide-static/icons/waypoints.svg?icon";
import constraints_icon from "lucide-static/icons/funnel.svg?icon";
import link_types_icon from "lucide-static/icons/link-2.svg?icon";
import messages_icon from "lucide-static/icons/message-square-text.svg?icon";
import users_icon from "lucide-static/icons/users.svg?icon";
import type { Params } from "./router";
import type { Role } from "./session";

export interface ScreenProps {
    params: Params;
}

export type Screen = ComponentType<ScreenProps>;

export interface Route {
    path: string;
    load: () => Promise<Screen>;
    title: (params: Params) => string;
    /** Only for those who have it. */
    role?: Role;
    /** Without signing in, and without the bar. */
    is_public?: boolean;
    /** It stands in the menu of the gear. */
    menu?: { section: "operations" | "model" | "access"; icon: string };
}

export const routes: readonly Route[] = [
    {
        path: "/",
        load: async () => (await import("../screens/dashboard/Dashboard")).Dashboard,
        title: () => dashboard.title,
    },
    {
        path: "/environments/:environment",
        load: async () => (await import("../screens/tree/EnvironmentWithTree")).EnvironmentWithTree,
        title: ({ environment }) => environment ?? "",
    },
    {
        path: "/environments/:environment/objects/:object",
        load: async () => (await import("../screens/object/ObjectPage")).ObjectPage,
        title: ({ environment }) => environment ?? "",
    },
    {
        path: "/get-started",
        load: async () => (await import("../screens/GetStarted")).GetStarted,
        title: () => getStarted.title,
    },
    {
        path: "/settings",
        load: async () => (await import("../screens/settings/Settings")).Settings,
        title: () => settings.title,
    },
    {
        path: "/message-log",
        load: async () => (await import("../screens/messages/Messages")).Messages,
        title: () => messageList.title,
        menu: { section: "operations", icon: messages_icon },
    },
    {
        path: "/clique-types",
        load: async () => (await import("../screens/model/CliqueTypes")).CliqueTypes,
        title: () => cliqueTypes.title,
        menu: { section: "model", icon: clique_types_icon },
    },
    {
        path: "/add-clique-type",
        load: async () => (await import("../screens/model/CliqueTypeEditor")).CliqueTypeEditor,
        title: () => cliqueTypes.add,
        role: "manage-clique-types",
    },
    {
        path: "/clique-types/:cliqueType",
        load: async () => (await import("../screens/model/CliqueTypeEditor")).CliqueTypeEditor,
        title: () => cliqueTypes.one,
    },
    {
        path: "/clique-constraints",
        load: async () => (await import("../screens/model/CliqueConstraints")).CliqueConstraints,
        title: () => cliqueConstraints.title,
        menu: { section: "model", icon: constraints_icon },
    },
    {
        path: "/add-clique-constraint",
        load: async () => (await import("../screens/model/CliqueConstraintEditor")).CliqueConstraintEditor,
        title: () => cliqueConstraints.add,
        role: "manage-clique-constraints",
    },
    {
        path: "/clique-constraints/:cliqueConstraint",
        load: async () => (await import("../screens/model/CliqueConstraintEditor")).CliqueConstraintEditor,
        title: () => cliqueConstraints.one,
    },
    {
        path: "/link-types",
        load: async () => (await import("../screens/model/LinkTypes")).LinkTypes,
        title: () => linkTypes.title,
        menu: { section: "model", icon: link_types_icon },
    },
    {
        path: "/add-link-type",
        load: async () => (await import("../screens/model/LinkTypeEditor")).LinkTypeEditor,
        title: () => linkTypes.add,
        role: "manage-link-types",
    },
    {
        path: "/link-types/:linkType",
        load: async () => (await import("../screens/model/LinkTypeEditor")).LinkTypeEditor,
        title: () => linkTypes.one,
    },
    {
        path: "/users",
        load: async () => (await import("../screens/users/Users")).Users,
        title: () => users.title,
        role: "manage-users",
        menu: { section: "access", icon: users_icon },
    },
    {
        path: "/add-user",
        load: async () => (await import("../screens/users/NewUser")).NewUser,
        title: () => users.add,
        role: "manage-users",
    },
    {
        path: "/users/:user",
        load: async () => (await import("../screens/users/UserPage")).UserPage,
        title: ({ user }) => user ?? "",
        role: "manage-users",
    },
    {
        path: "/setup",
        load: async () => (await import("../screens/Setup")).Setup,
        title: () => setup.title,
        is_public: true,
    },
    {
        path: "/add-environment",
        load: async () => (await import("../screens/wizard/Wizard")).AddEnvironment,
        title: () => wizard.addTitle,
    },
    {
        path: "/environments/:environment/edit",
        load: async () => (await import("../screens/wizard/Wizard")).EditEnvironment,
        title: ({ environment = "" }) => wizard.editTitle(environment),
    },
    {
        path: "/environments/:environment/scan",
        load: async () => (await import("../screens/scans/ScanRequest")).ScanRequest,
        title: ({ environment = "" }) => scans.requestOf(environment),
    },
    {
        path: "/scan-list",
        load: async () => (await import("../screens/scans/ScanList")).ScanList,
        title: () => scans.title,
        menu: { section: "operations", icon: radar },
    },
    {
        path: "/scan-list/:scan",
        load: async () => (await import("../screens/scans/ScanPage")).ScanPage,
        title: () => scans.oneTitle,
    },
    {
        path: "/schedules",
        load: async () => (await import("../screens/schedules/ScheduleList")).ScheduleList,
        title: () => schedules.title,
        menu: { section: "operations", icon: calendar_clock },
    },
    {
        path: "/schedules/:schedule",
        load: async () => (await import("../screens/schedules/ScheduleForm")).SchedulePage,
        title: () => schedules.editTitle,
    },
    {
        path: "/add-schedule",
        load: async () => (await import("../screens/schedules/ScheduleForm")).AddSchedule,
        title: () => schedules.addTitle,
    },
];

export interface OverlayProps {
    onClose: () => void;
}

/** What Ctrl-K opens. */
export async function search(): Promise<ComponentType<OverlayProps>> {
    return (await import("../screens/search/Search")).Search;
}
