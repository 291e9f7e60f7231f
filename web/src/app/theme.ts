/* Light, dark, or as the system has it; kept in the browser too, so that pages begin in it. */

import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const key = "calipso-theme";

function isTheme(text: string | null): text is Theme {
    return text === "auto" || text === "light" || text === "dark";
}

function kept(): Theme {
    try {
        const text = localStorage.getItem(key);
        return isTheme(text) ? text : "auto";
    } catch {
        return "auto";
    }
}

export const theme = signal<Theme>(kept());

theme.subscribe((chosen) => {
    document.documentElement.dataset["theme"] = chosen;
    try {
        localStorage.setItem(key, chosen);
    } catch {
        // Private windows may have no storage: the theme then lasts as long as the page.
    }
});
