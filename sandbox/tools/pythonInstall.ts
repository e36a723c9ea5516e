/** Installs Python tools, each into a virtual environment of its own with every package at its exact version. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDirectory, completeMark } from "./cache";
import { pinnedVersion, TOOLS, type AnyTool } from "./catalog";
import { runProgram } from "./process";
import { startProgress } from "./progress";
import { findVersion, fits, type Version } from "./version";

const LEAST_PYTHON: Version = [3, 11, 0];
/** Names under which machines have a new enough Python, when `python3` is an old one. */
const INTERPRETERS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/** The scripts of a virtual environment hold its path, so it is built in place and marked when it is whole. */
export async function installWithPython(name: AnyTool): Promise<void> {
  const { source } = TOOLS[name];
  if (source.kind !== "python") throw new Error(`${name} is not a Python package`);
  const python = await requirePython(name);
  const directory = cacheDirectory(name);
  const progress = startProgress(`installing ${name} ${pinnedVersion(name)}`);
  try {
    await rm(directory, { recursive: true, force: true });
    await mkdir(dirname(directory), { recursive: true });
    progress.update("making a virtual environment");
    await runProgram(python, ["-m", "venv", directory]);
    const pip = ["-m", "pip", "install", "--no-input", "--no-deps", "--disable-pip-version-check", "--requirement", join(__dirname, "python", source.requirements)];
    await runProgram(join(directory, "bin", "python"), pip, { onLine: (line) => progress.update(line.slice(0, 80)) });
    await writeFile(completeMark(name), "");
    progress.done("done");
  } catch (error) {
    progress.done("failed");
    throw error;
  }
}

/**
 * The interpreter that can install a tool.
 * @throws Error that names the Python version wanted and how to get it
 */
export async function requirePython(name: AnyTool): Promise<string> {
  const found: string[] = [];
  for (const interpreter of INTERPRETERS) {
    const answer = await runProgram(interpreter, ["--version"]).catch(() => undefined);
    const version = answer === undefined ? undefined : findVersion(answer);
    if (version && fits(version, { least: LEAST_PYTHON, below: [4, 0, 0] })) return interpreter;
    if (version) found.push(`${interpreter} ${version.join(".")}`);
  }
  const have = found.length > 0 ? `found ${found.join(", ")}` : "none found";
  throw new Error(`Python ${LEAST_PYTHON.slice(0, 2).join(".")} or newer with venv and pip is needed to install ${name}, ${have}; get it from https://www.python.org/downloads/ or the system's packages (python3, python3-venv)`);
}
