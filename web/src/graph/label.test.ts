import { describe, expect, it } from "vitest";

import { shorten, wrap } from "./label";

const length = (text: string): number => [...text].length;

describe("shorten", () => {
    it("leaves what fits", () => {
        expect(shorten("compute-1", 9, length)).toBe("compute-1");
    });

    it("cuts out the middle, and no half of a sign", () => {
        expect(shorten("abcdefghij", 7, length)).toBe("abc…hij");
        expect(shorten("\u{1F600}".repeat(9), 5, length)).toBe("\u{1F600}\u{1F600}…\u{1F600}\u{1F600}");
    });
});

describe("wrap", () => {
    it("leaves what fits on one line", () => {
        expect(wrap("tape3d56fa1-92", 14, length)).toEqual(["tape3d56fa1-92"]);
    });

    it("breaks where words of names end, so that the lines are short", () => {
        expect(wrap("cmp1-qbre3d56fa1-92", 16, length)).toEqual(["cmp1-", "qbre3d56fa1-92"]);
        expect(wrap("fa:16:3e:aa:b2:c4", 9, length)).toEqual(["fa:16:3e:", "aa:b2:c4"]);
        expect(wrap("Segment-1675", 9, length)).toEqual(["Segment-", "1675"]);
    });

    it("breaks words that are too long, and shortens what is too long for two lines in its middle", () => {
        expect(wrap("abcdefghij", 6, length)).toEqual(["abcdef", "ghij"]);
        expect(wrap("abcdefghijklmnop", 5, length)).toEqual(["abcde", "…mnop"]);

        const face = "\u{1F600}";

        expect(wrap(face.repeat(9), 3, length)).toEqual([face.repeat(3), `…${face.repeat(2)}`]);
    });

    it("never gives lines that are wider than they may be", () => {
        const router = "qdhcp-3f1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8";

        for (const text of ["long".repeat(125), "a-".repeat(90), router])
            for (const line of wrap(text, 18, length))
                expect(length(line)).toBeLessThanOrEqual(18);
    });
});
