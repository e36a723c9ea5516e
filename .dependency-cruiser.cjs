/**
 * Which folder may import which: every folder has its line in layers.json, and what is not listed is refused. docs/architecture.md shows the same table, which a
 * test holds. `gpu-cicd lint` checks it, and that no files import each other in a circle.
 */
"use strict";

/** Folder: what it may import beside itself, as beginnings of paths. */
const layers = require("./layers.json");

/** Packages of which there are only types (`@types/NAME`). */
const TYPES_ONLY = "^(?:hast|mdast|sarif)$";

const beginning = (path) => `${path.replaceAll(".", "\\.")}(?:/|$)`;

/** Anything of this project that a folder's line does not have. These two files at the root are everybody's. */
const arrows = Object.entries(layers).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  severity: "error",
  comment: `${folder}/ may import ${allowed.length === 0 ? "nothing else of this project" : allowed.join(", ")} (docs/architecture.md)`,
  from: { path: `^${folder}/` },
  to: { pathNot: `^(?:node_modules/|(?:package|layers)\\.json$|${[folder, ...allowed].map(beginning).join("|")})`, dependencyTypesNot: ["core", "unknown", "npm", "npm-dev"] },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    {
      name: "every-folder-has-its-line",
      severity: "error",
      comment: "Add the folder to layers.json and to docs/architecture.md",
      from: { path: "^[^/]+/", pathNot: `^(?:node_modules|${Object.keys(layers).join("|")})/` },
      to: {},
    },
    {
      name: "no-circle",
      severity: "error",
      comment: "Files that need each other when they are loaded cannot be tested alone. Types do not count. Commands are loaded when they are called, and their list is what help and documents are made from",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["dynamic-import", "type-only"] } },
    },
    { name: "not-found", severity: "error", comment: "No file or package answers to this name", from: { pathNot: "^test/" }, to: { couldNotResolve: true, pathNot: TYPES_ONLY } },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "^node_modules/" },
    exclude: { path: "^(?:\\.sandbox|coverage|policy/bin|workflows/generated|test/golden)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"], extensions: [".ts", ".cjs", ".mjs", ".js", ".json"] },
  },
};
