// SPDX-License-Identifier: Apache-2.0
// The API's description of itself, as the tests read it: which operation answers a request, and whether
// an answer is what the operation says. Nothing of the program is used for that.

import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Validator } from "@seriousme/openapi-schema-validator";

const METHODS = ["get", "put", "post", "patch", "delete"];
const EMPTY = [204, 304];

function* schemas(value) {
    if (value === null || typeof value !== "object")
        return;
    if (!Array.isArray(value) && typeof value.properties === "object")
        yield value;
    for (const member of Object.values(value))
        yield* schemas(member);
}

// Members that a description does not name are an error here: readers could not know of them.
// 'additionalProperties' says where there may be others.
function closed(document) {
    const copy = structuredClone(document);
    for (const schema of schemas(copy))
        schema.additionalProperties ??= false;
    return copy;
}

// With "fields" the elements of a list have only those members.
function withoutRequired(document) {
    const copy = structuredClone(document);
    for (const schema of schemas(copy.components))
        delete schema.required;
    return copy;
}

function newAjv(document) {
    const ajv = new Ajv({ strict: false, allErrors: false, verbose: false });
    addFormats(ajv);
    ajv.addSchema(document, "api");
    return ajv;
}

const pointer = (...keys) =>
    keys.map(key => encodeURIComponent(String(key).replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");

// A path of the document as a pattern; a segment in braces is one that is not empty.
function pattern(path) {
    const quoted = path.split("/").map(segment =>
        segment.startsWith("{") ? "([^/]+)" : segment.replace(/[.*+?^$()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${quoted.join("/")}/?$`);
}

export class Description {
    // 'isClosed': no answer has a member that is not described.
    constructor(document, isClosed) {
        const shape = isClosed ? closed(document) : document;
        this.document = document;
        this.ajv = newAjv(shape);
        this.partial = newAjv(withoutRequired(shape));
        this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
            METHODS.filter(method => item[method]).map(method => ({
                ...item[method], path, method, pattern: pattern(path),
                pointer: `api#/${pointer("paths", path, method)}`,
            })));
    }

    // What is wrong with the document itself: one line each.
    async problems() {
        const found = [];
        const { valid, errors } = await new Validator().validate(structuredClone(this.document));
        if (!valid)
            found.push(`no valid OpenAPI: ${JSON.stringify(errors)}`);
        if (!this.document.openapi.startsWith("3.1."))
            found.push(`OpenAPI ${this.document.openapi}`);
        found.push(...this.#schemaProblems());
        for (const [index, { operationId }] of this.operations.entries())
            if (this.operations.findIndex(other => other.operationId === operationId) !== index)
                found.push(`${operationId}: there are two of it`);
        return found;
    }

    // Words of schemas that JSON Schema does not know are slips.
    #schemaProblems() {
        const text = JSON.stringify(this.document.components.schemas).replaceAll("#/components/schemas/", "#/$defs/");
        const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false });
        addFormats(ajv);
        ajv.addSchema({ $defs: JSON.parse(text) }, "defs");
        return Object.keys(this.document.components.schemas).flatMap(name => {
            try {
                ajv.compile({ $ref: `defs#/$defs/${name}` });
                return [];
            } catch (error) {
                return [`schema ${name}: ${error.message}`];
            }
        });
    }

    find(method, path) {
        const wanted = method === "HEAD" ? "get" : method.toLowerCase();
        const fixed = this.operations.filter(operation => operation.method === wanted && operation.pattern.test(path));
        return fixed.find(operation => !operation.path.includes("{")) ?? fixed[0];
    }

    // Is the value what the schema at that place of the document says? "" when it is.
    check(place, value, isPartial = false) {
        const ajv = isPartial ? this.partial : this.ajv;
        const validate = ajv.getSchema(place) ?? ajv.compile({ $ref: place });
        if (validate(value))
            return "";
        return ajv.errorsText(validate.errors, { dataVar: "" }) + ` ${JSON.stringify(validate.errors[0].params)}`;
    }

    // What is wrong with an answer {status, type, body: text} to a request {method, path with query,
    // body: text or null}; "" when nothing is.
    checkAnswer(request, answer) {
        const [path, query = ""] = request.path.split("?");
        const operation = this.find(request.method, path);
        if (request.method === "OPTIONS")
            return "";
        if (!operation || !(answer.status in operation.responses))
            return this.#checkProblem(request, answer, operation);
        if (request.method === "HEAD" || EMPTY.includes(answer.status))
            return answer.body === "" ? "" : "a body where there is none";
        return this.#checkBody(operation, answer, /(^|&)fields=/.test(query)) ||
            this.#checkRequest(operation, request, answer);
    }

    #checkProblem(request, answer, operation) {
        if (answer.status < 400)
            return `status ${answer.status} is not described`;
        if (request.method === "HEAD")
            return answer.body === "" ? "" : "a body where there is none";
        if (answer.type !== "application/problem+json")
            return `a problem of the type ${answer.type}`;
        const problem = JSON.parse(answer.body);
        if (problem.status !== answer.status)
            return `the problem says ${problem.status}`;
        return this.check(operation ? `${operation.pointer}/responses/default/content/application~1problem%2Bjson/schema`
            : "api#/components/schemas/Problem", problem);
    }

    #checkBody(operation, answer, isPartial) {
        const { content } = operation.responses[answer.status];
        if (!content)
            return answer.body === "" ? "" : "a body where none is described";
        const type = Object.keys(content).find(one => one.split(";")[0] === answer.type);
        if (!type)
            return `the type ${answer.type} is not described`;
        const place = `${operation.pointer}/responses/${answer.status}/content/${pointer(type)}/schema`;
        if (answer.type === "application/json")
            return this.check(place, JSON.parse(answer.body), isPartial);
        if (answer.type === "application/x-ndjson")
            return answer.body.split("\n").filter(Boolean)
                .map(line => this.check(place, JSON.parse(line), isPartial)).find(Boolean) ?? "";
        return this.check(place, answer.body);
    }

    // What was taken must be what the document says can be sent.
    #checkRequest(operation, request, answer) {
        if (answer.status >= 400 || request.body === null || !operation.requestBody)
            return "";
        const wrong = this.check(`${operation.pointer}/requestBody/content/application~1json/schema`,
                                 JSON.parse(request.body || "{}"));
        return wrong && `it took what the document refuses: ${wrong}`;
    }
}
