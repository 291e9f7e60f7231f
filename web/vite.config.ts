import { defineConfig } from "vitest/config";

// Built into dist/, which is committed: who builds the server needs no Node.js. Nothing is inlined, for
// the pages' Content-Security-Policy allows neither inline script nor style.
export default defineConfig({
    build: {
        target: "es2022",
        outDir: "dist",
        emptyOutDir: true,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        sourcemap: false,
    },
    worker: { format: "es" },
    server: { proxy: { "/api": process.env["CALIPSO_SERVER"] ?? "http://127.0.0.1:8000" } },
    test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
