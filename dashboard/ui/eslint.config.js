import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Imports point pages → components → lib, and only the client talks to the network. */
const noUpward = (...patterns) => ({
  "no-restricted-imports": ["error", { patterns: [{ group: patterns }] }],
});
const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource"].map((name) => ({
  name,
  message: "Only src/api/client.ts talks to the network.",
}));
const DIALOGS = ["alert", "confirm", "prompt"].map((name) => ({
  name,
  message: "Use a Dialog component.",
}));

export default tseslint.config(
  { ignores: ["node_modules", "src/api/schema.gen.ts", "public"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  hooks.configs.flat["recommended-latest"],
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "max-lines": ["error", { max: 250 }],
      "no-restricted-globals": ["error", ...NETWORK, ...DIALOGS],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXText[value=/[A-Za-z]{2,}/]",
          message: "Texts live in src/locales; use t().",
        },
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Markup is never built from strings.",
        },
        {
          selector: "AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]",
          message: "Markup is never built from strings.",
        },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The router throws its redirects.
      "@typescript-eslint/only-throw-error": ["error", { allow: ["Redirect"] }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // It only tells that the React compiler, which we do not use, would skip a component.
      "react-hooks/incompatible-library": "off",
    },
  },
  // Tables of cases may be long.
  { files: ["src/**/*.test.{ts,tsx}"], rules: { "max-lines": "off" } },
  // Nobody but developers reads the kit; its samples need no translation.
  { files: ["src/pages/kit/**"], rules: { "no-restricted-syntax": "off" } },
  { files: ["src/lib/**"], rules: noUpward("**/components/**", "**/pages/**", "**/api/**") },
  { files: ["src/api/**"], rules: noUpward("**/components/**", "**/pages/**") },
  { files: ["src/components/**"], rules: noUpward("**/pages/**") },
  {
    files: ["src/api/client.ts", "src/api/client.test.ts"],
    rules: { "no-restricted-globals": "off" },
  },
  { files: ["eslint.config.js"], extends: [tseslint.configs.disableTypeChecked] },
);
