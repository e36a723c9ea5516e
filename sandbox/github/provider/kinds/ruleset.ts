/** `RepositoryRuleset`: what may happen to the branches, tags or pushes of a repository. */
import { autoName } from "../../../provider/autoname";
import { type GitHubClient, unlessMissing } from "../client";
import { defined, type Kind, numberPart, splitId } from "./common";
import { type ApiRule, fromApiRules, PUSH_RULES, toApiRules, withRuleDefaults } from "./ruleset-rules";
import { type RulesetInputs, rulesetSchema, type RulesInputs } from "./ruleset-schema";

type RulesetOutputs = RulesetInputs & { readonly rulesetId: number; readonly nodeId: string; readonly etag: string };

/** Actors of which there is one: they have no id. */
const WITHOUT_ID: readonly string[] = ["OrganizationAdmin", "DeployKey", "EnterpriseOwner"];
/** Names are made no longer than this: the real provider's bridge. */
const NAME_LIMIT = 255;
const RULESET = "/repos/{owner}/{repo}/rulesets/{ruleset_id}";

export const repositoryRuleset: Kind<RulesetInputs, RulesetOutputs> = {
  type: "github:index/repositoryRuleset:RepositoryRuleset",
  schema: rulesetSchema,
  // As in the real provider nothing forces a replacement; a ruleset whose repository changes is looked for there, and not found.
  replaceOn: [],
  sets: [
    "bypassActors",
    "conditions.refName.includes",
    "conditions.refName.excludes",
    "rules.requiredStatusChecks.requiredChecks",
    "rules.pullRequest.allowedMergeMethods",
    "rules.requiredCodeScanning.requiredCodeScanningTools",
    "rules.fileExtensionRestriction.restrictedFileExtensions",
  ],
  volatileOutputs: ["etag"],
  defaults: ({ name, rules }, info) => ({
    name: name ?? autoName(info, "name", NAME_LIMIT),
    ...(rules && { rules: withChecks(withRuleDefaults(rules)) }),
  }),
  check: (inputs) => [...targetFindings(inputs), ...actorFindings(inputs)],

  async create(client, inputs) {
    const { data, headers } = await client.request("POST /repos/{owner}/{repo}/rulesets", body(client, inputs));
    return { id: String(data.id), outputs: { ...inputsOf(inputs.repository, data as unknown as ApiRuleset), rulesetId: data.id, nodeId: data.node_id ?? "", etag: headers.etag ?? "" } };
  },

  async read(client, id, known) {
    const [repository, last] = known ? [known.repository, id] : (splitId(id, "repository", "ruleset_id") as [string, string]);
    const rulesetId = numberPart(id, last);
    const answer = await unlessMissing(() =>
      client.request(`GET ${RULESET}`, { owner: client.owner, repo: repository, ruleset_id: rulesetId }),
    );
    if (!answer) return undefined;
    const inputs = inputsOf(repository, answer.data as unknown as ApiRuleset);
    return {
      id: String(rulesetId),
      inputs,
      outputs: { ...inputs, rulesetId, nodeId: answer.data.node_id ?? "", etag: answer.headers.etag ?? "" },
    };
  },

  async update(client, id, old, inputs) {
    const { data, headers } = await client.request(`PUT ${RULESET}`, { ...body(client, inputs), ruleset_id: numberPart(id, id) });
    return { ...inputsOf(inputs.repository, data as unknown as ApiRuleset), rulesetId: old.rulesetId, nodeId: data.node_id ?? "", etag: headers.etag ?? "" };
  },

  async remove(client, id, { repository }) {
    await unlessMissing(() =>
      client.request(`DELETE ${RULESET}`, { owner: client.owner, repo: repository, ruleset_id: numberPart(id, id) }),
    );
  },
};

/** Checks without an app have the app id 0, as in the real provider: a check that loses its app is then a change of one number. */
function withChecks(rules: RulesInputs): RulesInputs {
  const checks = rules.requiredStatusChecks;
  if (!checks || !Array.isArray(checks.requiredChecks)) return rules;
  const requiredChecks = checks.requiredChecks.map((check) => (typeof check === "object" ? { integrationId: 0, ...check } : check));
  return { ...rules, requiredStatusChecks: { ...checks, requiredChecks } };
}

function body(client: GitHubClient, inputs: RulesetInputs) {
  const { repository, name, target, enforcement, conditions } = inputs;
  const content = {
    owner: client.owner,
    repo: repository,
    name,
    target,
    // Of no use to GitHub, which knows them from the address.
    source: repository,
    source_type: "Repository",
    enforcement,
    bypass_actors: (inputs.bypassActors ?? []).map(({ actorId, actorType, bypassMode }) => ({
      actor_id: actorId === undefined || actorId === 0 ? null : actorId,
      actor_type: actorType,
      bypass_mode: bypassMode,
    })),
    ...(conditions && { conditions: { ref_name: { include: conditions.refName.includes, exclude: conditions.refName.excludes } } }),
    rules: toApiRules(inputs.rules),
  };
  // Octokit's type lists every rule's shape; the schema of the inputs and the server hold this one to it.
  return content as unknown as typeof content & { bypass_actors: never; rules: never };
}

interface ApiRuleset {
  readonly name: string;
  readonly target: RulesetInputs["target"];
  readonly enforcement: RulesetInputs["enforcement"];
  readonly bypass_actors?: readonly { readonly actor_id?: number | null; readonly actor_type: string; readonly bypass_mode: string }[];
  readonly conditions?: { readonly ref_name?: { readonly include?: string[]; readonly exclude?: string[] } } | null;
  readonly rules?: readonly ApiRule[];
}

function inputsOf(repository: string, ruleset: ApiRuleset): RulesetInputs {
  const refName = ruleset.conditions?.ref_name;
  return defined({
    name: ruleset.name,
    repository,
    target: ruleset.target,
    enforcement: ruleset.enforcement,
    bypassActors: (ruleset.bypass_actors ?? []).map(
      ({ actor_id, actor_type, bypass_mode }) =>
        ({
          ...(actor_id !== null && actor_id !== undefined && { actorId: actor_id }),
          actorType: actor_type,
          bypassMode: bypass_mode,
        }) as NonNullable<RulesetInputs["bypassActors"]>[number],
    ),
    conditions: refName && { refName: { includes: refName.include ?? [], excludes: refName.exclude ?? [] } },
    rules: fromApiRules(ruleset.rules ?? []),
  });
}

function targetFindings({ target, conditions, rules }: RulesetInputs): readonly { property: string; reason: string }[] {
  const set = (Object.keys(rules) as (keyof RulesInputs)[]).filter((name) => rules[name] !== undefined && rules[name] !== false);
  const wrong = set.filter((name) => PUSH_RULES.has(name) !== (target === "push"));
  return [
    ...wrong.map((name) => ({ property: `rules.${name}`, reason: `is not valid for ${target} target` })),
    ...(target === "push" && conditions ? [{ property: "conditions.refName", reason: "must not be set for push target" }] : []),
    ...(rules.updateAllowsFetchAndMerge !== undefined && rules.update === undefined
      ? [{ property: "rules.updateAllowsFetchAndMerge", reason: "needs rules.update" }]
      : []),
    ...(rules.branchNamePattern && rules.tagNamePattern
      ? [{ property: "rules.branchNamePattern", reason: "conflicts with rules.tagNamePattern" }]
      : []),
  ];
}

/** GitHub ignores an id where there is only one such actor, and answers without it: that would show as drift for ever. */
function actorFindings({ bypassActors }: RulesetInputs): readonly { property: string; reason: string }[] {
  return (bypassActors ?? []).flatMap(({ actorId, actorType }, i) =>
    actorId !== undefined && WITHOUT_ID.includes(actorType)
      ? [{ property: `bypassActors[${i}].actorId`, reason: `must not be set for ${actorType}: GitHub ignores it` }]
      : [],
  );
}
