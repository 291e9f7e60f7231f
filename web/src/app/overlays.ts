/* What lies over the page: whether the search and the list of keys are open. */

import { signal } from "@preact/signals";

export const is_search_open = signal(false);
export const is_help_open = signal(false);

/** Opens the search, from wherever one is. */
export function openSearch(): void {
    is_search_open.value = true;
}
