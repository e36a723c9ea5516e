/**
 * Charts as their projects published them, kept in the user's cache by the digest of their archive. The index says which archive an address means; an
 * archive whose digest is another is refused, whoever changed it.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cacheRoot } from "../../../tools/cache";

/** How a program names a chart: the inputs `chart`, `repositoryOpts.repo` and `version` of a Release. */
export interface ChartAddress {
  /** An OCI reference (`oci://HOST/PATH/NAME`), or the bare name beside `repository`. */
  readonly reference: string;
  /** URL of the Helm repository of a bare name, without a slash at its end. */
  readonly repository?: string;
  readonly version: string;
}

const entrySchema = z.strictObject({
  reference: z.string().min(1),
  repository: z.url().optional(),
  version: z.string().min(1),
  /** Digest of the archive, `sha256:` and 64 hexadecimal digits. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  /** The chart's Chart.yaml. */
  metadata: z.looseObject({ name: z.string().min(1), version: z.string().min(1) }),
});

const indexSchema = z.array(entrySchema);

/** A chart of the cache. */
export type CachedChart = z.infer<typeof entrySchema>;

/** Folder of the charts: in the user's cache, or the one that GPU_CICD_CHARTS names. */
export function chartFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["GPU_CICD_CHARTS"] || join(cacheRoot(), "charts");
}

/** Name of the chart that an address means. */
export function nameOf({ reference }: Pick<ChartAddress, "reference">): string {
  return reference.split("/").at(-1) ?? reference;
}

/** Whether two addresses mean one chart. */
export function isSame(a: ChartAddress, b: ChartAddress): boolean {
  return a.reference === b.reference && a.repository === b.repository && a.version === b.version;
}

/** What the index lists; nothing where there is no cache. @throws Error for an index that cannot be read */
export async function cachedCharts(folder: string): Promise<readonly CachedChart[]> {
  const text = await readFile(indexOf(folder), "utf8").catch(() => "[]");
  const parsed = indexSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${indexOf(folder)} is no index of charts; remove ${folder}, and make charts fills it again`);
  return parsed.data;
}

/** The archive of a chart. @throws Error where it is missing or has another digest */
export async function archiveOf(folder: string, chart: CachedChart): Promise<Buffer> {
  const file = fileOf(folder, chart.digest);
  const archive = await readFile(file).catch(() => undefined);
  if (archive !== undefined && digestOf(archive) === chart.digest) return archive;
  throw new Error(`${file}, chart ${nameOf(chart)} ${chart.version}, ${archive === undefined ? "is missing" : `has the digest ${digestOf(archive)}`}; make charts fetches it again`);
}

/**
 * Puts an archive into the cache, in the place of the one that its address meant before. @param metadata the archive's Chart.yaml
 * @throws Error where the archive is of another name or version than its address
 */
export async function putChart(folder: string, address: ChartAddress, archive: Buffer, metadata: Readonly<Record<string, unknown>>): Promise<CachedChart> {
  const found = [metadata["name"], metadata["version"]].map(String).join(" ");
  const wanted = `${nameOf(address)} ${address.version}`;
  if (found !== wanted) throw new Error(`the archive for ${address.reference} is of chart ${found}; ${wanted} is wanted`);
  const chart = entrySchema.parse({ ...address, digest: digestOf(archive), metadata });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replace(fileOf(folder, chart.digest), archive);
  const others = (await cachedCharts(folder)).filter((other) => !isSame(other, address));
  await replace(indexOf(folder), `${JSON.stringify([...others, chart], undefined, 2)}\n`);
  return chart;
}

/** `sha256:` and the digest of some bytes. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Whole or not at all: another rehearsal may read meanwhile. */
async function replace(file: string, content: Buffer | string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, file);
}

function fileOf(folder: string, digest: string): string {
  return join(folder, `${digest.replace(":", "-")}.tgz`);
}

function indexOf(folder: string): string {
  return join(folder, "index.json");
}
