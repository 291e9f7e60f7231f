import { describe, expect, it } from "vitest";
import type { CloudObject } from "../../api/types";
import { usesOf } from "./ProjectNetworks";

function port(network_id: string | null, device_owner: string, device_id: string): CloudObject {
    return { _id: "0".repeat(24), id: "p", type: "port", environment: "lab", network_id, device_owner, device_id };
}

describe("usesOf", () => {
    it("counts ports, and instances once in each network", () => {
        const uses = usesOf([
            port("a", "compute:nova", "vm-1"), port("a", "compute:az2", "vm-1"), port("a", "compute:nova", "vm-2"),
            port("a", "network:dhcp", "dhcp"), port("b", "compute:nova", "vm-1"), port(null, "compute:nova", "vm-3"),
        ]);
        expect([...uses]).toEqual([["a", { ports: 4, instances: 2 }], ["b", { ports: 1, instances: 1 }]]);
    });
});
