/** Tests mirror the tree; swc transforms (no type check here, `tsc --noEmit` does that once). */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: { "^.+\\.[cm]?[jt]sx?$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] },
  // Packages that are published as ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!(@octokit|universal-user-agent|before-after-hook|content-type|json-with-bigint|@actions|croner|openid-client|oauth4webapi|jose)/)"],
  // These two export nothing under the `require` condition that jest resolves with.
  moduleNameMapper: {
    "^@actions/(expressions|workflow-parser)$": "<rootDir>/node_modules/@actions/$1/dist/index.js",
    "^@actions/(expressions|workflow-parser)/(.+)$": "<rootDir>/node_modules/@actions/$1/dist/$2.js",
  },
  maxWorkers: 2,
};
