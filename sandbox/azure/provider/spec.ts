/** How a resource of the SDK maps to an ARM type: which inputs make its id, and where the rest stands in the body. */
import { z } from "zod";
import type { ArmType } from "../arm/type";
import { isObject, omitPaths, without, type Json } from "../arm/values";
import { RESOURCE_GROUPS } from "../arm/ids";
import { tags, text } from "../arm/rules";
import { isLocation } from "../arm/locations";
import type { Naming } from "./names";

export interface KindSpec {
  /** Type token of the SDK. */
  readonly token: string;
  readonly arm: ArmType;
  /** Inputs that name the resources which hold this one, outermost first. The resource group is not among them. */
  readonly parents: readonly string[];
  /** Input that holds the resource's own name. */
  readonly nameInput: string;
  readonly naming: Naming;
  /** Paths besides the names whose change replaces the resource. */
  readonly replaceOn: readonly string[];
  /** Inputs whose form differs from ARM's, with the schema that the SDK has for them. */
  readonly shape?: z.ZodRawShape;
  /** From the inputs' form to ARM's, and back. Both get and give bodies. */
  readonly encode?: (body: Json) => Json;
  readonly decode?: (document: Json) => Json;
  /** Paths that the SDK fills in itself, so that an import keeps them. */
  readonly sdkDefaults?: readonly string[];
  /** From the form of outputs to that of inputs, where the SDK has two. */
  readonly asInputs?: (outputs: Json) => Json;
  /** False keeps `properties` as an output of its own. */
  readonly flatten?: false;
}

/** Inputs that stand beside `properties` in the body. */
const envelopeKeys = ({ arm }: KindSpec): readonly string[] => [...(arm.located ? ["location", "tags"] : []), ...Object.keys(arm.envelope)];

const propertyKeys = ({ arm }: KindSpec): readonly string[] => Object.keys(arm.properties.shape);

/** Inputs that make the id. */
export const idInputs = (spec: KindSpec): readonly string[] =>
  spec.arm.type === RESOURCE_GROUPS ? [spec.nameInput] : ["resourceGroupName", ...spec.parents, spec.nameInput];

const location = z.string().refine(isLocation, { error: (issue) => `found ${JSON.stringify(issue.input)}; a region of Azure such as eastus is allowed` });
const anyName = text(/\S/, "a name is allowed");

/** Strict schema of the SDK's inputs. */
export function inputSchema(spec: KindSpec): z.ZodType<Json> {
  const names = Object.fromEntries(idInputs(spec).map((input) => [input, anyName]));
  return z.strictObject({
    ...names,
    [spec.nameInput]: text(spec.arm.name.pattern, spec.arm.name.rule),
    ...(spec.arm.located ? { location: location.optional(), tags: tags.optional() } : {}),
    ...spec.arm.envelope,
    ...spec.arm.properties.shape,
    ...spec.shape,
  });
}

/** The part of the inputs under the given keys. Getters are taken over as they are: unknown values throw when they are read. */
function pick(inputs: Json, keys: readonly string[]): Json {
  const picked: Json = {};
  for (const key of keys) {
    const descriptor = Object.getOwnPropertyDescriptor(inputs, key);
    if (descriptor !== undefined && (descriptor.get !== undefined || descriptor.value !== undefined)) Object.defineProperty(picked, key, descriptor);
  }
  return picked;
}

/** ARM's body of these inputs. */
export function toBody(spec: KindSpec, inputs: Json): Json & { readonly properties: Json } {
  const body = { ...pick(inputs, envelopeKeys(spec)), properties: pick(inputs, propertyKeys(spec)) };
  return spec.encode === undefined ? body : (spec.encode(body) as typeof body);
}

/** The same for rules that run while parts are unknown: nothing is read that the rule does not read. */
export function toLazyBody(spec: KindSpec, inputs: Json): Json & { readonly properties: Json } {
  const body: Json = pick(inputs, envelopeKeys(spec));
  Object.defineProperty(body, "properties", { value: pick(inputs, propertyKeys(spec)), enumerable: true });
  return body as Json & { readonly properties: Json };
}

/** Outputs as the SDK flattens them out of a GET. */
export function toOutputs(spec: KindSpec, document: Json): Json {
  const { properties, ...envelope } = spec.decode?.(document) ?? document;
  const rest = without(envelope, "id");
  const inner = isObject(properties) ? properties : {};
  const flat = spec.flatten === false ? { ...rest, properties: inner } : { ...rest, ...inner };
  return { ...flat, azureApiVersion: spec.arm.apiVersions[0] };
}

/** What of the outputs could be inputs: read-only parts are left out. */
export function toCloudInputs(spec: KindSpec, outputs: Json): Json {
  const readOnly = spec.arm.readOnly.map((path) => path.replace(/^properties\./, ""));
  const shown = omitPaths(pick(outputs, [...envelopeKeys(spec), ...propertyKeys(spec)]), readOnly);
  return spec.asInputs?.(shown) ?? shown;
}

