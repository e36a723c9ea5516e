/** Tests mirror the tree; swc transforms (no type check here, `tsc --noEmit` does that once). */

/** Packages that are published as ES modules only, with those that they need. */
const esModules = [
  "@octokit", "universal-user-agent", "universal-github-app-jwt", "before-after-hook", "content-type", "json-with-bigint", "toad-cache",
  "@actions", "croner", "openid-client", "oauth4webapi", "jose",
  "mdast-[^/]+", "micromark[^/]*", "unist-[^/]+", "hast[^/]*", "property-information", "html-void-elements", "zwitch", "ccount", "stringify-entities",
  "character-[^/]+", "is-[^/]+", "decode-named-character-reference", "longest-streak", "markdown-table", "escape-string-regexp",
  "comma-separated-tokens", "space-separated-tokens", "web-namespaces", "devlop", "trim-lines", "vfile[^/]*",
  "commander", "diff", "echarts", "zrender", "simple-statistics", "pure-rand",
];

module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  // Which tests need what is said in test/needs.json; the others are held to needing nothing.
  setupFilesAfterEnv: ["<rootDir>/test/needs/guard.cjs"],
  transform: { "^.+\\.[cm]?[jt]sx?$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`],
  // These two export nothing under the `require` condition that jest resolves with.
  moduleNameMapper: {
    "^@actions/(expressions|workflow-parser)$": "<rootDir>/node_modules/@actions/$1/dist/index.js",
    "^@actions/(expressions|workflow-parser)/(.+)$": "<rootDir>/node_modules/@actions/$1/dist/$2.js",
  },
  // `make test` asks for every branch of these. The others in policy/ are no part of the pack: they bundle it, and run in processes of their own.
  collectCoverageFrom: ["policy/{baseline,config,files,intent,kit,mutations,resources,rules}/**/*.ts", "!policy/resources/{answers,run-program}.ts"],
  maxWorkers: 2,
};
