/** Faults that are ordered through the control API, and the switch that every call to a cloud passes. */
import { z } from "zod";
import type { Call, FaultSwitch } from "../cloud";
import { currentWork, type CurrentWork } from "../provider/current";
import { CloudError } from "../provider/kind";
import { isAlive } from "../provider/peer";
import { Deaths } from "./deaths";

export const faultOrder = z
  .strictObject({
    /** Type token of the resource that is worked on. Default: any. */
    type: z.string().optional(),
    /** What is done with the resource. Default: anything. */
    work: z.enum(["create", "read", "update", "delete"]).optional(),
    /** Package of the cloud: aws, azure-native, kubernetes, github. Default: any. */
    cloud: z.string().optional(),
    /** Regular expression for the operation, such as `^PUT `. Default: any. */
    operation: z.string().optional(),
    /** What happens: an answer of this status, or the death of the engine by SIGKILL. */
    status: z.union([z.literal(500), z.literal(409), z.literal(429), z.literal("kill-engine")]),
    /** When the engine dies: as the call goes out, or when the cloud has done what was asked and the engine has not heard of it. Default: call. */
    at: z.enum(["call", "answer"]).optional(),
    /** The call is held back until no other has come to be held for so many milliseconds: one death meets them all. Default: 0, at once. */
    holdMs: z.number().int().min(0).optional(),
    /** Matching calls to let pass first. Default: 0. */
    skip: z.number().int().min(0).optional(),
    /** How often the fault happens. Default: 1. */
    times: z.number().int().min(1).optional(),
  })
  .refine(({ status, at, holdMs }) => status === "kill-engine" || (at === undefined && holdMs === undefined), "at and holdMs belong to kill-engine alone");

export type FaultOrder = z.infer<typeof faultOrder>;

export interface Hit {
  readonly cloud: string;
  readonly operation: string;
  /** Type token and URN of the resource, empty outside of one. */
  readonly type: string;
  readonly urn: string;
}

export interface OrderedFault {
  readonly id: number;
  readonly order: FaultOrder;
  readonly hits: readonly Hit[];
}

const ANSWERS = {
  500: { code: "InternalServerError", message: "a fault that was ordered for this rehearsal" },
  409: { code: "Conflict", message: "a conflict that was ordered for this rehearsal" },
  429: { code: "TooManyRequests", message: "a rate limit that was ordered for this rehearsal", retryAfterSeconds: 1 },
} as const;

type Moment = "call" | "answer";
type Entry = OrderedFault & { readonly pattern: RegExp; readonly hits: Hit[]; seen: number };

export class Faults implements FaultSwitch {
  private entries: Entry[] = [];
  private nextId = 1;
  private readonly deaths: Deaths;

  /** `afterDeath` clears what a killed engine leaves, before the next one can meet it. It must not throw. */
  constructor(afterDeath: () => Promise<void> = () => Promise.resolve()) {
    this.deaths = new Deaths(afterDeath);
  }

  /** Throws an Error when the operation is no regular expression. */
  order(order: FaultOrder): OrderedFault {
    const entry: Entry = { id: this.nextId++, order, hits: [], seen: 0, pattern: new RegExp(order.operation ?? "") };
    this.entries.push(entry);
    return entry;
  }

  list(): readonly OrderedFault[] {
    return this.entries.map(({ id, order, hits }) => ({ id, order, hits }));
  }

  clear(): void {
    this.entries = [];
  }

  pass(call: Call): Promise<void> {
    return this.meet(call, "call");
  }

  answered(call: Call): Promise<void> {
    return this.meet(call, "answer");
  }

  private async meet(call: Call, moment: Moment): Promise<void> {
    const work = currentWork();
    if (isUnheard(work)) return;
    const due = this.entries.filter((entry) => matches(entry, call, moment, work)).find(isDue);
    if (!due) return;
    due.hits.push({ ...call, type: work?.type ?? "", urn: work?.urn ?? "" });
    await this.happen(due.order, call.operation, work);
  }

  private async happen({ status, holdMs = 0 }: FaultOrder, operation: string, work: CurrentWork | undefined): Promise<void> {
    if (status === "kill-engine") {
      if (work?.engine === undefined) throw new Error(`no engine is known to kill behind ${operation}`);
      // The call itself goes on, as it would in a cloud that does not know that its client is gone.
      return this.deaths.kill(work.engine, holdMs);
    }
    const answer = ANSWERS[status];
    throw new CloudError(operation, status, answer.code, answer.message, "retryAfterSeconds" in answer ? answer.retryAfterSeconds : undefined);
  }
}

/** Orders are for what an engine waits for. What goes on without one must come to its end: it is the sandbox that cleans up then. */
function isUnheard(work: CurrentWork | undefined): boolean {
  return work?.operation === "undo" || (work?.engine !== undefined && !isAlive(work.engine));
}

function matches(entry: Entry, call: Call, moment: Moment, work: CurrentWork | undefined): boolean {
  const { order } = entry;
  if ((order.at ?? "call") !== moment) return false;
  if (order.cloud !== undefined && order.cloud !== call.cloud) return false;
  if (order.type !== undefined && order.type !== work?.type) return false;
  if (order.work !== undefined && order.work !== work?.operation) return false;
  return entry.pattern.test(call.operation);
}

/** Counts the call; true when it is one that the fault is for. */
function isDue(entry: Entry): boolean {
  entry.seen += 1;
  const { skip = 0, times = 1 } = entry.order;
  return entry.seen > skip && entry.seen <= skip + times;
}
