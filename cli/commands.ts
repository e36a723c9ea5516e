/** Every command: one entry each. Help, documents, make's targets and the command line are made from this list. */
import type { Entry } from "./kit/command";

const REHEARSE = "Rehearse:";
const UNDERSTAND = "Understand a change:";
const POLICIES = "Policies:";
const PROJECT = "Work on this project:";
const AUTOMATION = "For the infrastructure repository's workflows:";

export const COMMANDS: readonly Entry[] = [
  { name: "rehearse", group: REHEARSE, summary: "bring a stack up in a sandbox on this machine", load: () => import("./commands/rehearse.ts") },
  { name: "sandbox up", group: REHEARSE, summary: "start only the sandbox", load: () => import("./commands/sandbox/up.ts") },
  { name: "sandbox down", group: REHEARSE, summary: "end the sandbox and everything that it started", load: () => import("./commands/sandbox/down.ts") },
  { name: "sandbox status", target: "status", group: REHEARSE, summary: "say what runs in the sandbox", load: () => import("./commands/sandbox/status.ts") },
  { name: "sandbox env", group: REHEARSE, summary: "write the file anew that points plain clients at the sandbox", load: () => import("./commands/sandbox/env.ts") },
  { name: "charts", group: REHEARSE, summary: "hold the sandbox's models of Helm charts to the charts", load: () => import("./commands/charts.ts") },
  { name: "tools", group: REHEARSE, summary: "find or build the tools of the sandbox", load: () => import("./commands/tools.ts") },
  { name: "explain", group: UNDERSTAND, summary: "say what CI does for a change of files, and why", load: () => import("./commands/explain.ts") },
  { name: "report", group: UNDERSTAND, summary: "say what a change of the infrastructure means", load: () => import("./commands/report.ts") },
  { name: "capacity", group: UNDERSTAND, summary: "say who waits for a runner, and find the cheapest maxima", load: () => import("./commands/capacity.ts") },
  { name: "history", group: UNDERSTAND, summary: "collect runs, jobs and test reports into Parquet files", load: () => import("./commands/history.ts") },
  { name: "health", group: UNDERSTAND, summary: "say what is red since when, who waits, what it costs and which tests flake", load: () => import("./commands/health.ts") },
  { name: "load", group: UNDERSTAND, summary: "make a load profile from what was collected, and say how far the simulation is off", load: () => import("./commands/load.ts") },
  { name: "render", group: UNDERSTAND, summary: "write the workflow files of a stack into a folder", load: () => import("./commands/render.ts") },
  { name: "fit", group: UNDERSTAND, summary: "say whether the pipeline fits a checkout of the repository that it is for", load: () => import("./commands/fit.ts") },
  { name: "diff-demo", group: UNDERSTAND, summary: "write what reviewers see of three prepared changes to docs/demo", load: () => import("./commands/diff-demo.ts") },
  { name: "audit", group: POLICIES, summary: "judge what is deployed by the policies", load: () => import("./commands/audit.ts") },
  { name: "attack", group: POLICIES, summary: "attack the stack, and tell of each attack who refused it", load: () => import("./commands/attack.ts") },
  { name: "policy-mutations", group: POLICIES, summary: "prove the policies by harmful and harmless changes of the production stack", load: () => import("./commands/policy-mutations.ts") },
  { name: "policy-baseline", group: POLICIES, summary: "add the protection of a deployed state to a policy config, for plain pulumi", load: () => import("./commands/policy-baseline.ts") },
  { name: "policy-bundle", group: POLICIES, summary: "bundle the policy pack, for plain pulumi", load: () => import("./commands/policy-bundle.ts") },
  { name: "check", group: PROJECT, summary: "check types, style, generated files and the tests that need nothing else", load: () => import("./commands/check.ts") },
  { name: "lint", group: PROJECT, summary: "check style, and which folder may import which", load: () => import("./commands/lint.ts") },
  { name: "test", group: PROJECT, summary: "run everything that must pass", load: () => import("./commands/test.ts") },
  { name: "generate", group: PROJECT, summary: "write every file that is made from others: goldens, documents, policy configs, workflows, bundles", load: () => import("./commands/generate.ts") },
  { name: "recipes", group: PROJECT, summary: "show on a copy of the tree what a framework, a runner class, a check or a policy takes", load: () => import("./commands/recipes.ts") },
  { name: "bench", group: PROJECT, summary: "measure, and hold every figure to its bound", load: () => import("./commands/bench.ts") },
  { name: "record", group: PROJECT, summary: "record previews of the real engine for tests of reports", load: () => import("./commands/record.ts") },
  { name: "concerned", group: AUTOMATION, summary: "say which stacks a change concerns", load: () => import("./commands/concerned.ts") },
  { name: "show", group: AUTOMATION, summary: "show a pull request what it does to each stack", load: () => import("./commands/show.ts") },
  { name: "apply", group: AUTOMATION, summary: "apply a stack as it was reviewed", load: () => import("./commands/apply.ts") },
  { name: "tell-drift", group: AUTOMATION, summary: "keep one issue a stack about its drift", load: () => import("./commands/tell-drift.ts") },
  { name: "tell-fit", group: AUTOMATION, summary: "keep one issue a stack about what does not fit the product repository", load: () => import("./commands/tell-fit.ts") },
];
