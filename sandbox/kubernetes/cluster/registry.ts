/** The clusters of one sandbox by ARM id, remembered in a file so that they come back with their data. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { readIfThere, writePrivate } from "./files";

const entrySchema = z.strictObject({
  /** ARM id in lower case: ARM compares ids without regard to case. */
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  /** `MAJOR.MINOR`. */
  minorVersion: z.string(),
  port: z.int(),
});

export type ClusterEntry = z.infer<typeof entrySchema>;

/** The remembered clusters. Changes are written one after the other. */
export class ClusterRegistry {
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly entries: Map<string, ClusterEntry>,
  ) {}

  static async open(file: string): Promise<ClusterRegistry> {
    const text = await readIfThere(file);
    const entries = text === undefined ? [] : z.array(entrySchema).parse(JSON.parse(text));
    return new ClusterRegistry(file, new Map(entries.map((entry) => [entry.id, entry])));
  }

  all(): readonly ClusterEntry[] {
    return [...this.entries.values()].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
  }

  get(id: string): ClusterEntry | undefined {
    return this.entries.get(id.toLowerCase());
  }

  async put(entry: ClusterEntry): Promise<void> {
    this.entries.set(entry.id, entry);
    await this.write();
  }

  async drop(id: string): Promise<void> {
    this.entries.delete(id.toLowerCase());
    await this.write();
  }

  private write(): Promise<unknown> {
    this.writing = this.writing.then(() => writePrivate(this.file, `${JSON.stringify(this.all(), undefined, 2)}\n`));
    return this.writing;
  }
}

/** A name for files, logs and key prefixes: readable, and different for two clusters of one name in two resource groups. */
export function slugOf(id: string, name: string): string {
  const digest = createHash("sha256").update(id.toLowerCase()).digest("hex").slice(0, 6);
  return `${name.toLowerCase().replace(/[^a-z0-9-]/g, "-")}-${digest}`;
}

/** Name of the kubectl context: the cluster's, or its slug where two clusters share a name. */
export function contextName(entry: ClusterEntry, all: readonly ClusterEntry[]): string {
  return all.filter((other) => other.name === entry.name).length > 1 ? entry.slug : entry.name;
}
