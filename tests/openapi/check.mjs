// SPDX-License-Identifier: Apache-2.0
// usage: node check.mjs DESCRIPTION.json EXCHANGES.jsonl...
//
// Hold the description of the API to OpenAPI 3.1, and requests with their answers (one JSON object a
// line: method, path, body, status, type, answer) to the description. Every operation must have
// succeeded at least once. Findings are printed; exit status 1 when there are any.

import { readFileSync } from "node:fs";
import { Description } from "./description.mjs";

const MOST_SHOWN = 40;

const [document, ...files] = process.argv.slice(2);
const description = new Description(JSON.parse(readFileSync(document, "utf8")), true);
const found = new Map((await description.problems()).map(problem => [problem, ""]));
const seen = new Set();
let count = 0;

for (const file of files) {
    for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
        const { method, path, body, status, type, answer } = JSON.parse(line);
        const operation = description.find(method, path.split("?")[0])?.operationId;
        const what = description.checkAnswer({ method, path, body }, { status, type, body: answer });
        const finding = `${operation ?? path}, ${status}: ${what.replaceAll(/\/\d+/g, "/N")}`;
        count++;
        if (what && !found.has(finding))
            found.set(finding, `\n    ${method} ${path}\n    ${answer.slice(0, 400)}`);
        if (!what && status < 400)
            seen.add(operation);
    }
}
const missing = description.operations.map(operation => operation.operationId).filter(id => !seen.has(id));
if (files.length && missing.length)
    found.set(`no success of: ${missing.join(", ")}`, "");
for (const [finding, example] of [...found].slice(0, MOST_SHOWN))
    console.log(finding + example);
if (found.size > MOST_SHOWN)
    console.log(`... and ${found.size - MOST_SHOWN} more`);
console.log(`${count} answers of ${description.operations.length} operations, ${found.size} findings`);
process.exitCode = found.size ? 1 : 0;
