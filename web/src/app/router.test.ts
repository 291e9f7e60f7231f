import { beforeEach, describe, expect, it, vi } from "vitest";
import { changeQuery, checkLeaving, href, matchPath, navigate, place, queryParam, setQuery } from "./router";

describe("matchPath", () => {
    it("gives the parameters, decoded", () => {
        expect(matchPath("/environments/:environment/objects/:object", "/environments/my%20lab/objects/a%2Fb"))
            .toEqual({ environment: "my lab", object: "a/b" });
    });

    it("takes a slash at the end", () => {
        expect(matchPath("/users", "/users/")).toEqual({});
        expect(matchPath("/", "/")).toEqual({});
    });

    it.each(["/environments", "/environments/", "/environments/a/b", "/environments/%E0%A4%A", "/other/a"])(
        "refuses %s", (path) => {
            expect(matchPath("/environments/:environment", path)).toBeNull();
        },
    );
});

describe("href", () => {
    it("is read again by matchPath, whatever the names are", () => {
        for (const name of ["a b", "ü/ñ", "<b>\"x\"</b>", "%2F", "..", "a?b#c", "\u202eabc"]) {
            const to = new URL(href("/environments/:environment/edit", { environment: name }), "http://host");
            // A browser takes ".." as the folder above: names of environments cannot be that.
            if (name !== "..")
                expect(matchPath("/environments/:environment/edit", to.pathname)).toEqual({ environment: name });
            expect(to.search + to.hash).toBe("");
        }
    });

    it("leaves empty parameters out", () => {
        expect(href("/users", {}, { sort: "name", page: "", open: ["a", "b"] })).toBe("/users?sort=name&open=a&open=b");
    });
});

describe("changeQuery", () => {
    it("changes what is named, and keeps the rest", () => {
        const changed = changeQuery(new URLSearchParams("a=1&b=2&b=3&c=4"), { b: "5", c: null });
        expect(changed.toString()).toBe("a=1&b=5");
    });
});

describe("navigate", () => {
    beforeEach(() => navigate("/start", { replace: true }));

    it("sets path, query and hash, and the address", async () => {
        await navigate("/environments/lab?view=graph#x");
        expect(place.value.path).toBe("/environments/lab");
        expect(queryParam("view").value).toBe("graph");
        expect(place.value.hash).toBe("x");
        expect(location.pathname + location.search + location.hash).toBe("/environments/lab?view=graph#x");
    });

    it("makes no entry for a query that stays", () => {
        setQuery({ view: "data" });
        const push = vi.spyOn(history, "pushState");
        setQuery({ view: "data" });
        expect(push).not.toHaveBeenCalled();
        push.mockRestore();
        expect(location.search).toBe("?view=data");
    });

    it("stays where something is not saved, until one may go", async () => {
        let may = false;
        const done = checkLeaving(() => may);
        await navigate("/away");
        expect(place.value.path).toBe("/start");
        await navigate("/start?tab=2");
        expect(queryParam("tab").value).toBe("2");
        may = true;
        await navigate("/away");
        expect(place.value.path).toBe("/away");
        done();
    });
});
