/**
 * Runs a Pulumi program against mocks and prints the resources that it registers, one JSON document. A process of its own, as the SDK keeps
 * its engine in module state. Usage: node --import tsx policy/resources/run-program.ts PROJECT STACK preview|up [SECRET_KEY...]
 *
 * `preview` leaves everything that a cloud would answer unknown; `up` answers with made-up values.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { parse } from "yaml";
import { answers, UNKNOWN } from "./answers";
import type { Resource } from "./resource";
import { OUTPUT_VALUE, SECRET, SIGNATURE } from "./wire";

type Values = Record<string, unknown>;

async function main(project: string, stack: string, phase: string, secrets: readonly string[]): Promise<void> {
  const description = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as { name: string; main: string };
  const { config } = parse(readFileSync(join(project, `Pulumi.${stack}.yaml`), "utf8")) as { config: Values };
  const texts = Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  pulumi.runtime.setAllConfig({ ...Object.fromEntries(texts), ...Object.fromEntries(secrets.map((key) => [key, `secret of ${key}`])) }, [...secrets]);
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(secrets);

  const resources: Resource[] = [];
  recordRegistrations((request) => {
    if (request.getCustom() && !request.getType().startsWith("pulumi:")) resources.push(resourceOf(request, `urn:pulumi:${stack}::${description.name}`));
  });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const props = plain(inputs) as Values;
        return phase === "preview" ? { id: UNKNOWN, state: previewed(type, name, props) } : { id: idOf(type, name), state: { ...props, ...answers(type, name, props) } };
      },
      call: ({ inputs }) => (phase === "preview" ? { kubeconfigs: UNKNOWN } : { kubeconfigs: [{ name: "clusterUser", value: kubeconfig(String(inputs["resourceName"])) }] }),
    },
    description.name,
    stack,
    phase === "preview",
    "organization",
  );
  await import(join(project, description.main));
  await pulumi.runtime.disconnect();
  process.stdout.write(JSON.stringify(resources));
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

function resourceOf(request: RegisterResourceRequest, urnStart: string): Resource {
  const [type, name] = [request.getType(), request.getName()];
  return {
    type,
    name,
    urn: `${urnStart}::${type}::${name}`,
    props: plain(request.getObject()?.toJavaScript() ?? {}) as Values,
    protect: request.getProtect() === true,
    sources: Object.fromEntries([...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList().map(shortUrn)])),
  };
}

/**
 * A resource's outputs at preview: its inputs, and what the cloud will answer as unknowns. Where the cluster itself is still to be made, the
 * engine cannot ask a provider, and leaves every output of what goes into it unknown.
 */
function previewed(type: string, name: string, props: Values): Values {
  if (type.startsWith("kubernetes:")) return {};
  const unknowns = Object.keys(answers(type, name, props)).map((key) => [key, UNKNOWN]);
  return { ...Object.fromEntries(unknowns), ...props };
}

function idOf(type: string, name: string): string {
  return type.startsWith("azure-native:") ? `/subscriptions/0/resourceGroups/g/providers/${type.split(":").slice(1).join("/")}/${name}` : `id-of-${name}`;
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
function kubeconfig(cluster: string): string {
  const text = JSON.stringify({
    apiVersion: "v1",
    clusters: [{ name: cluster, cluster: { server: `https://${cluster}.example:443`, "certificate-authority-data": "Q0E=" } }],
    users: [{ name: "clusterUser", user: { exec: { command: "kubelogin", args: ["get-token"] } } }],
    contexts: [{ name: cluster, context: { cluster, user: "clusterUser" } }],
    "current-context": cluster,
  });
  return Buffer.from(text, "utf8").toString("base64");
}

const [project = "", stack = "", phase = "", ...secrets] = process.argv.slice(2);
main(project, stack, phase, secrets).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
