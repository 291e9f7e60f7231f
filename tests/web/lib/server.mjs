// `calipso serve` on a store of its own, with the recorded cloud "ovs" and somebody of each kind.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
export const ENVIRONMENT = "ovs";
export const PASSWORD = "correct horse";
const CALIPSO = process.env.CALIPSO ?? join(ROOT, "build", "calipso");
const WEB = process.env.WEB; // a folder to be tried instead of the UI that the program carries
const SECONDS = 1000;

// Who may do what: all; see and change ENVIRONMENT; only see it; nothing.
export const USERS = {
    admin: { roles: "all" },
    editor: { roles: "none", grant: "--edit" },
    viewer: { roles: "none", grant: "--view" },
    stranger: { roles: "none" },
};

/** The program on a new store; it ends with the test, like the servers that it starts. */
export class Program {
    constructor(test) {
        this.folder = mkdtempSync(join(tmpdir(), "calipso-web-"));
        const inherited = Object.entries(process.env).filter(([name]) => !/^(CALIPSO|XDG_)/.test(name));
        this.environ = {
            ...Object.fromEntries(inherited),
            CALIPSO_STORE: `sqlite:${join(this.folder, "calipso.db")}`,
            HOME: this.folder,
            LC_ALL: "C.UTF-8",
        };
        test.after(() => rmSync(this.folder, { recursive: true, force: true }));
    }

    /** To its end; what it printed. */
    run(words, given = "") {
        const done = spawnSync(CALIPSO, words, {
            env: this.environ, input: given, encoding: "utf8", timeout: 60 * SECONDS, maxBuffer: 1 << 28,
        });
        assert.equal(done.status, 0, `calipso ${words.join(" ")}\n${done.stderr}`);
        return done.stdout;
    }

    scan(environment = ENVIRONMENT, recording = join(ROOT, "tests", "clouds", "ovs")) {
        this.run(["scan", "-e", environment, "--replay", recording]);
    }

    addUsers() {
        for (const [name, { roles, grant }] of Object.entries(USERS)) {
            this.run(["user", "add", name, "--password-file", "-", "--roles", roles], `${PASSWORD}\n`);
            if (grant)
                this.run(["user", "grant", name, "-e", ENVIRONMENT, grant]);
        }
    }
}

/** A server that listens. */
export class Server {
    constructor(program, options) {
        this.program = program;
        this.options = options;
    }

    static async start(program, { address = "127.0.0.1:0", options = [] } = {}) {
        const server = new Server(program, options);
        await server.listen(address);
        return server;
    }

    /** After stop(), at the same address. */
    async startAgain() {
        await this.listen(this.address);
    }

    async listen(address) {
        const words = ["serve", "-b", address, ...this.options, ...(WEB ? ["--web", WEB] : [])];
        const { environ: env } = this.program;
        this.process = spawn(CALIPSO, words, { env, stdio: ["ignore", "ignore", "pipe"] });
        const said = await new Promise((resolve, reject) => {
            let text = "";
            this.process.once("exit", (status) => reject(new Error(`calipso serve: ${status}\n${text}`)));
            this.process.stderr.setEncoding("utf8").on("data", (more) => {
                text += more;
                if (/msg=listening .*\n/.test(text))
                    resolve(text);
            });
        });
        this.process.removeAllListeners("exit");
        this.address = /msg=listening address=(\S+)/.exec(said)[1];
        this.origin = `http://${this.address}`;
        // What the first start offers for making the first administrator.
        this.setupLink = /^\s+(http:\/\/\S+\/setup#\S+)$/m.exec(said)?.[1];
    }

    async stop(signal = "SIGTERM") {
        if (this.process.exitCode !== null || this.process.signalCode !== null)
            return;
        const ended = new Promise((resolve) => { this.process.once("exit", resolve); });
        this.process.kill(signal);
        await ended;
    }

    /** One request to API v1, as a user, or as nobody; JSON. */
    async ask(path, { method = "GET", body, user = "admin" } = {}) {
        const known = { Authorization: `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString("base64")}` };
        const answer = await fetch(`${this.origin}/api/v1${path}`, {
            method,
            headers: { "Content-Type": "application/json", ...(user ? known : {}) },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : null;
    }
}

/** A server with the recorded cloud and all USERS. */
export async function serveCloud(test, options) {
    const program = new Program(test);
    program.scan();
    program.addUsers();
    const server = await Server.start(program, options);
    test.after(() => server.stop());
    return { program, server };
}
