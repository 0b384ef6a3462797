// .ci/lint-js copies this beside the packages that it imports.

import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  { files: ["docs/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node } },
];
