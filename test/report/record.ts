/**
 * Records previews of the real engine for tests of reports: `gpu-cicd record [CASE...]`. Brings both stacks up in sandboxes of their
 * own, previews each change against them, and writes what a report reads into `cases/CASE.json`, reduced. Takes some minutes.
 *
 * What is recorded is what the stacks were on that day, configs included, so that a later change of a stack changes no golden report. Record
 * anew where the form of events or of configs changes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument, type Document } from "yaml";
import { describe } from "../../cli/report/describe";
import { policyConfig } from "../../config/policies";
import { readStack } from "../../config/read";
import { setInConfig } from "../../config/edit";
import { sourceOf } from "../../config/file";
import { compareCapacity, type CapacityComparison } from "../../report/capacity";
import type { ConfigSide } from "../../report/preview";
import { PROJECT, Rehearsal, type Run } from "../rehearsal/harness";
import { CASES, type RecordedCase } from "./cases";
import { reducedEvents } from "./reduce";

type Stack = "prod" | "dev";
type Edit = (config: Document) => void;

interface Plan {
  readonly title: string;
  readonly stack: Stack;
  /** Changes the config; left out where nothing changes. */
  readonly edit?: Edit;
  /** True for a preview of a stack that is not there yet. */
  readonly fresh?: true;
  /** Secrets that get another value. */
  readonly rotate?: readonly string[];
  /** Something that somebody does behind the stack's back; a refresh is recorded with the preview. */
  readonly drift?: (rehearsal: Rehearsal) => Promise<void>;
  /** True simulates who waits. */
  readonly capacity?: true;
}

const key = (name: string): string[] => ["config", `gpu-cicd:${name}`];

/** Sets a field of a stack's config, whatever is there; things in lists are found by their name. */
function set(path: readonly string[], value: unknown): Edit {
  return (config) => setInConfig(config, path, value);
}

const all = (...edits: readonly Edit[]): Edit => (config) => edits.forEach((edit) => edit(config));

const PLANS: Readonly<Record<string, Plan>> = {
  "nothing-changed": { title: "Nothing changes", stack: "prod" },
  "create-all": { title: "A stack that is not there yet", stack: "dev", fresh: true },
  "gpu-maximum-lowered": {
    title: "Half as many GPU runners",
    stack: "prod",
    edit: all(set(["runners", "cluster", "nodePools", "gpu1", "maxCount"], 8), set(["runnerClasses", "tester-amd64-gpu"], { maxRunners: 8 })),
    capacity: true,
  },
  "required-check-removed": { title: "A required check removed", stack: "prod", edit: set(["requiredChecks"], { DCO: null }) },
  "filter-widened": { title: "A path filter widened", stack: "prod", edit: set(["filters"], { core: { patterns: ["scripts/**", "recipes/**"] }, examples: { patterns: ["examples/**", "benchmarks/**", ".devcontainer/**", "deploy/discovery/**", "deploy/inference-gateway/**"] } }) },
  "framework-added": { title: "A framework added", stack: "dev", edit: set(["frameworks", "sglang"], { architectures: ["amd64"], cuda: { "pull-request": ["13.0"], "post-merge": ["13.0"], nightly: ["13.0"] } }) },
  "cuda-moved": {
    title: "vLLM moves to another CUDA version",
    stack: "prod",
    edit: set(["frameworks"], { vllm: { cuda: { "pull-request": ["13.0"], "post-merge": ["12.9", "13.0"], nightly: ["12.9", "13.0"] } } }),
  },
  "secret-rotated": { title: "A secret gets another value", stack: "prod", rotate: ["HF_TOKEN"] },
  "aks-upgraded": { title: "The runners' cluster goes to the next Kubernetes version", stack: "prod", edit: set(["runners", "cluster", "kubernetesVersion"], "1.37") },
  "registry-replaced": { title: "The Azure registry under another name", stack: "dev", edit: set(["registries", "acrName"], "aidynamocinext") },
  "preview-failed": { title: "A Kubernetes version that the region does not offer", stack: "prod", edit: set(["runners", "cluster", "kubernetesVersion"], "1.99") },
  "protected-registry-replaced": { title: "A protected registry under another name", stack: "prod", edit: set(["registries", "acrName"], "aidynamocinext") },
  drifted: { title: "Somebody turned protection off by hand", stack: "prod", drift: turnOffProtection },
};

/** What a rehearsal's GitHub lets an administrator do. */
async function turnOffProtection(rehearsal: Rehearsal): Promise<void> {
  const { GITHUB_API_URL: url = "", GITHUB_TOKEN_FILE: file = "" } = await rehearsal.environment();
  const headers = { authorization: `Bearer ${readFileSync(file, "utf8").trim()}` };
  const rulesets = (await (await fetch(`${url}/repos/ai-dynamo/dynamo/rulesets`, { headers })).json()) as readonly { id: number; name: string }[];
  const main = rulesets.find(({ name }) => name === "main");
  if (main === undefined) throw new Error("the rehearsed repository has no ruleset main");
  const response = await fetch(`${url}/repos/ai-dynamo/dynamo/rulesets/${main.id}`, { method: "PUT", headers, body: JSON.stringify({ enforcement: "disabled" }) });
  if (!response.ok) throw new Error(await response.text());
}

/** Replications of a recorded simulation: enough for an interval, few enough to keep. */
const REPLICATIONS = 4;

class Recorder {
  private readonly folder = mkdtempSync(join(tmpdir(), "gpu-cicd-record-"));
  private up = false;

  constructor(
    private readonly rehearsal: Rehearsal,
    private readonly stack: Stack,
  ) {}

  async record(name: string, plan: Plan): Promise<void> {
    if (plan.fresh === undefined) await this.bringUp();
    await plan.drift?.(this.rehearsal);
    const [before, after] = [this.side("deployed"), this.side("change", plan.edit)];
    const run = await this.preview(plan, after.text);
    const refresh = plan.drift === undefined ? undefined : await this.rehearsal.succeed("refresh", "--preview-only");
    const recorded: RecordedCase = {
      title: plan.title,
      stack: this.stack,
      events: reducedEvents(run.events),
      ...(refresh === undefined ? {} : { refresh: reducedEvents(refresh.events) }),
      ...(run.code === 0 ? {} : { state: (await this.rehearsal.state()).map(({ urn }) => urn) }),
      ...withoutEqualFiles(plan.fresh ? undefined : before.side, after.side),
      ...(plan.capacity ? { capacity: reducedCapacity(compareCapacity(after.side, before.side, { replications: REPLICATIONS })) } : {}),
    };
    writeFileSync(join(CASES, `${name}.json`), textOf(recorded));
    console.log(`${name}: ${recorded.events.length} events, the engine ended with ${run.code}`);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async bringUp(): Promise<void> {
    if (this.up) return;
    await this.rehearsal.succeed("up", "--yes", "--skip-preview");
    this.up = true;
  }

  /** The policies are told of the changed stack, as a change that is meant would tell them. */
  private preview({ rotate = [], edit }: Plan, text: string): Promise<Run> {
    const config = parseDocument(readFileSync(this.rehearsal.configFile, "utf8"));
    edit?.(config);
    // Another secret's ciphertext: what it holds is another value, and nobody here needs to know which.
    for (const name of rotate) config.setIn(key(name), config.getIn(key("runnerAppPrivateKey")));
    const [file, policies] = [join(this.folder, `Pulumi.${this.stack}.yaml`), join(this.folder, "policies.json")];
    writeFileSync(file, config.toString(), { mode: 0o600 });
    writeFileSync(policies, JSON.stringify(policyConfig(this.stack, readStack(sourceOf(this.stack, text)))));
    return this.rehearsal.pulumi("preview", "--config-file", file, "--policy-pack", join(PROJECT, "policy"), "--policy-pack-config", policies);
  }

  private side(name: string, edit?: Edit): { readonly text: string; readonly side: ConfigSide } {
    const document = parseDocument(readFileSync(join(PROJECT, `Pulumi.${this.stack}.yaml`), "utf8"));
    edit?.(document);
    const text = document.toString();
    return { text, side: { ref: { name }, ...describe(this.stack, readStack(sourceOf(this.stack, text))) } };
  }
}

/** Files that are the same on both sides say nothing, and are most of a case. */
function withoutEqualFiles(before: ConfigSide | undefined, after: ConfigSide): Pick<RecordedCase, "before" | "after"> {
  if (before === undefined) return { after: { ...after, files: [] } };
  const same = new Set(after.files.filter((file) => before.files.some((other) => other.path === file.path && other.content === file.content)).map(({ path }) => path));
  const without = (side: ConfigSide): ConfigSide => ({ ...side, files: side.files.filter(({ path }) => !same.has(path)) });
  return { before: without(before), after: without(after) };
}

/** Without the courses of a week, which no report shows. */
function reducedCapacity(comparison: CapacityComparison): CapacityComparison {
  const reduced = <Outcome extends CapacityComparison["after"]>(outcome: Outcome): Outcome => ({ ...outcome, pools: outcome.pools.map((pool) => ({ ...pool, hourly: [] })) });
  return { ...comparison, ...(comparison.before === undefined ? {} : { before: reduced(comparison.before) }), after: reduced(comparison.after) };
}

/** JSON with a line for each field, and in lists one for each item: small, and its changes can be read. */
function textOf(recorded: RecordedCase): string {
  const list = (items: readonly unknown[]): string => `[\n${items.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
  const fields = Object.entries(recorded).map(([name, value]: [string, unknown]) => `${JSON.stringify(name)}: ${Array.isArray(value) ? list(value) : JSON.stringify(value)}`);
  return `{\n${fields.join(",\n")}\n}\n`;
}

/** Names of all cases. */
export const caseNames: readonly string[] = Object.keys(PLANS);

/** Writes cases anew. @param wanted their names; none means all */
export async function recordCases(wanted: readonly string[]): Promise<void> {
  const plans = Object.entries(PLANS).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  for (const stack of ["dev", "prod"] as const) {
    const own = plans.filter(([, plan]) => plan.stack === stack).sort(([, one], [, other]) => order(one) - order(other));
    if (own.length > 0) await recordStack(stack, own);
  }
}

/** What is fresh goes first, and what leaves traces last. */
function order({ fresh, drift }: Plan): number {
  return fresh ? 0 : drift === undefined ? 1 : 2;
}

async function recordStack(stack: Stack, plans: readonly (readonly [string, Plan])[]): Promise<void> {
  const rehearsal = await Rehearsal.prepare(stack);
  const recorder = new Recorder(rehearsal, stack);
  try {
    for (const [name, plan] of plans) await recorder.record(name, plan);
  } finally {
    recorder.close();
    await rehearsal.stop();
  }
}
