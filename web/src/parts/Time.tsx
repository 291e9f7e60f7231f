import { common } from "../texts";
import { now } from "./clock";
import { exactTime, parseTime, relativeTime } from "./time";

interface TimeProps {
    /** As the API says it. */
    of: string | null | undefined;
    /** The exact time is shown, and not only when it is pointed at. */
    exact?: boolean;
    /** Instead of "never". */
    none?: string;
}

export function Time({ of, exact = false, none = common.never }: TimeProps) {
    const ms = parseTime(of);
    if (ms === null)
        return <span class="dim">{none}</span>;
    const full = exactTime(ms);
    return (
        <time dateTime={new Date(ms).toISOString()} title={full} class="number">
            {exact ? full : relativeTime(ms, now.value)}
        </time>
    );
}
