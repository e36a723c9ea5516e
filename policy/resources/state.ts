/**
 * The resources of a deployed stack, as `pulumi stack export` writes them: read without program, engine, cloud or passphrase. The export of any
 * stack will do, whatever language its program is in.
 */
import { z } from "zod";
import type { Props, SubjectOptions } from "../kit/rule";
import { UNKNOWN } from "../kit/unknowns";
import { isProps } from "../kit/values";
import type { Resource } from "./resource";
import { SECRET, SIGNATURE } from "./wire";

/** Versions of the format that hold what is read here. Source: sdk/go/common/apitype/core.go of pulumi/pulumi. */
const VERSIONS = [3, 4] as const;

const properties = z.record(z.string(), z.unknown());
const entry = z.object({
  urn: z.string().regex(/^urn:pulumi:[^:]+::[^:]+::[^:].*?::./, "found no URN of a resource; wanted urn:pulumi:STACK::PROJECT::TYPE::NAME"),
  type: z.string(),
  id: z.string().default(""),
  custom: z.boolean().default(false),
  /** Waits for its deletion: something else has taken its place. */
  delete: z.boolean().default(false),
  /** Read by the stack, managed elsewhere. */
  external: z.boolean().default(false),
  protect: z.boolean().default(false),
  inputs: properties.default({}),
  outputs: properties.default({}),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).default({}),
  parent: z.string().optional(),
  /** `URN::ID`. */
  provider: z.string().optional(),
  ignoreChanges: z.array(z.string()).optional(),
  aliases: z.array(z.string()).nullish(),
  additionalSecretOutputs: z.array(z.string()).nullish(),
  retainOnDelete: z.boolean().optional(),
  /** Seconds. */
  customTimeouts: z.object({ create: z.number().default(0), update: z.number().default(0), delete: z.number().default(0) }).nullish(),
  deletedWith: z.string().optional(),
  sourcePosition: z.string().optional(),
});
const exported = z.object({ version: z.literal([...VERSIONS]), deployment: z.object({ resources: z.array(entry).default([]) }) });

type Entry = z.infer<typeof entry>;

/** Where a program declares a resource. */
export interface Position {
  /** Path from the project's root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface DeployedState {
  readonly resources: readonly Resource[];
  /** The providers by which they are made. */
  readonly providers: readonly Resource[];
  /** By URN; engines note it where the program's language can tell. */
  readonly positions: ReadonlyMap<string, Position>;
}

/** A text that is no exported state. The message lists every finding. */
export class StateError extends Error {
  override readonly name = "StateError";

  constructor(readonly findings: readonly string[]) {
    super(["This is no state as `pulumi stack export` writes it; nothing was read from it.", ...findings.map((finding) => `  ${finding}`)].join("\n"));
  }
}

/**
 * Reads an exported state: what the stack manages itself, so neither its components and providers, nor what it only reads, nor what waits for
 * its deletion. A stack that was never brought up holds nothing.
 * @throws StateError when the text is no exported state
 */
export function readState(text: string): DeployedState {
  const all = entriesOf(text).filter((found) => found.custom && !found.delete && !found.external);
  const isProvider = ({ type }: Entry): boolean => type.startsWith("pulumi:providers:");
  const entries = all.filter((found) => !isProvider(found) && found.type !== "pulumi:pulumi:Stack");
  return { resources: entries.map(resourceOf), providers: all.filter(isProvider).map(resourceOf), positions: new Map(entries.flatMap(position)) };
}

function entriesOf(text: string): readonly Entry[] {
  const result = exported.safeParse(parseJson(text));
  if (!result.success) throw new StateError(result.error.issues.map(({ path, message }) => `${path.join(".") || "the text"}: ${message}`));
  return result.data.deployment.resources;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StateError([`the text: found no JSON: ${(error as Error).message}`]);
  }
}

/**
 * What the cloud holds goes before what the program asked for: a change by hand that was refreshed into the state shows there, also in a
 * property that no program ever set. What the cloud does not tell, such as the value of a secret, stays as it was asked for.
 */
function resourceOf({ urn, type, id, protect, inputs, outputs, propertyDependencies, ...entry }: Entry): Resource {
  const sources = Object.entries(propertyDependencies).map(([property, urns]) => [property, urns ?? []]);
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    protect,
    options: optionsOf(entry),
    props: sealed(ownKeys({ ...inputs, ...outputs })) as Props,
    inputs: sealed(inputs, true) as Props,
    outputs: sealed({ id, ...outputs }) as Props,
    sources: Object.fromEntries(sources),
  };
}

function optionsOf({ parent, provider, ignoreChanges, aliases, additionalSecretOutputs, customTimeouts, retainOnDelete, deletedWith }: Partial<Entry>): SubjectOptions {
  const lists = { ignoreChanges, aliases: aliases ?? undefined, additionalSecretOutputs: additionalSecretOutputs ?? undefined };
  return { parent, provider: provider?.split("::").slice(0, 4).join("::"), ...lists, customTimeouts: customTimeouts ?? undefined, retainOnDelete, deletedWith };
}

/** Without what providers note for themselves. */
function ownKeys(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));
}

/**
 * Secrets become values that cannot be read, sealed or in the clear. Providers note in `__defaults`, at any depth, which values are theirs.
 * @param keepNotes keeps what providers noted
 */
function sealed(value: unknown, keepNotes = false): unknown {
  if (Array.isArray(value)) return value.map((item) => sealed(item, keepNotes));
  if (!isProps(value)) return value;
  if (value[SIGNATURE] === SECRET) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (key === "__defaults" && !keepNotes ? [] : [[key, sealed(inner, keepNotes)]])));
}

/** Such as `project:///components/registry.ts#12,5`. */
function position({ urn, sourcePosition = "" }: Entry): readonly (readonly [string, Position])[] {
  const [, file, line, column] = /^project:\/\/\/(.+)#(\d+),(\d+)$/.exec(sourcePosition) ?? [];
  return file === undefined ? [] : [[urn, { file, line: Number(line), column: Number(column) }]];
}
