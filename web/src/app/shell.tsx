/* The frame of every page: the bar, what is said above the page, the screen that the address names. */

import cog from "lucide-static/icons/settings.svg?icon";
import house from "lucide-static/icons/layout-dashboard.svg?icon";
import book from "lucide-static/icons/book-open.svg?icon";
import chevron from "lucide-static/icons/chevron-down.svg?icon";
import cloud from "lucide-static/icons/cloud.svg?icon";
import keyboard from "lucide-static/icons/keyboard.svg?icon";
import log_out from "lucide-static/icons/log-out.svg?icon";
import menu_icon from "lucide-static/icons/menu.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import search_icon from "lucide-static/icons/search.svg?icon";
import sliders from "lucide-static/icons/sliders-horizontal.svg?icon";
import user_icon from "lucide-static/icons/circle-user-round.svg?icon";
import wifi_off from "lucide-static/icons/wifi-off.svg?icon";
import { computed, useSignalEffect } from "@preact/signals";
import { Component, type ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, apiError } from "../api/client";
import { feed } from "../api/feed";
import type { Environment } from "../api/types";
import { Button, ButtonLink } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Menu, type MenuItem, type MenuSection } from "../parts/Menu";
import { Empty, ErrorState, Skeleton } from "../parts/State";
import { Toasts, toastError } from "../parts/Toast";
import { SignIn, SignInAgain } from "../screens/SignIn";
import { common, shell } from "../texts";
import { Counters, useMessageCounts } from "./counters";
import { useEnvironments } from "./environments";
import { lazy } from "./lazy";
import { Link, type Params, href, matchPath, navigate, place } from "./router";
import { is_help_open, is_search_open, openSearch } from "./overlays";
import { type Route, type Screen, routes, search } from "./routes";
import { hasRole, has_expired, is_server_away, readSession, saveSettings, session, signOut } from "./session";
import { type Theme, theme } from "./theme";
import "./shell.css";

interface Found {
    route: Route;
    params: Params;
}

const found = computed<Found | null>(() => {
    for (const route of routes) {
        const params = matchPath(route.path, place.value.path);
        if (params)
            return { route, params };
    }
    return null;
});

const SearchDialog = lazy(search);

/* --- menus --- */

function environmentItems(environments: readonly Environment[] | undefined): MenuItem[] {
    return (environments ?? []).map(({ name }) => ({
        text: name,
        icon: cloud,
        to: href("/environments/:environment", { environment: name }),
        is_current: found.value?.params["environment"] === name,
    }));
}

function environmentSections(environments: readonly Environment[] | undefined): MenuSection[] {
    const add = { items: [{ text: shell.addEnvironment, icon: plus, to: "/add-environment" }] };
    const items = environmentItems(environments);
    const title = items.length ? shell.existing : shell.environmentsNone;
    return [add, { title, items }];
}

function gearSections(): MenuSection[] {
    return (["operations", "model", "access"] as const)
        .map((section) => ({
            title: shell[section],
            items: routes
                .filter((route) => route.menu?.section === section && (!route.role || hasRole(route.role)))
                .map((route) => ({ text: route.title({}), icon: route.menu?.icon, to: route.path })),
        }))
        .filter(({ items }) => items.length > 0);
}

function chooseTheme(chosen: Theme): void {
    theme.value = chosen;
    void saveSettings({ theme: chosen }).catch(() => undefined);
}

async function leave(): Promise<void> {
    try {
        await signOut();
    } catch (error) {
        toastError(error);
    }
}

function userSections(): MenuSection[] {
    return [
        {
            items: [
                { text: shell.ownSettings, icon: sliders, to: "/settings" },
                { text: shell.shortcuts, icon: keyboard, run: () => (is_help_open.value = true) },
            ],
        },
        {
            title: shell.theme,
            items: (["auto", "light", "dark"] as const).map((one) => ({
                text: shell.themes[one],
                is_checked: theme.value === one,
                run: () => chooseTheme(one),
            })),
        },
        { items: [{ text: shell.signOut, icon: log_out, run: () => void leave() }] },
    ];
}

function mainItems(): MenuItem[] {
    const path = place.value.path;
    return [
        { text: shell.dashboard, icon: house, to: "/", is_current: path === "/" },
        { text: shell.getStarted, icon: book, to: "/get-started", is_current: path === "/get-started" },
    ];
}

/* --- the bar --- */

function Bar() {
    const environments = useEnvironments();
    const counts = useMessageCounts();
    const list = environments.data.value?.environments;
    const gear = gearSections();
    const name = session.value?.user.name ?? "";
    const bar_button = (icon: string): ComponentChildren => <Icon of={icon} />;
    return (
        <header class="bar">
            <Link to="/" class="bar-product" aria-label={shell.home}>
                <Mark />
                <span class="bar-name">{common.product}</span>
            </Link>
            <nav class="bar-nav" aria-label={shell.navigation}>
                <Menu
                    label={shell.environments} button_class="bar-item" sections={environmentSections(list)}
                    button={<>{shell.environments}<Icon of={chevron} /></>}
                />
                {mainItems().map((item) => (
                    <Link
                        key={item.text} class="bar-item" to={item.to ?? "/"}
                        aria-current={item.is_current ? "page" : undefined}
                    >
                        {item.text}
                    </Link>
                ))}
            </nav>
            <div class="bar-burger">
                <Menu
                    label={shell.menu} button_class="bar-item is-icon" button={bar_button(menu_icon)}
                    sections={[{ items: mainItems() }, ...environmentSections(list)]}
                />
            </div>
            <div class="bar-space" />
            <button type="button" class="bar-search" onClick={openSearch}>
                <Icon of={search_icon} />
                <span class="bar-search-text">{shell.search}</span>
                <kbd>{shell.searchHint}</kbd>
            </button>
            <Counters counts={counts?.levels} />
            {gear.length > 0 && (
                <Menu
                    label={shell.settingsMenu} button_class="bar-item is-icon" button={bar_button(cog)}
                    sections={gear} at="end"
                />
            )}
            <Menu
                label={shell.userMenu(name)} button_class="bar-item is-icon" button={bar_button(user_icon)}
                sections={userSections()} at="end"
            />
        </header>
    );
}

/** The product's mark: three nodes and their links. */
export function Mark() {
    return (
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M8 8v16M8 16h10a6 6 0 0 0 6-6M8 16h10a6 6 0 0 1 6 6" fill="none" stroke="currentColor" stroke-width="2.5" />
            <circle cx="8" cy="7" r="4" fill="currentColor" />
            <circle cx="8" cy="25" r="4" fill="currentColor" />
            <circle cx="24" cy="9" r="4" class="mark-lit" />
            <circle cx="24" cy="23" r="4" class="mark-lit" />
        </svg>
    );
}

function Banner() {
    const text = is_server_away.value ? shell.away : feed.state.value === "lost" ? shell.lost : "";
    return (
        <div role="status">
            {text && <div class="banner"><Icon of={wifi_off} />{text}</div>}
        </div>
    );
}

/* --- screens --- */

interface Failure {
    error: Error | null;
}

/** What cannot be drawn takes nothing else with it. */
class Boundary extends Component<{ children: ComponentChildren }, Failure> {
    override state: Failure = { error: null };

    override componentDidCatch(error: Error): void {
        console.error(error);
        this.setState({ error });
    }

    override render() {
        if (!this.state.error)
            return this.props.children;
        return (
            <Empty
                title={shell.broken}
                actions={<Button kind="primary" onClick={() => location.reload()}>{shell.reload}</Button>}
            >
                {shell.brokenAdvice}
            </Empty>
        );
    }
}

const screens = new Map<Route, Screen>();

interface Loading {
    route: Route | null;
    has_failed: boolean;
}

/** The screen of a route; the one before stays until it is loaded. */
function useScreen(now: Found | null): { shown: Found | null; has_failed: boolean } {
    const [loading, setLoading] = useState<Loading>({ route: null, has_failed: false });
    const last = useRef<Found | null>(null);
    useEffect(() => {
        let is_current = true;
        const route = now?.route;
        if (!route || screens.has(route))
            return undefined;
        route.load().then(
            (screen) => {
                screens.set(route, screen);
                if (is_current)
                    setLoading({ route, has_failed: false });
            },
            () => is_current && setLoading({ route, has_failed: true }),
        );
        return () => {
            is_current = false;
        };
    }, [now?.route]);
    if (!now || screens.has(now.route))
        last.current = now;
    return { shown: last.current, has_failed: loading.has_failed && loading.route === now?.route };
}

function NotFound() {
    return (
        <Empty title={shell.notFound} actions={<ButtonLink kind="primary" to="/">{shell.toDashboard}</ButtonLink>}>
            {shell.notFoundAdvice}
        </Empty>
    );
}

function ScreenFailed() {
    return (
        <Empty
            title={shell.screenFailed}
            actions={<Button kind="primary" onClick={() => location.reload()}>{shell.reload}</Button>}
        >
            {shell.screenFailedAdvice}
        </Empty>
    );
}

function Content() {
    const now = found.value;
    const { shown, has_failed } = useScreen(now);
    if (!now)
        return <NotFound />;
    if (has_failed)
        return <ScreenFailed />;
    if (now.route.role && !hasRole(now.route.role))
        return <Empty title={now.route.title(now.params)}>{shell.needsRole(now.route.role)}</Empty>;
    const Shown = shown && screens.get(shown.route);
    if (!shown || !Shown)
        return <div class="screen"><Skeleton lines={4} /></div>;
    return (
        <Boundary key={shown.route.path}>
            <Shown params={shown.params} />
        </Boundary>
    );
}

/** Who hears the page is told of another one: its title, and the focus at its beginning. */
function usePageChange(): void {
    const route = useRef<Route | undefined>(undefined);
    useSignalEffect(() => {
        const now = found.value;
        document.title = `${now ? now.route.title(now.params) : shell.notFound} · ${common.product}`;
        if (route.current && now?.route !== route.current)
            document.getElementById("content")?.focus({ preventScroll: true });
        route.current = now?.route;
    });
}

/* --- keys --- */

function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function useShortcuts(): void {
    useEffect(() => {
        let before = "";
        const press = (event: KeyboardEvent): void => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                openSearch();
                return;
            }
            if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
                return;
            const keys = before + event.key;
            before = event.key === "g" ? "g " : "";
            if (event.key === "?")
                is_help_open.value = true;
            else if (keys === "g d")
                void navigate("/");
        };
        document.addEventListener("keydown", press);
        return () => document.removeEventListener("keydown", press);
    }, []);
}

const PREPARE_AFTER = 1000;

/** Who presses Ctrl K types on at once: it has to be there by then. */
function usePreparedSearch(): void {
    useEffect(() => {
        const timer = setTimeout(() => void search().catch(() => undefined), PREPARE_AFTER);
        return () => clearTimeout(timer);
    }, []);
}

function Shortcuts() {
    return (
        <Dialog title={shell.shortcuts} onClose={() => (is_help_open.value = false)}>
            <dl class="shortcuts">
                {shell.shortcutList.map(([keys, what]) => (
                    <div key={keys}>
                        <dt>{keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
                        <dd>{what}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}

/* --- all of it --- */

function Frame() {
    usePageChange();
    useShortcuts();
    usePreparedSearch();
    return (
        <div class="frame">
            <a class="skip" href="#content">{shell.skip}</a>
            <Bar />
            <Banner />
            <main id="content" tabIndex={-1}><Content /></main>
            {is_help_open.value && <Shortcuts />}
            {is_search_open.value && <SearchDialog onClose={() => (is_search_open.value = false)} />}
        </div>
    );
}

function Start({ error, onRetry }: { error: ApiError | null; onRetry: () => void }) {
    return <main class="start">{error && <ErrorState error={error} onRetry={onRetry} />}</main>;
}

export function Shell() {
    const [error, setError] = useState<ApiError | null>(null);
    const begin = (): void => {
        setError(null);
        readSession().catch((thrown: unknown) => setError(apiError(thrown)));
    };
    useEffect(begin, []);
    const route = found.value?.route;
    const who = session.value;
    return (
        <>
            {route?.is_public
                ? <Content />
                : who === undefined
                    ? <Start error={error} onRetry={begin} />
                    : who === null
                        ? <SignIn />
                        : <Frame key={who.user._id} />}
            {who && has_expired.value && !route?.is_public && <SignInAgain />}
            <Toasts />
        </>
    );
}
