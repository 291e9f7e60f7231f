// What of the graph is in the URL.

export type Policy = "" | "full" | "extended" | "classic";
export type Mode = "graph" | "table";
/** How much is put together: "" is in between. */
export type Detail = "few" | "" | "all";

export interface GraphState {
    /** Stacks, in the order in which they were opened. */
    open: string[];
    hidden: string[];
    /** Hosts whose boxes are shut. */
    shut: string[];
    /** Ends of the path that is marked. */
    from: string;
    to: string;
    selected: string;
    policy: Policy;
    detail: Detail;
    mode: Mode;
}

export const startState: GraphState = {
    open: [],
    hidden: [],
    shut: [],
    from: "",
    to: "",
    selected: "",
    policy: "",
    detail: "",
    mode: "graph",
};

export const details: readonly Detail[] = ["few", "", "all"];
export const policies: readonly Policy[] = ["", "full", "extended", "classic"];

const idPattern = /^[0-9a-f]{24}$/;
const typePattern = /^\w{1,60}$/;
const mostOpen = 200; // of the server: an address of 8 kB

function list(value: string | null, pattern: RegExp): string[] {
    return [...new Set((value ?? "").split(","))].filter((one) => pattern.test(one)).slice(0, mostOpen);
}

function id(value: string | null): string {
    return value !== null && idPattern.test(value) ? value : "";
}

/** What is not understood is left out: a link that was cut short still shows something. */
export function readState(query: URLSearchParams): GraphState {
    const policy = policies.find((one) => one === query.get("policy"));

    return {
        open: list(query.get("open"), idPattern),
        hidden: list(query.get("hide"), typePattern),
        shut: [...new Set(query.getAll("shut"))].filter((host) => host !== "").slice(0, mostOpen),
        from: id(query.get("from")),
        to: id(query.get("to")),
        selected: id(query.get("mark")),
        policy: policy ?? "",
        detail: details.find((one) => one === query.get("detail")) ?? "",
        mode: query.get("as") === "table" ? "table" : "graph",
    };
}

function put(query: URLSearchParams, key: string, value: string): void {
    if (value)
        query.set(key, value);
    else
        query.delete(key);
}

/** Other parameters stay; what is as at the start is not written. */
export function writeState(state: GraphState, query = new URLSearchParams()): URLSearchParams {
    const written = new URLSearchParams(query);

    put(written, "open", state.open.join(","));
    put(written, "hide", state.hidden.join(","));
    written.delete("shut");
    for (const host of state.shut)
        written.append("shut", host);
    put(written, "from", state.from);
    put(written, "to", state.to);
    put(written, "mark", state.selected);
    put(written, "policy", state.policy);
    put(written, "detail", state.detail);
    put(written, "as", state.mode === "table" ? "table" : "");
    return written;
}
