import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
    ApiError, apiPath, get, memberOf, patch, post, queryText, reach_hooks, request, session_hooks,
} from "./client";

interface Sent {
    url: string;
    init: RequestInit;
}

const sent: Sent[] = [];
let answers: (Response | Error)[] = [];

function problem(status: number, detail: string, headers: Record<string, string> = {}): Response {
    const body = { type: "about:blank", title: "Bad", status, detail, instance: "7f" };
    return new Response(JSON.stringify(body), {
        status, headers: { "Content-Type": "application/problem+json", ...headers },
    });
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
    const error: unknown = await promise.then(() => null, (thrown: unknown) => thrown);
    if (!(error instanceof ApiError))
        throw new Error(`an ApiError was expected: ${String(error)}`);
    return error;
}

beforeEach(() => {
    sent.length = 0;
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
        sent.push({ url, init });
        const answer = answers.shift();
        return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer ?? new Error("none"));
    });
    session_hooks.csrf = () => "token";
    session_hooks.ended = vi.fn();
    session_hooks.renew = () => Promise.resolve(false);
    reach_hooks.told = vi.fn();
});

afterEach(() => vi.unstubAllGlobals());

describe("addresses", () => {
    it("encode what stands in them", () => {
        expect(apiPath("/environments/{environment}/objects/{id}", { environment: "a/b", id: "x y" }))
            .toBe("/environments/a%2Fb/objects/x%20y");
        expect(queryText({ q: "a&b", kind: ["x", "y"], none: undefined, no: null, is: false }))
            .toBe("?q=a%26b&kind=x&kind=y&is=false");
        expect(queryText({})).toBe("");
    });
});

describe("memberOf", () => {
    it.each([
        ["configuration.0.host: a string is needed", "configuration.0.host"],
        ["name: must be there", "name"],
        ["there is no such thing", null],
        ["the file /a: no", null],
    ])("%s", (detail, member) => expect(memberOf(detail)).toBe(member));
});

describe("requests", () => {
    it("send the token with what changes something, and only then", async () => {
        answers = [Response.json({ a: 1 }), Response.json({ a: 2 })];
        expect(await get("/settings")).toEqual({ a: 1 });
        expect(await patch("/settings", { b: 1 }, { if_match: "\"tag\"" })).toEqual({ a: 2 });
        const [read, changed] = sent.map(({ init }) => new Headers(init.headers));
        expect(read?.get("X-CSRF-Token")).toBeNull();
        expect(changed?.get("X-CSRF-Token")).toBe("token");
        expect(changed?.get("If-Match")).toBe("\"tag\"");
        expect(sent[1]?.url).toBe("/api/v1/settings");
        expect(sent[1]?.init.body).toBe("{\"b\":1}");
    });

    it("give nothing for an empty answer, and say so for 304", async () => {
        answers = [new Response(null, { status: 204 }), new Response(null, { status: 304 })];
        expect(await post("/x")).toBeUndefined();
        expect((await request("GET", "/x", { if_none_match: "\"a\"" })).status).toBe(304);
    });

    it("are tried once more with a new token when another tab has signed in", async () => {
        answers = [problem(403, "X-CSRF-Token is missing, or not that of this session"), Response.json({ done: true })];
        session_hooks.renew = () => {
            session_hooks.csrf = () => "other";
            return Promise.resolve(true);
        };
        expect(await post("/x", {})).toEqual({ done: true });
        expect(new Headers(sent[1]?.init.headers).get("X-CSRF-Token")).toBe("other");
    });
});

describe("errors", () => {
    it("have what the server said", async () => {
        answers = [problem(400, "name: too short")];
        const error = await failure(get("/x"));
        expect(error).toMatchObject({ status: 400, detail: "name: too short", where: "name", instance: "7f" });
    });

    it("say how long to wait", async () => {
        answers = [problem(429, "wait", { "Retry-After": "12" })];
        expect((await failure(get("/x"))).retry_after).toBe(12);
    });

    it("of a proxy in between are errors as well", async () => {
        answers = [new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" })];
        expect(await failure(get("/x"))).toMatchObject({ status: 502, detail: "Bad Gateway" });
        expect(reach_hooks.told).toHaveBeenLastCalledWith(false);
    });

    it("of the line have status 0", async () => {
        answers = [new TypeError("Failed to fetch")];
        expect((await failure(get("/x"))).status).toBe(0);
        expect(reach_hooks.told).toHaveBeenLastCalledWith(false);
    });

    it("end the session with 401, unless it is about what was sent", async () => {
        answers = [problem(401, "no"), problem(401, "wrong")];
        await failure(post("/session", {}, { keeps_session: true }));
        expect(session_hooks.ended).not.toHaveBeenCalled();
        await failure(get("/x"));
        expect(session_hooks.ended).toHaveBeenCalledTimes(1);
    });
});
