/**
 * Requests held to the models that AWS publishes of its services: what botocore has of them, which comes with the emulator's Python environment.
 * The SDK's clients send what they are given; of lengths, patterns and enumerations they know nothing.
 */
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CloudError } from "../provider/kind";

/** Source: botocore's data/SERVICE/DATE/service-2.json. */
interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface Reference {
  readonly shape: string;
}

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Reference>>;
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

export type Service = "ecr" | "iam" | "s3" | "sts";

/** A member of a request that its model does not take. */
export interface Fault {
  /** Path of the member, such as `imageScanningConfiguration.scanOnPush`. */
  readonly member: string;
  readonly reason: string;
}

/** The models of the services, each read at its first use. */
export class PublishedModels {
  private readonly loaded = new Map<Service, Model>();

  /** `emulator` is the path of moto's server: botocore lies in the same environment. */
  constructor(private readonly emulator: string) {}

  /** What of a request its model does not take. An operation that the model does not know is a fault of its own. */
  faults(service: Service, operation: string, input: unknown): readonly Fault[] {
    const model = this.model(service);
    const known = model.operations[operation];
    if (known === undefined) return [{ member: operation, reason: `is no operation of ${service}` }];
    return known.input === undefined ? [] : [...faultsOf(model, known.input, input, "")];
  }

  /** @throws CloudError with status 400 that names every fault */
  require(service: Service, operation: string, input: unknown): void {
    const found = this.faults(service, operation, input);
    if (found.length === 0) return;
    throw new CloudError(operation, 400, "ValidationException", found.map(({ member, reason }) => `${member}: ${reason}, by the published model of ${service}`).join("; "));
  }

  private model(service: Service): Model {
    const known = this.loaded.get(service);
    if (known !== undefined) return known;
    const model = JSON.parse(gunzipSync(readFileSync(modelFile(this.emulator, service))).toString("utf8")) as Model;
    this.loaded.set(service, model);
    return model;
  }
}

/** @throws Error where the environment holds no botocore */
function modelFile(emulator: string, service: Service): string {
  const library = join(dirname(dirname(realpathSync(emulator))), "lib");
  const python = readdirSync(library).find((folder) => folder.startsWith("python"));
  if (python === undefined) throw new Error(`${library} holds no Python: the environment of the emulator is broken; remove it, and it is made anew`);
  const versions = join(library, python, "site-packages", "botocore", "data", service);
  const newest = readdirSync(versions).sort().at(-1) ?? "";
  return join(versions, newest, "service-2.json.gz");
}

function* faultsOf(model: Model, reference: Reference, value: unknown, path: string): Iterable<Fault> {
  if (value === undefined || value === null) return;
  const shape = model.shapes[reference.shape];
  if (shape === undefined) throw new Error(`the model names a shape ${reference.shape} that it lacks`);
  const kind = KINDS[shape.type];
  if (kind !== undefined && !kind.holds(value)) {
    yield { member: path, reason: `found ${shown(value)}; ${kind.words} is expected` };
    return;
  }
  for (const reason of boundFaults(shape, value)) yield { member: path, reason };
  if (shape.type === "structure") yield* structureFaults(model, shape, value as Record<string, unknown>, path);
  if (shape.type === "list" && shape.member !== undefined) for (const [index, item] of (value as unknown[]).entries()) yield* faultsOf(model, shape.member, item, `${path}[${index}]`);
  if (shape.type === "map" && shape.value !== undefined) for (const [key, item] of Object.entries(value as object)) yield* faultsOf(model, shape.value, item, joined(path, key));
}

function* structureFaults(model: Model, { members = {}, required = [] }: Shape, value: Readonly<Record<string, unknown>>, path: string): Iterable<Fault> {
  for (const name of required) if (value[name] === undefined || value[name] === null) yield { member: joined(path, name), reason: "found nothing; it is required" };
  for (const [name, member] of Object.entries(value)) {
    const known = members[name];
    if (known !== undefined) yield* faultsOf(model, known, member, joined(path, name));
    else if (member !== undefined) yield { member: joined(path, name), reason: "is no member" };
  }
}

function* boundFaults({ type, min, max, pattern, enum: allowed }: Shape, value: unknown): Iterable<string> {
  if (typeof value === "string" && allowed !== undefined && !allowed.includes(value)) yield `found ${shown(value)}; allowed are ${allowed.join(", ")}`;
  if (typeof value === "string" && pattern !== undefined && !matches(pattern, value)) yield `found ${shown(value)}; it has to match ${pattern}`;
  const size = typeof value === "number" ? value : typeof value === "string" ? value.length : type === "list" ? (value as unknown[]).length : type === "map" ? Object.keys(value as object).length : undefined;
  const unit = typeof value === "number" ? "" : typeof value === "string" ? " characters" : " items";
  if (size !== undefined && min !== undefined && size < min) yield `found ${size}${unit}; ${min} is the least`;
  if (size !== undefined && max !== undefined && size > max) yield `found ${size}${unit}; ${max} is the most`;
}

/** Patterns are those of Java, and hold for the whole text. */
function matches(pattern: string, value: string): boolean {
  const whole = `^(?:${pattern})$`;
  try {
    return new RegExp(whole, "u").test(value);
  } catch {
    // Some escape what the stricter grammar does not let be escaped.
    return new RegExp(whole).test(value);
  }
}

const number = { holds: (value: unknown) => typeof value === "number", words: "a number" };
const object = { holds: (value: unknown) => typeof value === "object" && !Array.isArray(value), words: "an object" };

/** What a value of a shape is to the SDK; kinds that are not here may be anything. */
const KINDS: Readonly<Record<string, { readonly holds: (value: unknown) => boolean; readonly words: string }>> = {
  string: { holds: (value) => typeof value === "string", words: "a text" },
  boolean: { holds: (value) => typeof value === "boolean", words: "true or false" },
  integer: number,
  long: number,
  float: number,
  double: number,
  list: { holds: Array.isArray, words: "a list" },
  map: object,
  structure: object,
  timestamp: { holds: (value) => value instanceof Date, words: "a Date" },
};

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A value for people; never a whole document. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
