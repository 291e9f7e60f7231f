import { apiPath, get } from "../api/client";
import type { Graph } from "../api/types";
import type { Detail, Policy } from "./state";

function pathOf(environment: string, object: string): string {
    return apiPath("/environments/{environment}/objects/{object}", { environment, object });
}

export interface GraphWish {
    open: readonly string[];
    policy: Policy;
    detail: Detail;
}

const mostWhole = 80;
const fewMarks = 30;
const mostMarks = 300;

/** Small ones whole, and of large ones an overview: what is rolled up a little only is hard to read, for
 *  some kinds are apart then and others are not. */
export async function getGraph(
    environment: string,
    focal: string,
    wish: GraphWish,
    signal: AbortSignal,
): Promise<Graph> {
    const { open, policy } = wish;
    const path = `${pathOf(environment, focal)}/graph`;
    const ask = (marks: number): Promise<Graph> =>
        get(path, { marks, open, policy: policy || undefined }, signal);

    if (wish.detail !== "")
        return ask(wish.detail === "few" ? fewMarks : mostMarks);

    const answer = await ask(mostWhole);

    return answer.n_nodes > mostWhole ? ask(fewMarks) : answer;
}

export type ObjectDocument = Record<string, unknown>;

export function getObject(environment: string, id: string, signal: AbortSignal): Promise<ObjectDocument> {
    return get(pathOf(environment, id), undefined, signal);
}

type AttributePath = string | string[];

interface HoverAttributes {
    hover_attributes: { type: string; attributes: AttributePath[] }[];
}

let hoverAttributes: Promise<Map<string, AttributePath[]>> | null = null;

/** Which attributes of a type tell most; asked for once. */
export function getHoverAttributes(): Promise<Map<string, AttributePath[]>> {
    hoverAttributes ??= get<HoverAttributes>("/hover-attributes")
        .then((answer) => new Map(answer.hover_attributes.map((one) => [one.type, one.attributes])))
        .catch((error: unknown) => {
            hoverAttributes = null;
            throw error;
        });
    return hoverAttributes;
}
