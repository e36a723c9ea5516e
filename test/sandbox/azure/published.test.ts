/**
 * Our schemas of request bodies against Microsoft's published models: no property, kind or bound of ours that theirs do not have.
 * Does not prove: what a service refuses beyond its description; values of extensible enumerations.
 */
import { z } from "zod";
import { armTypes } from "../../../sandbox/azure/arm/catalogue";
import { readBody } from "../../../sandbox/azure/arm/body";
import { publishedFindings, publishedModels } from "../../../sandbox/azure/arm/published";
import { agentPools } from "../../../sandbox/azure/arm/types/agentPools";
import { roleAssignmentProperties } from "../../../sandbox/azure/arm/types/roleAssignments";

const CLUSTER = "Microsoft.ContainerService/managedClusters";
const POOL = `${CLUSTER}/agentPools`;
const TASK = "Microsoft.ContainerRegistry/registries/tasks";
const CREDENTIAL = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";
const ROLE = "Microsoft.Authorization/roleAssignments";

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly additionalProperties?: Schema | boolean;
}

/** Points in time, which are texts to a schema. */
const MOMENTS = new Set(["start", "end", "startDate", "until"]);

/** A body that says everything that a schema knows, once for each of its alternatives. */
function samples(schema: Schema, name = ""): unknown[] {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.flatMap((choice) => samples(choice, name));
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return [schema.enum[0]];
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties).map(([key, member]) => [key, samples(member, key)] as const);
    const most = Math.max(1, ...members.map(([, values]) => values.length));
    return Array.from({ length: most }, (_, i) => Object.fromEntries(members.map(([key, values]) => [key, values[Math.min(i, values.length - 1)]])));
  }
  if (schema.type === "array") return schema.items === undefined ? [[]] : samples(schema.items).map((item) => [item]);
  if (schema.type === "object") return typeof schema.additionalProperties === "object" ? samples(schema.additionalProperties).map((item) => ({ key: item })) : [{}];
  return [{ string: MOMENTS.has(name) ? "2026-12-24" : "11111111-2222-3333-4444-555555555555", integer: 60, number: 60, boolean: true }[schema.type ?? "string"]];
}

const schemas: readonly (readonly [string, z.ZodObject])[] = [
  ...armTypes.map((type) => [type.type, z.strictObject({ ...type.envelope, properties: type.properties })] as const),
  [ROLE, z.strictObject({ properties: roleAssignmentProperties as unknown as z.ZodObject })] as const,
];

test("every type but the group has a published model", () => {
  expect(schemas.map(([type]) => type).filter((type) => publishedModels[type] === undefined)).toEqual(["Microsoft.Resources/resourceGroups"]);
  expect(Object.keys(publishedModels).filter((type) => !schemas.some(([known]) => known === type))).toEqual([]);
});

test.each(schemas.filter(([type]) => publishedModels[type] !== undefined))("our schema of %s knows no property that the model lacks, and none of another kind", (type, schema) => {
  const bodies = samples(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema);
  const strange = bodies.flatMap((body) => publishedFindings(type, body)).filter(({ reason }) => /is no property|is expected/.test(reason));
  expect(strange).toEqual([]);
});

test.each<[string, string, object, string, RegExp]>([
  ["a property that is not there", CLUSTER, { location: "westus3", properties: { kubernetesVersions: "1.36" } }, "properties.kubernetesVersions", /^is no property of the model ManagedCluster of 2025-10-01$/],
  ["a property deep down", CLUSTER, { location: "westus3", properties: { networkProfile: { networkPlugins: "azure" } } }, "properties.networkProfile.networkPlugins", /^is no property/],
  ["a property of a pool in a list", CLUSTER, { location: "westus3", properties: { agentPoolProfiles: [{ name: "a", vmsize: "x" }] } }, "properties.agentPoolProfiles[0].vmsize", /^is no property/],
  ["the SDK's name where the wire has another", CLUSTER, { location: "westus3", properties: { autoScalerProfile: { maxNodeProvisionTime: "15m" } } }, "properties.autoScalerProfile.maxNodeProvisionTime", /^is no property/],
  ["a text for a number", POOL, { properties: { maxPods: "30" } }, "properties.maxPods", /^found "30"; a number is expected/],
  ["a number for a text", POOL, { properties: { orchestratorVersion: 1.36 } }, "properties.orchestratorVersion", /^found 1.36; a text is expected/],
  ["a text for a list", POOL, { properties: { nodeTaints: "a=b:NoSchedule" } }, "properties.nodeTaints", /a list is expected/],
  ["a list for an object", POOL, { properties: { nodeLabels: ["a"] } }, "properties.nodeLabels", /an object is expected/],
  ["a label that is no text", POOL, { properties: { nodeLabels: { a: true } } }, "properties.nodeLabels.a", /a text is expected/],
  ["a list where the properties should be", POOL, { properties: [] }, "properties", /an object is expected/],
  ["what a location is for, missing", CLUSTER, { properties: {} }, "location", /^found nothing; it is required/],
  ["a disk that is too large", POOL, { properties: { osDiskSizeGB: 4096 } }, "properties.osDiskSizeGB", /^found 4096; 2048 is the most/],
  ["a number that is below its bound", CLUSTER, { location: "l", properties: { networkProfile: { loadBalancerProfile: { managedOutboundIPs: { count: 0 } } } } }, "properties.networkProfile.loadBalancerProfile.managedOutboundIPs.count", /^found 0; 1 is the least/],
  ["a name that does not match", CLUSTER, { location: "l", properties: { agentPoolProfiles: [{ name: "Pool_1" }] } }, "properties.agentPoolProfiles[0].name", /it has to match/],
  ["a property of another kind of step", TASK, { location: "l", properties: { step: { type: "EncodedTask", encodedTaskContent: "e", taskFilePath: "f" } } }, "properties.step.taskFilePath", /^is no property/],
  ["a step without its content", TASK, { location: "l", properties: { step: { type: "EncodedTask" } } }, "properties.step.encodedTaskContent", /^found nothing; it is required/],
  ["a timeout above its bound", TASK, { location: "l", properties: { timeout: 99_999 } }, "properties.timeout", /^found 99999; 28800 is the most/],
  ["an audience that is no list", CREDENTIAL, { properties: { issuer: "i", subject: "s", audiences: "a" } }, "properties.audiences", /a list is expected/],
  ["a role assignment without a principal", ROLE, { properties: { roleDefinitionId: "r" } }, "properties.principalId", /^found nothing; it is required/],
])("refuses %s", (_, type, body, property, reason) => {
  expect(publishedFindings(type, body)).toEqual(expect.arrayContaining([{ property, reason: expect.stringMatching(reason) as string }]));
});

test("the server refuses what our own schema would let through, and names the property", () => {
  const careless = { ...agentPools, properties: z.looseObject({}) };
  const send = (properties: object) => () => readBody(careless, { properties }, ["cluster", "pool"], "westus3", undefined);
  expect(send({ vmSizes: "Standard_D2s_v5", maxPods: "30" })).toThrow(
    'vmSizes: is no property of the model AgentPool of 2025-10-01; maxPods: found "30"; a number is expected, by the model AgentPool of 2025-10-01',
  );
  expect(send({ vmSize: "Standard_D2s_v5", maxPods: 30, mode: "User" })).not.toThrow();
});

test("says nothing of what is right, empty, or without a model", () => {
  expect(publishedFindings(POOL, { properties: { count: 1, nodeLabels: { a: "b" }, nodeTaints: null, upgradeSettings: { maxSurge: "33%" } } })).toEqual([]);
  expect(publishedFindings(TASK, { location: "l", properties: { step: { type: "FileTask", taskFilePath: "f" }, trigger: { timerTriggers: [{ name: "t", schedule: "0 3 * * *" }] } } })).toEqual([]);
  expect(publishedFindings("Microsoft.Resources/resourceGroups", { any: "thing" })).toEqual([]);
});
