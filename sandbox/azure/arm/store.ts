/** What Azure holds: resources by id, kept in memory and, when a file is given, on disk. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { idKey, isWithin } from "./ids";
import type { Json } from "./values";

/** A resource as ARM keeps it. */
export interface Stored {
  /** Id in the casing that answers carry. */
  readonly id: string;
  /** Type in its documented casing. */
  readonly type: string;
  readonly name: string;
  /** Everything else that a GET answers: location, tags, sku, identity, properties. */
  readonly document: Json;
}

interface Snapshot {
  readonly tenant: string;
  readonly resources: readonly Stored[];
}

/** The resources of all subscriptions. Writes reach the disk before they return, whole or not at all. */
export class Store {
  /** Directory (Entra tenant) that the subscriptions trust; made once and kept. */
  readonly tenant: string;
  private readonly resources = new Map<string, Stored>();
  /** True while writes that belong together run: they reach the disk as one. */
  private isWaiting = false;

  constructor(private readonly file?: string) {
    const snapshot = file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Snapshot) : undefined;
    this.tenant = snapshot?.tenant ?? randomUUID();
    for (const resource of snapshot?.resources ?? []) this.resources.set(idKey(resource.id), resource);
  }

  get(id: string): Stored | undefined {
    return this.resources.get(idKey(id));
  }

  /** All resources, oldest first. */
  all(): readonly Stored[] {
    return [...this.resources.values()];
  }

  ofType(type: string): readonly Stored[] {
    return this.all().filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
  }

  /** The resource of this id and everything below it, deepest first. */
  within(id: string): readonly Stored[] {
    return this.all()
      .filter((resource) => isWithin(resource.id, id))
      .sort((a, b) => b.id.length - a.id.length);
  }

  put(resource: Stored): void {
    this.resources.set(idKey(resource.id), resource);
    this.save();
  }

  /** Forgets one resource; what lies below it is the caller's to forget. */
  delete(id: string): void {
    if (this.resources.delete(idKey(id))) this.save();
  }

  /** Runs writes that belong together: when they fail, none of them has happened. */
  together<T>(writes: () => T): T {
    const before = new Map(this.resources);
    try {
      this.isWaiting = true;
      return writes();
    } catch (error) {
      this.resources.clear();
      for (const [key, resource] of before) this.resources.set(key, resource);
      throw error;
    } finally {
      this.isWaiting = false;
      this.save();
    }
  }

  private save(): void {
    if (this.file === undefined || this.isWaiting) return;
    const snapshot: Snapshot = { tenant: this.tenant, resources: this.all() };
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const draft = `${this.file}.${process.pid}.new`;
    writeFileSync(draft, `${JSON.stringify(snapshot, null, 1)}\n`, { mode: 0o600 });
    renameSync(draft, this.file);
  }
}
