import { describe, expect, it } from "vitest";

import { shorten } from "./label";

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
