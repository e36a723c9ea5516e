/** Asynchronous operations: what runs, on what, and how it ended. */
import { randomUUID } from "node:crypto";
import { ArmError } from "./errors";
import { idKey, isWithin } from "./ids";
import type { Json } from "./values";

export type Verb = "Creating" | "Updating" | "Deleting";

/** What is being done, and to what. */
export interface Busy {
  readonly resourceId: string;
  readonly verb: Verb;
}

interface Operation extends Busy {
  readonly id: string;
  readonly startTime: string;
  endTime?: string;
  status: "InProgress" | "Succeeded" | "Failed";
  error?: { code: string; message: string };
}

/** Operations live as long as the process: a client that asks for an older one gets a 404, as after ARM's retention. */
export class Operations {
  private readonly operations = new Map<string, Operation>();
  private readonly running = new Map<string, Promise<void>>();

  /** Starts work on a resource. `settle` runs when it ends, with the error if there was one, before the operation says so. */
  start(resourceId: string, verb: Verb, work: () => Promise<void>, settle: (error: Error | undefined) => void): string {
    const operation: Operation = { id: randomUUID(), resourceId, verb, startTime: new Date().toISOString(), status: "InProgress" };
    this.operations.set(operation.id, operation);
    const run = this.run(operation, work, settle).finally(() => this.running.delete(operation.id));
    this.running.set(operation.id, run);
    return operation.id;
  }

  private async run(operation: Operation, work: () => Promise<void>, settle: (error: Error | undefined) => void): Promise<void> {
    // The answer to the request leaves first: a client always sees the operation in progress.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const failure = await work().then(
      () => undefined,
      (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
    );
    settle(failure);
    operation.endTime = new Date().toISOString();
    operation.status = failure === undefined ? "Succeeded" : "Failed";
    if (failure !== undefined) operation.error = { code: failure instanceof ArmError ? failure.code : "InternalOperationError", message: failure.message };
  }

  /** What the status URL answers; undefined for an operation that is not known. */
  status(id: string): Json | undefined {
    const operation = this.operations.get(id);
    if (operation === undefined) return undefined;
    const { status, startTime, endTime, error } = operation;
    return { name: id, status, startTime, ...(endTime === undefined ? {} : { endTime }), ...(error === undefined ? {} : { error }) };
  }

  private inProgress(): readonly Operation[] {
    return [...this.operations.values()].filter((operation) => operation.status === "InProgress");
  }

  /** The operation in progress on exactly this resource. */
  on(resourceId: string): Verb | undefined {
    return this.inProgress().find((operation) => idKey(operation.resourceId) === idKey(resourceId))?.verb;
  }

  /** An operation in progress on this resource or on anything below it. */
  busyWithin(resourceId: string): Busy | undefined {
    return this.inProgress().find((operation) => isWithin(operation.resourceId, resourceId));
  }

  /** Resolves when nothing is in progress. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }
}
