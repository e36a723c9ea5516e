/** The two readings of watched paths: what the description lists, and what builds and tests read. */
import { structuralFindings } from "../../pipeline/coherence";
import { impactOf } from "../../pipeline/impact";
import { resolvePipeline } from "../../pipeline/resolve";
import { configuredSeed, seedPipeline } from "../../pipeline/seed";
import { infrastructure, pipeline as fixture } from "./fixtures";

const described = seedPipeline;
const intended = resolvePipeline({ ...configuredSeed, filterReading: "intended" });
const ALL = ["sglang", "trtllm", "vllm"];

function touched(pipeline: typeof seedPipeline, path: string): string[] {
  const { everything, frameworks, components, rust, unclaimed } = impactOf(pipeline, { known: true, files: [{ path, status: "modified" }] });
  return [...(everything === undefined ? [] : ["everything"]), ...(rust === undefined ? [] : ["rust"]), ...unclaimed, ...components.keys(), ...frameworks.keys()].sort();
}

test.each([
  // Python that no image holds.
  ["benchmarks/profiler/profile_sla.py", ALL, []],
  ["docs/conf.py", ALL, []],
  ["deploy/sanity_check.py", ALL, []],
  ["examples/multimodal/utils/args.py", ALL, []],
  // Documents beside code.
  ["lib/llm/README.md", ["frontend", ...ALL], []],
  ["components/README.md", ALL, []],
  ["tests/fault_tolerance/notes.rst", ALL, []],
  // Tools beside Dockerfiles.
  ["container/dev/setup.sh", ALL, []],
  ["container/run.sh", ALL, []],
  // A framework's own tests.
  ["tests/serve/test_vllm.py", ALL, ["vllm"]],
  ["tests/fault_tolerance/deploy/templates/sglang/agg.yaml", ALL, ["sglang"]],
  // Inputs of the frontend image.
  ["lib/runtime/src/lib.rs", ["rust", ...ALL], ["frontend", "rust", ...ALL]],
  ["components/src/dynamo/router/main.py", ALL, ["frontend", ...ALL]],
  ["components/src/dynamo/mocker/main.py", ALL, ["frontend", ...ALL]],
  ["components/src/dynamo/common/utils.py", ALL, ["frontend", ...ALL]],
  ["container/Dockerfile.frontend", ["frontend", ...ALL], ["frontend"]],
])("%s: as described %j, as intended %j", (path, asDescribed, asIntended) => {
  expect([touched(described, path), touched(intended, path)]).toEqual([[...asDescribed].sort(), [...asIntended].sort()]);
});

// Where the description is silent, or too little would run, both readings are one.
test.each([
  ["Cargo.toml", ["frontend", "rust", ...ALL]],
  ["Cargo.lock", ["frontend", "rust", ...ALL]],
  ["deploy/inference-gateway/epp/main.go", ["frontend"]],
  ["docs/kubernetes/api_reference.md", ["operator"]],
  [".github/scripts/parse_buildkit_output.py", ["everything"]],
  [".github/filters.yaml", ["everything"]],
  // Texts that builds and tests read are no documents.
  ["container/deps/requirements.txt", ALL],
  ["container/launch_message/runtime.txt", ALL],
])("%s is read alike", (path, expected) => {
  for (const pipeline of [described, intended]) expect(touched(pipeline, path)).toEqual(expect.arrayContaining(expected));
});

test("no pattern of either reading is without effect", () => {
  const ofPatterns = (stack: typeof seedPipeline): string[] =>
    structuralFindings({ pipeline: { ...fixture, filters: stack.filters, frameworks: stack.frameworks, components: stack.components }, infrastructure })
      .filter(({ check = "" }) => /pattern|negation|shadow/.test(check))
      .map(({ path, found }) => `${path}: ${found}`);
  expect([ofPatterns(described), ofPatterns(intended)]).toEqual([[], []]);
});
