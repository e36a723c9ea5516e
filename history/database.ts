/** DuckDB in this process: bounded in memory and threads, and without any extension that it would have to fetch. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { TABLES, declared, type Row, type TableName } from "./tables";

/** What a question may be given beside its text. */
export type Parameters = Readonly<Record<string, string | number>>;

export interface DatabaseOptions {
  /** Memory that DuckDB may take before it writes to `folder`; default 700. */
  readonly memoryMiB?: number;
  /** Where it puts what does not fit. */
  readonly folder: string;
}

/** An answer's row: numbers, texts, and ISO 8601 for times. Whole numbers are numbers: none here is above 2^53. */
export type Answer = Readonly<Record<string, number | string | boolean | null>>;

/** DuckDB over the Parquet files of a store. */
export class Database {
  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly close: () => void,
  ) {}

  static async open({ memoryMiB = 700, folder }: DatabaseOptions): Promise<Database> {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: `${memoryMiB}MiB`,
      temp_directory: folder,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      preserve_insertion_order: "false",
    });
    const connection = await instance.connect();
    return new Database(connection, () => {
      connection.closeSync();
      instance.closeSync();
    });
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** Rows as plain values. @param parameters by their names, which the text has with a `$` */
  async ask<Of = Answer>(sql: string, parameters: Parameters = {}): Promise<Of[]> {
    const reader = await this.connection.runAndReadAll(sql, { ...parameters });
    const names = reader.columnNames();
    return reader.getRows().map((row) => Object.fromEntries(row.map((value, index) => [names[index]!, plain(value)])) as Of);
  }

  /** Adds rows to a table that was made as `declared` says. @param day date of each row, such as `2026-11-30` */
  async append<Name extends TableName>(name: Name, rows: readonly { readonly row: Row<Name>; readonly day: string }[], batch: string): Promise<void> {
    const { DuckDBDateValue, DuckDBTimestampValue } = await import("@duckdb/node-api");
    const columns = Object.entries(TABLES[name]);
    const appender = await this.connection.createAppender(name);
    for (const { row, day } of rows) {
      for (const [column, type] of columns) {
        const value = (row as Readonly<Record<string, string | number | Date | null>>)[column] ?? null;
        if (value === null) appender.appendNull();
        else if (value instanceof Date) appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n));
        else if (typeof value === "string") appender.appendVarchar(value);
        else if (type.startsWith("BIGINT")) appender.appendBigInt(BigInt(value));
        else if (type.startsWith("INTEGER")) appender.appendInteger(value);
        else appender.appendDouble(value);
      }
      appender.appendVarchar(batch);
      appender.appendDate(DuckDBDateValue.fromParts(dateParts(day)));
      appender.endRow();
    }
    appender.closeSync();
  }

  /** Ends it, and frees what it holds. */
  end(): void {
    this.close();
  }
}

/** Makes the empty tables of a batch. */
export async function createTables(database: Database): Promise<void> {
  for (const name of Object.keys(TABLES) as TableName[]) await database.run(`CREATE OR REPLACE TABLE ${name} (${declared(name)})`);
}

/** A text in SQL. Only for paths, which DuckDB takes as no parameter; everything else is one. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function dateParts(day: string): { readonly year: number; readonly month: number; readonly day: number } {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return { year, month, day: date };
}

function plain(value: DuckDBValue): number | string | boolean | null {
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "bigint" ? Number(value) : String(value);
}
