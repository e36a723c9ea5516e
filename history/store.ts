/**
 * History as Parquet files in a folder: `TABLE/day=2026-11-30/BATCH.parquet`, the layout that DuckDB, Athena and others read as one table.
 *
 * A file is written beside its place and renamed, and the runs of a batch come last. A batch that broke off leaves rows that belong to no run; they do not
 * count, and the next collection brings them again. So collecting twice changes nothing.
 */
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Database, createTables, quoted } from "./database";
import { TABLES, WRITE_ORDER, type Row, type Rows, type TableName } from "./tables";

const DAY_FOLDER = /^day=(\d{4}-\d{2}-\d{2})$/;

/** Where half-written files and what DuckDB cannot hold are; emptied whenever a store is opened. */
const WORK_FOLDER = ".work";

/** Runs and tests as Parquet files, in a folder or a bucket. */
export class Store {
  private constructor(
    readonly folder: string,
    private readonly database: Database,
  ) {}

  /** @param memoryMiB memory that DuckDB may take */
  static async open(folder: string, memoryMiB?: number): Promise<Store> {
    const work = join(folder, WORK_FOLDER);
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    return new Store(folder, await Database.open({ folder: work, ...(memoryMiB === undefined ? {} : { memoryMiB }) }));
  }

  /** Attempts that are in the store, as `RUN.ATTEMPT`, of runs that were created on or after a day. */
  async known(since: string): Promise<ReadonlySet<string>> {
    await this.view(since);
    const rows = await this.database.ask<{ run: number; attempt: number }>("SELECT DISTINCT run, attempt FROM runs");
    return new Set(rows.map(({ run, attempt }) => attemptKey(run, attempt)));
  }

  /** Writes a batch. @param batch its name, a file's without suffix; a batch of that name is replaced */
  async write(batch: string, rows: Rows): Promise<void> {
    const dayOf = new Map(rows.runs.map(({ run, attempt, created }) => [attemptKey(run, attempt), dayOfTime(created)]));
    await this.clearViews();
    await createTables(this.database);
    const work = await mkdtemp(join(this.folder, WORK_FOLDER, "batch-"));
    for (const name of WRITE_ORDER) {
      const dated = (rows[name] as readonly Row<TableName>[]).map((row) => ({ row, day: dayOf.get(attemptKey(row.run, row.attempt))! }));
      await this.database.append(name, dated as never, batch);
      await this.copy(name, batch, [...new Set(dated.map(({ day }) => day))].sort(), work);
    }
    for (const name of WRITE_ORDER) await this.database.run(`DROP TABLE ${name}`);
    await rm(work, { recursive: true, force: true });
  }

  /**
   * Makes each table a view of the files from a day on. Every row belongs to the one batch whose run counts; a run that two batches brought counts once.
   * @param since first day, such as `2026-11-01`
   * @returns whether there is a run
   */
  async view(since: string): Promise<boolean> {
    await this.clearViews();
    for (const name of WRITE_ORDER) {
      const files = await this.files(name, since);
      await this.database.run(
        files.length === 0
          ? `CREATE TEMP VIEW all_${name} AS SELECT ${nothing(name)} WHERE false`
          : `CREATE TEMP VIEW all_${name} AS SELECT * FROM read_parquet([${files.map(quoted).join(", ")}], hive_partitioning = true, hive_types = {'day': DATE})`,
      );
    }
    await this.database.run("CREATE TEMP VIEW runs AS SELECT * FROM all_runs QUALIFY row_number() OVER (PARTITION BY run, attempt ORDER BY batch) = 1");
    for (const name of WRITE_ORDER.filter((each) => each !== "runs")) {
      await this.database.run(`CREATE TEMP VIEW ${name} AS SELECT * FROM all_${name} SEMI JOIN runs USING (run, attempt, batch)`);
    }
    return (await this.database.ask("SELECT 1 FROM runs LIMIT 1")).length > 0;
  }

  /** Answers to a question about the tables that `view` made. */
  get ask(): Database["ask"] {
    return this.database.ask.bind(this.database);
  }

  /** Runs a statement that makes something of the tables that `view` made. */
  get run(): Database["run"] {
    return this.database.run.bind(this.database);
  }

  /** Removes the days before one. @returns how many folders of a day went */
  async prune(before: string): Promise<number> {
    let removed = 0;
    for (const name of WRITE_ORDER) {
      for (const day of (await this.days(name)).filter((each) => each < before)) {
        await rm(join(this.folder, name, `day=${day}`), { recursive: true });
        removed += 1;
      }
    }
    return removed;
  }

  async close(): Promise<void> {
    this.database.end();
    await rm(join(this.folder, WORK_FOLDER), { recursive: true, force: true });
  }

  /** A day's rows as a file, made elsewhere and renamed. */
  private async copy(name: TableName, batch: string, days: readonly string[], work: string): Promise<void> {
    const columns = Object.keys(TABLES[name]).map((column) => `"${column}"`).join(", ");
    for (const day of days) {
      const made = join(work, `${name}-${day}.parquet`);
      // Sorted by test, a month's names and messages are a tenth of the size.
      const order = name === "cases" ? "ORDER BY suite, test" : "ORDER BY run, attempt";
      await this.database.run(`COPY (SELECT ${columns}, "batch" FROM ${name} WHERE day = ${quoted(day)}::DATE ${order}) TO ${quoted(made)} (FORMAT parquet, COMPRESSION zstd)`);
      const folder = join(this.folder, name, `day=${day}`);
      await mkdir(folder, { recursive: true });
      await rename(made, join(folder, `${batch}.parquet`));
    }
  }

  private async files(name: TableName, since: string): Promise<string[]> {
    const days = (await this.days(name)).filter((day) => day >= since);
    const found = await Promise.all(days.map(async (day) => {
      const folder = join(this.folder, name, `day=${day}`);
      return (await readdir(folder)).filter((file) => file.endsWith(".parquet")).map((file) => join(folder, file));
    }));
    return found.flat().sort();
  }

  private async days(name: TableName): Promise<string[]> {
    const entries = await readdir(join(this.folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return entries.flatMap((entry) => DAY_FOLDER.exec(entry)?.[1] ?? []).sort();
  }

  private async clearViews(): Promise<void> {
    for (const name of WRITE_ORDER) {
      await this.database.run(`DROP VIEW IF EXISTS ${name}`);
      await this.database.run(`DROP VIEW IF EXISTS all_${name}`);
    }
  }
}

/** How an attempt of a run is named in sets. */
export function attemptKey(run: number, attempt: number): string {
  return `${run}.${attempt}`;
}

/** The day of a time in UTC, such as `2026-11-30`. */
export function dayOfTime(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Columns of an empty table. */
function nothing(name: TableName): string {
  const columns = Object.entries(TABLES[name]).map(([column, type]) => `NULL::${type.replace("?", "")} AS "${column}"`);
  return [...columns, 'NULL::VARCHAR AS "batch"', 'NULL::DATE AS "day"'].join(", ");
}
