/** From the JSON of a PUT to a body that the type's service understands, or one error that names every finding. */
import { z } from "zod";
import { ArmError, invalid, type Finding } from "./errors";
import { keepImmutable, refuseChanges } from "./immutability";
import { isLocation, locations, normalLocation } from "./locations";
import { publishedFindings } from "./published";
import { tags } from "./rules";
import type { Stored } from "./store";
import type { ArmType } from "./type";
import { isObject, omitPaths, overlayObjects, type Json } from "./values";

export type Body = Json & { readonly properties: Json };

/** Fields that every GET answers and no service reads. */
const ECHOED = ["id", "name", "type", "systemData", "etag", "eTag", "properties.provisioningState"];

const schemas = new Map<string, z.ZodType>();

function schemaOf(type: ArmType): z.ZodType {
  const made = schemas.get(type.type);
  if (made !== undefined) return made;
  const located = type.located ? { location: z.string().optional(), tags: tags.optional() } : {};
  const schema = z.strictObject({ ...located, ...type.envelope, properties: type.properties });
  schemas.set(type.type, schema);
  return schema;
}

/** The path of an issue as the inputs name it: `properties` is not part of it. */
export const inputPath = (path: readonly PropertyKey[]): string =>
  (path[0] === "properties" ? path.slice(1) : path)
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? String(step) : `.${String(step)}`))
    .join("");

const findingsOf = (error: z.ZodError): Finding[] => error.issues.map((issue) => ({ property: inputPath(issue.path), reason: issue.message }));

/** Reads the body of a PUT. `existing` gives the location and the immutable properties that the body leaves out. */
export function readBody(type: ArmType, raw: unknown, names: readonly string[], group: string, existing: Stored | undefined): Body {
  if (!isObject(raw)) throw new ArmError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: a JSON object is expected.");
  const said = omitPaths({ ...raw, properties: isObject(raw.properties) ? raw.properties : {} }, [...ECHOED, ...type.readOnly]) as Body;
  const parsed = schemaOf(type).safeParse(said);
  if (!parsed.success) throw invalid("InvalidParameter", findingsOf(parsed.error));
  const strange = publishedFindings(type.type, said).map(({ property, reason }) => ({ property: property.replace(/^properties\./, ""), reason }));
  if (strange.length > 0) throw invalid("InvalidParameter", strange);
  const body = existing === undefined ? said : (keepChecked(type, existing, said) as Body);
  const findings = type.check?.(body, names) ?? [];
  if (findings.length > 0) throw invalid("InvalidParameter", findings);
  const settled = overlayObjects(type.defaults, body) as Body;
  return type.located ? { ...settled, location: placeOf(type, settled, names, group, existing) } : settled;
}

function keepChecked(type: ArmType, existing: Stored, body: Json): Json {
  refuseChanges(type.immutable, existing.document, body);
  return keepImmutable(type.immutable, existing.document, body);
}

function placeOf(type: ArmType, body: Json, names: readonly string[], group: string, existing: Stored | undefined): string {
  const before = existing?.document.location;
  const asked = body.location ?? before;
  if (typeof asked !== "string") throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  if (!isLocation(asked)) {
    throw new ArmError(
      400,
      "LocationNotAvailableForResourceType",
      `The provided location '${asked}' is not available for resource type '${type.type}'. List of available regions for the resource type is '${locations.join(",")}'.`,
    );
  }
  const location = normalLocation(asked);
  if (typeof before === "string" && before !== location) throw moved(names, group, before, location);
  return location;
}

function moved(names: readonly string[], group: string, before: string, location: string): ArmError {
  const name = names.at(-1);
  if (name === undefined) {
    return new ArmError(409, "InvalidResourceGroupLocation", `Invalid resource group location '${location}'. The Resource group already exists in location '${before}'.`);
  }
  return new ArmError(
    409,
    "InvalidResourceLocation",
    `The resource '${name}' already exists in location '${before}' in resource group '${group}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
  );
}
