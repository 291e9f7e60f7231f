import { describe, expect, it } from "vitest";
import { duration, parseTime, relativeTime } from "./time";

describe("parseTime", () => {
    it.each([
        ["2026-03-04T10:00:00.000+0000", Date.UTC(2026, 2, 4, 10)],
        ["2026-03-04T10:00:00+0530", Date.UTC(2026, 2, 4, 4, 30)],
        ["2026-11-22T17:45:11Z", Date.UTC(2026, 10, 22, 17, 45, 11)],
        ["", null],
        ["yesterday", null],
        [null, null],
    ])("%s", (text, ms) => expect(parseTime(text)).toBe(ms));
});

describe("relativeTime", () => {
    const now = Date.UTC(2026, 2, 4, 10);

    it.each([
        [0, "just now"],
        [-59_999, "just now"],
        [-60_000, "1 minute ago"],
        [-59 * 60_000, "59 minutes ago"],
        [-3_600_000, "1 hour ago"],
        [-86_400_000, "yesterday"],
        [-8 * 86_400_000, "last week"],
        [2 * 3_600_000, "in 2 hours"],
        [-800 * 86_400_000, "2 years ago"],
    ])("%d ms", (difference, text) => expect(relativeTime(now + difference, now)).toBe(text));
});

describe("duration", () => {
    it.each([
        [45.4, "45 ms"],
        [1_250, "1.2 s"],
        [59_999, "59.9 s"],
        [61_000, "1 min 1 s"],
        [3_660_000, "1 h 1 min"],
    ])("%d", (ms, text) => expect(duration(ms)).toBe(text));
});
