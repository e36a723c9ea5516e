/** Runs the program, or a part of it, against mocks of the engine, and records what was registered and how. */
import { answers as cloudAnswers } from "../../policy/resources/answers";
import type { Callback as EngineCallback } from "@pulumi/pulumi/proto/callback_pb";
import type * as resourceMessages from "@pulumi/pulumi/proto/resource_pb";
import type * as sdk from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { stringify } from "yaml";
import { fixtureValues, type FixtureStack, type StackValues } from "../fixture";

/** A resource as the engine would have got it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly inputs: Record<string, unknown>;
  /** Names of the resources that it waits for. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Name of its provider. */
  readonly provider: string | undefined;
}

export interface Ran<Result> {
  readonly resources: readonly Registered[];
  readonly result: Result;
}

/** Canary of each secret: no test may find one outside a secret. */
export const canary = (name: string): string => `canary-of-${name}`;

/** Kubeconfig as Azure hands it out, for an API server named after the cluster. */
export function userKubeconfig(cluster: string): string {
  const text = stringify({
    apiVersion: "v1",
    clusters: [{ name: cluster, cluster: { server: `https://${cluster}.hcp.westus3.azmk8s.io:443`, "certificate-authority-data": "Q0E=" } }],
    users: [{ name: "clusterUser", user: { exec: { command: "kubelogin", args: ["get-token", "--login", "devicecode"] } } }],
    contexts: [{ name: cluster, context: { cluster, user: "clusterUser" } }],
    "current-context": cluster,
  });
  return Buffer.from(text, "utf8").toString("base64");
}

type Inputs = Record<string, unknown>;

/** What the clouds would add to a resource's inputs, and Kubernetes to a name that it is to complete. */
function answers(type: string, name: string, inputs: Inputs): Inputs {
  return type === "kubernetes:core/v1:ConfigMap" ? { metadata: { name: `${name}-0a1b2c3d`, ...(inputs["metadata"] as Inputs) } } : cloudAnswers(type, name, inputs);
}

const ofUrn = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** The part of the SDK's store that holds what the engine calls back. */
interface Store {
  supportsTransforms: boolean;
  callbacks: { registerTransform(): Promise<EngineCallback>; awaitStackRegistrations(): Promise<void>; shutdown(): void };
}

/** The mocked engine takes transforms and never calls them: nothing has to listen for it. */
function takeTransforms(): void {
  const store = jest.requireActual<{ getStore(): Store }>("@pulumi/pulumi/runtime/state").getStore();
  store.supportsTransforms = true;
  store.callbacks = {
    registerTransform: () => Promise.resolve(new (jest.requireActual<{ Callback: new () => EngineCallback }>("@pulumi/pulumi/proto/callback_pb").Callback)()),
    awaitStackRegistrations: () => Promise.resolve(),
    shutdown: () => undefined,
  };
}

/** Runs something that registers resources. Modules are loaded anew, as the SDK keeps its engine in them. */
export async function record<Result>(
  stack: string,
  config: Readonly<Record<string, string>>,
  run: (pulumi: typeof sdk) => Promise<Result>,
): Promise<Ran<Result>> {
  jest.resetModules();
  // Each load of the SDK listens for the end of the process, and takes a stack trace for each promise, which jest maps to the sources.
  process.setMaxListeners(100);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const pulumi = await import("@pulumi/pulumi");
  const resources: Registered[] = [];
  const secrets = Object.keys(config).filter((key) => config[key] === canary(key.replace("gpu-cicd:", "")));
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(secrets);
  pulumi.runtime.setAllConfig({ ...config }, secrets);
  const requests = watchRegistrations();
  const mocks = {
    newResource: ({ type, name, inputs }: MockResourceArgs) => {
      const request = requests.get(`${type}::${name}`);
      resources.push({
        type,
        name,
        parent: request?.getParent() ? ofUrn(request.getParent()) : undefined,
        inputs: inputs as Inputs,
        dependsOn: [...new Set((request?.getDependenciesList() ?? []).map(ofUrn))].sort(),
        protect: request?.getProtect() ?? false,
        ignoreChanges: request?.getIgnorechangesList() ?? [],
        replaceOnChanges: request?.getReplaceonchangesList() ?? [],
        deleteBeforeReplace: request?.getDeletebeforereplace() ?? false,
        provider: request?.getProvider() ? ofUrn(request.getProvider().split("::").slice(0, -1).join("::")) : undefined,
      });
      return { id: `id-of-${name}`, state: { ...inputs, ...answers(type, name, inputs as Inputs) } };
    },
    call: ({ token, inputs }: { token: string; inputs: Inputs }) => {
      if (token !== "azure-native:containerservice:listManagedClusterUserCredentials") throw new Error(`unexpected call of ${token}`);
      return { kubeconfigs: [{ name: "clusterUser", value: userKubeconfig(String(inputs["resourceName"])) }] };
    },
  };
  await pulumi.runtime.setMocks(mocks, "gpu-cicd", stack, false, "organization");
  takeTransforms();
  try {
    const result = await run(pulumi);
    await pulumi.runtime.disconnect();
    return { resources, result };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

type Request = resourceMessages.RegisterResourceRequest;
type Callback = (error: unknown, response: unknown) => void;
interface Monitor {
  registerResource(request: Request, callback: Callback): Promise<void>;
}

/** Every registration as it is sent: mocks are told its type, name and inputs only. */
function watchRegistrations(): Map<string, Request> {
  const requests = new Map<string, Request>();
  const { MockMonitor } = jest.requireActual<{ MockMonitor: { prototype: Monitor } }>("@pulumi/pulumi/runtime/mocks");
  const original = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request, callback) {
    requests.set(`${request.getType()}::${request.getName()}`, request);
    return original.call(this, request, callback);
  };
  return requests;
}

/** Values of a stack as the engine hands them to the program, with a canary for each secret. */
export function engineConfig(values: StackValues, secrets: readonly string[]): Record<string, string> {
  const given = Object.entries(values).map(([key, value]) => [`gpu-cicd:${key}`, typeof value === "string" ? value : JSON.stringify(value)]);
  return Object.fromEntries([...given, ...[...OWN_SECRETS, ...secrets].map((name) => [`gpu-cicd:${name}`, canary(name)])]);
}

const OWN_SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey"];
/** Secrets of the fixture's stacks beside the apps' keys: `large` has the optional one, and `small` goes without. */
const SECRETS = { large: ["HF_TOKEN", "SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL"], small: ["HF_TOKEN", "MIRROR_APP_PRIVATE_KEY"] };

/** Runs the whole program as a stack of the fixture. */
export function runStack(stack: FixtureStack, change: (values: StackValues) => StackValues = (values) => values): Promise<Ran<Record<string, unknown>>> {
  return runProgram(stack, engineConfig(change(fixtureValues(stack)), SECRETS[stack]));
}

/** Runs the whole program with the config that the engine would hand to it. */
export function runProgram(stack: string, config: Readonly<Record<string, string>>): Promise<Ran<Record<string, unknown>>> {
  return record(stack, config, async (pulumi) => {
    const outputs = jest.requireActual<Record<string, unknown>>("../../index");
    return (await promised(pulumi.output(outputs))) as Record<string, unknown>;
  });
}

/** The value of an output. */
export function promised<Value>(output: sdk.Output<Value>): Promise<Value> {
  return new Promise((resolve) => void output.apply(resolve as (value: unknown) => void));
}

/** The one resource of a name. */
export function named(resources: readonly Registered[], name: string, type?: string): Registered {
  const found = resources.filter((resource) => resource.name === name && (type === undefined || resource.type === type));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources are named ${name}`);
  return found[0];
}

/** The resources of a type. */
export function typed(resources: readonly Registered[], type: string): readonly Registered[] {
  return resources.filter((resource) => resource.type === type);
}
