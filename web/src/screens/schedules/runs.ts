/* When a schedule runs: as the server counts, with the time of the day kept over changes of summer time. */

import type { NewSchedule } from "../../api/types";

export type Recurrence = NewSchedule["recurrence"];

export const recurrences: readonly Recurrence[] = ["ONCE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

const HOUR = 3_600_000;

function daysOf(year: number, month: number): number {
    return new Date(year, month + 1, 0).getDate();
}

/** The n-th run. The 31st of a shorter month is its last day. */
function runAt(recurrence: Recurrence, first: Date, n: number): number {
    const at = new Date(first);
    switch (recurrence) {
        case "ONCE": break;
        case "HOURLY": return first.getTime() + n * HOUR;
        case "DAILY": at.setDate(at.getDate() + n); break;
        case "WEEKLY": at.setDate(at.getDate() + 7 * n); break;
        case "MONTHLY":
        case "YEARLY": {
            const months = first.getMonth() + (recurrence === "YEARLY" ? 12 * n : n);
            const year = first.getFullYear() + Math.floor(months / 12);
            const month = ((months % 12) + 12) % 12;
            at.setFullYear(year, month, Math.min(first.getDate(), daysOf(year, month)));
        }
    }
    return at.getTime();
}

/** The next runs from a time on, in milliseconds. */
export function nextRuns(recurrence: Recurrence, first: number, most: number): number[] {
    if (recurrence === "ONCE")
        return [first];
    return Array.from({ length: most }, (_, n) => runAt(recurrence, new Date(first), n));
}

/** The next two o'clock in the night: when clouds are quiet. */
export function nextNight(now: number): number {
    const at = new Date(now);
    at.setHours(2, 0, 0, 0);
    if (at.getTime() <= now)
        at.setDate(at.getDate() + 1);
    return at.getTime();
}

export function zoneName(): string {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
