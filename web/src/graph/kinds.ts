/** What kinds of the same hue have in common. */
export type Hue = "compute" | "virtual" | "physical" | "network" | "other";

/** From the instance to the wire: also the order of columns when the server names none. */
const hues: Record<string, Hue> = {
    instance: "compute",
    pod: "compute",
    container: "compute",
    vservice: "compute",
    port: "virtual",
    vnic: "virtual",
    vconnector: "virtual",
    vedge: "virtual",
    otep: "physical",
    network_agent: "other",
    host: "physical",
    host_pnic: "physical",
    switch_pnic: "physical",
    switch: "physical",
    network: "network",
};

const order = new Map(Object.keys(hues).map((type, place) => [type, place]));

export function hueOf(type: string): Hue {
    return (Object.hasOwn(hues, type) ? hues[type] : undefined) ?? "other";
}

/** Kinds that are not known come last. */
export function placeOf(type: string): number {
    return order.get(type) ?? order.size;
}
