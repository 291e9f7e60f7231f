import { describe, expect, it } from "vitest";

import { readState, startState, writeState } from "./state";

const [a, b, c] = ["a".repeat(24), "b".repeat(24), "c".repeat(24)];

describe("state in the URL", () => {
    it("comes back as it was", () => {
        const state = {
            ...startState,
            open: [b, a],
            hidden: ["vnic", "host_pnic"],
            shut: ["cmp1", "a, b & <c>"],
            from: a,
            to: c,
            selected: b,
            policy: "extended" as const,
            detail: "all" as const,
            mode: "table" as const,
        };

        expect(readState(new URLSearchParams(writeState(state).toString()))).toEqual(state);
    });

    it("says nothing of what is as at the start, and leaves others' parameters", () => {
        expect(writeState(startState, new URLSearchParams({ other: "1", to: a })).toString()).toBe("other=1");
    });

    it("leaves out what it does not understand", () => {
        const query = new URLSearchParams({
            open: `${a},frob,${a},../x`,
            hide: "vnic,<b>,",
            from: "1",
            to: `${c}x`,
            policy: "none",
            as: "picture",
        });

        expect(readState(query)).toEqual({ ...startState, open: [a], hidden: ["vnic"] });
    });
});
