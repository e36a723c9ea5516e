/** What somebody may do by hand to each type: another value, and the whole thing gone. Paths are those of GitHub's REST API. */
import sodium from "libsodium-wrappers";
import type { HandChange } from "./run";
import { readable, type Known, type Side } from "./side";

const OWNER = "ai-dynamo";

interface Facts {
  readonly repo: string;
  readonly environment: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Make = (side: Side, facts: Facts) => Promise<unknown>;

function change(name: string, make: Make): HandChange {
  return {
    name,
    make: async (side, known: Known) => {
      const [inputs, outputs] = [readable(known.inputs).value, readable(known.outputs).value];
      const repo = `/repos/${OWNER}/${String(inputs["repository"])}`;
      await make(side, { repo, environment: `${repo}/environments/${encodeURIComponent(String(inputs["environment"]))}`, inputs, outputs });
    },
  };
}

async function ruleset(side: Side, { repo, inputs }: Facts): Promise<string> {
  const all = (await side.byHand("GET", `${repo}/rulesets`)) as readonly { readonly id: number; readonly name: string }[];
  return `${repo}/rulesets/${all.find(({ name }) => name === inputs["name"])!.id}`;
}

async function policy(side: Side, { environment, inputs }: Facts): Promise<string> {
  const { branch_policies: all } = (await side.byHand("GET", `${environment}/deployment-branch-policies`)) as { readonly branch_policies: readonly { readonly id: number; readonly name: string }[] };
  return `${environment}/deployment-branch-policies/${all.find(({ name }) => name === inputs["branchPattern"])!.id}`;
}

async function file(side: Side, { repo, inputs }: Facts): Promise<{ readonly path: string; readonly sha: string }> {
  const path = `${repo}/contents/${String(inputs["file"])}`;
  const { sha } = (await side.byHand("GET", path)) as { readonly sha: string };
  return { path, sha };
}

const group = ({ outputs }: Facts): string => `/orgs/${OWNER}/actions/runner-groups/${String(outputs["id"] ?? "")}`;

async function groupPath(side: Side, facts: Facts): Promise<string> {
  const { runner_groups: all } = (await side.byHand("GET", `/orgs/${OWNER}/actions/runner-groups`)) as { readonly runner_groups: readonly { readonly id: number; readonly name: string }[] };
  const found = all.find(({ name }) => name === facts.inputs["name"]);
  return found === undefined ? group(facts) : `/orgs/${OWNER}/actions/runner-groups/${found.id}`;
}

/** By the type's last word. */
export const HAND_CHANGES: Readonly<Record<string, readonly HandChange[]>> = {
  RepositoryRuleset: [
    change("not enforced", async (side, facts) => side.byHand("PUT", await ruleset(side, facts), { enforcement: "disabled" })),
    change("without rules", async (side, facts) => side.byHand("PUT", await ruleset(side, facts), { rules: [] })),
    change("open to somebody", async (side, facts) => side.byHand("PUT", await ruleset(side, facts), { bypass_actors: [{ actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" }] })),
    change("gone", async (side, facts) => side.byHand("DELETE", await ruleset(side, facts))),
  ],
  RepositoryEnvironment: [
    change("a wait", (side, { environment }) => side.byHand("PUT", environment, { wait_timer: 5, deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } })),
    change("open to every branch", (side, { environment }) => side.byHand("PUT", environment, { deployment_branch_policy: null })),
    change("gone", (side, { environment }) => side.byHand("DELETE", environment)),
  ],
  RepositoryEnvironmentDeploymentPolicy: [
    change("another pattern", async (side, facts) => side.byHand("PUT", await policy(side, facts), { name: "other" })),
    change("gone", async (side, facts) => side.byHand("DELETE", (await policy(side, { ...facts, inputs: { branchPattern: "other" } })))),
  ],
  ActionsEnvironmentSecret: [
    change("another value", async (side, { environment, inputs }) => {
      const { key_id, key } = (await side.byHand("GET", `${environment}/secrets/public-key`)) as { readonly key_id: string; readonly key: string };
      await sodium.ready;
      const sealed = sodium.crypto_box_seal(sodium.from_string("other"), sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
      // Times of GitHub are whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await side.byHand("PUT", `${environment}/secrets/${String(inputs["secretName"])}`, { key_id, encrypted_value: Buffer.from(sealed).toString("base64") });
    }),
    change("gone", (side, { environment, inputs }) => side.byHand("DELETE", `${environment}/secrets/${String(inputs["secretName"])}`)),
  ],
  ActionsEnvironmentVariable: [
    change("another value", (side, { environment, inputs }) => side.byHand("PATCH", `${environment}/variables/${String(inputs["variableName"])}`, { value: "other" })),
    change("gone", (side, { environment, inputs }) => side.byHand("DELETE", `${environment}/variables/${String(inputs["variableName"])}`)),
  ],
  RepositoryFile: [
    change("another content", async (side, facts) => {
      const { path, sha } = await file(side, facts);
      return side.byHand("PUT", path, { message: "by hand", content: Buffer.from("other\n").toString("base64"), sha, branch: "main" });
    }),
    change("gone", async (side, facts) => {
      const { path, sha } = await file(side, facts);
      return side.byHand("DELETE", path, { message: "by hand", sha, branch: "main" });
    }),
  ],
  ActionsRepositoryPermissions: [
    change("no hashes needed", (side, { repo }) => side.byHand("PUT", `${repo}/actions/permissions`, { enabled: true, allowed_actions: "all", sha_pinning_required: false })),
    change("local actions alone", (side, { repo }) => side.byHand("PUT", `${repo}/actions/permissions`, { enabled: true, allowed_actions: "local_only", sha_pinning_required: true })),
  ],
  WorkflowRepositoryPermissions: [change("tokens that write", (side, { repo }) => side.byHand("PUT", `${repo}/actions/permissions/workflow`, { default_workflow_permissions: "write", can_approve_pull_request_reviews: true }))],
  ActionsRepositoryOidcSubjectClaimCustomizationTemplate: [
    change("another subject", (side, { repo }) => side.byHand("PUT", `${repo}/actions/oidc/customization/sub`, { use_default: false, include_claim_keys: ["repo", "context"] })),
  ],
  ActionsRunnerGroup: [
    change("open to every repository", async (side, facts) => side.byHand("PATCH", await groupPath(side, facts), { name: String(facts.inputs["name"]), visibility: "all" })),
    change("gone", async (side, facts) => side.byHand("DELETE", await groupPath(side, facts))),
  ],
};
