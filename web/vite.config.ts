import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// `import cloud from "lucide-static/icons/cloud.svg?icon"` gives the shapes inside of the <svg> element.
function icons(): Plugin {
    const suffix = "?icon";
    return {
        name: "icons",
        enforce: "pre",
        load(id) {
            if (!id.endsWith(suffix))
                return null;
            const svg = readFileSync(id.slice(0, -suffix.length), "utf8");
            const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
            return `export default ${JSON.stringify(shapes.replace(/\s*\n\s*/g, ""))};`;
        },
    };
}

// Built into dist/, which is committed: who builds the server needs no Node.js. Nothing is inlined, for
// the pages' Content-Security-Policy allows neither inline script nor style.
export default defineConfig({
    plugins: [icons()],
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
