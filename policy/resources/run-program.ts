/**
 * Runs a Pulumi program against mocks and prints the resources that it registers, one JSON document. A process of its own, as the SDK keeps
 * its engine in module state. Usage: node --import tsx policy/resources/run-program.ts PROJECT FOLDER STACK preview|up|intent-SALT [SECRET_KEY...]
 *
 * `preview` leaves everything that a cloud would answer unknown; `up` answers with made-up values; `intent` answers with a token for each output, so that what is
 * made from it can be told. The salt is part of each token: what differs between two salts without holding a token was computed from one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { parse } from "yaml";
import { answers, UNKNOWN } from "./answers";
import { isProps } from "../kit/values";
import { HOST, INTENT, tokenOf } from "./tokens";
import { STACK_TYPE } from "../intent/manifest";
import type { SubjectOptions } from "../kit/rule";
import type { Resource } from "./resource";
import { OUTPUT_VALUE, SECRET, SIGNATURE } from "./wire";

type Values = Record<string, unknown>;

async function main(project: string, folder: string, stack: string, phase: string, secrets: readonly string[]): Promise<void> {
  const description = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as { name: string };
  const { config } = parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")) as { config: Values };
  const texts = Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  pulumi.runtime.setAllConfig({ ...Object.fromEntries(texts), ...Object.fromEntries(secrets.map((key) => [key, `secret of ${key}`])) }, [...secrets]);
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(secrets);

  const resources: Resource[] = [];
  const outputs = new Map<string, Values>();
  const authority = phase.startsWith(INTENT) ? tokenOf(phase, "", "", "certificate-authority") : "Q0E=";
  const subscription = String((config["gpu-cicd:azure"] as { readonly subscriptionId?: unknown } | undefined)?.subscriptionId ?? "0");
  recordRegistrations((request) => {
    if (request.getCustom()) resources.push(resourceOf(request, `urn:pulumi:${stack}::${description.name}`));
  });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const props = plain(inputs) as Values;
        const answered = answersIn(phase, type, name, props, subscription);
        outputs.set(`${type} ${name}`, answered);
        const { id, ...state } = answered;
        return { id: String(id), state: phase === "preview" ? previewed(type, state, props) : { ...props, ...state } };
      },
      call: ({ inputs }) => (phase === "preview" ? { kubeconfigs: UNKNOWN } : { kubeconfigs: [{ name: "clusterUser", value: kubeconfig(String(inputs["resourceName"]), hostOf(outputs, inputs["resourceName"]), authority) }] }),
    },
    description.name,
    stack,
    phase === "preview",
    "organization",
  );
  // Its sources: the bundle that the engine starts would not see the mocks.
  const program = (await import(join(project, "index.ts"))) as Values;
  await pulumi.runtime.disconnect();
  const own = stackOf(`${description.name}-${stack}`, `urn:pulumi:${stack}::${description.name}`, await outputsOf(program));
  const answered = resources.map((resource) => ({ ...resource, outputs: outputs.get(`${resource.type} ${resource.name}`) ?? {} }));
  process.stdout.write(JSON.stringify([...answered, own]));
}

/** What the cloud adds to a resource, its id included. */
function answersIn(phase: string, type: string, name: string, props: Values, subscription: string): Values {
  const answered: Values = { ...answers(type, name, props), id: type.startsWith("azure-native:") ? armId(type, props, subscription) : `id-of-${name}` };
  if (phase === "preview") return Object.fromEntries(Object.keys(answered).map((key) => [key, UNKNOWN]));
  if (!phase.startsWith(INTENT)) return answered;
  // What stands in the inputs too is known whatever the cloud says.
  const given = Object.values(props).filter((value): value is string => typeof value === "string" && value !== "");
  return Object.fromEntries(Object.entries(answered).map(([key, value]) => [key, tokens(value, given, phase.slice(INTENT.length), type, name, key)]));
}

/** A registry's address ends in the repository's name, which is known: the token is only the host. */
function tokens(value: unknown, given: readonly string[], salt: string, type: string, name: string, path: string): unknown {
  if (isProps(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tokens(inner, given, salt, type, name, `${path}.${key}`)]));
  if (typeof value !== "string" || given.includes(value)) return value;
  const end = given.find((known) => value.endsWith(`/${known}`) && value.indexOf("/") === value.length - known.length - 1);
  return end === undefined ? tokenOf(salt, type, name, path) : `${tokenOf(salt, type, name, `${path}${HOST}`)}/${end}`;
}

/** Such as the API server's name, which stands in the kubeconfig that a cluster's users are given. */
function hostOf(outputs: ReadonlyMap<string, Values>, cluster: unknown): string {
  const found = [...outputs.entries()].find(([key, values]) => key.startsWith("azure-native:containerservice:ManagedCluster ") && values["name"] === cluster);
  return String(found?.[1]["fqdn"] ?? cluster);
}

/** Sees every registration as it is sent: what mocks are given holds neither options nor the sources of values. */
function recordRegistrations(record: (request: RegisterResourceRequest) => void): void {
  const { prototype } = MockMonitor;
  const register = prototype.registerResource;
  prototype.registerResource = function (request: RegisterResourceRequest, answer) {
    record(request);
    return register.call(this, request, answer);
  };
}

/** What the program exports is what the stack tells others. */
async function outputsOf(program: Values): Promise<Values> {
  const exported = Object.entries(program).filter(([name]) => name !== "default" && name !== "__esModule" && name !== "module.exports");
  return plain(await settled(Object.fromEntries(exported))) as Values;
}

/** A value with those of the outputs in it. */
async function settled(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    // The SDK keeps both to itself.
    const output = value as unknown as { readonly isKnown: Promise<boolean>; promise(): Promise<unknown> };
    return (await output.isKnown) ? settled(await output.promise()) : UNKNOWN;
  }
  if (Array.isArray(value)) return Promise.all(value.map(settled));
  if (typeof value !== "object" || value === null) return value;
  const entries = await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await settled(inner)] as const));
  return Object.fromEntries(entries);
}

function stackOf(name: string, urnStart: string, outputs: Values): Resource {
  return { type: STACK_TYPE, name, urn: `${urnStart}::${STACK_TYPE}::${name}`, props: outputs, protect: false, sources: {} };
}

function resourceOf(request: RegisterResourceRequest, urnStart: string): Resource {
  const [type, name] = [request.getType(), request.getName()];
  return {
    type,
    name,
    urn: `${urnStart}::${type}::${name}`,
    props: { ...(plain(request.getObject()?.toJavaScript() ?? {}) as Values), ...pluginOf(request) },
    protect: request.getProtect() === true,
    sources: Object.fromEntries([...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList().map(shortUrn)])),
    options: optionsOf(request),
  };
}

/** The engine notes with a provider which plugin it is, and from where. */
function pluginOf(request: RegisterResourceRequest): Values {
  if (!request.getType().startsWith("pulumi:providers:")) return {};
  return { version: request.getVersion(), ...(request.getPlugindownloadurl() === "" ? {} : { pluginDownloadURL: request.getPlugindownloadurl() }) };
}

/** As the engine tells them: where the program says nothing, there is nothing. A provider is named `URN::ID`. */
function optionsOf(request: RegisterResourceRequest): SubjectOptions {
  const [parent, provider, deletedWith] = [request.getParent(), request.getProvider(), request.getDeletedwith()];
  const aliases = request.getAliasesList().map((alias) => alias.getUrn() || `::::${alias.getSpec()?.getType() || request.getType()}::${alias.getSpec()?.getName() || request.getName()}`);
  return {
    ...(parent === "" ? {} : { parent: shortUrn(parent) }),
    ...(provider === "" ? {} : { provider: shortUrn(provider.split("::").slice(0, 4).join("::")) }),
    ...(deletedWith === "" ? {} : { deletedWith: shortUrn(deletedWith) }),
    ignoreChanges: request.getIgnorechangesList(),
    aliases: [...request.getAliasurnsList(), ...aliases],
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: timeoutsOf(request),
    ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
    retainOnDelete: request.getRetainondelete() === true,
  };
}

/** Seconds; the SDK sends them as programs write them, such as `1h30m`. */
function timeoutsOf(request: RegisterResourceRequest): NonNullable<SubjectOptions["customTimeouts"]> {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const seconds = (text = ""): number => [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0);
  const given = request.getCustomtimeouts();
  return { create: seconds(given?.getCreate()), update: seconds(given?.getUpdate()), delete: seconds(given?.getDelete()) };
}

/**
 * A resource's outputs at preview: its inputs, and what the cloud will answer as unknowns. Where the cluster itself is still to be made, the
 * engine cannot ask a provider, and leaves every output of what goes into it unknown.
 */
function previewed(type: string, unknowns: Values, props: Values): Values {
  return type.startsWith("kubernetes:") ? {} : { ...unknowns, ...props };
}

/** As Azure Resource Manager makes ids (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules). */
function armId(type: string, props: Values, subscription: string): string {
  const [, provider, kind] = type.split(":");
  const group = `/subscriptions/${subscription}/resourceGroups/${String(props["resourceGroupName"])}`;
  return kind === "ResourceGroup" ? group : `${group}/providers/Microsoft.${provider}/${kind}/${String(props["registryName"] ?? props["resourceName"])}`;
}

/** URNs name the types of all parents; here a resource's own type and its name identify it. */
function shortUrn(urn: string): string {
  const [stack, project, type, name] = urn.split("::");
  return [stack, project, type?.split("$").at(-1), name].join("::");
}

/** Values without the marks of secrets and outputs. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = value as Values;
  if (entries[SIGNATURE] === SECRET) return plain(entries["value"]);
  if (entries[SIGNATURE] === OUTPUT_VALUE) return "value" in entries ? plain(entries["value"]) : UNKNOWN;
  return Object.fromEntries(Object.entries(entries).map(([key, inner]) => [key, plain(inner)]));
}

/** A user's kubeconfig as AKS writes it; without a credential. */
function kubeconfig(cluster: string, host: string, authority: string): string {
  const text = JSON.stringify({
    apiVersion: "v1",
    clusters: [{ name: cluster, cluster: { server: `https://${host}:443`, "certificate-authority-data": authority } }],
    users: [{ name: "clusterUser", user: { exec: { command: "kubelogin", args: ["get-token"] } } }],
    contexts: [{ name: cluster, context: { cluster, user: "clusterUser" } }],
    "current-context": cluster,
  });
  return Buffer.from(text, "utf8").toString("base64");
}

const [project = "", folder = "", stack = "", phase = "", ...secrets] = process.argv.slice(2);
main(project, folder, stack, phase, secrets).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
