/* Times of the API for people: in their zone. */

import { common } from "../texts";

/** Milliseconds since 1970; null when it is no time. The API writes zones as +0000, not all browsers read it. */
export function parseTime(text: string | null | undefined): number | null {
    if (!text)
        return null;
    const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
    return Number.isNaN(ms) ? null : ms;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

export function exactTime(ms: number): string {
    return exact.format(ms);
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
    ["year", 31_557_600_000],
    ["month", 2_629_800_000],
    ["week", 604_800_000],
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "5 minutes ago", "in 2 hours"; whole units are counted, none is rounded up. */
export function relativeTime(ms: number, now: number): string {
    const difference = ms - now;
    for (const [unit, size] of units) {
        const count = Math.trunc(difference / size);
        if (count !== 0)
            return relative.format(count, unit);
    }
    return common.now;
}

/** "1 h 5 min", "12.3 s", "45 ms". */
export function duration(ms: number): string {
    if (ms < 1000)
        return common.units.milliseconds(Math.round(ms));
    if (ms < 60_000)
        return common.units.seconds((Math.floor(ms / 100) / 10).toString());
    const minutes = Math.floor(ms / 60_000);
    if (minutes < 60)
        return common.units.minutes(minutes, Math.floor(ms / 1000) % 60);
    return common.units.hours(Math.floor(minutes / 60), minutes % 60);
}

/* --- as fields for time and day have them, in the zone of who reads --- */

/** "2026-03-04T02:00". */
export function localText(ms: number): string {
    const at = new Date(ms);
    const two = (n: number): string => String(n).padStart(2, "0");
    return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
        + `T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Milliseconds; null when it is no time. */
export function localTime(text: string): number | null {
    const ms = new Date(text).getTime();
    return /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(ms) ? ms : null;
}
