/** `ActionsRunnerGroup`: a group of self-hosted runners of an organisation, and who may use it. */
import { z } from "zod";
import { autoName } from "../../../provider/autoname";
import { type GitHubClient, unlessMissing } from "../client";
import { defined, type Kind, numberPart } from "./common";

interface GroupInputs extends Record<string, unknown> {
  readonly name: string;
  readonly visibility: "all" | "selected" | "private";
  readonly allowsPublicRepositories?: boolean;
  readonly restrictedToWorkflows?: boolean;
  readonly selectedRepositoryIds?: readonly number[];
  readonly selectedWorkflows?: readonly string[];
}

interface GroupOutputs extends GroupInputs {
  readonly default: boolean;
  readonly etag: string;
  readonly inherited: boolean;
  readonly runnersUrl: string;
  readonly selectedRepositoriesUrl: string;
}

const GROUP = "/orgs/{org}/actions/runner-groups/{runner_group_id}";
/** Names are made no longer than this: the real provider's bridge. */
const NAME_LIMIT = 255;

export const actionsRunnerGroup: Kind<GroupInputs, GroupOutputs> = {
  type: "github:index/actionsRunnerGroup:ActionsRunnerGroup",
  schema: z.strictObject({
    name: z.string().min(1),
    visibility: z.enum(["all", "selected", "private"]),
    allowsPublicRepositories: z.boolean().optional(),
    restrictedToWorkflows: z.boolean().optional(),
    selectedRepositoryIds: z.array(z.number().int()).optional(),
    selectedWorkflows: z.array(z.string()).optional(),
  }),
  replaceOn: [],
  sets: ["selectedRepositoryIds"],
  volatileOutputs: ["etag"],
  defaults: ({ name, allowsPublicRepositories = false, restrictedToWorkflows = false }, info) => ({
    name: name ?? autoName(info, "name", NAME_LIMIT),
    allowsPublicRepositories,
    restrictedToWorkflows,
  }),
  check: ({ visibility, selectedRepositoryIds }) =>
    visibility !== "selected" && (selectedRepositoryIds?.length ?? 0) > 0
      ? [{ property: "selectedRepositoryIds", reason: `cannot be used without visibility being set to selected (found: ${visibility})` }]
      : [],

  async create(client, inputs) {
    const { data } = await client.request("POST /orgs/{org}/actions/runner-groups", {
      org: client.owner,
      ...settings(inputs),
      selected_repository_ids: [...(inputs.selectedRepositoryIds ?? [])],
    });
    const found = await lookUp(client, data.id);
    if (!found) throw new Error(`runner group ${inputs.name} is gone right after it was made`);
    return { id: String(data.id), outputs: { ...found, ...inputs } };
  },

  async read(client, id) {
    const found = await lookUp(client, numberPart(id, id));
    if (!found) return undefined;
    const { name, visibility, allowsPublicRepositories, restrictedToWorkflows, selectedRepositoryIds, selectedWorkflows } = found;
    const inputs = { name, visibility, allowsPublicRepositories, restrictedToWorkflows, selectedRepositoryIds, selectedWorkflows };
    return { id, inputs, outputs: found };
  },

  async update(client, id, _old, inputs) {
    const runner_group_id = numberPart(id, id);
    await client.request(`PATCH ${GROUP}`, { org: client.owner, runner_group_id, ...settings(inputs) });
    await client.request(`PUT ${GROUP}/repositories`, {
      org: client.owner,
      runner_group_id,
      selected_repository_ids: [...(inputs.selectedRepositoryIds ?? [])],
    });
    const found = await lookUp(client, runner_group_id);
    if (!found) throw new Error(`runner group ${inputs.name} is gone right after it was changed`);
    return { ...found, ...inputs };
  },

  async remove(client, id) {
    await unlessMissing(() => client.request(`DELETE ${GROUP}`, { org: client.owner, runner_group_id: numberPart(id, id) }));
  },
};

function settings({
  name,
  visibility,
  restrictedToWorkflows = false,
  allowsPublicRepositories = false,
  selectedWorkflows = [],
}: GroupInputs) {
  return {
    name,
    visibility,
    restricted_to_workflows: restrictedToWorkflows,
    allows_public_repositories: allowsPublicRepositories,
    selected_workflows: [...selectedWorkflows],
  };
}

async function lookUp(client: GitHubClient, runner_group_id: number): Promise<GroupOutputs | undefined> {
  const answer = await unlessMissing(() => client.request(`GET ${GROUP}`, { org: client.owner, runner_group_id }));
  if (!answer) return undefined;
  const { data, headers } = answer;
  return defined({
    name: data.name,
    visibility: data.visibility as GroupInputs["visibility"],
    allowsPublicRepositories: data.allows_public_repositories,
    restrictedToWorkflows: data.restricted_to_workflows ?? false,
    selectedWorkflows: data.selected_workflows ?? [],
    selectedRepositoryIds: await repositoryIds(client, runner_group_id),
    default: data.default,
    etag: headers.etag ?? "",
    inherited: data.inherited,
    runnersUrl: data.runners_url,
    selectedRepositoriesUrl: data.selected_repositories_url ?? "",
  });
}

async function repositoryIds(client: GitHubClient, runner_group_id: number): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let page = 1; ; page++) {
    const { data } = await client.request(`GET ${GROUP}/repositories`, {
      org: client.owner,
      runner_group_id,
      per_page: client.perPage,
      page,
    });
    ids.push(...data.repositories.map(({ id }) => Number(id)));
    if (data.repositories.length < client.perPage) return ids;
  }
}
