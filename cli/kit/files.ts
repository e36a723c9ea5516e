/** Files that options name, and lists of files. Each error names the option and the file. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Io } from "./command";
import { UsageError, type Finding } from "./usage";

/** What stands for standard input where a file is named. */
export const STANDARD_INPUT = "-";

/** @param option key of the option that names the file. @throws UsageError */
export function readFileOf(option: string, file: string): string {
  try {
    return textIn(readFileSync(file));
  } catch (error) {
    throw new UsageError([(name) => `${name(option)} is ${JSON.stringify(file)}: ${reason(error)}`]);
  }
}

/**
 * A file's text, or that of standard input for `-`.
 * @throws UsageError where the file cannot be read, or standard input is a terminal
 */
export async function readTextOf(option: string, file: string, io: Io): Promise<string> {
  if (file !== STANDARD_INPUT) return readFileOf(option, file);
  if (io.stdin.isTTY === true) throw new UsageError([(name) => `${name(option)} is "-", and standard input is a terminal: pipe something into the command`]);
  return textIn(await buffer(io.stdin));
}

/** A text without the mark that names its encoding; Windows PowerShell writes UTF-16 where a command's output goes to a file. */
export function textIn(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** @throws UsageError where the file cannot be written */
export function writeFileOf(option: string, file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError([(name) => `${name(option)} is ${JSON.stringify(file)}: ${reason(error)}`]);
  }
}

/** What keeps a file from being written, for a command that works long before it writes. Nothing is made. */
export function unwritableFile(option: string, file: string | undefined): Finding[] {
  if (file === undefined) return [];
  if (existsSync(file) && statSync(file).isDirectory()) return [(name) => `${name(option)} is ${JSON.stringify(file)}: it is a folder, and a file is wanted`];
  return existsSync(file) ? unwritable(option, file, accessProblem(file)) : unwritable(option, file, folderProblem(existing(dirname(resolve(file)))));
}

/** What keeps a folder from being made or written to. */
export function unwritableFolder(option: string, folder: string | undefined): Finding[] {
  return folder === undefined ? [] : unwritable(option, folder, folderProblem(existing(resolve(folder))));
}

/** The nearest folder above that is there. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

function unwritable(option: string, given: string, problem: string | undefined): Finding[] {
  return problem === undefined ? [] : [(name) => `${name(option)} is ${JSON.stringify(given)}: ${problem}`];
}

function folderProblem(path: string): string | undefined {
  return statSync(path).isDirectory() ? accessProblem(path) : `${path} is no folder`;
}

function accessProblem(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch {
    return `${path} cannot be written to`;
  }
}

/** What the system's codes mean, for the usual ones. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder, and a file is wanted",
  ENOTDIR: "a part of the path is no folder",
  EACCES: "the system does not allow it",
};

/** Why the system refused, without its name for the call. */
function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

/** The paths of a list: they end with zero bytes where there is one, as `git diff -z` and `find -print0` write them, else with line breaks. */
export function pathsIn(text: string): string[] {
  if (text.includes("\0")) return text.split("\0").filter((path) => path !== "");
  return text.split(/\r?\n/).filter((line) => line !== "").map(unquoted);
}

/** Escapes of one letter in a path that git quotes. Source: git, quote.c. */
const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "\\": 92 };

/** Without -z git puts a path that has unusual characters into quotes, with its bytes in octal. */
function unquoted(line: string): string {
  if (!/^"(?:[^"\\]|\\[abtnvfr"\\]|\\[0-3][0-7]{2})*"$/.test(line)) return line;
  const parts = line.slice(1, -1).match(/\\[0-7]{3}|\\.|[^\\]+/gs) ?? [];
  return Buffer.concat(parts.map((part) => (!part.startsWith("\\") ? Buffer.from(part) : Buffer.from([ESCAPES[part.charAt(1)] ?? parseInt(part.slice(1), 8)])))).toString("utf8");
}
