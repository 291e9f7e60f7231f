/* All screens: one line each. A path here must be none of the API's (`/messages`, `/scans` and other paths
 * of the original's API are taken). */

import calendar_clock from "lucide-static/icons/calendar-clock.svg?icon";
import radar from "lucide-static/icons/radar.svg?icon";
import type { ComponentType } from "preact";
import { dashboard, getStarted, scans, schedules, settings, setup, wizard } from "../texts";
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
export const search: (() => Promise<ComponentType<OverlayProps>>) | null =
    async () => (await import("../screens/search/Search")).Search;
