/**
 * The program as two files of JavaScript, its own modules and the packages that they use: a thousand small modules take longer to find and to read
 * than to run. Types are stripped and not checked; `make test` checks them.
 *
 * What was bundled is kept in node_modules/.cache and taken from there until a source, a folder's list of files, this folder or an installed package
 * changes, by content. `make bench ONLY=program` says what that saves.
 */
"use strict";
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, relative, sep } = require("node:path");

const PROJECT = join(__dirname, "..");
const KEPT = join(PROJECT, "node_modules", ".cache", "gpu-cicd");

/** Programs that have begun with an older bundle are over by then. */
const OLD_MS = 24 * 60 * 60 * 1000;

const OPTIONS = { absWorkingDir: PROJECT, bundle: true, write: false, platform: "node", target: "node22", format: "cjs", logLevel: "silent" };

/**
 * The bundle of a module of the project.
 * @param entry absolute path of a TypeScript module
 * @returns path of the file, its source map as text, and its code where nothing can be kept, as in a checkout that cannot be written
 * @throws what esbuild says of sources that it cannot read
 */
async function bundled(entry) {
  const name = relative(PROJECT, entry).replaceAll(sep, "+");
  return keptBundle(name) ?? keep(name, await build(entry));
}

function keptBundle(name) {
  try {
    const { file, packages, digest, sources, folders } = JSON.parse(readFileSync(join(KEPT, `${name}.json`), "utf8"));
    if (digest !== digestOf(sources.map(inProject), folders.map(inProject))) return undefined;
    if (file !== `${name}.${numbered(readFileSync(join(KEPT, file)))}.js` || !existsSync(join(KEPT, packages))) return undefined;
    return { file: join(KEPT, file), map: readFileSync(join(KEPT, `${file}.map`), "utf8") };
  } catch {
    return undefined;
  }
}

const inProject = (path) => join(PROJECT, path);
const hash = (content) => createHash("sha256").update(content).digest("hex");
const numbered = (content) => hash(content).slice(0, 16);

/** Of all that a bundle depends on. */
function digestOf(sources, folders) {
  return hash(JSON.stringify([installed(), ...sources.map((file) => hash(readFileSync(file))), ...folders.map((folder) => readdirSync(folder))]));
}

/** The packages that npm says it has installed, and how they are bundled. */
function installed() {
  const how = [__filename, join(__dirname, "sdk", "index.cjs"), join(__dirname, "sdk", "runtime.cjs")].map((file) => hash(readFileSync(file)));
  const list = join(PROJECT, "node_modules", ".package-lock.json");
  return [PROJECT, how, existsSync(list) ? hash(readFileSync(list)) : ""];
}

/** The project's own modules, which ask for packages by `require`. */
async function build(entry) {
  // Loaded only here: a program that is kept needs no compiler.
  const { build: run } = require("esbuild");
  const { outputFiles, metafile } = await run({ ...OPTIONS, entryPoints: [entry], outfile: join(KEPT, "own.js"), packages: "external", sourcemap: "external", sourcesContent: false, metafile: true, plugins: [ownFolders] });
  const [code, map] = ["own.js", "own.js.map"].map((end) => outputFiles.find(({ path }) => path.endsWith(end)).text);
  const sources = Object.keys(metafile.inputs).sort();
  const folders = [...new Set(sources.flatMap((path) => [dirname(path), dirname(dirname(path))]))].sort();
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path));
  return { code, map, sources, folders, packages: [...new Set(imported)].filter((name) => !Module.isBuiltin(name)).sort() };
}

/** A module of the project that reads files beside itself still finds them. On its first line, so that all others keep their numbers. */
const ownFolders = {
  name: "own-folders",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      return /\b__dirname\b/.test(text) ? { loader: "ts", contents: `const __dirname = ${JSON.stringify(dirname(path))}; ${text}` } : undefined;
    });
  },
};

/** A module that gives each of the packages when it is asked for. */
async function buildPackages(names) {
  const { build: run } = require("esbuild");
  const contents = `module.exports = { ${names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)})`).join(", ")} };`;
  const { outputFiles } = await run({ ...OPTIONS, stdin: { contents, resolveDir: PROJECT }, plugins: [sdkParts] });
  return outputFiles[0].text;
}

/**
 * One copy of the SDK's core serves the program and the SDK's own runner, which has loaded it already. Its root brings with it a compiler and the
 * automation API, so those who ask for it get the parts of it that a program uses.
 */
const sdkParts = {
  name: "sdk-parts",
  setup({ onResolve }) {
    onResolve({ filter: /^@pulumi\/pulumi(\/runtime(\/index)?)?$/ }, ({ path }) => ({ path: join(__dirname, "sdk", path === "@pulumi/pulumi" ? "index.cjs" : "runtime.cjs") }));
    onResolve({ filter: /^@pulumi\/pulumi\/|^@grpc\/|^google-protobuf/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Several programs may keep the same bundle at once: names are by content, and what names them is written last. */
async function keep(name, { code, map, sources, folders, packages: names }) {
  const packages = `packages.${numbered(JSON.stringify([names, installed()]))}.js`;
  const own = `"use strict"; var packages = require("./${packages}"), others = require; require = (name) => (name in packages ? packages[name]() : others(name)); ${code}`;
  const file = `${name}.${numbered(own)}.js`;
  try {
    mkdirSync(KEPT, { recursive: true });
    dropOld(KEPT);
    if (!existsSync(join(KEPT, packages))) write(packages, await buildPackages(names));
    write(file, own);
    write(`${file}.map`, map);
    write(`${name}.json`, JSON.stringify({ file, packages, digest: digestOf(sources.map(inProject), folders.map(inProject)), sources, folders }));
    return { file: join(KEPT, file), map };
  } catch (error) {
    if (error.errors !== undefined) throw error;
    return { file: join(KEPT, file), map, code };
  }
}

/** With what Node.js has compiled of them, in a folder below. */
function dropOld(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !entry.name.startsWith("packages.") && Date.now() - statSync(path).mtimeMs > OLD_MS) rmSync(path, { force: true });
  }
}

function write(name, text) {
  const unfinished = join(KEPT, `${name}.${process.pid}`);
  writeFileSync(unfinished, text);
  renameSync(unfinished, join(KEPT, name));
}

/** Runs a bundle and returns what it exports. */
function load({ file, code }) {
  if (code === undefined) return require(file);
  const module = new Module(file);
  module.filename = file;
  module.paths = Module._nodeModulePaths(dirname(file));
  module._compile(code, file);
  return module.exports;
}

module.exports = { bundled, load };
