/**
 * Lets Node run this project's TypeScript: `node --require ./typescript.cjs`, which Pulumi.yaml says to the engine.
 *
 * Types are stripped and not checked; `make test` checks them. What was stripped once is kept in node_modules/.cache and read from there
 * until the source changes. `make bench ONLY=program` says what a preview saves by this file, against ts-node as Pulumi takes it by default.
 */
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, relative, sep } = require("node:path");
const util = require("node:util");

/**
 * Modules that the SDK's root loads with itself and needs only where a function is serialized into a resource: as long to load as the program's own. They
 * are loaded when something of them is used.
 */
const RARELY_USED = new Set(["typescript", "@npmcli/arborist"]);

const load = Module._load;
Module._load = function (request, ...rest) {
  return RARELY_USED.has(request) ? whenUsed(() => load.call(this, request, ...rest)) : load.call(this, request, ...rest);
};

/** Stands for a module until a name of it is read. `__esModule` keeps importers from copying its names, which would read them all. */
function whenUsed(get) {
  let whole;
  const module = () => (whole ??= get());
  return new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : module()[name]), has: (_, name) => name in module(), ownKeys: () => Reflect.ownKeys(module()), getOwnPropertyDescriptor: (_, name) => ({ ...Reflect.getOwnPropertyDescriptor(module(), name), configurable: true }) });
}

/** The source map serves errors, debuggers and `--enable-source-maps`. Node's own `import()` would go past this file. */
const OPTIONS = { loader: "ts", format: "cjs", target: "node20", sourcemap: "inline", supported: { "dynamic-import": false } };
const KEPT = join(__dirname, "node_modules", ".cache", "gpu-cicd");

/** What was made of each file that is loaded, by its path. */
const loaded = new Map();

require.extensions[".ts"] = (module, file) => {
  // The SDK's start has every stack trace rewritten, and the SDK takes one for each promise that it makes: a quarter of the program's time.
  // Errors that are shown are rewritten below instead.
  Error.prepareStackTrace = undefined;
  const code = stripped(file);
  loaded.set(file, code);
  module._compile(code, file);
};

/** The JavaScript of a file. Only the project's own files are kept: there is a fixed number of them. */
function stripped(file) {
  const source = readFileSync(file, "utf8");
  if (!file.startsWith(__dirname + sep)) return strip(source, file);
  const mark = `// ${digest(file, source)}\n`;
  const keptAs = join(KEPT, `${relative(__dirname, file).replaceAll(sep, "+")}.js`);
  const kept = readIfThere(keptAs);
  if (kept?.endsWith(mark)) return kept;
  const code = strip(source, file) + mark;
  keep(keptAs, code);
  return code;
}

function strip(source, file) {
  // Loaded here alone: a program that is kept as a whole needs no compiler.
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

/**
 * Shows errors with positions in the sources, and without colours. To colour the stack of an uncaught error, which the SDK asks for, Node 20
 * marks the packages in its paths, and never ends on `node_modules/@pulumi/resource.ts`, as the SDK's source maps name its files: a scoped
 * package without a folder (markNodeModules in lib/internal/util/inspect.js searches on from -1).
 */
const { inspect } = util;
util.inspect = Object.assign((value, options, ...rest) => {
  if (!(value instanceof Error)) return inspect(value, options, ...rest);
  const plain = typeof options === "object" && options !== null ? { ...options, colors: false } : options;
  return inSources(inspect(value, plain, ...rest));
}, inspect);

/** Stack frames of a text with their positions in the sources. With `--enable-source-maps` they are that already. */
function inSources(text) {
  if (process.sourceMapsEnabled) return text;
  return text.replace(/^(\s+at .*?)([^\s(]+\.ts):(\d+):(\d+)/gm, (frame, start, file, line, column) => {
    const { originalLine, originalColumn } = sourceMapOf(file)?.findEntry(line - 1, column - 1) ?? {};
    return originalLine === undefined ? frame : `${start}${file}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

function sourceMapOf(file) {
  const inline = loaded.get(file)?.match(/^\/\/# sourceMappingURL=data:application\/json;base64,(.*)$/m)?.[1];
  return inline && new Module.SourceMap(JSON.parse(Buffer.from(inline, "base64").toString("utf8")));
}
