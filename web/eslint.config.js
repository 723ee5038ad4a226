import js from "@eslint/js";
import lit from "eslint-plugin-lit";
import globals from "globals";

/** The rules of the page's code. `model/` is pure: it names nothing that only a browser has. */
export default [
  js.configs.recommended,
  lit.configs["flat/recommended"],
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "func-style": ["error", "declaration", { allowArrowFunctions: true }],
      "max-lines": ["error", 400],
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "unsafe-(html|svg)", message: "What a trace holds is never drawn as markup." }] },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]",
          message: "What a trace holds is never drawn as markup: make nodes, or a template.",
        },
      ],
    },
  },
  {
    files: ["**/*.js"],
    ignores: ["**/api.js", "**/as_nobody.js"],
    rules: { "no-restricted-globals": ["error", { name: "fetch", message: "api.js and as_nobody.js alone fetch." }] },
  },
  {
    files: ["**/model/**/*.js"],
    languageOptions: { globals: Object.fromEntries(Object.keys(globals.browser).map((name) => [name, "off"])) },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-imports": [
        "error",
        { patterns: ["lit", "lit/*", "../parts/*", "../views/*", "../ask/*", "../api.js", "../as_nobody.js"] },
      ],
      "no-restricted-globals": ["error", "document", "window", "fetch", "localStorage", "location", "navigator"],
    },
  },
];
