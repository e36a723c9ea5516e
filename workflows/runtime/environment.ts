/** What GitHub tells a program on a runner, and how a program answers. */
import { appendFileSync, readFileSync } from "node:fs";

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** A run that cannot go on. The message says what is wrong and what was expected. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** A variable that has to be set. @throws ProgramError when it is missing or empty */
export function required(env: EnvironmentVariables, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new ProgramError(`the environment variable ${name} is not set`);
  return value;
}

/** Reads a JSON value out of a variable. @throws ProgramError when it is missing or no JSON */
export function requiredJson<T>(env: EnvironmentVariables, name: string): T {
  const text = required(env, name);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ProgramError(`the environment variable ${name} holds no JSON, but ${JSON.stringify(text.slice(0, 80))}`);
  }
}

/** Reads a JSON file. @throws ProgramError when it is missing or no JSON */
export function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    throw new ProgramError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Sets a job output. Values are one line; GitHub reads `name=value`. */
export function setOutput(env: EnvironmentVariables, name: string, value: string): void {
  if (/[\r\n]/.test(value)) throw new ProgramError(`output ${name} has a line break`);
  appendFileSync(required(env, "GITHUB_OUTPUT"), `${name}=${value}\n`);
}

/** Adds to the page that GitHub shows of the job. */
export function addSummary(env: EnvironmentVariables, markdown: string): void {
  appendFileSync(required(env, "GITHUB_STEP_SUMMARY"), markdown.endsWith("\n") ? markdown : `${markdown}\n`);
}

/** An annotation. Text is escaped, as GitHub reads commands out of the log line by line. */
export function annotate(kind: "notice" | "warning" | "error", title: string, text: string): void {
  const message = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  console.log(`::${kind} title=${title.replace(/[:,%\r\n]/g, " ")}::${message}`);
}

/** Runs a program and turns what it throws into an annotation and a failing exit. */
export async function main(title: string, run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    annotate("error", title, error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
