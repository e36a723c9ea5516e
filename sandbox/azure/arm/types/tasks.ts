import * as acr from "@pulumi/azure-native/types/enums/containerregistry";
import { z } from "zod";
import { cronFault } from "../cron";
import type { Finding } from "../errors";
import { oneOf, text, whole } from "../rules";
import type { ArmType } from "../type";
import { at, isObject, type Json } from "../values";
import { identityOf, resolveIdentity } from "./envelopes";
import { REGISTRIES } from "./registries";

const triggerName = text(/^[A-Za-z0-9_-]{1,50}$/, "a trigger's name has 1 to 50 letters, digits, hyphens and underscores");
const setValues = z.array(z.strictObject({ name: z.string().min(1), value: z.string(), isSecret: z.boolean().optional() })).optional();
const context = { contextPath: z.string().optional(), contextAccessToken: z.string().optional() };

const base64 = z.string().refine((value) => value !== "" && Buffer.from(value, "base64").toString("base64") === value, {
  error: "found text that is not base64; the task's YAML in base64 is allowed",
});

const step = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal(acr.StepType.EncodedTask),
    encodedTaskContent: base64,
    encodedValuesContent: base64.optional(),
    values: setValues,
    ...context,
  }),
  z.strictObject({
    type: z.literal(acr.StepType.FileTask),
    taskFilePath: z.string().min(1),
    valuesFilePath: z.string().optional(),
    values: setValues,
    ...context,
  }),
]);

const schedule = z.string().refine((value) => cronFault(value) === undefined, { error: (issue) => cronFault(String(issue.input)) ?? "" });

const properties = z.strictObject({
  agentConfiguration: z.strictObject({ cpu: whole(1, 64).optional() }).optional(),
  agentPoolName: z.string().optional(),
  credentials: z
    .strictObject({
      sourceRegistry: z.strictObject({ loginMode: oneOf(acr.SourceRegistryLoginMode).optional() }).optional(),
      customRegistries: z.record(z.string(), z.strictObject({ identity: z.string() })).optional(),
    })
    .optional(),
  isSystemTask: z.boolean().optional(),
  logTemplate: z.string().optional(),
  platform: z
    .strictObject({ os: oneOf(acr.OS), architecture: oneOf(acr.Architecture).optional(), variant: oneOf(acr.Variant).optional() })
    .optional(),
  status: oneOf(acr.TaskStatus).optional(),
  step: step.optional(),
  timeout: whole(300, 28_800).optional(),
  trigger: z
    .strictObject({
      timerTriggers: z.array(z.strictObject({ name: triggerName, schedule, status: oneOf(acr.TriggerStatus).optional() })).optional(),
      baseImageTrigger: z
        .strictObject({
          name: triggerName,
          baseImageTriggerType: oneOf(acr.BaseImageTriggerType),
          status: oneOf(acr.TriggerStatus).optional(),
          updateTriggerPayloadType: oneOf(acr.UpdateTriggerPayloadType).optional(),
        })
        .optional(),
    })
    .optional(),
});

function check({ properties: wanted }: Json & { readonly properties: Json }): readonly Finding[] {
  if (wanted.isSystemTask === true) return [];
  const missing = ["platform", "step"].filter((property) => wanted[property] === undefined);
  const findings = missing.map((property) => ({ property, reason: "found nothing; a task that is no system task needs it" }));
  const timers = at(wanted, "trigger.timerTriggers");
  const names = Array.isArray(timers) ? timers.map((timer) => String(at(timer, "name"))) : [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? findings : [...findings, { property: "trigger.timerTriggers", reason: `found the name ${JSON.stringify(twice)} twice; names are unique in a task` }];
}

/** Values that are secret are never answered. */
function withoutSecrets(wanted: Json): Json {
  const values = at(wanted, "step.values");
  if (!isObject(wanted.step) || !Array.isArray(values)) return wanted;
  const shown = values.map((value: Json) => (value.isSecret === true ? { ...value, value: "" } : value));
  return { ...wanted, step: { ...wanted.step, values: shown } };
}

/** Microsoft.ContainerRegistry/registries/tasks. */
export const tasks: ArmType = {
  type: `${REGISTRIES}/tasks`,
  apiVersions: ["2019-06-01-preview", "2019-04-01", "2025-03-01-preview"],
  name: { pattern: /^[A-Za-z0-9_-]{5,50}$/, rule: "a task's name has 5 to 50 letters, digits, hyphens and underscores" },
  located: true,
  envelope: { identity: identityOf(Object.values(acr.ResourceIdentityType)).optional() },
  properties,
  readOnly: [
    "identity.principalId",
    "identity.tenantId",
    "properties.creationDate",
    "properties.provisioningState",
    "properties.step.baseImageDependencies",
  ],
  immutable: [],
  defaults: { properties: { agentConfiguration: { cpu: 2 }, isSystemTask: false, status: "Enabled", timeout: 3600 } },
  provisioning: "immediate",
  check,
  put(request) {
    const identity = resolveIdentity(request);
    const creationDate = at(request.existing?.document, "properties.creationDate") ?? new Date().toISOString();
    return { document: { ...request.body, identity, properties: { ...withoutSecrets(request.body.properties), creationDate } } };
  },
};
