/** `ActionsVariable` and `ActionsEnvironmentVariable`. Their values are plain text. */
import { z } from "zod";
import { type GitHubClient, unlessMissing } from "../client";
import { actionsName, goTime, joinId, type Kind, repositoryId, splitId } from "./common";

interface VariableInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly environment?: string;
  readonly variableName: string;
  readonly value: string;
}

interface VariableOutputs extends VariableInputs {
  readonly repositoryId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly created_at: string;
  readonly updated_at: string;
}

type Where = Pick<VariableInputs, "repository" | "environment" | "variableName">;

/** Where variables of one scope live. */
interface Place {
  create(client: GitHubClient, inputs: VariableInputs): Promise<unknown>;
  get(client: GitHubClient, of: Where): Promise<Variable>;
  update(client: GitHubClient, inputs: VariableInputs): Promise<unknown>;
  remove(client: GitHubClient, of: Where): Promise<unknown>;
}

const ofRepository: Place = {
  create: (client, { repository, variableName, value }) =>
    client.request("POST /repos/{owner}/{repo}/actions/variables", { owner: client.owner, repo: repository, name: variableName, value }),
  get: async (client, { repository, variableName }) =>
    (
      await client.request("GET /repos/{owner}/{repo}/actions/variables/{name}", {
        owner: client.owner,
        repo: repository,
        name: variableName,
      })
    ).data,
  update: (client, { repository, variableName, value }) =>
    client.request("PATCH /repos/{owner}/{repo}/actions/variables/{name}", {
      owner: client.owner,
      repo: repository,
      name: variableName,
      value,
    }),
  remove: (client, { repository, variableName }) =>
    client.request("DELETE /repos/{owner}/{repo}/actions/variables/{name}", { owner: client.owner, repo: repository, name: variableName }),
};

const at = (client: GitHubClient, { repository, environment, variableName }: Where) => ({
  owner: client.owner,
  repo: repository,
  environment_name: environment!,
  name: variableName,
});

const ofEnvironment: Place = {
  create: (client, inputs) =>
    client.request("POST /repos/{owner}/{repo}/environments/{environment_name}/variables", { ...at(client, inputs), value: inputs.value }),
  get: async (client, inputs) =>
    (await client.request("GET /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", at(client, inputs))).data,
  update: (client, inputs) =>
    client.request("PATCH /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", {
      ...at(client, inputs),
      name: inputs.variableName,
      value: inputs.value,
    }),
  remove: (client, inputs) =>
    client.request("DELETE /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", at(client, inputs)),
};

const repositorySchema = z.strictObject({ repository: z.string(), variableName: actionsName, value: z.string() });
const environmentSchema = z.strictObject({ repository: z.string(), environment: z.string(), variableName: actionsName, value: z.string() });

export const actionsVariable = variableKind("github:index/actionsVariable:ActionsVariable", repositorySchema, ofRepository, [
  "repository",
  "variable_name",
]);
export const actionsEnvironmentVariable = variableKind(
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  environmentSchema,
  ofEnvironment,
  ["repository", "environment", "variable_name"],
);

function variableKind(
  type: string,
  schema: z.ZodType<VariableInputs>,
  place: Place,
  idParts: readonly string[],
): Kind<VariableInputs, VariableOutputs> {
  const scoped = idParts.length === 3;
  const idOf = ({ repository, environment, variableName }: VariableInputs): string =>
    scoped ? joinId(repository, environment!, variableName) : joinId(repository, variableName);

  const outputs = async (client: GitHubClient, inputs: VariableInputs, id: number): Promise<VariableOutputs> => {
    const { value, created_at, updated_at } = await place.get(client, inputs);
    return { ...inputs, value, repositoryId: id, createdAt: goTime(created_at), updatedAt: goTime(updated_at) };
  };

  return {
    type,
    schema,
    replaceOn: ["repository", ...(scoped ? ["environment"] : []), "variableName"],
    volatileOutputs: ["updatedAt"],

    async create(client, inputs) {
      await place.create(client, inputs);
      return { id: idOf(inputs), outputs: await outputs(client, inputs, await repositoryId(client, inputs.repository)) };
    },

    async read(client, id, known) {
      const parts = splitId(id, ...idParts);
      const [repository, variableName] = [parts[0]!, parts.at(-1)!];
      const where = { repository, ...(scoped && { environment: parts[1]! }), variableName };
      const variable = await unlessMissing(() => place.get(client, where));
      if (!variable) return undefined;
      const inputs: VariableInputs = { ...where, value: variable.value };
      return {
        id: idOf(inputs),
        inputs,
        outputs: await outputs(client, inputs, known?.repositoryId ?? (await repositoryId(client, repository))),
      };
    },

    async update(client, _id, old, inputs) {
      await place.update(client, inputs);
      return outputs(client, inputs, old.repositoryId);
    },

    async remove(client, _id, known) {
      await unlessMissing(() => place.remove(client, known));
    },
  };
}
