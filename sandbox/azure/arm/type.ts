/** What ARM knows of one resource type: its names, its body, its rules and what the service behind it does. */
import type { z } from "zod";
import type { ClusterEndpoint, ClusterHost } from "../clusters";
import type { Finding } from "./errors";
import type { ResourceId } from "./ids";
import type { Store, Stored } from "./store";
import type { Json } from "./values";

/** What the services behind ARM can reach. */
export interface World {
  readonly store: Store;
  readonly clusters: ClusterHost;
  /** API servers that run, by the key of the cluster's id. */
  readonly endpoints: Map<string, ClusterEndpoint>;
  log(line: string): void;
}

export interface PutRequest {
  readonly id: ResourceId;
  /** Id as text, in the casing that answers carry. */
  readonly resourceId: string;
  /** The body, valid by the type's schema, without read-only properties; `properties` is always there. */
  readonly body: Json & { readonly properties: Json };
  readonly existing: Stored | undefined;
  readonly world: World;
}

export interface PutResult {
  /** What a GET answers besides id, name, type and provisioning state. */
  readonly document: Json & { readonly properties: Json };
  /** What the service still has to do before the resource has succeeded. Only for types with operations. */
  readonly work?: () => Promise<void>;
}

/** An operation on a resource, such as `listClusterUserCredential`. */
export type Action = (resource: Stored, world: World, query: Readonly<Record<string, string>>) => Json;

export interface ArmType {
  /** Full type, such as `Microsoft.ContainerService/managedClusters/agentPools`. */
  readonly type: string;
  /** Versions that the service answers to; the first one is that of the pinned SDK. */
  readonly apiVersions: readonly [string, ...string[]];
  readonly name: { readonly pattern: RegExp; readonly rule: string };
  /** Casing of the group segment in the ids that the service answers. */
  readonly idCase?: "resourcegroups";
  /** Types without a location or tags (children, extensions) take neither. */
  readonly located: boolean;
  /** Top-level fields of the body besides location, tags and properties. */
  readonly envelope: z.ZodRawShape;
  /** Strict schema of `properties`. */
  readonly properties: z.ZodObject;
  /** Paths that answers carry and a body may repeat without effect. */
  readonly readOnly: readonly string[];
  /** Paths that cannot change once the resource is there. */
  readonly immutable: readonly string[];
  /** What the service fills in for what a body leaves out. */
  readonly defaults: Json;
  /** None: no provisioning state. Immediate: succeeded in the answer. Operation: 201 or 202, then `Azure-AsyncOperation`. */
  readonly provisioning: "none" | "immediate" | "operation";
  /** What a PATCH may change. Absent: the type has no PATCH. */
  readonly patch?: "tags" | "all";
  /** Rules across properties that a schema cannot say. `names` are those of the id; paths of findings are those of the inputs. */
  readonly check?: (body: Json & { readonly properties: Json }, names: readonly string[]) => readonly Finding[];
  put(request: PutRequest): PutResult;
  /** What a GET answers, where that is more than the document. */
  readonly show?: (resource: Stored, world: World) => Json;
  /** Refuses a deletion that the service does not allow. */
  readonly mayDelete?: (resource: Stored, world: World) => void;
  /** What the service takes down before the resource is gone. */
  readonly takeDown?: (resource: Stored, world: World) => Promise<void>;
  readonly actions?: Readonly<Record<string, Action>>;
}
