/** Attacks on what guards: the repository that holds this project, and the identities that apply it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { lostOwnerRules } from "../../workflows/documents/codeowners";
import { got, refused, type Attack } from "../attack";
import type { Stage } from "../stage";
import { roleOf, mayDo } from "../judges/permissions";

/** The account that the applying role's policy speaks of. @throws Error where it names none */
function accountOf(stage: Stage): string {
  const found = roleOf(stage, "apply").policies.map((policy) => /arn:aws:iam::(\d{12}):/.exec(policy)?.[1]).find((account) => account !== undefined);
  if (found === undefined) throw new Error("the applying role's policy names no account");
  return found;
}

/** The apply's workflow file of this project, which no stack delivers; another one for a stage whose door is open. */
const APPLY_FILE = join(__dirname, "../../.github/workflows/infrastructure-apply.yml");
const applyFiles = new WeakMap<Stage, string>();

/** Concurrency groups that the apply is in, its workflow's and its jobs': a group's name is anybody's who pushes a branch. */
function applyGroups(stage: Stage): readonly string[] {
  type Grouped = { readonly concurrency?: string | { readonly group: string } };
  const workflow = parse(applyFiles.get(stage) ?? readFileSync(APPLY_FILE, "utf8")) as Grouped & { readonly jobs: Readonly<Record<string, Grouped>> };
  if (workflow.jobs["apply"] === undefined) throw new Error("no job applies");
  return [workflow, ...Object.values(workflow.jobs)].flatMap(({ concurrency }) => (concurrency === undefined ? [] : [typeof concurrency === "string" ? concurrency : concurrency.group]));
}

function withGroup(stage: Stage): Stage {
  const opened = stage.unguarded();
  applyFiles.set(opened, readFileSync(APPLY_FILE, "utf8").replace(/^jobs:$/m, "concurrency: infrastructure-apply\njobs:"));
  return opened;
}

/** Stages whose applies do not look at the product repository's owners. */
const heedless = new WeakSet<Stage>();

export const guardAttacks: readonly Attack[] = [
  {
    id: "infrastructure-main-pushed",
    who: "writer",
    does: "Pushes to the default branch of the repository that holds this project, whose next apply runs his program.",
    stops: "Nothing of this stack: it makes no ruleset there.",
    proof: "none",
    remains: "`STACK-apply` waits for a reviewer where `applyReviewers` names a team.",
    notHeld: {
      consequence: "The branch protection of that repository is what people set by hand.",
      why: "The stack protects only the product's repository so far.",
    },
    attempt: (stage) => {
      const own = stage.ofType("github:index/repositoryRuleset:RepositoryRuleset").filter(({ repository }) => repository !== stage.repository.name);
      return own.length === 0 ? got("no ruleset of the stack is of the infrastructure repository") : refused(`${own.length} rulesets`);
    },
  },
  {
    id: "apply-makes-a-stronger-role",
    who: "writer",
    does: "Gets a change applied that gives a role of the stack's names rights on everything in the AWS account.",
    stops: "Nothing on AWS: the applying role may write the policies of roles with the stack's prefix, and no permissions boundary bounds them.",
    proof: "none",
    remains: "The review of the apply, the policy pack and the report's dangers stand before it.",
    notHeld: {
      consequence: "Who controls an apply controls the AWS account.",
      why: "A permissions boundary is a policy that people make before the stack; config has no place for it yet.",
    },
    attempt: (stage) => {
      const bounded = stage.ofType("aws:iam/role:Role").every(({ permissionsBoundary }) => permissionsBoundary !== undefined);
      const writes = mayDo(roleOf(stage, "apply"), "iam:PutRolePolicy", `arn:aws:iam::${accountOf(stage)}:role/${roleOf(stage, "apply").name}`);
      return writes && !bounded ? got("iam:PutRolePolicy on its own role, without a permissions boundary") : refused("a permissions boundary bounds every role");
    },
  },
  {
    id: "preview-applies",
    who: "writer",
    does: "Opens a pull request of this project whose preview runs his program, to change what is deployed with the previewing identity.",
    stops: "The previewing role reads.",
    proof: "policy `aws-policies-narrow`; the stack's manifest",
    remains: "It reads the state, and so the secrets in it: give write access to that repository accordingly.",
    attempt: (stage) => {
      const writes = ["iam:PutRolePolicy", "ecr:PutImage", "ecr:DeleteRepository", "s3:PutObject", "iam:UpdateAssumeRolePolicy"];
      const role = roleOf(stage, "preview");
      const open = writes.filter((action) => ["arn:aws:iam::111122223333:role/gpu-cicd-prod-apply", "arn:aws:ecr:us-west-2:111122223333:repository/ai-dynamo/dynamo", "arn:aws:s3:::x/y"].some((arn) => mayDo(role, action, arn)));
      return open.length > 0 ? got(open.join(", ")) : refused("IAM: preview has none of the writing actions");
    },
    opened: (stage) => stage.having("RolePolicy identities-preview-permissions", "policy Statement 0 Action", "*").having("RolePolicy identities-preview-permissions", "policy Statement 0 Resource", "*"),
  },
  {
    id: "preview-reads-apply-secrets",
    who: "writer",
    does: "Opens a pull request of this project whose preview runs his program and decrypts the secrets of the state, the applying app's key among them.",
    stops: "Nothing: previews and applies read one state.",
    proof: "none",
    remains: "Write access to that repository is write access to the product's protection.",
    notHeld: { consequence: "Whoever can push a branch of the infrastructure repository can take the applying app's key.", why: "Previews need a state, or a copy of it, without the secrets of applies; that is not built yet." },
    attempt: (stage) => {
      const states = stage.ofType("github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable").filter(({ variableName }) => variableName === "PULUMI_BACKEND_URL");
      const [preview, apply] = ["-preview", "-apply"].map((end) => states.find(({ environment }) => String(environment).endsWith(end))?.["value"]);
      if (preview === undefined || apply === undefined) throw new Error("no environment is told where the state is");
      return preview === apply ? got(`both read ${String(preview)}`) : refused("previews read a state of their own");
    },
  },
  {
    id: "apply-cancelled",
    who: "writer",
    does: "Pushes a workflow whose concurrency group is called as the apply's, with `cancel-in-progress`: GitHub's groups are the repository's.",
    stops: "The apply is in no group: the lock of the stack's state lets one run at a time.",
    proof: "test/workflows/infrastructure, test/cli/apply-turn",
    remains: "Who has write access may cancel any run on its page. The engine then ends the operations that are on the way, and the next apply goes on from what was recorded (docs/operations.md).",
    attempt: (stage) => {
      const groups = applyGroups(stage);
      return groups.length > 0 ? got(`names ${groups.join(", ")}`) : refused("infrastructure-apply.yml is in no group");
    },
    opened: withGroup,
  },
  {
    id: "codeowners-shadowed",
    who: "writer",
    does: "Changes a file that the repository's own CODEOWNERS gave to somebody, once the stack has delivered `.github/CODEOWNERS`, which is the only one that GitHub reads.",
    stops: "The apply refuses while the repository has rules that the delivered file does not hold; `ownerRules` puts them into it.",
    proof: "test/cli/apply-owners; fit rule `codeowners-shadowed`",
    remains: "A product repository that the applying job's token cannot read: there `make fit` looks, by hand.",
    attempt: (stage) => {
      const rule = "/lib/ @ai-dynamo/library-owners";
      const file = stage.files.get(".github/CODEOWNERS");
      if (file === undefined) return refused("the repository's own file is the only one");
      if (file.includes(rule)) throw new Error("the delivered file holds the rule already");
      const lost = heedless.has(stage) ? [] : lostOwnerRules(`* @everybody\n${rule}\n`, file);
      return lost.includes(rule) ? refused(`the apply: ${lost.length} rules would count no more`) : got(`GitHub asks nobody for ${rule}`);
    },
    opened: (stage) => {
      const opened = stage.unguarded();
      heedless.add(opened);
      return opened;
    },
  },
];
