import type { CloudObject } from "../../api/types";
import { parseTime } from "../../parts/time";
import { Time } from "../../parts/Time";
import { common, count, objectPage as texts } from "../../texts";

/** How the program keeps an object: of no use to who looks at it. */
const internal: readonly string[] = ["_id", "create_object", "show_in_tree", "clique", "parent_text", "text", "stale"];

const TIMESTAMP = /^\d{4}-\d\d-\d\dT/;

function Value({ of }: { of: unknown }) {
    if (of === null || of === undefined || of === "")
        return <span class="dim">{common.none}</span>;
    if (typeof of === "boolean")
        return <>{of ? texts.yes : texts.no}</>;
    if (typeof of === "number")
        return <span class="number">{of}</span>;
    if (typeof of === "string")
        return TIMESTAMP.test(of) && parseTime(of) !== null ? <Time of={of} exact /> : <bdi>{of}</bdi>;
    if (Array.isArray(of) && of.every((one) => typeof one === "string" || typeof one === "number"))
        return of.length ? <bdi>{of.join(", ")}</bdi> : <span class="dim">{common.none}</span>;
    return <pre class="all-attributes-json" tabIndex={0}>{JSON.stringify(of, null, 4)}</pre>;
}

/** All that is known of an object. */
export function Attributes({ object, is_closed = false }: { object: CloudObject; is_closed?: boolean }) {
    const names = Object.keys(object).filter((name) => !internal.includes(name)).sort();
    return (
        <details class="card all-attributes" open={!is_closed}>
            <summary><h2>{texts.attributes}</h2> <span class="dim number">{count(names.length)}</span></summary>
            <dl>
                {names.map((name) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd><Value of={object[name]} /></dd>
                    </div>
                ))}
            </dl>
        </details>
    );
}
