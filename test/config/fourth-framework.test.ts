/**
 * A framework that one entry of config adds: what can be derived is, and what cannot is found, each with what to add. Nothing else is wrong for it.
 */
import { ConfigError, readStack, type StackInput } from "../../config/read";
import { allImages } from "../../pipeline/images";
import type { Finding } from "../../pipeline/model";
import { impactOf } from "../../pipeline/impact";
import { plannedTests } from "../../pipeline/tests";
import { withFrameworkMarkers } from "../../pipeline/frameworks";
import { layersOf, type StackValues } from "../fixture";
import { sourceOf } from "./support";

const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN"];
const ENTRY = { title: "Fourth", cuda: ["12.8", "13.1"], owns: ["images/fourth.Dockerfile", "engines/fourth/**"], build: { args: { CUDA_VERSION: "{cuda}" } } };

/** The fixture's stack, whose config changes its default pipeline. */
function read(change: StackValues): StackInput | readonly Finding[] {
  const { defaults, values } = layersOf("large");
  const core = { pytest: [{ name: "all", markers: "fast and gpu_0 and not ({frameworks})" }] };
  try {
    return readStack(sourceOf({ ...values, core, ...change }, SECRETS), defaults);
  } catch (error) {
    if (error instanceof ConfigError) return error.findings;
    throw error;
  }
}

const told = (found: StackInput | readonly Finding[]): unknown => ("pipeline" in found ? [] : found.map(({ path, found: what, allowed }) => ({ path, found: what, allowed })));

const UNDEPLOYED = {
  path: "gpu-cicd:frameworks.fourth",
  found: '"fourth" has no deployment test',
  allowed: expect.stringMatching(/deployments\.tests.*deployments\.excused/),
};

test("the one thing that cannot be derived is whether it is deployed", () => {
  expect(told(read({ frameworks: { fourth: ENTRY } }))).toEqual([UNDEPLOYED]);
});

test("a test or an excuse is all that is added", () => {
  const frameworks = { fourth: ENTRY };
  expect(told(read({ frameworks, deployments: { excused: { fourth: { why: "Its operator does not know it yet." } } } }))).toEqual([]);
  expect(told(read({ frameworks, deployments: { tests: { "fourth/solo": { manifest: "samples/fourth/launch/solo.yaml", gpus: 1 } } } }))).toEqual([]);
});

test("the rest follows: images, tests, the core container without its tests, and the load", () => {
  const stack = read({ frameworks: { fourth: ENTRY }, deployments: { excused: { fourth: { why: "It is new." } } } });
  if (!("pipeline" in stack)) throw new Error(JSON.stringify(stack));
  const { pipeline, infrastructure } = stack;
  const built = allImages(pipeline, "nightly").filter(({ subject }) => subject.id === "fourth");
  expect(built.map(({ id }) => id).sort()).toEqual(["fourth-amd64", "fourth-arm64", "fourth-cuda13-amd64", "fourth-cuda13-arm64"]);
  expect(new Set(plannedTests(pipeline, "nightly", built).map(({ suite }) => suite))).toEqual(new Set(pipeline.suites.map(({ id }) => id)));
  for (const { markers } of pipeline.core.pytest) expect(withFrameworkMarkers(pipeline, markers.nightly ?? "")).toMatch(/not \([^)]*\bfourth\b/);
  const change = infrastructure.load.pullRequests.changes.find(({ id }) => id === "fourth");
  // The mean of the other three, 10, 10 and 5.
  expect(change).toEqual({ id: "fourth", title: "Fourth alone", weight: 25 / 3, files: ["images/fourth.Dockerfile"] });
  const { frameworks, everything } = impactOf(pipeline, { known: true, files: change!.files.map((path) => ({ path, status: "modified" })) });
  expect({ everything, frameworks: [...frameworks.keys()] }).toEqual({ everything: undefined, frameworks: ["fourth"] });
});

test("two CUDA versions without an argument that tells them apart are one image twice", () => {
  const findings = read({ frameworks: { fourth: { ...ENTRY, build: {} } }, deployments: { excused: { fourth: { why: "It is new." } } } });
  expect("pipeline" in findings ? [] : findings.map(({ path, found }) => [path, found])).toEqual(["amd64", "arm64"].map((arch) => ["gpu-cicd:frameworks.fourth.build.overrides", `CUDA 12.8 and 13.1 on ${arch} get the same build, without an argument`]));
});

test("a list of frameworks that somebody wrote out, for the core container's tests, is found where it lacks one", () => {
  const core = { pytest: [{ name: "all", markers: "fast and gpu_0 and not (alpha or beta or gamma)" }] };
  const findings = read({ frameworks: { fourth: ENTRY }, deployments: { excused: { fourth: { why: "It is new." } } }, core });
  const found = '"fast and gpu_0 and not (alpha or beta or gamma)", which selects tests of fourth';
  expect(told(findings)).toEqual(["pull-request", "post-merge", "nightly"].map((mode) => ({ path: `gpu-cicd:core.pytest[0].markers.${mode}`, found, allowed: expect.stringContaining("{frameworks}") })));
});

test.each([
  ["arm64 alone", { architectures: ["arm64"] }, [expect.stringMatching(/only collected, on arm64$/), '"fourth" has no deployment test']],
  ["no CUDA version in the night", { cuda: { "pull-request": ["13.1"], "post-merge": ["13.1"], nightly: [] } }, ["no version", '"fourth" has no deployment test']],
])("%s is found beside that", (_, change, found) => {
  const findings = read({ frameworks: { fourth: { ...ENTRY, ...change } } });
  expect("pipeline" in findings ? [] : findings.map((finding) => finding.found).sort()).toEqual([...found].sort((left, right) => String(left).localeCompare(String(right))));
});
