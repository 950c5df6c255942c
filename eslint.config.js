// The rooms' walls (docs/architecture.md) are held here: each folder may import only what its entry allows.
const tseslint = require("typescript-eslint");

const forbid = (...patterns) => ({
  "no-restricted-imports": "off",
  "@typescript-eslint/no-restricted-imports": [
    "error",
    { patterns: patterns.map(([regex, message]) => ({ regex, message })) },
  ],
});

/** Globals with which core could reach the clock, chance, the network or a page. */
const IMPURE = [
  "Date", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "crypto", "performance", "console",
  "process", "Buffer", "require", "WebSocket", "XMLHttpRequest", "indexedDB", "caches", "navigator", "self",
  "postMessage", "importScripts", "location", "Worker", "EventSource", "BroadcastChannel", "globalThis",
];
const NO_CHANCE = { object: "Math", property: "random", message: "Ask the Ids port." };

/** A sentence for people goes through `t`, which knows the editor's language. */
const SAID = ["Literal[value=/[a-z]{2}/i]", "TemplateLiteral[quasis.0.value.raw=/^(?!\\$\\().*[a-z]{2}/i]"];
const asSentence = (selector) => SAID.map((text) => ({ selector: `${selector} > ${text}`, message: "A sentence for people: t(\"…\") of core/base/l10n." }));
const SENTENCES = [
  ...["message", "prompt", "title", "tooltip", "detail", "label"].flatMap((name) => asSentence(`Property[key.name="${name}"]`)),
  ...asSentence("CallExpression[callee.property.name=/^(show(Information|Warning|Error)Message|setStatusBarMessage)$/]"),
  ...asSentence('CallExpression[callee.name="fail"]'),
  ...SAID.map((text) => ({ selector: `NewExpression[callee.name="CallError"] > ${text}:nth-child(2)`, message: "A sentence for people: t(\"…\") of core/base/l10n." })),
];
const PAGE_SENTENCES = [
  { selector: "JSXText[value=/[a-z]{2}/i]", message: "Words of the page stand in strings.ts." },
  ...["Literal", "JSXExpressionContainer > Literal", "JSXExpressionContainer > TemplateLiteral[quasis.0.value.raw=/[a-z]{2}/i]"].map((text) => ({
    selector: `JSXAttribute[name.name=/^(aria-label|title|placeholder|alt|label)$/] > ${text}`,
    message: "Words of the page stand in strings.ts.",
  })),
];

const ADAPTERS = [["^vscode$", "adapters run in the command line too: no vscode here."], ["/(editor|view|webview)/", "adapters know core alone."]];
const NO_SDK = ["^@anthropic-ai/", "adapters/claude.ts is the only importer of the SDK."];

module.exports = tseslint.config(
  { ignores: ["node_modules", "dist", "out", ".vscode-test", "test/fixtures", "wasm/**/assembly", "wasm/**/*.ts"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ["./tsconfig.json", "./src/core/tsconfig.json", "./src/webview/tsconfig.json"],
        tsconfigRootDir: __dirname,
      },
    },
    plugins: { "@typescript-eslint": tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-properties": ["error", NO_CHANCE],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["scripts/**/*.mjs", "*.js"],
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-unused-vars": "off" },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      ...forbid(["^(?!@vscode/l10n$)[^.]", "core imports no package outside its allow-list (docs/adr)."], ["/(extension|webview)/", "core knows neither the host nor the webview."]),
      "no-restricted-globals": ["error", ...IMPURE.map((name) => ({ name, message: "core does no I/O and reads no clock: use a port." }))],
      "no-restricted-properties": ["error", NO_CHANCE, { object: "AbortSignal", property: "timeout", message: "core reads no clock: use the Clock port." }],
    },
  },
  {
    files: ["src/webview/**/*.ts", "src/webview/**/*.tsx"],
    ignores: ["src/webview/ui/toolkit.ts"],
    rules: forbid(
      ["/core/(?!protocol/|base/)", "the webview shares only core/base and core/protocol with the host."],
      ["/extension/", "the webview talks to the host through the RPC table alone."],
      ["^(vscode|node:.*|@vscode/webview-ui-toolkit.*|@anthropic-ai/.*|sql\\.js)$", "not in a webview; the toolkit goes through ui/toolkit.ts."],
    ),
  },
  {
    files: ["src/core/chat/**/*.ts", "src/extension/{editor,view}/**/*.ts", "src/extension/compose*.ts"],
    rules: { "no-restricted-syntax": ["error", ...SENTENCES] },
  },
  { files: ["src/webview/**/*.tsx"], rules: { "no-restricted-syntax": ["error", ...PAGE_SENTENCES] } },
  { files: ["src/extension/adapters/**/*.ts"], rules: forbid(...ADAPTERS, NO_SDK) },
  { files: ["src/extension/adapters/claude*.ts"], rules: forbid(...ADAPTERS) },
  {
    files: ["src/extension/editor/**/*.ts", "src/extension/view/**/*.ts"],
    rules: forbid(["/adapters/", "editor and view know core; compose.ts brings adapters."], NO_SDK),
  },
  {
    files: ["src/extension/cli.ts", "src/extension/cli/**/*.ts"],
    rules: forbid(["^vscode$", "the command line has no editor."]),
  },
);
