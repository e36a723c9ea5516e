/** A preview of two thousand changed resources, of the kinds that a large stack has. Made, as no sandbox holds so many; always the same. */
import type { RecordedCase } from "./cases";

const COUNT = 2_000;
/** Lines of each file. */
const FILE_LINES = 120;

interface Made {
  readonly type: string;
  readonly op: "create" | "update" | "delete";
  readonly old?: object;
  readonly new?: object;
  readonly diffs?: readonly string[];
}

const KINDS: readonly ((index: number) => Made)[] = [ruleset, pool, release, file, variable, role];

export function manyResources(): RecordedCase {
  const component = "urn:pulumi:prod::gpu-cicd::gpu-cicd:many:Group::group";
  const steps = Array.from({ length: COUNT }, (_, index) => {
    const { type, op, old, new: wanted, diffs } = KINDS[index % KINDS.length]!(index);
    const parent = `${component}-${Math.floor(index / 100)}`;
    const urn = `urn:pulumi:prod::gpu-cicd::gpu-cicd:many:Group$${type}::thing-${index}`;
    const state = (inputs: object | undefined): object | null => (inputs === undefined ? null : { type, urn, custom: true, parent, inputs, outputs: {} });
    return { resourcePreEvent: { metadata: { op, urn, type, old: state(old), new: state(wanted), ...(diffs === undefined ? {} : { diffs }) } } };
  });
  const summary = { summaryEvent: { result: "succeeded", resourceChanges: {}, PolicyPacks: {} } };
  const stack = { urn: "urn:pulumi:prod::gpu-cicd::pulumi:pulumi:Stack::gpu-cicd-prod", type: "pulumi:pulumi:Stack", op: "same" };
  const ended = { resOutputsEvent: { metadata: stack } };
  return { title: "Two thousand resources change", stack: "prod", events: [{ resourcePreEvent: { metadata: stack } }, ended, ...steps, ended, summary] };
}

function ruleset(index: number): Made {
  const inputs = (checks: readonly string[]): object => ({
    name: `ruleset-${index}`,
    repository: `repository-${index}`,
    target: "branch",
    enforcement: "active",
    conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
    bypassActors: [],
    rules: { deletion: true, nonFastForward: true, requiredStatusChecks: { requiredChecks: checks.map((context) => ({ context, integrationId: 15368 })) } },
  });
  const checks = Array.from({ length: 10 }, (_, check) => `check-${check}`);
  return { type: "github:index/repositoryRuleset:RepositoryRuleset", op: "update", old: inputs(checks), new: inputs(checks.slice(index % 3).reverse()), diffs: ["rules"] };
}

function pool(index: number): Made {
  const inputs = (maxCount: number): object => ({ agentPoolName: `p${index}`, resourceName: "cluster", vmSize: "Standard_NC24ads_A100_v4", minCount: 0, maxCount, nodeTaints: ["sku=gpu:NoSchedule"], orchestratorVersion: "1.34" });
  return { type: "azure-native:containerservice:AgentPool", op: "update", old: inputs(8), new: inputs(index % 2 === 0 ? 4 : 16), diffs: ["maxCount"] };
}

function release(index: number): Made {
  const inputs = (version: string): object => ({
    chart: "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set",
    name: `runners-${index}`,
    namespace: `arc-${index}`,
    version,
    values: { maxRunners: 8, runnerGroup: "group", template: { spec: { containers: [{ name: "runner", image: `runner:${version}`, env: [{ name: "A", value: "1" }] }] } } },
  });
  return { type: "kubernetes:helm.sh/v3:Release", op: "update", old: inputs("0.14.0"), new: inputs("0.15.1"), diffs: ["values", "version"] };
}

function file(index: number): Made {
  const content = (branch: string): string =>
    ["name: build", "on:", "  push:", `    branches: [${branch}]`, "jobs:", ...Array.from({ length: FILE_LINES / 3 }, (_, job) => [`  job-${job}:`, "    runs-on: ubuntu-24.04", `    steps: [{ run: "echo ${job}" }]`]).flat(), ""].join("\n");
  const inputs = (branch: string): object => ({ repository: "repository", file: `.github/workflows/build-${index}.yml`, content: content(branch) });
  return { type: "github:index/repositoryFile:RepositoryFile", op: "update", old: inputs("main"), new: inputs("main, next"), diffs: ["content"] };
}

function variable(index: number): Made {
  return { type: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable", op: "create", new: { repository: "repository", environment: `environment-${index}`, variableName: "AWS_REGION", value: "us-west-2" } };
}

function role(index: number): Made {
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }, Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": `repo:ai-dynamo/dynamo:environment:e${index}` } } }] };
  return { type: "aws:iam/role:Role", op: "delete", old: { name: `role-${index}`, assumeRolePolicy: JSON.stringify(policy) } };
}
