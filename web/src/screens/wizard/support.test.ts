import { describe, expect, it } from "vitest";
import constants from "../../../../data/constants.json";
import supported from "../../../../data/supported_environments.json";
import { newDraft } from "./draft";
import { isSupported, possible } from "./support";

const debian = newDraft();
const kolla = { ...debian, distribution: "Kolla", distribution_version: "train", mechanism_drivers: ["LXB"], type_drivers: "gre" };

describe("supported combinations", () => {
    it("are by distribution, version, type driver and any mechanism driver", () => {
        expect(isSupported(supported, debian, "scanning")).toBe(true);
        expect(isSupported(supported, { ...debian, mechanism_drivers: ["Nexus", "LXB"] }, "scanning")).toBe(true);
        expect(isSupported(supported, { ...debian, mechanism_drivers: ["Nexus"] }, "scanning")).toBe(false);
        expect(isSupported(supported, { ...debian, type_drivers: "gre" }, "scanning")).toBe(false);
        expect(isSupported(supported, { ...debian, distribution_version: "11" }, "scanning")).toBe(false);
    });

    it("differ by feature", () => {
        expect(isSupported(supported, debian, "listening")).toBe(false);
        expect(isSupported(supported, kolla, "listening")).toBe(true);
        expect(isSupported(supported, kolla, "monitoring")).toBe(true);
    });
});

describe("choices", () => {
    it("of versions are those of the distribution", () => {
        expect(possible("distribution_version", constants, supported, { ...kolla, distribution_version: "" }))
            .toEqual(["queens", "rocky", "stein", "train"]);
    });

    it("have what is chosen already", () => {
        expect(possible("distribution", constants, supported, { ...debian, distribution: "Homemade" }))
            .toEqual(expect.arrayContaining(["Homemade", "Debian", "Kolla", "Kubernetes"]));
        expect(possible("mechanism_drivers", constants, supported, { ...debian, mechanism_drivers: ["Own"] }))
            .toEqual(expect.arrayContaining(["Own", "OVS", "LXB"]));
    });
});
