/** Tests mirror the tree; swc transforms (no type check here, `tsc --noEmit` does that once). */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: { "^.+\\.[cm]?[jt]sx?$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] },
  // Packages that are published as ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!(@octokit|universal-user-agent|before-after-hook|@actions|croner|openid-client|oauth4webapi|jose)/)"],
  maxWorkers: 2,
};
