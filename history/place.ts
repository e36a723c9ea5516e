/** Where history is kept: a folder, or a bucket that a folder stands in for while a command works. */
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type * as Sdk from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { Store } from "./store";
import { WRITE_ORDER, type TableName } from "./tables";

/** `s3://BUCKET` or `s3://BUCKET/PREFIX`. */
const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*[^/]))?\/?$/;

/** Objects that are fetched or sent at once. */
const AT_ONCE = 8;

/** A folder's files, as the store has them. */
const FILE = /^(\w+)\/day=(\d{4}-\d{2}-\d{2})\/[\w.-]+\.parquet$/;

/** History that is open. */
export interface OpenPlace {
  readonly store: Store;
  /** Brings what was written to where it is kept. Nothing to do for a folder. @returns how many files were sent */
  save(): Promise<number>;
  close(): Promise<void>;
}

/** What a command needs of it. */
export interface Need {
  /** First day, such as `2026-11-01`. */
  readonly since: string;
  readonly tables: readonly TableName[];
}

export const ALL_TABLES = WRITE_ORDER;

/** Whether a place is a bucket (`s3://...`) and not a folder. */
export function isBucket(place: string): boolean {
  return place.startsWith("s3://");
}

/** The form of a place's name: any path, or a whole address of a bucket. */
export const PLACE_FORM = new RegExp(`^(?:(?!s3://).+|${BUCKET.source.slice(1, -1)})$`);

/**
 * Opens a folder, or a bucket's files as a folder that lasts until it is closed.
 * @param client for buckets; made by the SDK's own chain of credentials, region and endpoint where it is left out
 * @throws Error where the bucket cannot be read
 */
export async function openPlace(place: string, need: Need, client?: S3Client): Promise<OpenPlace> {
  const [, bucket, prefix] = BUCKET.exec(place) ?? [];
  if (bucket === undefined) {
    const store = await Store.open(place);
    return { store, save: async () => 0, close: () => store.close() };
  }
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-history-"));
  const remote = await Bucket.open(bucket, prefix === undefined ? "" : `${prefix}/`, client);
  try {
    const fetched = await remote.fetch(folder, need);
    const store = await Store.open(folder);
    return {
      store,
      save: () => remote.send(folder, fetched),
      close: async () => {
        await store.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

class Bucket {
  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  static async open(bucket: string, prefix: string, client?: S3Client): Promise<Bucket> {
    const sdk = await import("@aws-sdk/client-s3");
    return new Bucket(sdk, client ?? new sdk.S3Client({}), bucket, prefix);
  }

  /** @returns the paths of the files that the bucket has, fetched or not */
  async fetch(folder: string, { since, tables }: Need): Promise<ReadonlySet<string>> {
    const paths = (await Promise.all(tables.map((table) => this.list(table)))).flat();
    const wanted = paths.filter((path) => (FILE.exec(path)?.[2] ?? "") >= since);
    await several(wanted, (path) => this.get(path, join(folder, path)));
    return new Set(paths);
  }

  /** Sends what is not yet in the bucket, the runs of every batch last: what makes a batch count comes when all else of it is there. */
  async send(folder: string, known: ReadonlySet<string>): Promise<number> {
    let sent = 0;
    for (const table of WRITE_ORDER) {
      const paths = (await filesBelow(join(folder, table))).map((path) => `${table}/${path}`).filter((path) => !known.has(path));
      await several(paths, (path) => this.put(path, join(folder, path)));
      sent += paths.length;
    }
    return sent;
  }

  private async list(table: TableName): Promise<string[]> {
    const found: string[] = [];
    const pages = this.sdk.paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix: `${this.prefix}${table}/` });
    for await (const { Contents = [] } of pages) found.push(...Contents.flatMap(({ Key = "" }) => Key.slice(this.prefix.length)));
    return found.filter((path) => FILE.test(path));
  }

  private async get(path: string, file: string): Promise<void> {
    const { Body } = await this.client.send(new this.sdk.GetObjectCommand({ Bucket: this.bucket, Key: `${this.prefix}${path}` }));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.part`, Body!.transformToWebStream() as unknown as AsyncIterable<Uint8Array>);
    await rename(`${file}.part`, file);
  }

  private async put(path: string, file: string): Promise<void> {
    await this.client.send(new this.sdk.PutObjectCommand({ Bucket: this.bucket, Key: `${this.prefix}${path}`, Body: await readFile(file), ContentType: "application/vnd.apache.parquet" }));
  }
}

/** Paths of the files below a folder, relative to it. */
async function filesBelow(folder: string): Promise<string[]> {
  if (!(await stat(folder).then((found) => found.isDirectory(), () => false))) return [];
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((path) => path.endsWith(".parquet"));
}

async function several<Of>(items: readonly Of[], work: (item: Of) => Promise<void>): Promise<void> {
  const open = [...items];
  const worker = async (): Promise<void> => {
    for (let item = open.shift(); item !== undefined; item = open.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
