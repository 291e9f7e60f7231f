/* Requests to /api/v1. What goes wrong is an ApiError, whatever the cause. */

import type { Problem } from "./types";

export const api_root = "/api/v1";

type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue | readonly QueryValue[]>;

export interface Answer<T> {
    data: T;
    etag: string | null;
    status: number;
}

interface RequestOptions {
    query?: Query;
    body?: unknown;
    signal?: AbortSignal;
    /** Change only what was seen: 412 when somebody else was quicker. */
    if_match?: string;
    /** Answers with 304, and no data, when nothing changed. */
    if_none_match?: string;
    /** A 401 is about what was sent (a wrong password), not about the session. */
    keeps_session?: boolean;
}

export class ApiError extends Error {
    override readonly name = "ApiError";

    constructor(
        /** Of HTTP; 0 when the server did not answer. */
        readonly status: number,
        readonly title: string,
        readonly detail: string,
        /** The member of the body that is meant: `configuration.0.host`. */
        readonly where: string | null = null,
        /** The id of the request, as in the server's log. */
        readonly instance: string | null = null,
        /** Seconds after which to try again. */
        readonly retry_after: number | null = null,
    ) {
        super(detail);
    }
}

const TOLD = -1;

/** An error whose texts are for people as they are. */
export function toldError(title: string, advice: string): ApiError {
    return new ApiError(TOLD, title, advice);
}

export function isTold(error: ApiError): boolean {
    return error.status === TOLD;
}

export function isAbort(error: unknown): boolean {
    return error instanceof DOMException && error.name === "AbortError";
}

/** What was thrown, as an error to be told. */
export function apiError(thrown: unknown): ApiError {
    return thrown instanceof ApiError ? thrown : new ApiError(0, "", String(thrown));
}

/** `/environments/{environment}/tree` with its parts filled in, as they have to be in a URL. */
export function apiPath(template: string, parts: Record<string, string> = {}): string {
    return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ""));
}

export function queryText(query: Query): string {
    const pairs = new URLSearchParams();
    for (const [name, given] of Object.entries(query))
        for (const value of Array.isArray(given) ? (given as readonly QueryValue[]) : [given as QueryValue])
            if (value !== undefined && value !== null)
                pairs.append(name, String(value));
    const text = pairs.toString();
    return text ? `?${text}` : "";
}

/** The member that a detail like `configuration.0.host: a string is needed` begins with. */
export function memberOf(detail: string): string | null {
    return /^([A-Za-z_][\w-]*(?:[.[]\w+\]?)*): /.exec(detail)?.[1] ?? null;
}

function isProblem(value: unknown): value is Problem {
    return typeof value === "object" && value !== null && "detail" in value && "status" in value;
}

/** What the session does about requests; it sets these. */
export const session_hooks = {
    csrf: (): string | undefined => undefined,
    /** The session has ended. */
    ended: (): void => undefined,
    /** Asks for the session again, and says whether there is another token now. */
    renew: (): Promise<boolean> => Promise.resolve(false),
};

/** Whether the server answered the last request. */
export const reach_hooks = { told: (_: boolean): void => undefined };

async function errorOf(response: Response): Promise<ApiError> {
    const text = await response.text();
    const after = Number(response.headers.get("Retry-After"));
    let problem: unknown = null;
    try {
        problem = JSON.parse(text);
    } catch {
        // A proxy in between answers with a page of its own.
    }
    if (!isProblem(problem))
        return new ApiError(response.status, response.statusText, response.statusText);
    return new ApiError(
        response.status, problem.title, problem.detail, memberOf(problem.detail), problem.instance,
        after > 0 ? after : null,
    );
}

function headersOf(method: string, options: RequestOptions): Headers {
    const headers = new Headers({ Accept: "application/json" });
    const csrf = session_hooks.csrf();
    if (options.body !== undefined)
        headers.set("Content-Type", "application/json");
    if (method !== "GET" && csrf)
        headers.set("X-CSRF-Token", csrf);
    if (options.if_match)
        headers.set("If-Match", options.if_match);
    if (options.if_none_match)
        headers.set("If-None-Match", options.if_none_match);
    return headers;
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
    const url = api_root + path + queryText(options.query ?? {});
    let response: Response;
    try {
        response = await fetch(url, {
            method,
            headers: headersOf(method, options),
            body: options.body === undefined ? null : JSON.stringify(options.body),
            signal: options.signal ?? null,
            credentials: "same-origin",
            // Whoever wants 304 says so: the browser's own cache would hide it.
            cache: "no-store",
        });
    } catch (error) {
        if (isAbort(error))
            throw error;
        reach_hooks.told(false);
        throw new ApiError(0, "", error instanceof Error ? error.message : String(error));
    }
    reach_hooks.told(response.status < 502 || response.status > 504);
    return response;
}

function isStaleCsrf(error: ApiError): boolean {
    return error.status === 403 && error.detail.includes("X-CSRF-Token");
}

export async function request<T>(
    method: string, path: string, options: RequestOptions = {}, is_again = false,
): Promise<Answer<T>> {
    const response = await send(method, path, options);
    const etag = response.headers.get("ETag");
    if (response.ok) {
        const text = await response.text();
        return { data: (text ? JSON.parse(text) : undefined) as T, etag, status: response.status };
    }
    if (response.status === 304)
        return { data: undefined as T, etag, status: 304 };
    const error = await errorOf(response);
    if (error.status === 401 && !options.keeps_session)
        session_hooks.ended();
    // Another tab has signed in anew, and the cookie with it.
    if (isStaleCsrf(error) && !is_again && (await session_hooks.renew()))
        return request<T>(method, path, options, true);
    throw error;
}

async function dataOf<T>(answer: Promise<Answer<T>>): Promise<T> {
    return (await answer).data;
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return dataOf(request<T>("GET", path, { query, signal }));
}

export function post<T>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
    return dataOf(request<T>("POST", path, { ...options, body }));
}

export function put<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return dataOf(request<T>("PUT", path, { ...options, body }));
}

export function patch<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return dataOf(request<T>("PATCH", path, { ...options, body }));
}

export function remove<T = void>(path: string, options: RequestOptions = {}): Promise<T> {
    return dataOf(request<T>("DELETE", path, options));
}
