import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GitHubClient } from "../../../sandbox/github/provider/client";
import { kinds } from "../../../sandbox/github/provider/kinds";
import type { Properties } from "../../../sandbox/provider/kind";
import { CloudError } from "../../../sandbox/provider/kind";
import { type Harness, harness, Managed, REPO, without } from "./harness";

let github: Harness;
let client: GitHubClient;

beforeEach(async () => {
  github = await harness();
  client = await github.provider.configure({ owner: "ai-dynamo" });
});
afterEach(() => github.stop());

const managed = (type: string, name?: string): Managed =>
  new Managed(client, kinds.get(`github:index/${type[0]!.toLowerCase()}${type.slice(1)}:${type}`)!, name);

/** What a kind is put through: made, read back without a difference, changed, edited behind Pulumi's back, repaired, imported, deleted. */
interface Case {
  readonly type: string;
  readonly before?: () => Promise<unknown>;
  readonly inputs: Properties;
  readonly id: string | RegExp;
  readonly change: Properties;
  readonly changes: readonly string[];
  /** Edits the cloud by other means. */
  readonly edit: (id: string) => Promise<{ status: number }>;
  readonly drift: readonly string[];
  readonly importId: (id: string) => string;
  /** Inputs that an import finds; the changed ones where they are not given. */
  readonly imported?: Properties;
  readonly replaces: Properties;
  readonly replacements: readonly string[];
  /** Whether the real provider's delete leaves defaults behind instead of nothing. */
  readonly stays?: boolean;
}

const repository = "dynamo";
const environment = "deployment-tests";
const putEnvironment = () =>
  github.call("PUT", `${REPO}/environments/${environment}`, {
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });

const RULESET: Properties = {
  name: "main",
  repository,
  target: "branch",
  enforcement: "active",
  bypassActors: [
    { actorId: 77, actorType: "Integration", bypassMode: "always" },
    { actorType: "OrganizationAdmin", bypassMode: "pull_request" },
  ],
  conditions: { refName: { includes: ["refs/heads/main", "refs/heads/release/*"], excludes: [] } },
  rules: {
    deletion: true,
    nonFastForward: true,
    pullRequest: { requiredApprovingReviewCount: 1, requireCodeOwnerReview: true },
    requiredStatusChecks: {
      strictRequiredStatusChecksPolicy: true,
      requiredChecks: [{ context: "pre-commit", integrationId: 15368 }, { context: "DCO", integrationId: 1861 }, { context: "any" }],
    },
  },
};

function edited(rules: Properties): Properties {
  return { ...RULESET, rules: { ...(RULESET.rules as Properties), ...rules } };
}

const cases: readonly Case[] = [
  {
    type: "RepositoryRuleset",
    inputs: RULESET,
    id: /^\d+$/,
    change: edited({ deletion: false, requiredLinearHistory: true }),
    changes: ["update rules.deletion", "add rules.requiredLinearHistory"],
    edit: async (id) => {
      const { body } = await github.call("GET", `${REPO}/rulesets/${id}`);
      const rules = (body.rules as { type: string; parameters: { required_status_checks: { context: string }[] } }[]).map((rule) =>
        rule.type === "required_status_checks"
          ? {
              ...rule,
              parameters: {
                ...rule.parameters,
                required_status_checks: rule.parameters.required_status_checks.filter(({ context }) => context !== "DCO"),
              },
            }
          : rule,
      );
      return github.call("PUT", `${REPO}/rulesets/${id}`, { rules });
    },
    drift: ["delete rules.requiredStatusChecks.requiredChecks[1]"],
    importId: (id) => `dynamo:${id}`,
    imported: {
      ...RULESET,
      rules: {
        creation: false,
        update: false,
        updateAllowsFetchAndMerge: false,
        deletion: false,
        nonFastForward: true,
        requiredLinearHistory: true,
        requiredSignatures: false,
        pullRequest: {
          dismissStaleReviewsOnPush: false,
          requireCodeOwnerReview: true,
          requireLastPushApproval: false,
          requiredApprovingReviewCount: 1,
          requiredReviewThreadResolution: false,
        },
        requiredStatusChecks: {
          strictRequiredStatusChecksPolicy: true,
          doNotEnforceOnCreate: false,
          requiredChecks: [
            { context: "pre-commit", integrationId: 15368 },
            { context: "DCO", integrationId: 1861 },
            { context: "any", integrationId: 0 },
          ],
        },
      },
    },
    replaces: { ...RULESET, target: "tag" },
    replacements: [],
  },
  {
    type: "RepositoryEnvironment",
    inputs: {
      repository,
      environment,
      waitTimer: 5,
      reviewers: [{ teams: [5] }],
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    },
    id: "dynamo:deployment-tests",
    change: {
      repository,
      environment,
      waitTimer: 10,
      preventSelfReview: true,
      reviewers: [{ teams: [5] }],
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    },
    changes: ["update waitTimer", "update preventSelfReview"],
    edit: () =>
      github.call("PUT", `${REPO}/environments/${environment}`, {
        wait_timer: 10,
        prevent_self_review: true,
        reviewers: [{ type: "Team", id: 5 }],
        deployment_branch_policy: null,
      }),
    drift: ["delete deploymentBranchPolicy"],
    importId: (id) => id,
    imported: {
      repository,
      environment,
      waitTimer: 10,
      preventSelfReview: true,
      canAdminsBypass: true,
      reviewers: [{ teams: [5], users: [] }],
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    },
    replaces: { repository, environment: "other" },
    replacements: ["update environment !"],
  },
  {
    type: "RepositoryEnvironmentDeploymentPolicy",
    before: putEnvironment,
    inputs: { repository, environment, branchPattern: "main" },
    id: /^dynamo:deployment-tests:\d+$/,
    change: { repository, environment, branchPattern: "release/*" },
    changes: ["update branchPattern"],
    edit: (id) => github.call("PUT", `${REPO}/environments/${environment}/deployment-branch-policies/${id.split(":")[2]}`, { name: "*" }),
    drift: ["update branchPattern"],
    importId: (id) => id,
    replaces: { repository, environment: "other", branchPattern: "main" },
    replacements: ["update environment !"],
  },
  {
    type: "ActionsEnvironmentVariable",
    before: putEnvironment,
    inputs: { repository, environment, variableName: "REGION", value: "us-west-2" },
    id: "dynamo:deployment-tests:REGION",
    change: { repository, environment, variableName: "REGION", value: "us-east-1" },
    changes: ["update value"],
    edit: () => github.call("PATCH", `${REPO}/environments/${environment}/variables/REGION`, { value: "elsewhere" }),
    drift: ["update value"],
    importId: (id) => id,
    replaces: { repository, environment: "other", variableName: "ZONE", value: "us-east-1" },
    replacements: ["update environment !", "update variableName !"],
  },
  {
    type: "ActionsVariable",
    inputs: { repository, variableName: "REGION", value: "us-west-2" },
    id: "dynamo:REGION",
    change: { repository, variableName: "REGION", value: "us-east-1" },
    changes: ["update value"],
    edit: () => github.call("PATCH", `${REPO}/actions/variables/region`, { value: "elsewhere" }),
    drift: ["update value"],
    importId: (id) => id,
    replaces: { repository: "other", variableName: "ZONE", value: "us-east-1" },
    replacements: ["update repository !", "update variableName !"],
  },
  {
    type: "RepositoryFile",
    inputs: {
      repository,
      file: ".github/workflows/pr.yaml",
      content: "on: push\n",
      commitMessage: "Deliver [skip ci]",
      overwriteOnCreate: true,
    },
    id: "dynamo:.github/workflows/pr.yaml:main",
    change: {
      repository,
      file: ".github/workflows/pr.yaml",
      content: "on: pull_request\n",
      commitMessage: "Deliver [skip ci]",
      overwriteOnCreate: true,
    },
    changes: ["update content"],
    edit: async () => {
      const { body } = await github.call("GET", `${REPO}/contents/.github/workflows/pr.yaml`);
      return github.call("PUT", `${REPO}/contents/.github/workflows/pr.yaml`, {
        message: "edit",
        content: Buffer.from("on: [😀]\n").toString("base64"),
        sha: body.sha,
      });
    },
    drift: ["update content"],
    importId: () => "dynamo:.github/workflows/pr.yaml:",
    imported: { repository, file: ".github/workflows/pr.yaml", content: "on: pull_request\n", branch: "main", overwriteOnCreate: false },
    replaces: {
      repository,
      file: "other.yaml",
      content: "on: pull_request\n",
      commitMessage: "Deliver [skip ci]",
      overwriteOnCreate: true,
      branch: "main",
    },
    replacements: ["update file !", "add branch !"],
  },
  {
    type: "ActionsRepositoryPermissions",
    inputs: {
      repository,
      allowedActions: "selected",
      allowedActionsConfig: { githubOwnedAllowed: true, patternsAlloweds: ["a/*", "b/c@*"], verifiedAllowed: false },
      shaPinningRequired: true,
    },
    id: "dynamo",
    change: { repository, allowedActions: "local_only", shaPinningRequired: true },
    changes: ["update allowedActions", "delete allowedActionsConfig"],
    edit: () => github.call("PUT", `${REPO}/actions/permissions`, { enabled: true, allowed_actions: "all", sha_pinning_required: false }),
    drift: ["update allowedActions", "update shaPinningRequired"],
    importId: (id) => id,
    imported: { repository, allowedActions: "local_only", shaPinningRequired: true, enabled: true },
    replaces: { repository, allowedActions: "all" },
    replacements: [],
    stays: true,
  },
  {
    type: "WorkflowRepositoryPermissions",
    inputs: { repository, defaultWorkflowPermissions: "write" },
    id: "dynamo",
    change: { repository, defaultWorkflowPermissions: "read" },
    changes: ["update defaultWorkflowPermissions"],
    edit: () => github.call("PUT", `${REPO}/actions/permissions/workflow`, { can_approve_pull_request_reviews: true }),
    drift: ["update canApprovePullRequestReviews"],
    importId: (id) => id,
    imported: { repository, defaultWorkflowPermissions: "read", canApprovePullRequestReviews: false },
    replaces: { repository, defaultWorkflowPermissions: "write" },
    replacements: [],
    stays: true,
  },
  {
    type: "ActionsRepositoryOidcSubjectClaimCustomizationTemplate",
    inputs: { repository, useDefault: true },
    id: "dynamo",
    change: { repository, useDefault: false, includeClaimKeys: ["repo", "context"] },
    changes: ["update useDefault", "add includeClaimKeys"],
    edit: () => github.call("PUT", `${REPO}/actions/oidc/customization/sub`, { use_default: false, include_claim_keys: ["repo", "ref"] }),
    drift: ["update includeClaimKeys[1]"],
    importId: (id) => id,
    replaces: { repository, useDefault: true },
    replacements: [],
    stays: true,
  },
  {
    type: "ActionsRunnerGroup",
    inputs: {
      name: "gpu",
      visibility: "selected",
      selectedRepositoryIds: [900_700],
      restrictedToWorkflows: true,
      selectedWorkflows: ["ai-dynamo/dynamo/.github/workflows/pr.yaml@refs/heads/main"],
    },
    id: /^\d+$/,
    change: { name: "gpu", visibility: "selected", selectedRepositoryIds: [900_700] },
    changes: ["update restrictedToWorkflows", "delete selectedWorkflows"],
    edit: (id) => github.call("PUT", `/orgs/ai-dynamo/actions/runner-groups/${id}/repositories`, { selected_repository_ids: [] }),
    drift: ["delete selectedRepositoryIds[0]"],
    importId: (id) => id,
    imported: {
      name: "gpu",
      visibility: "selected",
      selectedRepositoryIds: [900_700],
      allowsPublicRepositories: false,
      restrictedToWorkflows: false,
      selectedWorkflows: [],
    },
    replaces: { name: "other", visibility: "all" },
    replacements: [],
  },
];

const named = cases.map((c) => [c.type, c] as const);

describe.each(named)("%s", (_type, c) => {
  beforeEach(async () => {
    await c.before?.();
  });

  test("is made under the real provider's id and read back without a difference", async () => {
    const thing = await managed(c.type).create(c.inputs);
    expect(thing.id).toMatch(typeof c.id === "string" ? new RegExp(`^${c.id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) : c.id);
    expect(await thing.drift()).toEqual([]);
    expect(thing.diff(c.inputs)).toEqual([]);
  });

  test("is changed in place where the real provider does, and replaced where it does", async () => {
    const thing = await managed(c.type).create(c.inputs);
    expect([...thing.diff(c.change)].sort()).toEqual([...c.changes].sort());
    await thing.update(c.change);
    expect(await thing.drift()).toEqual([]);
    expect(thing.diff(c.replaces).filter((path) => path.endsWith("!"))).toEqual(c.replacements);
  });

  test("drift is named, survives a refresh and is repaired by an update", async () => {
    const thing = await managed(c.type).create(c.inputs);
    await thing.update(c.change);
    expect((await c.edit(thing.id)).status).toBeLessThan(300);
    expect(await thing.drift()).toEqual(c.drift);
    await thing.refresh();
    expect(thing.diff(c.change).length).toBe(c.drift.length);
    await thing.update(c.change);
    expect(await thing.drift()).toEqual([]);
    expect(thing.diff(c.change)).toEqual([]);
  });

  test("is imported by the real provider's import id", async () => {
    const thing = await managed(c.type).create(c.inputs);
    await thing.update(c.change);
    const found = await managed(c.type).import(c.importId(thing.id));
    expect(found?.id).toBe(thing.id);
    expect(found?.inputs).toEqual(c.imported ?? c.change);
  });

  test("is deleted, again without harm, and then reads as gone", async () => {
    const thing = await managed(c.type).create(c.inputs);
    await thing.remove();
    await thing.remove();
    expect(await thing.drift()).toEqual(c.stays ? expect.any(Array) : undefined);
  });

  test("a thing of an unknown repository or owner fails with GitHub's words", async () => {
    const elsewhere = await github.provider.configure({ owner: "nobody" });
    await expect(new Managed(elsewhere, managed(c.type).kind).create(c.inputs)).rejects.toThrow(/: 404 NotFound: Not Found$/);
  });

  test("an input that the real type does not have is refused", () => {
    expect(() => managed(c.type).check({ ...c.inputs, colour: "red" })).toThrow("colour");
  });
});

describe("the kinds", () => {
  test("every input of the SDK's argument types is known, and no other", () => {
    const skipped = new Set(["repositoryId"]);
    for (const { type, schema } of kinds.values()) {
      const module = type.split("/")[1]!.split(":")[0]!;
      const text = readFileSync(join(__dirname, `../../../node_modules/@pulumi/github/${module}.d.ts`), "utf8");
      const body = /export interface \w+Args \{([\s\S]*?)\n\}/.exec(text)![1]!;
      const declared = [...body.matchAll(/^ {4}(\w+)\??: /gm)].map((m) => m[1]!).filter((name) => !skipped.has(name));
      const known = Object.keys((schema as unknown as { shape: object }).shape);
      expect({ type, inputs: known.sort() }).toEqual({ type, inputs: declared.sort() });
    }
  });

  test("sets are compared without order", async () => {
    const ruleset = await managed("RepositoryRuleset").create(RULESET);
    const rules = RULESET.rules as { requiredStatusChecks: { requiredChecks: unknown[] } };
    const checks = rules.requiredStatusChecks;
    const turned = {
      ...RULESET,
      bypassActors: [...(RULESET.bypassActors as unknown[])].reverse(),
      conditions: { refName: { includes: ["refs/heads/release/*", "refs/heads/main"], excludes: [] } },
      rules: { ...rules, requiredStatusChecks: { ...checks, requiredChecks: [...checks.requiredChecks].reverse() } },
    };
    expect(ruleset.diff(turned)).toEqual([]);
    await ruleset.update(turned);
    expect(await ruleset.drift()).toEqual([]);
  });

  test("a merge queue is made with GitHub's seven parameters, its drift is seen, and it goes again", async () => {
    const mergeQueue = {
      mergeMethod: "SQUASH",
      groupingStrategy: "ALLGREEN",
      maxEntriesToBuild: 3,
      minEntriesToMerge: 1,
      maxEntriesToMerge: 4,
      minEntriesToMergeWaitMinutes: 0,
      checkResponseTimeoutMinutes: 120,
    };
    const ruleset = await managed("RepositoryRuleset").create({ ...RULESET, rules: { ...(RULESET.rules as object), mergeQueue } });
    const rules = async (): Promise<{ type: string; parameters?: object }[]> =>
      (await github.call("GET", `${REPO}/rulesets/${ruleset.id}`)).body.rules as { type: string; parameters?: object }[];
    expect((await rules()).find(({ type }) => type === "merge_queue")?.parameters).toEqual({
      merge_method: "SQUASH",
      grouping_strategy: "ALLGREEN",
      max_entries_to_build: 3,
      min_entries_to_merge: 1,
      max_entries_to_merge: 4,
      min_entries_to_merge_wait_minutes: 0,
      check_response_timeout_minutes: 120,
    });
    expect(await ruleset.drift()).toEqual([]);
    const changed = (await rules()).map((rule) => (rule.type === "merge_queue" ? { ...rule, parameters: { ...rule.parameters, grouping_strategy: "HEADGREEN" } } : rule));
    await github.call("PUT", `${REPO}/rulesets/${ruleset.id}`, { rules: changed });
    expect(await ruleset.drift()).toEqual(["update rules.mergeQueue.groupingStrategy"]);
    await ruleset.update(RULESET);
    expect((await rules()).some(({ type }) => type === "merge_queue")).toBe(false);
  });

  test("a check that loses its app is a change of that check alone", async () => {
    const ruleset = await managed("RepositoryRuleset").create(RULESET);
    const { body } = await github.call("GET", `${REPO}/rulesets/${ruleset.id}`);
    const rules = JSON.parse(
      JSON.stringify(body.rules).replace(',"integration_id":1861', "").replace('"integration_id":1861,', ""),
    ) as unknown;
    await github.call("PUT", `${REPO}/rulesets/${ruleset.id}`, { rules });
    expect(await ruleset.drift()).toEqual([
      "delete rules.requiredStatusChecks.requiredChecks[1]",
      "add rules.requiredStatusChecks.requiredChecks[2]",
    ]);
  });

  test.each([
    ["RepositoryRuleset", RULESET, "Name must be unique"],
    ["ActionsVariable", { repository, variableName: "A", value: "b" }, "409 Conflict: Already exists - Variable already exists"],
    ["ActionsRunnerGroup", { name: "gpu", visibility: "all" }, "409 Conflict: Runner group with name 'gpu' already exists."],
    ["RepositoryFile", { repository, file: "README.md", content: "x" }, "refusing to overwrite existing file README.md on branch main"],
  ])("%s: a duplicate is refused", async (type, inputs, message) => {
    if (type !== "RepositoryFile") await managed(type).create(inputs);
    await expect(managed(type, "second").create(inputs)).rejects.toThrow(message);
  });

  test("a deployment policy that is there already is refused, though GitHub answers no error", async () => {
    await putEnvironment();
    const inputs = { repository, environment, branchPattern: "main" };
    await managed("RepositoryEnvironmentDeploymentPolicy").create(inputs);
    await expect(managed("RepositoryEnvironmentDeploymentPolicy").create(inputs)).rejects.toThrow("303 AlreadyExists");
  });

  test.each<[string, Properties, string]>([
    ["RepositoryRuleset", { ...RULESET, enforcement: "on" }, "enforcement"],
    [
      "RepositoryRuleset",
      { ...RULESET, bypassActors: [{ actorId: 77, actorType: "Integration", bypassMode: "pullRequest" }] },
      "bypassActors[0].bypassMode",
    ],
    [
      "RepositoryRuleset",
      { ...RULESET, bypassActors: [{ actorId: 1, actorType: "OrganizationAdmin", bypassMode: "always" }] },
      "must not be set for OrganizationAdmin",
    ],
    ["RepositoryRuleset", { ...RULESET, target: "push", conditions: undefined }, "rules.pullRequest: is not valid for push target"],
    ["RepositoryRuleset", edited({ maxFileSize: { maxFileSize: 5 } }), "rules.maxFileSize: is not valid for branch target"],
    ["RepositoryRuleset", edited({ requiredStatusChecks: { requiredChecks: [] } }), "rules.requiredStatusChecks.requiredChecks"],
    ["RepositoryEnvironment", { repository, environment, waitTimer: 43_201 }, "waitTimer"],
    [
      "RepositoryEnvironment",
      { repository, environment, reviewers: [{ teams: [1, 2, 3, 4], users: [1, 2, 3] }] },
      "a maximum of 6 reviewers (users and teams combined) can be set for an environment (found: 7)",
    ],
    ["RepositoryEnvironmentDeploymentPolicy", { repository, environment }, "exactly one of branchPattern, tagPattern must be set"],
    ["ActionsSecret", { repository, secretName: "GITHUB_X", value: "v" }, "must not start with the GITHUB_ prefix"],
    ["ActionsSecret", { repository, secretName: "1X", value: "v" }, "must not start with a number"],
    [
      "ActionsSecret",
      { repository, secretName: "X" },
      "exactly one of value, plaintextValue, valueEncrypted, encryptedValue must be set (found: none)",
    ],
    ["ActionsSecret", { repository, secretName: "X", value: "v", plaintextValue: "w" }, "(found: value, plaintextValue)"],
    ["ActionsRepositoryPermissions", { repository, allowedActions: "some" }, "allowedActions"],
    [
      "ActionsRepositoryPermissions",
      { repository, allowedActions: "all", allowedActionsConfig: { githubOwnedAllowed: true } },
      "only available when allowedActions is selected (found: all)",
    ],
    [
      "ActionsRepositoryOidcSubjectClaimCustomizationTemplate",
      { repository, useDefault: true, includeClaimKeys: ["repo"] },
      "cannot be set when useDefault is true",
    ],
    [
      "ActionsRunnerGroup",
      { name: "g", visibility: "all", selectedRepositoryIds: [1] },
      "cannot be used without visibility being set to selected (found: all)",
    ],
    ["RepositoryFile", { repository, file: "a", content: "b", commitAuthor: "me" }, "commitAuthor and commitEmail must be set together"],
  ])("%s refuses bad input %#", (type, inputs, message) => {
    expect(() => managed(type).check(inputs)).toThrow(message);
  });

  test("a name that the program does not give is made from the logical name and kept", async () => {
    const unnamed = without(RULESET, "name");
    const ruleset = await managed("RepositoryRuleset", "protect-main").create(unnamed);
    expect(ruleset.inputs.name).toMatch(/^protect-main-[0-9a-f]{7}$/);
    expect(ruleset.diff(unnamed)).toEqual([]);
  });

  test("an edit that nobody refreshed is not overwritten, an update that was not recorded is taken over", async () => {
    const inputs = { repository, file: "a.txt", content: "one" };
    const file = await managed("RepositoryFile").create(inputs);
    const put = (content: string, sha: unknown) =>
      github.call("PUT", `${REPO}/contents/a.txt`, { message: "edit", content: Buffer.from(content).toString("base64"), sha });
    const { body } = await put("somebody's", file.outputs.sha);
    await expect(file.update({ ...inputs, content: "two" })).rejects.toThrow("409 Conflict: a.txt does not match");
    await put("two", body.content.sha);
    await file.update({ ...inputs, content: "two" });
    expect(await file.drift()).toEqual([]);
  });

  test("every request passes the choke point, with the template of its route", async () => {
    github.passed.length = 0;
    await managed("ActionsVariable").create({ repository, variableName: "A", value: "b" });
    expect(github.passed).toEqual([
      "POST /repos/{owner}/{repo}/actions/variables",
      "GET /repos/{owner}/{repo}",
      "GET /repos/{owner}/{repo}/actions/variables/{name}",
    ]);
  });

  test("an ordered failure reaches the caller at once; a rate limit is waited for", async () => {
    const throwing = (status: number, times: number) => {
      let left = times;
      github.fault = ({ operation }) => {
        if (left-- > 0) throw new CloudError(operation, status, "Ordered", "on purpose", 0);
      };
    };
    const create = (name: string) => managed("ActionsVariable").create({ repository, variableName: name, value: "b" });
    throwing(500, 1);
    await expect(create("A")).rejects.toThrow("POST /repos/{owner}/{repo}/actions/variables: 500 Ordered: on purpose");
    throwing(429, 3);
    await expect(create("B")).resolves.toBeDefined();
    throwing(429, 4);
    await expect(create("C")).rejects.toThrow("429 Ordered");
  });
});
