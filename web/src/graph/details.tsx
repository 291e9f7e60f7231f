import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { graphTexts } from "../texts";
import { attributesOf, nameOfAttribute, type Attribute } from "./attributes";
import { titleOf } from "./label";
import { nodeStates, type Line, type Mark, type Model } from "./model";
import { LineSign, StateText } from "./sign";
import { getHoverAttributes, getObject } from "./source";

export type Found = { is: "loading" } | { is: "failed" } | { is: "there"; attributes: Attribute[] };

/** What tells most of an object; asked for again when what is shown was. */
export function useAttributes(environment: string, mark: Mark | undefined, version: unknown): Found {
    const [found, setFound] = useState<Found>({ is: "loading" });
    const [id, type] = [mark?.count === 1 ? mark.id : "", mark?.type ?? ""];
    const isThere = mark?.state !== "missing";

    useEffect(() => {
        const gone = new AbortController();

        setFound({ is: "loading" });
        if (id && isThere)
            Promise.all([getObject(environment, id, gone.signal), getHoverAttributes()])
                .then(([document, paths]) => {
                    if (!gone.signal.aborted)
                        setFound({ is: "there", attributes: attributesOf(document, paths.get(type) ?? []) });
                })
                .catch(() => gone.signal.aborted || setFound({ is: "failed" }));
        return () => gone.abort();
    }, [environment, id, type, isThere, version]);
    return found;
}

export function AttributeList({ attributes }: { attributes: Attribute[] }): JSX.Element {
    return (
        <dl class="attributes">
            {attributes.map(({ name, value }) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>
                        <bdi>{value}</bdi>
                    </dd>
                </div>
            ))}
        </dl>
    );
}

interface FactsProps {
    environment: string;
    mark: Mark;
    version: unknown;
}

function NodeFacts({ environment, mark, version }: FactsProps): JSX.Element {
    const found = useAttributes(environment, mark, version);

    if (mark.state === "missing")
        return <p>{graphTexts.missingDetails}</p>;
    if (found.is === "loading")
        return <p class="quiet">{graphTexts.loadingDetails}</p>;
    if (found.is === "failed")
        return <p>{graphTexts.noDetails}</p>;
    return found.attributes.length > 0 ? (
        <AttributeList attributes={found.attributes} />
    ) : (
        <p class="quiet">{graphTexts.noAttributes}</p>
    );
}

function StackFacts({ mark }: { mark: Mark }): JSX.Element {
    const states = nodeStates.toReversed().filter((state) => mark.states[state] > 0);

    return (
        <>
            <p class="facts-line">
                {states.map((state) => (
                    <StateText key={state} state={state} count={mark.states[state]} />
                ))}
                {mark.innerLinks > 0 && <span>{graphTexts.innerLinks(mark.innerLinks)}</span>}
            </p>
            {mark.count > mark.members.length && (
                <p class="quiet">{graphTexts.firstOf(mark.members.length)}</p>
            )}
            <ul class="members">
                {mark.members.map((member) => (
                    <li key={member._id}>
                        <bdi>{member.name || member.id}</bdi>
                    </li>
                ))}
            </ul>
        </>
    );
}

export function MarkFacts(props: FactsProps): JSX.Element {
    const { mark } = props;

    return (
        <>
            <p class="facts-line">
                {mark.count === 1 && <StateText state={mark.state} />}
                {mark.host && (
                    <span>
                        {graphTexts.host} <bdi>{mark.host}</bdi>
                    </span>
                )}
            </p>
            {mark.count > 1 ? <StackFacts mark={mark} /> : <NodeFacts {...props} />}
        </>
    );
}

function textOf(value: unknown): string {
    return value === null || value === undefined
        ? ""
        : typeof value === "object"
          ? JSON.stringify(value)
          : String(value);
}

function attributesOfLine(line: Line): Attribute[] {
    const { link } = line;

    if (!link)
        return line.count > 1 ? [{ name: graphTexts.columns.count, value: String(line.count) }] : [];

    const members = Object.entries(graphTexts.linkMembers)
        .filter(([key]) => key !== "link_type" && key !== "state")
        .map(([key, name]) => ({ name, value: textOf(link[key as keyof typeof link]) }));
    const others = Object.entries(link.attributes ?? {})
        .filter(([key]) => key !== "source_label" && key !== "target_label")
        .map(([key, value]) => ({ name: nameOfAttribute(key), value: textOf(value) }));

    return [...members, ...others].filter(({ value }) => value !== "");
}

export function endsOf(line: Line, model: Model): string {
    return [line.source, line.target]
        .map((id) => {
            const mark = model.markOf.get(id);

            return mark ? titleOf(mark) : id;
        })
        .join(" – ");
}

export function LineFacts({ line }: { line: Line }): JSX.Element {
    return (
        <>
            <p class="facts-line">
                <span class="state-text">
                    <LineSign look={line.isBridge ? "bridge" : line.state} />
                    {line.isBridge
                        ? graphTexts.bridge
                        : line.count > 1 && line.nDown > 0
                          ? graphTexts.down(line.nDown, line.count)
                          : graphTexts.lineStates[line.state]}
                </span>
                {line.isImplicit && <span>{graphTexts.implicitLink}</span>}
            </p>
            <AttributeList attributes={attributesOfLine(line)} />
        </>
    );
}
