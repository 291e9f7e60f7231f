import { expect, test } from "vitest";

import { separated } from "./tables";

const row = (...values: string[]) => ({ id: "", cells: values.map((value) => ({ value })) });

test("what is copied for a spreadsheet has a line for each row and nothing else", () => {
    const text = separated(["Name", "Host"], [row("vm\ta\n1", "cmp1")]);

    expect(text).toBe("Name\tHost\nvm a 1\tcmp1\n");
});

test("names are no formulas", () => {
    for (const name of ["=1+1", "+1", "-1", "@SUM(A1)"])
        expect(separated(["Name"], [row(name)])).toBe(`Name\n'${name}\n`);
    expect(separated(["Name"], [row("a=1")])).toBe("Name\na=1\n");
});
