/** The API of one cluster as the provider speaks it: requests through the fault switch, discovery, and errors in the server's own words. */
import { NO_FAULTS, type SandboxContext } from "../cloud";
import { CloudError } from "../provider/kind";
import { HttpsClient } from "./cluster/https";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
}

/** Where the objects of one kind are found. */
export interface ApiResource {
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly root: string;
  /** Plural name, such as `networkpolicies`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface GroupVersionKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
}

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly StatusCause[] };
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** An answer of the API server that is no success, with the causes it lists. */
export class ApiError extends CloudError {
  constructor(
    operation: string,
    status: number,
    reason: string,
    message: string,
    readonly causes: readonly StatusCause[],
    retryAfterSeconds?: number,
  ) {
    super(operation, status, reason, message, retryAfterSeconds);
  }
}

const discoveryType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** A client of one API server with one identity. */
export class KubernetesApi {
  private readonly http: HttpsClient;
  private discovered: Promise<ReadonlyMap<string, ApiResource>> | undefined;

  constructor(
    readonly server: string,
    private readonly authority: string,
    private readonly token: string,
    private readonly faults: SandboxContext["faults"],
  ) {
    this.http = new HttpsClient({ authority });
  }

  /** The parsed answer. Throws an ApiError for a status of 400 and above, a CloudError with status 0 when there is no answer. */
  async send<T = KubernetesObject>(request: ApiRequest): Promise<T> {
    const operation = `${request.method} ${request.path}`;
    const call = { cloud: "kubernetes", operation };
    await this.faults.pass(call);
    const query = request.query === undefined ? "" : `?${new URLSearchParams(request.query).toString()}`;
    const answer = await this.http
      .send({
        method: request.method,
        url: `${this.server}${request.path}${query}`,
        headers: {
          authorization: `Bearer ${this.token}`,
          accept: request.accept ?? "application/json",
          ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      })
      .catch((error: Error) => {
        throw new CloudError(operation, 0, "Unreachable", `configured Kubernetes cluster is unreachable at ${this.server}: ${error.message}`);
      });
    if (answer.status >= 400) throw apiError(operation, answer.status, answer.text, answer.headers["retry-after"]);
    await this.faults.answered(call);
    return JSON.parse(answer.text) as T;
  }

  /** Work of another program on this cluster, as one call of the fault switch. */
  async passed<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const call = { cloud: "kubernetes", operation };
    await this.faults.pass(call);
    const result = await work();
    await this.faults.answered(call);
    return result;
  }

  /** The same identity past the fault switch, which breaks the provider's calls only. To be closed. */
  unbroken(): KubernetesApi {
    return new KubernetesApi(this.server, this.authority, this.token, NO_FAULTS);
  }

  /** The parsed answer, or undefined for 404. */
  async find<T = KubernetesObject>(path: string, query?: Readonly<Record<string, string>>): Promise<T | undefined> {
    try {
      return await this.send<T>({ method: "GET", path, ...(query === undefined ? {} : { query }) });
    } catch (error) {
      if (error instanceof CloudError && error.status === 404) return undefined;
      throw error;
    }
  }

  async list(path: string, query?: Readonly<Record<string, string>>): Promise<readonly KubernetesObject[]> {
    const answer = await this.send<{ readonly items: readonly KubernetesObject[] }>({ method: "GET", path, ...(query === undefined ? {} : { query }) });
    return answer.items;
  }

  /** Where objects of a kind are found, or undefined when the API server does not know the kind, asked anew each time it does not. */
  async resource(kind: GroupVersionKind): Promise<ApiResource | undefined> {
    this.discovered ??= this.discover();
    const known = (await this.discovered.catch((error: unknown) => this.forgetDiscovery(error))).get(keyOf(kind));
    if (known !== undefined) return known;
    this.discovered = this.discover();
    return (await this.discovered.catch((error: unknown) => this.forgetDiscovery(error))).get(keyOf(kind));
  }

  close(): void {
    this.http.close();
  }

  private forgetDiscovery(error: unknown): never {
    this.discovered = undefined;
    throw error;
  }

  private async discover(): Promise<ReadonlyMap<string, ApiResource>> {
    const lists = await Promise.all(["/api", "/apis"].map((path) => this.send<DiscoveryList>({ method: "GET", path, accept: discoveryType })));
    return new Map(lists.flatMap(resourcesOf));
  }
}

/** Path of an object, or of the collection when no name is given. The name is escaped: ClusterRoles may hold colons. */
export function pathOf(resource: ApiResource, namespace: string | undefined, name?: string): string {
  const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? "default")}` : "";
  const object = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${resource.root}${scope}/${resource.plural}${object}`;
}

export function apiVersionOf({ group, version }: Pick<GroupVersionKind, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

function keyOf(kind: GroupVersionKind): string {
  return `${apiVersionOf(kind)}/${kind.kind}`;
}

/** Aggregated discovery, https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
interface DiscoveryList {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly { readonly resource: string; readonly responseKind: { readonly kind: string }; readonly scope: "Cluster" | "Namespaced"; readonly verbs: readonly string[] }[];
    }[];
  }[];
}

function resourcesOf(list: DiscoveryList): readonly (readonly [string, ApiResource])[] {
  return list.items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) => {
      const group = metadata?.name ?? "";
      const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      return resources
        .filter(({ verbs }) => verbs.includes("get") && verbs.includes("patch"))
        .map(({ resource, responseKind, scope }) => [keyOf({ group, version, kind: responseKind.kind }), { root, plural: resource, namespaced: scope === "Namespaced" }] as const);
    }),
  );
}

function apiError(operation: string, status: number, text: string, retryAfter: string | string[] | undefined): ApiError {
  const seconds = Number(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
  const answer = parseStatus(text);
  return new ApiError(
    operation,
    status,
    answer.reason ?? "Unknown",
    answer.message ?? text.trim(),
    answer.details?.causes ?? [],
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

function parseStatus(text: string): Status {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    // The server answers in plain text before its handlers run (authentication, overload).
    return {};
  }
}
