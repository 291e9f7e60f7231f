// A living cloud on this machine: its APIs, and its hosts behind real SSH servers (lib/cloud.py).

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { ROOT } from "./server.mjs";

export class LiveCloud {
    static async start(test) {
        const cloud = new LiveCloud();
        cloud.process = spawn("python3", [join(ROOT, "tests", "web", "lib", "cloud.py")], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        cloud.lines = createInterface({ input: cloud.process.stdout })[Symbol.asyncIterator]();
        test.after(() => cloud.stop());
        cloud.document = JSON.parse((await cloud.lines.next()).value);
        return cloud;
    }

    target(name) {
        return this.document.configuration.find((target) => target.name === name);
    }

    async tell(line) {
        this.process.stdin.write(`${line}\n`);
        await this.lines.next();
    }

    /** Every answer of its APIs takes that long, until cure(). */
    slow(seconds) {
        return this.tell(`slow ${seconds}`);
    }

    /** That host says nothing any more. */
    freeze(host) {
        return this.tell(`freeze ${host}`);
    }

    cure() {
        return this.tell("cure");
    }

    async stop() {
        const ended = new Promise((resolve) => { this.process.once("exit", resolve); });
        this.process.stdin.end();
        await ended;
    }
}
