/** Runs a program to its end, line by line. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How much of a failed program's output its error repeats. */
const LAST_LINES = 20;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called for every line of both outputs. */
  onLine?(line: string): void;
}

/** Resolves with standard output. Rejects with an Error that holds the last lines of both outputs. */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const last: string[] = [];
  const read = (stream: NodeJS.ReadableStream, keep: boolean): void => {
    createInterface({ input: stream }).on("line", (line) => {
      if (keep) lines.push(line);
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      options.onLine?.(line);
    });
  };
  read(child.stdout, true);
  read(child.stderr, false);
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} failed (${code ?? "killed"}):\n${last.join("\n")}`);
  return lines.join("\n");
}
