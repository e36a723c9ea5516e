import { z } from "zod";
import { ArmError } from "../errors";
import { text } from "../rules";
import type { ArmType, PutRequest } from "../type";
import { at } from "../values";
import { USER_ASSIGNED_IDENTITIES } from "./identities";

export const FEDERATED_CREDENTIALS = `${USER_ASSIGNED_IDENTITIES}/federatedIdentityCredentials`;

/** learn.microsoft.com, workload-identity-federation-considerations: at most 20 on one identity, at most 600 characters a field. */
const MAXIMUM_PER_IDENTITY = 20;
const field = text(/^[^*]{1,600}$/s, "1 to 600 characters without the wildcard * are allowed: Entra compares the whole text");

/** Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials. */
export const federatedCredentials: ArmType = {
  type: FEDERATED_CREDENTIALS,
  apiVersions: ["2023-01-31", "2024-11-30"],
  name: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/,
    rule: "a federated credential's name has 3 to 120 letters, digits, hyphens and underscores and starts with a letter or digit",
  },
  idCase: "resourcegroups",
  located: false,
  envelope: {},
  properties: z.strictObject({
    issuer: text(/^https:\/\/[^\s*]{1,592}$/, "an https URL of up to 600 characters is allowed"),
    subject: field,
    audiences: z.array(field).length(1, { error: "exactly one audience is allowed" }),
  }),
  readOnly: [],
  immutable: [],
  defaults: {},
  provisioning: "none",
  put(request) {
    refuseTooMany(request);
    refuseTwin(request);
    return { document: request.body };
  },
};

const siblings = ({ resourceId, world }: PutRequest) => {
  const identity = resourceId.slice(0, resourceId.lastIndexOf("/federatedIdentityCredentials/"));
  return world.store.within(identity).filter((other) => other.type === FEDERATED_CREDENTIALS && other.id !== resourceId);
};

function refuseTooMany(request: PutRequest): void {
  if (request.existing !== undefined || siblings(request).length < MAXIMUM_PER_IDENTITY) return;
  throw new ArmError(
    400,
    "BadRequest",
    `The maximum number of federated identity credentials (${MAXIMUM_PER_IDENTITY}) on the managed identity '${request.id.names[0]}' is reached.`,
  );
}

/** Two credentials of one identity with the same issuer and subject could not be told apart. */
function refuseTwin(request: PutRequest): void {
  const { issuer, subject } = request.body.properties;
  const twin = siblings(request).find(
    (other) => at(other.document, "properties.issuer") === issuer && at(other.document, "properties.subject") === subject,
  );
  if (twin === undefined) return;
  throw new ArmError(
    409,
    "Conflict",
    `Issuer and subject combination already exists for this Managed Identity: federated identity credential '${twin.name}' has issuer '${String(issuer)}' and subject '${String(subject)}'.`,
  );
}
