/**
 * The contract between the sandbox's provider server and its clouds.
 *
 * A cloud describes each resource type of the stack as a `ResourceKind`: the inputs it takes, which of them cannot change in place, and
 * how the cloud's own API creates, reads, updates and deletes it. The server (server.ts) speaks the engine's protocol: Check, Diff with
 * detail, preview, refresh, import, unknown and secret values. A type or an input that no kind knows is an error.
 */
import type { z } from "zod";

export type Properties = Record<string, unknown>;

/** What the server knows of the resource while a kind works on it. */
export interface ResourceInfo {
  readonly urn: string;
  readonly type: string;
  /** The logical name, last part of the URN. */
  readonly name: string;
  /** In Check: the engine's random seed in hex, from which a generated name is made. It changes when the resource is replaced. */
  readonly seed?: string;
  /** In Check: the inputs that the state records, absent for a new resource and for the new half of a replacement. */
  readonly oldInputs?: Properties;
}

export interface Created<Outputs> {
  /** The cloud's own id, in the form the real provider uses (it is what `pulumi import` takes). */
  readonly id: string;
  readonly outputs: Outputs;
}

export interface Found<Inputs, Outputs> extends Created<Outputs> {
  /** Inputs as they would have to be written to get what the cloud holds: refresh compares them with the program's. */
  readonly inputs: Inputs;
}

// Inputs and outputs default to any, as one table holds kinds of different inputs and unknown would refuse them all.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface ResourceKind<Client, Inputs extends Properties = any, Outputs extends Properties = any> {
  /** Type token, such as `aws:ecr/repository:Repository`. */
  readonly type: string;
  /**
   * Strict schema of the inputs (z.strictObject): an unknown input is refused. Unknown values are passed over during preview.
   * It only judges: defaults and conversions belong in `defaults`, and a schema that changes its input is an error.
   */
  readonly schema: z.ZodType<Inputs>;
  /** Property paths (`a.b[0].c`, `a[*].b` or `a`) whose change needs a replacement, as in the real provider. */
  readonly replaceOn: readonly string[];
  /** Property paths of lists whose order means nothing. */
  readonly sets?: readonly string[];
  /** Inputs that are written but never read back (secret values): refresh keeps what the state has unless `read` returns them. */
  readonly writeOnly?: readonly string[];
  /** True when `read` answers the very inputs that the real provider would record: a refresh then fits nothing, not even what is empty or off. */
  readonly readsExactly?: boolean;
  /** Outputs that are secret whatever the inputs were. */
  readonly secretOutputs?: readonly string[];
  /** Property paths that need a replacement besides `replaceOn`, where that hangs on the inputs or on the provider's configuration. Runs in Diff. */
  replacements?(inputs: Inputs, client: Client | undefined): readonly string[];
  /** Outputs that an update may change (etags, times): unknown while an update is previewed; the others keep their values. */
  readonly volatileOutputs?: readonly string[];
  /** True when a replacement must delete the old one first (names that cannot exist twice). A function where that hangs on the inputs. */
  readonly deleteBeforeReplace?: boolean | ((inputs: Inputs, oldInputs: Inputs) => boolean);
  /**
   * Defaults and names that the real provider fills in: what it returns is laid over the inputs. Runs in Check, before validation.
   * During a preview an unknown value stands as the string UNKNOWN of wire.ts and stays unknown whatever is returned for it.
   * `autoName` of autoname.ts makes names.
   */
  defaults?(inputs: Partial<Inputs>, info: ResourceInfo): Partial<Inputs>;
  /** Rules that a schema cannot say, as messages by property. Runs in Check once the schema is content; a rule that reads an unknown value is put off. */
  check?(inputs: Inputs, info: ResourceInfo): readonly { property: string; reason: string }[];
  /**
   * Asks the cloud what a create (`old` absent) or an update would give, and changes nothing. Runs in preview when every input is known and
   * the provider is configured; undefined stands for "cannot be told yet", an error fails the preview.
   */
  preview?(client: Client, inputs: Inputs, info: ResourceInfo, old?: { readonly id: string; readonly outputs: Outputs }): Promise<Outputs | undefined>;
  create(client: Client, inputs: Inputs, info: ResourceInfo): Promise<Created<Outputs>>;
  /** Undefined when the cloud no longer has it. `known` is the state's outputs, absent at import. */
  read(client: Client, id: string, known: Outputs | undefined, info: ResourceInfo): Promise<Found<Inputs, Outputs> | undefined>;
  /** Absent when every change is a replacement. */
  update?(client: Client, id: string, old: Outputs, inputs: Inputs, info: ResourceInfo): Promise<Outputs>;
  /** Deleting what is gone already is a success. */
  remove(client: Client, id: string, known: Outputs, info: ResourceInfo): Promise<void>;
}

/** A function of the provider, such as `azure-native:containerservice:listManagedClusterUserCredentials`. */
export type Invoke<Client> = (client: Client, args: Properties) => Promise<Properties>;

/** The provider of one cloud. */
export interface CloudProvider<Client> {
  /** Package name: `aws`, `azure-native`, `kubernetes`, `github`. */
  readonly package: string;
  /** Version of the SDK that the project pins. */
  readonly version: string;
  /** Strict schema of the provider's configuration. */
  readonly config: z.ZodType<Properties>;
  /** Provider config keys whose change replaces every resource. */
  readonly configReplaceOn?: readonly string[];
  /** Provider config keys that replace every resource for these values, besides `configReplaceOn` (a kubeconfig that leads to another cluster). */
  configReplacements?(oldConfig: Properties, config: Properties): readonly string[];
  /** A client for one provider instance. `undefined` stands for configuration that is unknown during a first preview: the server then previews from nothing but inputs. */
  configure(config: Properties): Promise<Client>;
  /** The kind of a type token, or undefined when the sandbox does not know it. */
  kind(type: string): ResourceKind<Client> | undefined;
  readonly invokes: Readonly<Record<string, Invoke<Client>>>;
}

/** The cloud made something but could not finish: the server reports the half-made resource so that it is kept in state. */
export class PartialFailure extends Error {
  constructor(
    readonly created: Created<Properties>,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** An answer of a cloud that is no success; the message names operation, status, code and the cloud's own words. */
export class CloudError extends Error {
  constructor(
    readonly operation: string,
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(`${operation}: ${status} ${code}: ${message}`);
  }
}
