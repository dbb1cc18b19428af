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
 * What changes seldom stands in files of its own. What the sign-in needs is one file, and what
 * every page behind it needs is another: many small ones pack badly. Rare icons come with what
 * shows them.
 */
const SIGN_IN = modules(
  "lib/(i18n/|classes|store|preferences|product|next|theme|useTitle|useCountdown|positions)",
  "api/(client|error|errorText|me|path|queryClient|session)[.]",
  "components/controls/(Button|Copy|Field|PasswordField)[.]",
  "components/(feedback/(Banner|ErrorState|HealthLink)|shell/(Mark|PageFailed|PageMissing))[.]",
  "pages/(signin/|search[.])",
  "locales/en/core",
);
const FRAME = modules(
  "pages/shell/(?!SignInDialog)",
  "components/(grid/|data/(FileIcon|Time)|layers/MenuButton|feedback/(Toasts|showError|EmptyState))",
  "components/(shell/(Crumbs|PageHead|Tree)|controls/FilterField)",
  "lib/(cover|format|keys|layers|lazyPart|look|selection|toasts|useLatest)[.]",
  "api/(account|backends|jobs|objects)[.]",
);
const FRAME_ICONS = icons(
  "cable|chart-line|chevron-(down|right)|circle-user|database|ellipsis-vertical|file(-[a-z]+)?",
  "folder|gauge|heart-pulse|house|key-(round|square)|link|list-checks|log-out|menu|monitor|moon",
  "refresh-cw|scroll-text|search|server|shield-check|sun|users|users-round|x",
);
const GROUPS = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 40 },
  { name: "router", test: /node_modules\/@tanstack\/(?!react-virtual|virtual)/, priority: 30 },
  { name: "signin", test: SIGN_IN, priority: 20 },
  { name: "frame", test: either(FRAME, FRAME_ICONS), priority: 10 },
  { name: "icons", test: /node_modules\/lucide-react\//, minShareCount: 8, priority: 5 },
];

function icons(...names: string[]): RegExp {
  return new RegExp(`lucide-react/.*/(${names.join("|")})[.]m?js`);
}

function either(one: RegExp, other: RegExp): RegExp {
  return new RegExp(`${one.source}|${other.source}`);
}

/** Modules of ours whose path below `src` begins like one of these. */
function modules(...paths: string[]): RegExp {
  return new RegExp(`/ui/src/(${paths.join("|")})`);
}

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
    unstubGlobals: true,
    // A world of its own for each file took ten times as long as the tests in it; they leave nothing.
    pool: "threads",
    isolate: false,
  },
}));
