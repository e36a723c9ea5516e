/** Tests and their markers: Python's own parser reads the sources in a child process, which imports and runs none of them. */
import { spawnSync } from "node:child_process";
import { join, posix } from "node:path";
import picomatch from "picomatch";
import { parse as parseToml } from "smol-toml";
import type { Fault, MarkerUse, PytestReading, TestCase } from "../readings";
import type { Tree } from "./tree";

const PROGRAM = join(__dirname, "pytest.py");
const OUTPUT_BYTES = 256 * 1024 * 1024;
/** A tree of 1,500 Python files takes five seconds. */
const TIMEOUT_MS = 60_000;

/** Where pytest looks for its settings, in its order. Source: docs.pytest.org/en/stable/reference/customize.html. */
const SETTINGS_FILES = ["pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"] as const;

/** What pytest does where its settings say nothing. Source: docs.pytest.org/en/stable/reference/reference.html, configuration options. */
const DEFAULTS = { files: ["test_*.py", "*_test.py"], functions: ["test"], classes: ["Test"] } as const;

interface Settings {
  readonly path: string | undefined;
  readonly markers: readonly string[];
  readonly files: readonly string[];
  readonly functions: readonly string[];
  readonly classes: readonly string[];
  /** Globs of `--ignore-glob` and paths of `--ignore`. */
  readonly ignored: readonly string[];
  /** Folders that pytest goes through; none means all. */
  readonly folders: readonly string[];
  readonly fault?: { readonly path: string; readonly fault: Fault };
}

interface Answer {
  readonly python: string;
  readonly cases: readonly TestCase[];
  readonly uses: readonly MarkerUse[];
  readonly registered: readonly string[];
  readonly faults: readonly { readonly path: string; readonly line: number | null; readonly message: string }[];
}

/** Tests as pytest finds them from the repository's root. */
export function readPytest(tree: Tree): PytestReading {
  const settings = readSettings(tree);
  const python = tree.files.filter((path) => path.endsWith(".py"));
  const tests = python.filter((path) => isTest(path, settings));
  const conftests = python.filter((path) => posix.basename(path) === "conftest.py" && !ignores(path, settings));
  tree.load([...tests, ...conftests]);
  const sources = new Map<string, string>();
  const faults = [...(settings.fault ? [settings.fault] : []), ...[...tests, ...conftests].flatMap((path) => addSource(tree, path, sources))];
  addImported(tree, python, sources);
  const answer = ask({ files: Object.fromEntries(sources), tests: tests.filter((path) => sources.has(path)), functions: settings.functions, classes: settings.classes });
  return {
    settings: settings.path,
    registered: [...new Set([...settings.markers.map(markerName), ...answer.registered])].sort(),
    cases: answer.cases,
    uses: answer.uses,
    faults: [...faults, ...answer.faults.map(({ path, line, message }) => ({ path, fault: unparsable(`Python ${answer.python}: ${message}`, line ?? undefined) }))],
  };
}

function addSource(tree: Tree, path: string, sources: Map<string, string>): { path: string; fault: Fault }[] {
  const read = tree.text(path);
  if (!read.ok) return [{ path, fault: read.fault }];
  sources.set(path, read.value);
  return [];
}

/** Files that a test imports names from: markers and parametrisations may be there. */
function addImported(tree: Tree, python: readonly string[], sources: Map<string, string>): void {
  const byTail = new Map<string, string[]>();
  for (const path of python) {
    const tail = posix.basename(path) === "__init__.py" ? posix.basename(posix.dirname(path)) : posix.basename(path, ".py");
    byTail.set(tail, [...(byTail.get(tail) ?? []), path]);
  }
  const wanted = new Set<string>();
  for (const text of sources.values()) {
    for (const [, module] of text.matchAll(/^\s*from\s+([\w.]+)\s+import\b/gm)) {
      const parts = (module ?? "").split(".").filter((part) => part !== "");
      const tail = parts.at(-1) ?? "";
      for (const path of byTail.get(tail) ?? []) if (parts.length === 1 || path.includes(`${parts.at(-2)}/`)) wanted.add(path);
    }
  }
  tree.load(wanted);
  for (const path of wanted) {
    const read = tree.text(path);
    if (read.ok && !sources.has(path)) sources.set(path, read.value);
  }
}

/** @throws Error where there is no Python, or it fails */
function ask(request: object): Answer {
  const result = spawnSync("python3", ["-I", PROGRAM], { input: JSON.stringify(request), encoding: "utf8", maxBuffer: OUTPUT_BYTES, timeout: TIMEOUT_MS });
  if (result.error) throw new Error(`python3, which reads the tests: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`python3, which reads the tests: ${result.stderr.trim().split("\n").at(-1) ?? "failed"}`);
  return JSON.parse(result.stdout) as Answer;
}

function unparsable(message: string, line?: number): Fault {
  return { kind: "unparsable", message, line };
}

/** `name(arguments): what it means`. */
function markerName(text: string): string {
  return text.split(":")[0]!.split("(")[0]!.trim();
}

function isTest(path: string, settings: Settings): boolean {
  const inside = settings.folders.length === 0 || settings.folders.some((folder) => path.startsWith(`${folder.replace(/\/+$/, "")}/`));
  return inside && picomatch.isMatch(posix.basename(path), [...settings.files]) && !ignores(path, settings);
}

/** `--ignore-glob` is matched against the whole path, where `*` crosses folders (pytest: `fnmatch` of the absolute path). */
function ignores(path: string, { ignored }: Settings): boolean {
  return ignored.some((glob) => new RegExp(`^(?:.*/)?${glob.split("*").map(escaped).join(".*")}$`).test(path));
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

function readSettings(tree: Tree): Settings {
  for (const path of SETTINGS_FILES.filter((each) => tree.has(each))) {
    const read = tree.text(path);
    if (!read.ok) return { ...settingsOf(path, {}), fault: { path, fault: read.fault } };
    let options: Options | undefined;
    try {
      options = path.endsWith(".toml") ? tomlOptions(read.value) : iniOptions(read.value, path.includes("pytest.ini") ? "pytest" : path === "tox.ini" ? "pytest" : "tool:pytest");
    } catch (error) {
      return { ...settingsOf(path, {}), fault: { path, fault: unparsable((error as Error).message.split("\n")[0]!) } };
    }
    // A pytest.ini counts even without settings; the others only with theirs.
    if (options !== undefined || path.endsWith("pytest.ini")) return settingsOf(path, options ?? {});
  }
  return settingsOf(undefined, {});
}

type Options = Readonly<Record<string, string | readonly string[]>>;

function tomlOptions(text: string): Options | undefined {
  const { tool } = parseToml(text) as { tool?: { pytest?: { ini_options?: Options } } };
  return tool?.pytest?.ini_options;
}

/** One section of an ini file; indented lines go on with the value above. */
function iniOptions(text: string, section: string): Options | undefined {
  const start = text.search(new RegExp(`^\\[${escaped(section)}\\]`, "m"));
  if (start === -1) return undefined;
  const body = text.slice(text.indexOf("\n", start) + 1).split(/^\[/m)[0]!;
  const options: Record<string, string> = {};
  let last = "";
  for (const line of body.split("\n").filter((each) => !/^\s*[#;]/.test(each))) {
    const [, name, value] = /^([A-Za-z_]\w*)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) options[(last = name)] = value ?? "";
    else if (last !== "" && /^\s+\S/.test(line)) options[last] += `\n${line.trim()}`;
  }
  return options;
}

function settingsOf(path: string | undefined, options: Options): Settings {
  const list = (name: string, separator: RegExp): readonly string[] => {
    const value = options[name] ?? [];
    return (typeof value === "string" ? value.split(separator) : value.map(String)).map((each) => each.trim()).filter((each) => each !== "");
  };
  const or = (found: readonly string[], fallback: readonly string[]): readonly string[] => (found.length > 0 ? found : fallback);
  return {
    path,
    markers: list("markers", /\n/),
    files: or(list("python_files", /\s+/), DEFAULTS.files),
    functions: or(list("python_functions", /\s+/), DEFAULTS.functions).map((each) => each.replace(/\*+$/, "")),
    classes: or(list("python_classes", /\s+/), DEFAULTS.classes).map((each) => each.replace(/\*+$/, "")),
    ignored: list("addopts", /\s+/).flatMap((option) => /^--ignore(?:-glob)?=(.+)$/.exec(option)?.[1]?.replace(/\/+$/, "") ?? []),
    folders: list("testpaths", /\s+/).filter((each) => !each.includes("*")),
  };
}
