/* Who is signed in, and what they may do. */

import { computed, signal } from "@preact/signals";
import { ApiError, get, post, put, reach_hooks, remove, request, session_hooks } from "../api/client";
import { feed } from "../api/feed";
import { forgetResources } from "../api/resource";
import type { Roles, Session, Settings } from "../api/types";
import { theme } from "./theme";

export type Role = Roles[number];

export const all_roles: readonly Role[] = [
    "view-env", "edit-env", "manage-users", "manage-link-types", "manage-clique-types",
    "manage-clique-constraints",
];

/** undefined: not known yet. null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

/** It ended while somebody was at work: what they entered stays until they are back. */
export const has_expired = signal(false);

export const is_server_away = signal(false);

const default_look_back = 1_209_600_000;

export const settings = signal<Settings>({});

/** How far back messages are counted, in milliseconds. */
export const look_back = computed(
    () => settings.value.messages_view_backward_delta ?? default_look_back,
);

const tabs = new BroadcastChannel("calipso-session");

export function hasRole(role: Role): boolean {
    return session.value?.user.roles.includes(role) ?? false;
}

function begin(found: Session): void {
    if (session.peek()?.user._id !== found.user._id)
        forgetResources();
    session.value = found;
    has_expired.value = false;
    feed.start();
    void readSettings();
}

function end(expired: boolean): void {
    feed.stop();
    has_expired.value = expired && Boolean(session.peek() || has_expired.peek());
    if (!has_expired.value) {
        session.value = null;
        forgetResources();
    }
}

export async function readSession(): Promise<void> {
    try {
        const { data } = await request<Session>("GET", "/session", { keeps_session: true });
        begin(data);
    } catch (error) {
        if (error instanceof ApiError && error.status !== 401)
            throw error;
        end(false);
    }
}

async function readSettings(): Promise<void> {
    try {
        settings.value = await get<Settings>("/settings");
        theme.value = settings.value.theme ?? "auto";
    } catch {
        // The defaults will do.
    }
}

export async function saveSettings(changed: Settings): Promise<void> {
    settings.value = await put<Settings>("/settings", { ...settings.peek(), ...changed });
    theme.value = settings.value.theme ?? "auto";
}

export async function signIn(name: string, password: string): Promise<void> {
    begin(await post<Session>("/session", { name, password }, { keeps_session: true }));
    tabs.postMessage("changed");
}

export async function setUp(secret: string, name: string, password: string): Promise<void> {
    begin(await post<Session>("/setup", { secret, name, password }, { keeps_session: true }));
    tabs.postMessage("changed");
}

export async function signOut(): Promise<void> {
    await remove("/session", { keeps_session: true });
    end(false);
    tabs.postMessage("changed");
}

session_hooks.csrf = () => session.peek()?.csrf;
session_hooks.ended = () => end(true);
session_hooks.renew = async () => {
    const before = session.peek()?.csrf;
    await readSession();
    return session.peek()?.csrf !== before;
};
reach_hooks.told = (answered) => {
    is_server_away.value = !answered;
};
feed.state.subscribe((state) => {
    if (state === "live")
        is_server_away.value = false;
});
tabs.onmessage = () => void readSession().catch(() => undefined);
