import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { compress } from "./build/compress.ts";

const BACKEND = process.env.UI_BACKEND ?? "http://127.0.0.1:8080";
const PROXIED = ["/api", "/auth", "/healthz", "/readyz", "/docs"];
/** What the server replaces in every HTML answer; see the module that serves the pages. */
const NONCE_PLACEHOLDER = "__CSP_NONCE__";

/**
 * What changes seldom and is needed by every page stands in files of its own; the icons of the
 * shell and the lists come in one file instead of thirty, the rare ones with what shows them.
 */
const GROUPS = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
  { name: "router", test: /node_modules\/@tanstack\/(?!react-virtual|virtual)/ },
  { name: "icons", test: /node_modules\/lucide-react\//, minShareCount: 8 },
];

/** Begins with WebAssembly, which our policy refuses and which nothing of ours asks for. */
const SNAPPY = /node_modules\/(hyparquet-compressors|hysnappy)\//;

export default defineConfig(({ command }) => ({
  plugins: [
    react(),
    { ...optimizeLocales.vite({ locales: ["en-US", "de-DE"] }), enforce: "pre" as const },
    compress(),
  ],
  ...(command === "build" ? { html: { cspNonce: NONCE_PLACEHOLDER } } : {}),
  build: {
    outDir: resolve(import.meta.dirname, "../static"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox121", "safari17.5"],
    reportCompressedSize: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: GROUPS } },
      treeshake: { moduleSideEffects: [{ test: SNAPPY, sideEffects: false }] },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(PROXIED.map((path) => [path, { target: BACKEND }])),
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
}));
