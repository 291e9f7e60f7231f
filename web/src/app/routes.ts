/* All screens: one line each. A path here must be none of the API's (`/messages`, `/scans` and other paths
 * of the original's API are taken). */

import messages_icon from "lucide-static/icons/message-square-text.svg?icon";
import type { ComponentType } from "preact";
import { dashboard, messageList, setup } from "../texts";
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
        path: "/message-log",
        load: async () => (await import("../screens/messages/Messages")).Messages,
        title: () => messageList.title,
        menu: { section: "operations", icon: messages_icon },
    },
    {
        path: "/setup",
        load: async () => (await import("../screens/Setup")).Setup,
        title: () => setup.title,
        is_public: true,
    },
];

export interface OverlayProps {
    onClose: () => void;
}

/** What Ctrl-K opens. */
export const search: (() => Promise<ComponentType<OverlayProps>>) | null = null;
