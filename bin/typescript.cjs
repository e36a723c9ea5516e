/**
 * Lets Node.js run this project's commands, whose imports have no extension: `require("./typescript.cjs")`. The stack's program is bundled instead
 * (bundle.cjs).
 *
 * Types are stripped and not checked; `make test` checks them. What was stripped once is kept in node_modules/.cache and read from there
 * until the source changes.
 */
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join, relative, sep } = require("node:path");

/** Node's own `import()` would go past this file. */
const OPTIONS = { loader: "ts", format: "cjs", target: "node22", sourcemap: "inline", supported: { "dynamic-import": false } };
const PROJECT = join(__dirname, "..");
const KEPT = join(PROJECT, "node_modules", ".cache", "gpu-cicd", "stripped");

// Node.js shows errors by the source maps of what it has loaded.
process.setSourceMapsEnabled(true);

require.extensions[".ts"] = (module, file) => module._compile(stripped(file), file);

/** The JavaScript of a file. Only the project's own files are kept: there is a fixed number of them. */
function stripped(file) {
  const source = readFileSync(file, "utf8");
  if (!file.startsWith(PROJECT + sep)) return strip(source, file);
  const mark = `// ${digest(file, source)}\n`;
  const keptAs = join(KEPT, `${relative(PROJECT, file).replaceAll(sep, "+")}.js`);
  const kept = readIfThere(keptAs);
  if (kept?.endsWith(mark)) return kept;
  const code = strip(source, file) + mark;
  keep(keptAs, code);
  return code;
}

function strip(source, file) {
  // Loaded only here: a program that is kept as a whole needs no compiler.
  return require("esbuild").transformSync(source, { ...OPTIONS, sourcefile: file }).code;
}

function digest(file, source) {
  const { version } = require("esbuild/package.json");
  return createHash("sha256").update(JSON.stringify([version, OPTIONS, file, source])).digest("hex");
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Several programs may write the same file at once. Where nothing can be written, as in a read-only checkout, every run strips again. */
function keep(file, code) {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(unfinished, code);
    renameSync(unfinished, file);
  } catch {
    // The program has its code all the same.
  }
}
