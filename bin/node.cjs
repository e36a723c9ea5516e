/**
 * The Node.js that runs this project: the one that runs this file where package.json admits it (`engines.node`), else the one that node.json
 * pins for this platform, which comes from the package registry into the user's cache once. Runs on any Node.js since 14 and without packages.
 *
 * Usage: `node bin/node.cjs` brings it where it is missing, and prints the folder that belongs first on PATH
 *        `node bin/node.cjs --expected` prints the folder without bringing it; nothing where this Node.js will do
 */
"use strict";
const { spawnSync } = require("child_process");
const { createHash } = require("crypto");
const { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } = require("fs");
const { homedir } = require("os");
const { dirname, join } = require("path");

const RANGE = require("../package.json").engines.node;
const PINS = require("./node.json");
const INSTALL = `Install one from https://nodejs.org/ and put it first on PATH.`;

/** `${XDG_CACHE_HOME:-~/.cache}/gpu-cicd`: what this user's checkouts share. */
function cacheRoot(environment = process.env) {
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "gpu-cicd");
}

/**
 * Whether a version such as "24.1.0" is in a range of package.json. The range is alternatives of `^` (that major version) and `>=`; the other forms
 * that npm knows are not used there.
 * @throws Error for another form
 */
function admits(range, version) {
  const found = version.split(".").map(Number);
  return range.split("||").some((part) => {
    const [, operator, ...least] = /^\s*(\^|>=)(\d+)\.(\d+)\.(\d+)\s*$/.exec(part) || [];
    if (operator === undefined) throw new Error(`package.json: engines.node has ${JSON.stringify(part.trim())}; allowed are ^1.2.3 and >=1.2.3`);
    const difference = least.map((number, index) => found[index] - Number(number)).find((each) => each !== 0) || 0;
    return difference >= 0 && (operator === ">=" || found[0] === Number(least[0]));
  });
}

/** The pin of this platform, and the folder of its executable in the cache; undefined where no package has one, as with musl or FreeBSD. */
function pinned() {
  const platform = `${process.platform}-${process.arch}`;
  const pin = PINS[platform];
  if (pin === undefined || isMusl()) return undefined;
  const digest = createHash("sha256").update(pin.integrity).digest("hex").slice(0, 8);
  return { ...pin, folder: join(cacheRoot(), "node", `${pin.version}-${platform}-${digest}`, "bin") };
}

/** The packages hold executables for glibc. Node.js says which one it runs with. */
function isMusl() {
  return process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
}

/**
 * The folder of a `node` that package.json admits, brought where it is missing.
 * @throws Error that says what was found, what is needed and what to do
 */
function ensureNode() {
  if (admits(RANGE, process.versions.node)) return dirname(process.execPath);
  const pin = pinned();
  if (pin === undefined) throw new Error(`${needed()} No package has one for ${process.platform} on ${process.arch}${isMusl() ? " with musl" : ""}. ${INSTALL}`);
  if (!existsSync(join(pin.folder, "node"))) bring(pin);
  return pin.folder;
}

/** The folder of the `node` that ensureNode gives, which may still be missing; undefined where that is the one that runs this. */
function expectedNode() {
  if (admits(RANGE, process.versions.node)) return undefined;
  const pin = pinned();
  // Where nothing is pinned ensureNode has to be asked: it says so.
  return pin === undefined ? join(cacheRoot(), "node", "none") : pin.folder;
}

function needed() {
  return `Node.js ${RANGE} is needed, found ${process.versions.node}.`;
}

/** Several processes may do this at once: each brings its own, and the first one to be whole stays. */
function bring(pin) {
  const place = dirname(pin.folder);
  process.stderr.write(`bringing Node.js ${pin.version} into ${place}: the one on PATH is ${process.versions.node}\n`);
  mkdirSync(dirname(place), { recursive: true });
  const unfinished = mkdtempSync(`${place}.`);
  try {
    unpack(fetched(pin, unfinished), unfinished);
    run(join(unfinished, "package", "bin", "node"), ["--version"], (reason) => `${needed()} That of ${pin.package}@${pin.version} does not run here: ${reason}. ${INSTALL}`);
    putInPlace(join(unfinished, "package"), place);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The package's archive, fetched by npm and held to the pin. */
function fetched(pin, folder) {
  const name = `${pin.package}@${pin.version}`;
  // Not in the project: its settings and its lock file have no say here.
  run("npm", ["pack", name, "--loglevel=error", "--pack-destination", folder], (reason) => `${needed()} npm could not bring ${name}: ${reason}.\nRun this again with a network. Or: ${INSTALL}`, folder);
  const archive = join(folder, readdirSync(folder).find((file) => file.endsWith(".tgz")) || "");
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== pin.integrity) throw new Error(`${name} is not what bin/node.json pins, and was not kept.\n  found:   ${found}\n  allowed: ${pin.integrity}`);
  return archive;
}

/** The executable and its licence; headers and manuals take as much room again. */
function unpack(archive, folder) {
  run("tar", ["-xzf", archive, "-C", folder, "package/bin/node", "package/LICENSE"], (reason) => `${archive} could not be unpacked: ${reason}`);
}

function putInPlace(from, place) {
  try {
    renameSync(from, place);
  } catch (error) {
    if (!existsSync(join(place, "bin", "node"))) throw error;
  }
}

/** @throws Error with the message that `failure` makes of the reason */
function run(file, args, failure, cwd) {
  const { status, signal, error, stdout, stderr } = spawnSync(file, args, { encoding: "utf8", cwd, stdio: ["ignore", "pipe", "pipe"] });
  if (status === 0) return;
  const said = `${stderr || ""}\n${stdout || ""}`.split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim()).filter((line) => line !== "" && !line.startsWith("A complete log"));
  throw new Error(failure(error ? error.message : said.slice(0, 3).join("; ") || `${file} ended with ${status === null ? signal : status}`));
}

module.exports = { admits, cacheRoot, ensureNode, expectedNode };

if (require.main === module) {
  try {
    const folder = process.argv[2] === "--expected" ? expectedNode() : ensureNode();
    if (folder !== undefined) console.log(folder);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
