import history_icon from "lucide-static/icons/history.svg?icon";
import { useResource } from "../../api/resource";
import { apiPath } from "../../api/client";
import type { CloudObject, History, Revision } from "../../api/types";
import { queryParam, setQuery } from "../../app/router";
import { Empty, Loaded } from "../../parts/State";
import { Pages } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { objectHistory as texts } from "../../texts";
import { type Difference, differencesOf } from "./differences";
import type { Json } from "./json";

const MOST_TOLD = 100;

type Version = History["versions"][number];

/** When revisions were committed. */
function useTimes(environment: string): Map<number, string> {
    const found = useResource<{ revisions: Revision[] }>(
        apiPath("/environments/{environment}/revisions", { environment }), { query: { limit: 1000 } },
    );
    return new Map((found.data.value?.revisions ?? []).map(({ revision, time }) => [revision, time]));
}

export function HistoryTab({ environment, object }: { environment: string; object: CloudObject }) {
    const cursor = queryParam("cursor").value;
    const times = useTimes(environment);
    const found = useResource<History & { next?: string | null }>(
        apiPath("/environments/{environment}/objects/{id}/history", { environment, id: object._id }),
        { query: { cursor: cursor || null }, voids: { kinds: ["object", "revision"], environment, id: object._id } },
    );
    return (
        <Loaded of={found}>
            {({ versions, next = null }) => versions.length === 0
                ? <Empty icon={history_icon} title={texts.none}>{texts.noneText}</Empty>
                : (
                    <>
                        <ol class="versions">
                            {versions.map((version, i) => (
                                <VersionCard
                                    key={version.rev_from} version={version} before={versions[i + 1]} times={times}
                                    is_first={!next && i === versions.length - 1}
                                />
                            ))}
                        </ol>
                        <Pages cursor={cursor} next={next} onGo={(to) => setQuery({ cursor: to })} />
                    </>
                )}
        </Loaded>
    );
}

interface VersionProps {
    version: Version;
    before: Version | undefined;
    times: Map<number, string>;
    is_first: boolean;
}

function When({ revision, times }: { revision: number; times: Map<number, string> }) {
    const time = times.get(revision);
    return <>{time && <><Time of={time} exact /> </>}<span class="dim">{texts.revision(revision)}</span></>;
}

function VersionCard({ version, before, times, is_first }: VersionProps) {
    const { rev_from, rev_to, object } = version;
    const changes = before ? differencesOf(before.object, object) : [];
    return (
        <li class="card stack version">
            <header class="row">
                <h2>{rev_to === null ? texts.now : <>{texts.until} <When revision={rev_to} times={times} /></>}</h2>
                <span>{texts.since} <When revision={rev_from} times={times} /></span>
            </header>
            {before && changes.length > 0 && <Changes changes={changes} />}
            {before && changes.length === 0 && <p class="dim">{texts.same}</p>}
            {is_first && <p class="dim">{texts.first}</p>}
        </li>
    );
}

function Changes({ changes }: { changes: readonly Difference[] }) {
    return (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={texts.changes(changes.length)}>
            <table class="table">
                <thead><tr><th scope="col">{texts.attribute}</th><th scope="col">{texts.before}</th><th scope="col">{texts.after}</th></tr></thead>
                <tbody>
                    {changes.slice(0, MOST_TOLD).map(({ path, before, after }) => (
                        <tr key={path}>
                            <th scope="row" class="mono"><bdi>{path}</bdi></th>
                            <td><Value of={before} kind="before" /></td>
                            <td><Value of={after} kind="after" /></td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {changes.length > MOST_TOLD && <p class="dim">{texts.changes(changes.length)}</p>}
        </div>
    );
}

function Value({ of, kind }: { of: Json | undefined; kind: "before" | "after" }) {
    if (of === undefined)
        return <span class="dim">–</span>;
    const text = typeof of === "string" ? of : JSON.stringify(of);
    return kind === "before" ? <del class="version-old"><bdi>{text}</bdi></del> : <ins class="version-new"><bdi>{text}</bdi></ins>;
}
