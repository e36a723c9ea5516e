/**
 * One error holds everything. Mistakes that have nothing to do with each other are made together; the error then holds exactly what each of them gives alone,
 * so none hides another and none brings a finding about something that is right.
 */
import * as fc from "fast-check";
import { ConfigError, readStack } from "../../config/read";
import { layersOf, type StackValues } from "../fixture";
import { sourceOf } from "./support";

const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN"];

type Change = (values: StackValues) => void;

/** Sets what stands at a path of the stack's file, in place of what it says there. */
function set(at: string, value: unknown): Change {
  return (values) => {
    const steps = at.split(" ");
    const last = steps.pop() ?? "";
    const holder = steps.reduce<Record<string, unknown>>((inner, step) => (inner[step] ??= {}) as Record<string, unknown>, values);
    holder[last] = value;
  };
}

const remove = (at: string): Change => (values) => {
  delete values[at];
};

/** Mistakes by the stage of reading that finds them. Each stage needs what those before it read, and none touches what another mistake is about. */
const STAGES: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  shape: {
    "a wrong type": set("schedule cron", 5),
    "a wrong type in a named thing": set("runnerClasses launcher maxRunners", "many"),
    "a named thing that is none": set("suites overnight", 5),
    "an unknown key": set("registries colour", "blue"),
    "a mistyped key": set("mirrorBot syncDraft", true),
    "a mistyped choice": set("registries acrSku", "Premum"),
    "a choice that is none": set("github subjectForm", "old"),
    "a missing key": remove("aws"),
    "a list that is none": set("codeOwners", "everybody"),
    "a list of things that is none": set("untested", 5),
    "a list by mode that is none": set("frameworks beta", { cuda: { nightly: "13.1" } }),
    "a text of the wrong form": set("frameworks gamma", { cuda: { nightly: ["newest"] } }),
    "a text that is no JSON": set("azure", "westus3"),
    "an unknown key of the project": set("colour", {}),
  },
  secrets: {
    "a secret that is not in config": (values) => void (values["HF_TOKEN"] = undefined),
  },
  coherence: {
    "a runner class that is not there": set("deployments runner", "nowhere"),
    "a label that is too long": set("runnerClasses forge-arm label", "a".repeat(46)),
    "a pod that does not fit": set("runnerClasses bench-gpu pod", { cpu: 64 }),
    "an invalid address range": set("deploymentCluster authorizedIpRanges", ["10.0.0.0/33"]),
    "a timeout of nothing": set("suites joint timeoutMinutes", 0),
    "an environment that is not there": set("secrets SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL environments", ["bulletin", "moon"]),
    "a version that is none": set("runners devicePluginVersion", "newest"),
    "a day that is none": set("prices asOf", "2026-02-31"),
    "a duration that shrinks": set("load durations publish", { median: 5, p95: 1 }),
    "a suite with tests of another": set("suites quick markers", { "pull-request": "fast and unit and {framework} and (gpu_0 or gpu_1)", nightly: "night and e2e and {framework} and gpu_2" }),
    "an expression that pytest does not read": set("suites whole markers post-merge", "merged and (e2e"),
    "an excuse for a framework that is deployed": set("deployments excused", { beta: { why: "Nobody deploys it." } }),
    "a framework that nothing deploys": set("deployments tests gamma/solo", null),
    "tests of a framework in the core container": set("core pytest", [{ name: "all", markers: { nightly: "fast and not (alpha or beta)" } }]),
  },
  // Rules that stand elsewhere: lifecycles, owners.
  rules: {
    "a count that would expire the newest image": set("registries retention nightlyCount", 3),
    "another owner": set("github infrastructureRepository owner", "somebody"),
  },
  // No workflow can be rendered without them.
  "what rendering needs": {
    "no environment of an identity": set("environments launches identity", "none"),
    "no key of the mirror's app": set("mirrorBot kind", "workflow"),
  },
  jobs: {
    "a check that nobody reports": set("requiredChecks ghost", { kind: "verdict", of: "backend", title: "Nobody's", fix: "Nothing helps." }),
    "a secret that no job reads": set("secrets UNREAD", { title: "Unread", environments: ["trunk-images"], optional: true }),
    "a class that no job runs on": set("runnerClasses idle", { kind: "hosted", label: "ubuntu-22.04", arch: "amd64", trust: ["protected"] }),
  },
  "GitHub's limits": {
    "services of tests on a class that builds": set("suites beside", {
      kind: "unit",
      title: "Beside the builds",
      modes: ["nightly"],
      markers: { nightly: "slow and unit and {framework} and not (fast or merged or night)" },
      gpus: 0,
      runners: { amd64: "forge-amd" },
      collectOnly: {},
      timeoutMinutes: 30,
    }),
  },
};

const MISTAKES: Readonly<Record<string, Change>> = Object.assign({}, ...Object.values(STAGES));

/** What the error says when these mistakes are made in the fixture's stack, one line a finding. */
function findings(names: readonly string[]): string[] {
  const { defaults, values } = layersOf("large");
  for (const name of names) MISTAKES[name]?.(values);
  return findingsIn(values, defaults);
}

function findingsIn(values: StackValues, defaults = layersOf("large").defaults): string[] {
  const secrets = SECRETS.filter((name) => !(name in values && values[name] === undefined));
  try {
    readStack(sourceOf(values, secrets), defaults);
  } catch (error) {
    if (error instanceof ConfigError) return error.findings.map(({ path, found }) => `${path}: ${found}`).sort();
    throw error;
  }
  return [];
}

const alone = new Map<string, readonly string[]>();
function findingsOf(name: string): readonly string[] {
  const known = alone.get(name) ?? findings([name]);
  alone.set(name, known);
  return known;
}

test.each(Object.keys(MISTAKES))("%s alone is found, once, and where docs/config.md describes it", (name) => {
  expect(findingsOf(name).length).toBe(1);
});

/** A class that no job runs on may be the one that was meant where another is named that is not there. */
const DEPENDENT = ["a runner class that is not there", "a class that no job runs on"] as const;
const independent = (names: readonly string[]): boolean => !DEPENDENT.every((name) => names.includes(name));

const stages = Object.values(STAGES).map((mistakes) => Object.keys(mistakes));

test("two mistakes of different stages are told in one round", () => {
  const two = fc
    .shuffledSubarray(stages, { minLength: 2, maxLength: 2 })
    .chain(([one, other]) => fc.tuple(fc.constantFrom(...one!), fc.constantFrom(...other!)))
    .filter(independent);
  fc.assert(fc.property(two, (names) => expect({ names, findings: findings(names) }).toEqual({ names, findings: names.flatMap(findingsOf).sort() })), { numRuns: 25 });
});

test("several mistakes give what each of them gives alone", () => {
  const some = fc.uniqueArray(fc.constantFrom(...Object.keys(MISTAKES)), { minLength: 3, maxLength: 5 }).filter(independent);
  fc.assert(fc.property(some, (names) => expect({ names, findings: findings(names) }).toEqual({ names, findings: names.flatMap(findingsOf).sort() })), { numRuns: 10 });
});

test("all mistakes at once give what each of them gives alone", () => {
  const names = Object.keys(MISTAKES).filter((name) => name !== DEPENDENT[1]);
  expect(findings(names)).toEqual(names.flatMap(findingsOf).sort());
});

test("what another mistake may explain is not told beside it", () => {
  expect(findings(DEPENDENT)).toEqual(findingsOf(DEPENDENT[0]));
});

const RUNNER = { kind: "scale-set", label: "own-v1", arch: "amd64", trust: ["protected"], runnerGroup: "own", nodePool: "small", minRunners: 0, maxRunners: 1 };
const POD = { cpu: 1, memoryGiB: 1, gpus: 0, storageGiB: 10 };

test.each<[string, readonly Change[], readonly string[]]>([
  ["a new class that is named elsewhere", [set("runnerClasses", { own: 5, launcher: null }), set("deployments runner", "own")], ["gpu-cicd:runnerClasses.own: 5"]],
  ["a new class of no kind", [set("runnerClasses", { own: { ...RUNNER, kind: "scaleset", pod: POD }, launcher: null }), set("deployments runner", "own")], ["gpu-cicd:runnerClasses.own.kind: \"scaleset\""]],
  ["a pool whose name is none", [set("runners cluster nodePools 0 name", 5)], ["gpu-cicd:runners.cluster.nodePools[0].name: 5"]],
  ["pools that are no list", [set("runners cluster nodePools", 5)], ["gpu-cicd:runners.cluster.nodePools: 5"]],
  ["a cluster that is none", [set("runners cluster", 5)], ["gpu-cicd:runners.cluster: 5"]],
  ["a deployment cluster that is none", [set("deploymentCluster", "x")], ["gpu-cicd:deploymentCluster: a text that is no JSON"]],
  ["a mistyped key whose value others count on", [set("framworks", { gamma: null }), set("deployments tests gamma/solo", null)], ["gpu-cicd:framworks: an unknown key"]],
  ["a list of frameworks that is none", [set("frameworks", 5), set("untested", [])], ["gpu-cicd:frameworks: 5"]],
  ["a list of suites that is none, one of which would use a class of its own", [set("suites", 5), set("runnerClasses idle", { kind: "hosted", label: "ubuntu-22.04", arch: "amd64", trust: ["protected"] })], ["gpu-cicd:suites: 5"]],
  ["a secret that is none, and its value", [set("secrets OTHER", 5), set("OTHER", "x")], ["gpu-cicd:secrets.OTHER: 5"]],
  ["a framework that went, whose deployment tests stayed", [set("frameworks gamma", null)], ['gpu-cicd:deployments.tests.gamma/solo.framework: "gamma"']],
])("nothing follows from %s", (_, changes, expected) => {
  const { values } = layersOf("large");
  for (const change of changes) change(values);
  expect(findingsIn(values)).toEqual(expected);
});

test("without all that rendering needs, everything else is told all the same", () => {
  const { values } = layersOf("large");
  for (const name of ["vetted-images", "trunk-images", "stable-images", "launches"]) set(`environments ${name} identity`, "none")(values);
  const others = ["a timeout of nothing", "a count that would expire the newest image", "no key of the mirror's app", ...stages.at(-2)!];
  for (const name of others) MISTAKES[name]?.(values);
  expect(findingsIn(values)).toEqual(
    [...["deployment-tests", "main-images", "pull-request-images", "release-images"].map((identity) => `gpu-cicd:environments: none with the identity ${identity}`), ...others.flatMap(findingsOf)].sort(),
  );
});
