/** A cloud in memory with one kind of thing, for tests of the machinery around clouds. */
import { z } from "zod";
import { CloudError, PartialFailure, type CloudProvider, type ResourceKind } from "../../../sandbox/provider/kind";

export interface ThingInputs extends Record<string, unknown> {
  name: string;
  size?: number;
  region?: string;
  password?: string;
  tags?: Record<string, string>;
  members?: string[];
  steps?: { run: string }[];
  half?: boolean;
}

export interface Thing {
  inputs: ThingInputs;
  revision: number;
}

export class ToyClient {
  constructor(
    readonly cloud: ToyCloud,
    readonly zone: string,
  ) {}
}

/** Things by `zone/name`, and hooks that tests set. */
export class ToyCloud {
  readonly things = new Map<string, Thing>();
  readonly calls: string[] = [];
  before: (call: string) => Promise<void> = async () => undefined;

  async call(what: string): Promise<void> {
    this.calls.push(what);
    await this.before(what);
  }
}

export const thingKind: ResourceKind<ToyClient, ThingInputs, { serial: string; revision: number; token: string }> = {
  type: "toy:index:Thing",
  schema: z.strictObject({
    name: z.string().regex(/^[a-z-]+$/, "must be lower case letters and dashes"),
    size: z.number().int().optional(),
    region: z.enum(["east", "west"]).optional(),
    password: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
    members: z.array(z.string()).optional(),
    steps: z.array(z.strictObject({ run: z.string() })).optional(),
    half: z.boolean().optional(),
  }),
  replaceOn: ["name", "region"],
  sets: ["members"],
  writeOnly: ["password"],
  secretOutputs: ["token"],
  volatileOutputs: ["revision"],
  deleteBeforeReplace: true,
  defaults: (inputs) => ({ size: inputs.size ?? 1 }),
  check: (inputs) => ((inputs.size ?? 0) > 10 ? [{ property: "size", reason: `must be at most 10, found ${inputs.size}` }] : []),
  async create(client, inputs) {
    await client.cloud.call(`create ${inputs.name}`);
    const id = `${client.zone}/${inputs.name}`;
    if (client.cloud.things.has(id)) throw new CloudError("CreateThing", 409, "Conflict", `thing ${id} exists\nalready`);
    client.cloud.things.set(id, { inputs: structuredClone(inputs), revision: 1 });
    if (inputs.half) throw new PartialFailure({ id, outputs: { serial: `s-${id}`, revision: 1, token: "half-made" } }, "only half of it was made");
    await client.cloud.call(`created ${inputs.name}`);
    return { id, outputs: { serial: `s-${id}`, revision: 1, token: `t0ken-of-${id}` } };
  },
  async read(client, id) {
    const thing = client.cloud.things.get(id);
    if (!thing) return undefined;
    const visible = Object.fromEntries(Object.entries(thing.inputs).filter(([key]) => key !== "password")) as ThingInputs;
    return { id, inputs: { tags: {}, members: [], ...visible }, outputs: { serial: `s-${id}`, revision: thing.revision, token: `t0ken-of-${id}` } };
  },
  async update(client, id, _old, inputs) {
    await client.cloud.call(`update ${inputs.name}`);
    const thing = client.cloud.things.get(id);
    if (!thing) throw new CloudError("UpdateThing", 404, "NotFound", `no thing ${id}`);
    thing.inputs = structuredClone(inputs);
    thing.revision += 1;
    return { serial: `s-${id}`, revision: thing.revision, token: `t0ken-of-${id}` };
  },
  async remove(client, id) {
    await client.cloud.call(`remove ${id}`);
    client.cloud.things.delete(id);
  },
};

export function toyProvider(cloud: ToyCloud): CloudProvider<ToyClient> {
  return {
    package: "toy",
    version: "1.2.3",
    config: z.strictObject({ zone: z.string(), retries: z.number().optional(), apiKey: z.string().optional() }),
    configReplaceOn: ["zone"],
    configure: async (config) => new ToyClient(cloud, String(config["zone"])),
    kind: (type) => (type === thingKind.type ? thingKind : undefined),
    invokes: { "toy:index:count": async (client) => ({ count: [...client.cloud.things.keys()].filter((id) => id.startsWith(`${client.zone}/`)).length }) },
  };
}
