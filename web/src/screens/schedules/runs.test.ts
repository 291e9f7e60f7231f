import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localText, localTime } from "../../parts/time";
import { nextNight, nextRuns } from "./runs";

const zone = process.env["TZ"];

beforeAll(() => {
    process.env["TZ"] = "Europe/Berlin";
});

afterAll(() => {
    process.env["TZ"] = zone;
});

function texts(times: readonly number[]): string[] {
    return times.map((ms) => new Date(ms).toISOString());
}

// In Berlin summer time begins on 2026-03-29 at 01:00 UTC.
describe("the next runs", () => {
    it("of every day keep the time of the day when summer time begins", () => {
        expect(texts(nextRuns("DAILY", Date.parse("2026-03-28T03:30:00Z"), 3)))
            .toEqual(["2026-03-28T03:30:00.000Z", "2026-03-29T02:30:00.000Z", "2026-03-30T02:30:00.000Z"]);
    });

    it("of every hour are an hour apart, also then", () => {
        expect(texts(nextRuns("HOURLY", Date.parse("2026-03-29T00:30:00Z"), 3)))
            .toEqual(["2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000Z", "2026-03-29T02:30:00.000Z"]);
    });

    it("of every month are on the last day of shorter ones, and come back", () => {
        expect(texts(nextRuns("MONTHLY", Date.parse("2026-12-31T11:00:00Z"), 4)).map((text) => text.slice(0, 10)))
            .toEqual(["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]);
    });

    it("of every year meet a leap day only in leap years", () => {
        expect(texts(nextRuns("YEARLY", Date.parse("2028-02-29T11:00:00Z"), 5)).map((text) => text.slice(0, 10)))
            .toEqual(["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]);
    });

    it("of every week are seven days apart; once is once", () => {
        expect(texts(nextRuns("WEEKLY", Date.parse("2026-06-01T00:00:00Z"), 2)))
            .toEqual(["2026-06-01T00:00:00.000Z", "2026-06-08T00:00:00.000Z"]);
        expect(texts(nextRuns("ONCE", Date.parse("2026-06-01T00:00:00Z"), 4))).toEqual(["2026-06-01T00:00:00.000Z"]);
    });
});

describe("a time in a field", () => {
    it("is in the reader's zone, and comes back", () => {
        const ms = Date.parse("2026-03-04T01:05:00Z");
        expect(localText(ms)).toBe("2026-03-04T02:05");
        expect(localTime("2026-03-04T02:05")).toBe(ms);
    });

    it.each(["", "2026-03-04", "nonsense", "2026-13-04T02:05"])("is not %j", (text) => {
        expect(localTime(text)).toBeNull();
    });

    it("begins with the next night", () => {
        expect(localText(nextNight(new Date("2026-03-04T01:59").getTime()))).toBe("2026-03-04T02:00");
        expect(localText(nextNight(new Date("2026-03-04T02:00").getTime()))).toBe("2026-03-05T02:00");
    });
});
