/**
 * `ActionsSecret` and `ActionsEnvironmentSecret`. A value is sealed with GitHub's public key before it is sent, and nobody can read it back. A change
 * behind Pulumi's back shows in the time of the last change: `updatedAt` is when the provider wrote, `remoteUpdatedAt` what GitHub says now.
 */
import sodium from "libsodium-wrappers";
import { z } from "zod";
import { type GitHubClient, unlessMissing } from "../client";
import { actionsName, defined, goTime, joinId, type Kind, repositoryId, splitId } from "./common";

interface SecretInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly environment?: string;
  readonly secretName: string;
  readonly value?: string;
  readonly plaintextValue?: string;
  readonly valueEncrypted?: string;
  readonly encryptedValue?: string;
  readonly keyId?: string;
  readonly destroyOnDrift?: boolean;
}

interface SecretOutputs extends SecretInputs {
  readonly repositoryId: number;
  readonly keyId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly remoteUpdatedAt: string;
}

interface Secret {
  readonly created_at: string;
  readonly updated_at: string;
}

interface Sealed {
  readonly encrypted_value: string;
  readonly key_id: string;
}

type Where = Pick<SecretInputs, "repository" | "environment" | "secretName">;

interface Place {
  publicKey(client: GitHubClient, of: Where): Promise<{ key: string; key_id: string }>;
  get(client: GitHubClient, of: Where): Promise<Secret>;
  put(client: GitHubClient, of: Where, sealed: Sealed): Promise<unknown>;
  remove(client: GitHubClient, of: Where): Promise<unknown>;
}

const inRepository = (client: GitHubClient, { repository, secretName }: Where) => ({
  owner: client.owner,
  repo: repository,
  secret_name: secretName,
});

const ofRepository: Place = {
  publicKey: async (client, { repository }) =>
    (await client.request("GET /repos/{owner}/{repo}/actions/secrets/public-key", { owner: client.owner, repo: repository })).data,
  get: async (client, of) =>
    (await client.request("GET /repos/{owner}/{repo}/actions/secrets/{secret_name}", inRepository(client, of))).data,
  put: (client, of, sealed) =>
    client.request("PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}", { ...inRepository(client, of), ...sealed }),
  remove: (client, of) => client.request("DELETE /repos/{owner}/{repo}/actions/secrets/{secret_name}", inRepository(client, of)),
};

const ENVIRONMENT_SECRET = "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}";
const inEnvironment = (client: GitHubClient, of: Where) => ({ ...inRepository(client, of), environment_name: of.environment! });

const ofEnvironment: Place = {
  publicKey: async (client, { repository, environment }) =>
    (
      await client.request("GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key", {
        owner: client.owner,
        repo: repository,
        environment_name: environment!,
      })
    ).data,
  get: async (client, of) => (await client.request(`GET ${ENVIRONMENT_SECRET}`, inEnvironment(client, of))).data,
  put: (client, of, sealed) => client.request(`PUT ${ENVIRONMENT_SECRET}`, { ...inEnvironment(client, of), ...sealed }),
  remove: (client, of) => client.request(`DELETE ${ENVIRONMENT_SECRET}`, inEnvironment(client, of)),
};

const base64 = z.base64("must be Base64");
const values = {
  value: z.string().optional(),
  plaintextValue: z.string().optional(),
  valueEncrypted: base64.optional(),
  encryptedValue: base64.optional(),
  keyId: z.string().optional(),
};
const repositorySchema = z.strictObject({
  repository: z.string(),
  secretName: actionsName,
  ...values,
  destroyOnDrift: z.boolean().optional(),
});
const environmentSchema = z.strictObject({ repository: z.string(), environment: z.string(), secretName: actionsName, ...values });

const VALUES = ["value", "plaintextValue", "valueEncrypted", "encryptedValue"] as const;

export const actionsSecret = secretKind("github:index/actionsSecret:ActionsSecret", repositorySchema, ofRepository, [
  "repository",
  "secret_name",
]);
export const actionsEnvironmentSecret = secretKind(
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  environmentSchema,
  ofEnvironment,
  ["repository", "environment", "secret_name"],
);

function secretKind(
  type: string,
  schema: z.ZodType<SecretInputs>,
  place: Place,
  idParts: readonly string[],
): Kind<SecretInputs, SecretOutputs> {
  const scoped = idParts.length === 3;
  const idOf = ({ repository, environment, secretName }: Where): string =>
    scoped ? joinId(repository, environment!, secretName) : joinId(repository, secretName);

  const write = async (client: GitHubClient, inputs: SecretInputs, id: number): Promise<SecretOutputs> => {
    const sealed = await seal(client, place, inputs);
    await place.put(client, inputs, sealed);
    const { created_at, updated_at } = await place.get(client, inputs);
    const time = goTime(updated_at);
    return { ...inputs, keyId: sealed.key_id, repositoryId: id, createdAt: goTime(created_at), updatedAt: time, remoteUpdatedAt: time };
  };

  return {
    type,
    schema,
    replaceOn: ["repository", ...(scoped ? ["environment"] : []), "secretName"],
    writeOnly: [...VALUES, "keyId", "destroyOnDrift"],
    secretOutputs: [...VALUES],
    volatileOutputs: ["keyId", "updatedAt", "remoteUpdatedAt"],
    // As the real provider's bridge has it: for environment secrets only.
    deleteBeforeReplace: scoped,
    check: valueFindings,

    async create(client, inputs) {
      return { id: idOf(inputs), outputs: await write(client, inputs, await repositoryId(client, inputs.repository)) };
    },

    async read(client, id, known) {
      const parts = splitId(id, ...idParts);
      const where: Where = { repository: parts[0]!, ...(scoped && { environment: parts[1]! }), secretName: parts.at(-1)! };
      const secret = await unlessMissing(() => place.get(client, where));
      if (!secret) return undefined;
      const remote = goTime(secret.updated_at);
      const inputs: SecretInputs = { ...where, ...drifted(known, remote) };
      const outputs: SecretOutputs = {
        ...defined({ ...known, ...inputs }),
        repositoryId: known?.repositoryId ?? (await repositoryId(client, where.repository)),
        keyId: known?.keyId ?? "",
        createdAt: known?.createdAt ?? goTime(secret.created_at),
        updatedAt: known?.updatedAt ?? remote,
        remoteUpdatedAt: remote,
      };
      return { id: idOf(where), inputs, outputs };
    },

    async update(client, _id, old, inputs) {
      return write(client, inputs, old.repositoryId);
    },

    async remove(client, _id, known) {
      await unlessMissing(() => place.remove(client, known));
    },
  };
}

/**
 * The value that stands for one which somebody else has written: it differs from the program's, so that the next update writes the program's again.
 * The real provider gets there by making `updatedAt` unknown when it is not `remoteUpdatedAt`.
 */
function drifted(known: SecretOutputs | undefined, remote: string): Partial<SecretInputs> {
  if (!known || known.updatedAt === remote) return {};
  const given = VALUES.find((name) => known[name] !== undefined) ?? "value";
  return {
    [given]: Buffer.from(`changed outside of Pulumi at ${remote}`).toString(given.toLowerCase().includes("encrypted") ? "base64" : "utf8"),
  };
}

function valueFindings(inputs: SecretInputs): readonly { property: string; reason: string }[] {
  const given = VALUES.filter((name) => inputs[name] !== undefined);
  const found = given.length === 0 ? "none" : given.join(", ");
  return [
    ...(given.length === 1 ? [] : [{ property: "value", reason: `exactly one of ${VALUES.join(", ")} must be set (found: ${found})` }]),
    ...(inputs.keyId !== undefined && inputs.valueEncrypted === undefined
      ? [{ property: "keyId", reason: "needs valueEncrypted, and conflicts with value and plaintextValue" }]
      : []),
  ];
}

/** What is encrypted already is sent as it is; `encryptedValue` alone is taken to be for the current key. */
async function seal(client: GitHubClient, place: Place, inputs: SecretInputs): Promise<Sealed> {
  const encrypted = inputs.valueEncrypted ?? inputs.encryptedValue;
  if (encrypted !== undefined && inputs.keyId !== undefined) return { encrypted_value: encrypted, key_id: inputs.keyId };
  const { key, key_id } = await place.publicKey(client, inputs);
  if (encrypted !== undefined) return { encrypted_value: encrypted, key_id };
  await sodium.ready;
  const value = inputs.value ?? inputs.plaintextValue ?? "";
  return { encrypted_value: Buffer.from(sodium.crypto_box_seal(value, Buffer.from(key, "base64"))).toString("base64"), key_id };
}
