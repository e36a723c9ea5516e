/** What follows from the list of frameworks, wherever it is written. */
import { withFrameworkMarkers, withFrameworkTitles } from "../../pipeline/frameworks";
import { seedPipeline } from "../../pipeline/seed";
import { policyConfig } from "../../config/policies";
import { readStack } from "../../config/read";
import { renderFiles } from "../../workflows";
import { PROJECT } from "../../cli/kit/project";
import { sourceOf } from "../config/support";
import { valuesIn } from "../fixture";

const FOURTH = { title: "Fourth", cuda: ["13.0"], owns: ["container/Dockerfile.fourth"] };
const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "VERDICT_APP_PRIVATE_KEY", "HF_TOKEN"];
const production = valuesIn(PROJECT, "prod");
const deployments = (production["deployments"] ?? {}) as { readonly excused?: object };
// Beside what production's file adds already: a recipe adds a framework, too.
const values = {
  ...production,
  frameworks: { ...(production["frameworks"] as object | undefined), fourth: FOURTH },
  deployments: { ...deployments, excused: { ...deployments.excused, fourth: { why: "It is new." } } },
};

test("a framework of four lines is kept out of the core container, named in documents, and its newest image kept from the purge", () => {
  const stack = readStack(sourceOf(values, SECRETS));
  const file = (path: string): string => stack.files.find((each) => each.path === path)?.content ?? "";
  expect(file(".github/workflows/dynamo-status-check.yml")).toMatch(/not \(vllm or sglang or trtllm(?: or \w+)* or fourth(?: or \w+)* or k8s/);
  expect(file(".github/workflows/README.md")).toMatch(/Builds framework containers \(vLLM, [^)]+, Fourth\b[^)]*\) \+ tests/);
  expect(policyConfig("prod", stack)["acr-purge-keeps-newest"]?.["tags"]).toEqual(expect.arrayContaining(["main-fourth-cuda13-amd64", "nightly-fourth-cuda13-arm64"]));
});

test("tests of a default framework that config takes out do not move to the core container", () => {
  const pipeline = { ...seedPipeline, frameworks: seedPipeline.frameworks.slice(0, 1) };
  expect(withFrameworkMarkers(pipeline, "not ({frameworks})")).toBe("not (vllm or sglang or trtllm)");
  expect(withFrameworkTitles(pipeline, "of {frameworks}")).toBe("of vLLM");
});

test("no placeholder is left in a rendered workflow", () => {
  const files = renderFiles(seedPipeline, { source: "x", imageRepository: "a/b", pullRequestImages: "shared" });
  expect(files.filter(({ path, content }) => path.includes("/workflows/") && content.includes("{frameworks}"))).toEqual([]);
});
