/** Steps and settings that the workflows of the infrastructure repository share. */
import { actions } from "../actions";
import { ownActions } from "./actions";
import { assumeAwsRole, azureIdentity, variable } from "../steps";
import { expression, type ActionStep, type Environment, type RunStep, type Step, type StepsJob } from "../syntax";

/** Version of the engine: the one that rehearsals run, which a test holds. */
// renovate: datasource=github-releases depName=pulumi/pulumi
export const PULUMI_VERSION = "3.274.1";

/** Version of kubelogin, which fetches a token for each API server. */
// renovate: datasource=github-releases depName=Azure/kubelogin
const KUBELOGIN_VERSION = "v0.2.19";

/** Node.js in the major version that this project brings where a machine's own is too old, which a test holds. */
export const NODE_VERSION = "24";

/** Label of the machines that hold no identity of a stack. */
export const HOSTED_RUNNER = "ubuntu-24.04";

/** What a job of the matrix `stacks` knows of its stack: the output of the first job, one object a stack. */
export const STACK = { name: expression("matrix.stack"), runner: expression("matrix.runner") } as const;

/** Name of a stack's artifact, and of all of them. */
export const REPORT_ARTIFACT = `report-${STACK.name}`;
export const REPORT_ARTIFACTS = "report-*";

/** Where `make report` writes. */
export const REPORT_FOLDER = ".sandbox/report";

/** @param depth commits of history; 0 for all */
export function checkoutWithHistory(depth: number): ActionStep {
  return { name: "Check out", uses: actions.checkout, with: { "persist-credentials": false, "fetch-depth": depth } };
}

/** The project's packages, as the lock file has them; none of their install scripts runs. */
export const install: readonly Step[] = [
  { name: "Set up Node.js", uses: ownActions.setupNode, with: { "node-version": NODE_VERSION } },
  { name: "Install the packages", run: "make install\n" },
];

/** Logs the job in to both clouds as the environment's identity, and puts the engine on PATH. */
export const engine: readonly Step[] = [
  { name: "Set up Pulumi", uses: ownActions.pulumi, with: { "pulumi-version": PULUMI_VERSION } },
  { name: "Set up kubelogin", uses: ownActions.kubelogin, with: { "kubelogin-version": KUBELOGIN_VERSION } },
  assumeAwsRole,
  {
    name: "Log in to Azure",
    uses: ownActions.azureLogin,
    with: { "client-id": variable("azure-client-id"), "tenant-id": variable("azure-tenant-id"), "subscription-id": variable("azure-subscription-id") },
  },
];

/** What the engine and its providers read: the state's place, and who the job is on Azure. Nothing here is secret. */
export const engineEnvironment: Environment = {
  STACK: STACK.name,
  PULUMI_BACKEND_URL: variable("state-backend"),
  AZURE_STORAGE_ACCOUNT_USE_CLI: "true",
  ARM_USE_OIDC: "true",
  ARM_CLIENT_ID: azureIdentity["AZURE_CLIENT_ID"]!,
  ARM_TENANT_ID: azureIdentity["AZURE_TENANT_ID"]!,
  ARM_SUBSCRIPTION_ID: variable("azure-subscription-id"),
};

/** Keeps a stack's report as an artifact, whatever became of the step that wrote it. */
export const keepReport: ActionStep = {
  name: "Keep the report",
  if: "!cancelled()",
  uses: actions.uploadArtifact,
  with: { name: REPORT_ARTIFACT, path: REPORT_FOLDER, "include-hidden-files": true, "if-no-files-found": "error", "retention-days": 90 },
};

export const fetchReports: ActionStep = { name: "Fetch the reports", uses: ownActions.downloadArtifact, with: { pattern: REPORT_ARTIFACTS, path: "reports" } };

/** A value in a script: a variable of the step's environment, which the shell does not look into. */
export interface InVariable {
  readonly variable: string;
}

/** What a command's options are given: a variable's value, or true for a switch. */
export type CommandOptions = Readonly<Record<string, InVariable | true>>;

/** Options whose values are variables of their names: `base` is `BASE`. */
export function fromVariables(...options: readonly string[]): CommandOptions {
  return Object.fromEntries(options.map((option) => [option, { variable: option.toUpperCase().replaceAll("-", "_") }]));
}

/** A command of this project. Values reach it only through the step's environment, where no expression is read as a script. */
export function command(name: string, words: string, options: CommandOptions, env?: Environment, more: Pick<RunStep, "id" | "if"> = {}): RunStep {
  const given = Object.entries(options).map(([option, value]) => (value === true ? `--${option}` : `--${option} "\${${value.variable}}"`));
  return { name, ...more, ...(env === undefined ? {} : { env }), run: `${["node_modules/.bin/gpu-cicd", words, ...given].join(" ")}\n` };
}

/** The first job: which stacks a change concerns. */
/** @param options what the command `concerned` is given */
export function stacksJob(depth: number, options: CommandOptions, env?: Environment): StepsJob {
  return {
    name: "stacks",
    "runs-on": HOSTED_RUNNER,
    permissions: { contents: "read" },
    "timeout-minutes": 10,
    outputs: { stacks: expression("steps.stacks.outputs.stacks") },
    steps: [checkoutWithHistory(depth), ...install, command("Find the stacks concerned", "concerned", options, env, { id: "stacks" })],
  };
}

/** The stacks that the first job found. */
export const STACKS = "needs.stacks.outputs.stacks";

/** One leg for each of them. */
export const eachStack = { "fail-fast": false, matrix: { include: expression(`fromJSON(${STACKS})`) } } as const;

/**
 * The job that keeps one issue for each stack, from what the job `look` kept: it writes issues, and runs nothing that was looked at.
 * @param program the command that tells
 * @param folder where it finds what was kept; the command's option has this name too
 */
export function tellJob(fetched: ActionStep, program: string, folder: string): StepsJob {
  return {
    name: "tell",
    needs: ["stacks", "look"],
    if: "!cancelled() && needs.stacks.result == 'success'",
    "runs-on": HOSTED_RUNNER,
    permissions: { contents: "read", issues: "write" },
    "timeout-minutes": 15,
    steps: [
      checkoutWithHistory(1),
      ...install,
      { ...fetched, if: "needs.look.result != 'skipped'" },
      command("Open, update or close each stack's issue", program, fromVariables("stacks", folder), {
        GITHUB_TOKEN: expression("github.token"),
        STACKS: expression(STACKS),
        [folder.toUpperCase()]: folder,
      }),
    ],
  };
}
