/** The secrets of a stack in a sandbox: values that cannot be mistaken, so that one that is found in the clear has leaked. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Rehearsal } from "./harness";

/** What to look for, by config key. */
export class Canaries {
  private constructor(private readonly words: ReadonlyMap<string, readonly string[]>) {}

  static async of(rehearsal: Rehearsal): Promise<Canaries> {
    const config = JSON.parse(await rehearsal.text("config", "--show-secrets", "--json")) as Record<string, { value?: string; secret?: boolean }>;
    const secrets = Object.entries(config).filter(([, { secret }]) => secret === true);
    return new Canaries(new Map(secrets.map(([key, { value = "" }]) => [key, formsOf(wordOf(value))])));
  }

  get keys(): readonly string[] {
    return [...this.words.keys()];
  }

  /** Keys of the secrets that stand in a text. */
  in(text: string): readonly string[] {
    return this.keys.filter((key) => this.words.get(key)!.some((word) => text.includes(word)));
  }

  /** `key in file` for every file below a directory that holds a secret. Files that vanish meanwhile held none. */
  async inFiles(directory: string, leaveOut: (path: string) => boolean = () => false): Promise<readonly string[]> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).filter((path) => !leaveOut(path));
    const found: string[] = [];
    for (const path of paths) {
      const text = await readFile(path, "latin1").catch(() => "");
      found.push(...this.in(text).map((key) => `${key} in ${path.slice(directory.length + 1)}`));
    }
    return found;
  }
}

/** The part of a secret that no escape changes: of a key in PEM one line of its body, of a URL its random word. */
function wordOf(value: string): string {
  if (value.includes("PRIVATE KEY")) return value.split("\n")[5]!;
  const canary = /canary-[0-9a-f]{32}/.exec(value)?.[0];
  if (canary === undefined) throw new Error("a secret of the sandbox is no canary");
  return canary;
}

/** A word and its three forms in Base64, one for each place where it can begin in a group of three bytes. */
function formsOf(word: string): readonly string[] {
  const encoded = [0, 1, 2].map((offset) => {
    const text = Buffer.from("\0".repeat(offset) + word).toString("base64").replace(/=+$/, "");
    // The first and the last characters mix in what stands beside the word.
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [word, ...encoded];
}
