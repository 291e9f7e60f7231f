import { describe, expect, it } from "vitest";

import type { Graph, GraphLink, GraphNode } from "../api/types";
import { hostsOf, labelOf, markShowing, modelOf, withoutTypes, withShut } from "./model";
import { pathBetween } from "./path";

function node(id: string, type: string, layer: number | null, rest: Partial<GraphNode> = {}): GraphNode {
    return {
        _id: id,
        id: `id of ${id}`,
        name: id,
        type,
        host: "h",
        state: "ok",
        is_focal: false,
        layer,
        ...rest,
    };
}

function link(source: string, target: string, rest: Partial<GraphLink> = {}): GraphLink {
    return { _id: `${source}${target}`, source, target, link_type: "x-y", state: "up", ...rest };
}

/** Two instances and a router on one switch, as a network sees them. */
const answer: Graph = {
    environment: "lab",
    focal_point: "net",
    focal_point_type: "network",
    is_clique: true,
    n_nodes: 45,
    n_links: 44,
    n_marks: 9,
    types: { network: 1, host_pnic: 1, vedge: 1, vconnector: 2, vnic: 3, instance: 36, vservice: 1 },
    nodes: [
        node("net", "network", 0, { is_focal: true, host: "" }),
        node("nic", "host_pnic", 1),
        node("sw", "vedge", 2),
        node("br", "vconnector", 3),
        node("tap", "vnic", 4, { state: "error" }),
        node("qr", "vnic", 4),
        node("router", "vservice", 6),
        node("", "vnic", 4, { _id: "noname", id: "tap9" }),
    ],
    stacks: [
        {
            _id: "vms",
            type: "instance",
            host: "h",
            count: 37,
            n_links: 2,
            is_focal: false,
            layer: 5,
            states: { ok: 30, stale: 5, error: 2, missing: 0 },
            of: [{ _id: "vm1", id: "1", name: "vm-1" }],
        },
    ],
    links: [
        link("nic", "net", { link_name: "Segment-7" }),
        link("sw", "nic"),
        link("br", "sw", { state: "down" }),
        link("tap", "br", { state: null, implicit: true }),
        link("qr", "sw"),
        link("router", "qr"),
        link("gone", "sw"),
    ],
    bundles: [
        { _id: "b1", source: "vms", target: "tap", link_type: "instance-vnic", count: 37, n_down: 3 },
        { _id: "b2", source: "vms", target: "noname", link_type: "instance-vnic", count: 2, n_down: 2 },
    ],
};

describe("model of an answer", () => {
    const model = modelOf(answer);

    it("has a column for each kind in the server's order; what hangs on the same one shares it", () => {
        expect(model.columns).toEqual([
            ["network"],
            ["host_pnic"],
            ["vedge"],
            ["vconnector"],
            ["vnic"],
            ["instance", "vservice"],
        ]);
        expect(model.marks.find((mark) => mark.id === "router")?.column).toBe(5);
    });

    it("goes from the instance to the wire when the server names no order", () => {
        const around = modelOf({
            ...answer,
            is_clique: false,
            nodes: answer.nodes.filter(({ _id }) => ["nic", "sw", "br"].includes(_id)),
            stacks: [],
            bundles: [],
            links: [link("sw", "nic"), link("br", "sw")],
        });

        expect(around.columns).toEqual([["vconnector"], ["vedge"], ["host_pnic"]]);
    });

    it("says the worst state of a stack, and how many are down of a bundle", () => {
        expect(model.markOf.get("vms")).toMatchObject({ state: "error", count: 37, innerLinks: 2 });
        expect(model.lines.filter((line) => line.count > 1).map((line) => line.state)).toEqual([
            "warning",
            "error",
        ]);
    });

    it("tells links that are up, down, and of which nothing is known", () => {
        const stateOf = (id: string): string | undefined => model.lines.find((line) => line.id === id)?.state;

        expect([stateOf("swnic"), stateOf("brsw"), stateOf("tapbr")]).toEqual(["ok", "error", "unknown"]);
    });

    it("leaves out lines without both ends and names what has no name by its id", () => {
        expect(model.lines.some((line) => line.source === "gone")).toBe(false);
        expect(model.markOf.get("noname")?.name).toBe("tap9");
    });

    it("finds the stack that an object is in", () => {
        expect(markShowing(model, "vm1")?.id).toBe("vms");
        expect(markShowing(model, "vm99")).toBeUndefined();
    });
});

describe("label of a link", () => {
    it("is the MAC address, wherever it stands", () => {
        const mac = "fa:16:3e:00:00:01";

        expect(labelOf(link("a", "b", { link_name: "port-5-1", attributes: { mac_address: mac } }))).toBe(
            mac,
        );
        expect(labelOf(link("a", "b", { link_name: "tap", source_label: mac }))).toBe(mac);
    });

    it("is the segment of a tunnel, and nothing where the name repeats the ends", () => {
        const name = "net1-otep-vxlan-1839-net1-brq269a1ae3-51";

        expect(labelOf(link("a", "b", { link_name: name, host: "net1" }))).toBe("vxlan-1839");
        expect(labelOf(link("a", "b", { link_name: "net1-OVS-otep", host: "net1" }))).toBe("");
        expect(labelOf(link("a", "b", { link_name: "Segment-7", host: "net1" }))).toBe("Segment-7");
    });
});

describe("without types", () => {
    const model = modelOf(answer);

    it("joins what lies at both sides of what is hidden, and closes the gap", () => {
        const shown = withoutTypes(model, ["vconnector"]);
        const bridges = shown.lines.filter((line) => line.isBridge);

        expect(shown.columns.flat()).not.toContain("vconnector");
        expect(bridges.map((line) => [line.source, line.target])).toEqual([["sw", "tap"]]);
        expect(shown.markOf.get("tap")?.column).toBe(3);
    });

    it("always shows the focal point", () => {
        expect(withoutTypes(model, ["network"])).toBe(model);
        expect(withoutTypes(model, Object.keys(answer.types)).marks.map((mark) => mark.id)).toEqual(["net"]);
    });
});

describe("path", () => {
    const model = modelOf(answer);

    it("is a shortest one, both ways", () => {
        expect(pathBetween(model, "net", "router")?.marks.map((mark) => mark.id)).toEqual([
            "net",
            "nic",
            "sw",
            "qr",
            "router",
        ]);
        expect(pathBetween(model, "router", "net")?.lines.map((line) => line.id)).toEqual([
            "routerqr",
            "qrsw",
            "swnic",
            "nicnet",
        ]);
    });

    it("is none between what is not joined or not there", () => {
        const apart = { ...model, lines: [] };

        expect(pathBetween(apart, "net", "router")).toBeNull();
        expect(pathBetween(model, "net", "nobody")).toBeNull();
        expect(pathBetween(model, "nobody", "net")).toBeNull();
    });
});

describe("a host whose box is shut", () => {
    const model = modelOf({
        ...answer,
        nodes: [...answer.nodes, node("nic2", "host_pnic", 1, { host: "h2", state: "stale" })],
        links: [...answer.links, link("nic2", "net"), link("nic2", "sw", { state: "down" })],
    });
    const shut = withShut(model, ["h", "h2", "nowhere"]);
    const [host] = shut.marks.filter((mark) => mark.isShut);

    it("is one mark for all that is on it, in the worst of their states", () => {
        expect(hostsOf(model)).toEqual(new Set(["h"]));
        expect(shut.marks.map((mark) => mark.id).sort()).toEqual(["net", "nic2", "shut:h"]);
        expect([host?.name, host?.type, host?.state, host?.count]).toEqual(["h", "host", "error", 44]);
        expect(host?.members.some((member) => member._id === "br")).toBe(true);
    });

    it("stands where its links to others leave it, and has those", () => {
        expect(shut.columns).toEqual([["network"], ["host_pnic", "host"]]);
        expect(shut.lines.map(({ source, target, label, state }) => [source, target, label, state])).toEqual([
            ["shut:h", "net", "Segment-7", "ok"],
            ["nic2", "net", "", "ok"],
            ["nic2", "shut:h", "", "error"],
        ]);
    });

    it("loses no node and no link", () => {
        const sum = (numbers: number[]): number => numbers.reduce((total, n) => total + n, 0);
        const total = (of: typeof model): number[] => [
            sum(of.marks.map((mark) => mark.count)),
            sum(of.lines.map((line) => line.count)) + sum(of.marks.map((mark) => mark.innerLinks)),
        ];

        expect(total(shut)).toEqual(total(model));
    });

    it("still shows what is in it, a focal point too", () => {
        expect(markShowing(shut, "br")?.id).toBe("shut:h");
        expect(withShut(model, [])).toBe(model);

        const nodes = answer.nodes.map((one) => ({ ...one, is_focal: one._id === "br" }));
        const focal = withShut(modelOf({ ...answer, nodes }), ["h"]);

        expect(focal.marks.find((mark) => mark.isFocal)?.id).toBe("shut:h");
    });
});
