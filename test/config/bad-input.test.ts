/** Each kind of bad input gives one error that names where it stands, what was found and what is allowed. */
import { ConfigError, readStack } from "../../config/read";
import { fixtureValues, type StackValues } from "../fixture";
import { sourceOf } from "./support";

const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN"];

function errorOf(values: StackValues, secrets: readonly string[] = SECRETS, encrypted: readonly string[] = secrets): ConfigError {
  try {
    readStack(sourceOf(values, secrets, { encrypted }));
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the config was taken");
}

type Deep = { [key: string]: Deep } & unknown[];

/** The fixture's stack with one change made to a copy. */
function changed(change: (values: Deep) => void): StackValues {
  const values = fixtureValues("large");
  change(values as Deep);
  return values;
}

/** Path, what was found, what is allowed. */
const findingsOf = (values: StackValues, secrets?: readonly string[], encrypted?: readonly string[]): string[][] =>
  errorOf(values, secrets, encrypted).findings.map(({ path, found, allowed }) => [path, found, allowed]);

/** What stands at a key, or the thing of that id in a list. */
function entry(inner: Record<string, unknown>, step: string): Record<string, unknown> {
  if (!Array.isArray(inner)) return (inner[step] ??= {}) as Record<string, unknown>;
  const list = inner as Record<string, unknown>[];
  const found = list.find(({ id }) => id === step);
  if (found === undefined) throw new Error(`nothing is called ${step}`);
  return found;
}

const set = (at: string, value: unknown) => (values: Deep) => {
  const steps = at.split(".");
  const last = steps.pop() ?? "";
  const holder = steps.reduce<Record<string, unknown>>((inner, step) => entry(inner, step), values);
  holder[last] = value;
};

test("a stack is taken as it is, and no secret's value is asked for", () => {
  expect(readStack(sourceOf(fixtureValues("large"), SECRETS)).pipeline.frameworks.map(({ id }) => id)).toEqual(["alpha", "beta", "gamma"]);
});

describe("bad input", () => {
  test.each<[string, (values: Deep) => void, string[][]]>([
    ["an unknown key inside", set("registries.colour", "blue"), [["gpu-cicd:registries.colour", "an unknown key", "Keys here: repository, acrName, acrSku, pullRequestImages, retention"]]],
    ["a wrong type", set("schedule.cron", 5), [["gpu-cicd:schedule.cron", "5", "a text"]]],
    ["a wrong type in a named thing", set("runnerClasses.launcher.maxRunners", "many"), [["gpu-cicd:runnerClasses.launcher.maxRunners", '"many"', "a number"]]],
    ["a value that is not of the choice", set("registries.acrSku", "Gold"), [["gpu-cicd:registries.acrSku", '"Gold"', 'one of "Basic", "Standard", "Premium"']]],
    [
      "a count that would expire the newest image",
      set("registries.retention.nightlyCount", 3),
      [["gpu-cicd:registries.retention.nightlyCount", "3", "at least 10, the number of images that one run tags night-*: keeping fewer would expire the newest of some"]],
    ],
    ["another owner", set("github.infrastructureRepository.owner", "somebody"), [["gpu-cicd:github.infrastructureRepository.owner", "somebody", "orbit-lab, the owner of the repository whose CI this is"]]],
    ["a reviewer without an id", set("github.applyReviewers", ["nobody"]), [["gpu-cicd:github.applyReviewers[0]", '"nobody"', "a team of infrastructure.github.teams: orbit-leads, orbit-ops"]]],
  ])("%s", (_, change, expected) => {
    expect(findingsOf(changed(change))).toEqual(expected);
  });

  /** What coherence says belongs to its own tests; here, that it reaches the user under the path of the stack's file. */
  test.each<[string, (values: Deep) => void, string, RegExp]>([
    ["min above max", set("runnerClasses.launcher.minRunners", 99), "gpu-cicd:runnerClasses.launcher.minRunners", /99/],
    ["a label of 46 characters", set("runnerClasses.launcher.label", "a".repeat(46)), "gpu-cicd:runnerClasses.launcher.label", /46 characters/],
    ["a pod that does not fit its node", set("runnerClasses.launcher.pod.cpu", 64), "gpu-cicd:runnerClasses.launcher.pod.cpu", /64/],
    ["a CUDA version that no image has", set("core.cuda", "11.8"), "gpu-cicd:core.cuda", /11\.8/],
    [
      "a required check nobody reports",
      (values) => void (values["requiredChecks"] as unknown as object[]).push({ context: "ghost", kind: "verdict", of: "backend", title: "Nobody's", fix: "Nothing helps." }),
      "gpu-cicd:requiredChecks.ghost.of",
      /as "images-gate" has it/,
    ],
    ["a runner that is not there", set("deployments.runner", "nowhere"), "gpu-cicd:deployments.runner", /nowhere/],
    ["two images with one tag", set("tagPrefixes.nightly", "trunk-"), 'tag "trunk-alpha-amd64"', /2 images/],
    ["an invalid cron", set("schedule.cron", "61 0 * * *"), "gpu-cicd:schedule.cron", /61 0/],
    ["an invalid CIDR", set("deploymentCluster.authorizedIpRanges", ["10.0.0.0/33"]), "gpu-cicd:deploymentCluster.authorizedIpRanges[0]", /10\.0\.0\.0\/33/],
  ])("%s", (_, change, path, found) => {
    const findings = errorOf(changed(change)).findings.filter((finding) => finding.path.startsWith(path));
    expect(findings).not.toEqual([]);
    expect(findings.map((finding) => `${finding.found} ${finding.path}`).join("\n")).toMatch(found);
  });

  test("an unknown key of the project", () => {
    const [[path, found] = []] = findingsOf(changed(set("framworks", {})));
    expect([path, found]).toEqual(["gpu-cicd:framworks", "an unknown key"]);
  });

  test("a text that is no JSON", () => {
    expect(findingsOf(changed(set("aws", "us-west-2")))).toEqual([
      ["gpu-cicd:aws", "a text that is no JSON", "a structured value: pulumi config set --path, or YAML in the stack's file"],
    ]);
  });

  test("a field that is missing", () => {
    expect(findingsOf(changed((values) => delete (values as Record<string, unknown>)["azure"]))).toEqual([["gpu-cicd:azure", "nothing", "an object"]]);
    expect(findingsOf(changed((values) => delete (values as Record<string, unknown>)["tags"]))).toEqual([["gpu-cicd:tags", "nothing", "an object"]]);
  });

  test("missing secrets, but for optional ones", () => {
    expect(findingsOf(fixtureValues("large"), ["runnerAppPrivateKey"])).toEqual([
      ["gpu-cicd:githubAppPrivateKey", "nothing", "a secret: pulumi config set --secret githubAppPrivateKey"],
      ["gpu-cicd:HF_TOKEN", "nothing", "a secret: pulumi config set --secret HF_TOKEN"],
    ]);
  });

  test("a secret in the clear", () => {
    expect(findingsOf(fixtureValues("large"), SECRETS, ["githubAppPrivateKey", "runnerAppPrivateKey"])).toEqual([
      ["gpu-cicd:HF_TOKEN", "a value in the clear", "an encrypted one: pulumi config set --secret HF_TOKEN"],
    ]);
  });
});

test("one error lists all of it, and says that nothing was touched", () => {
  const values = changed((deep) => {
    set("registries.colour", "blue")(deep);
    set("schedule.cron", 5)(deep);
    set("deploymentCluster.authorizedIpRanges", ["10.0.0.0/33"])(deep);
  });
  expect(errorOf(values, ["githubAppPrivateKey", "runnerAppPrivateKey"]).message).toBe(
    [
      "The stack's config has 4 things wrong; no resource was touched.",
      "  gpu-cicd:schedule.cron",
      "    found:   5",
      "    allowed: a text",
      "    see:     docs/config.md#schedule",
      "  gpu-cicd:registries.colour",
      "    found:   an unknown key",
      "    allowed: Keys here: repository, acrName, acrSku, pullRequestImages, retention",
      "    see:     docs/config.md#registries",
      "  gpu-cicd:HF_TOKEN",
      "    found:   nothing",
      "    allowed: a secret: pulumi config set --secret HF_TOKEN",
      "    see:     docs/config.md#secrets",
      "  gpu-cicd:deploymentCluster.authorizedIpRanges[0]",
      '    found:   "10.0.0.0/33"',
      "    allowed: an IPv4 range in CIDR form, such as 203.0.113.0/24",
      "    see:     docs/config.md#deploymentcluster",
    ].join("\n"),
  );
});
