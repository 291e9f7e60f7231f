import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { CloudObject } from "../../api/types";
import { href, navigate, place } from "../../app/router";
import { type GraphState, readState, writeState } from "../../graph/state";
import { GraphView } from "../../graph/view";
import { carries } from "./views";

function sameButSelected(a: GraphState, b: GraphState): boolean {
    return JSON.stringify({ ...a, selected: "" }) === JSON.stringify({ ...b, selected: "" });
}

/** What the graph shows, in the address: back and forward undo what was opened, not what was looked at. */
function useGraphState(): Signal<GraphState> {
    const state = useSignal(readState(place.peek().query));
    useSignalEffect(() => {
        const next = readState(place.value.query);
        if (JSON.stringify(next) !== JSON.stringify(state.peek()))
            state.value = next;
    });
    useSignalEffect(() => {
        const { path, query } = place.peek();
        const written = writeState(state.value, query).toString();
        if (written !== query.toString())
            void navigate(written ? `${path}?${written}` : path, {
                replace: sameButSelected(state.value, readState(query)),
            });
    });
    return state;
}

/** The graph of an object as a focal point. */
export function ObjectGraph({ environment, object }: { environment: string; object: CloudObject }) {
    const state = useGraphState();
    const go = (id: string, view: string): void =>
        void navigate(href("/environments/:environment/objects/:object", { environment, object: id }, { view }));
    return (
        <GraphView
            environment={environment} focal={object._id} state={state} onFocal={(id) => go(id, "graph")}
            onOpen={(id) => go(id, "data")}
            onHangs={carries(object.type) ? () => go(object._id, "hangs") : undefined}
        />
    );
}
