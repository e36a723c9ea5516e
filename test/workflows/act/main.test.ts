/** The rendered workflows of main and of the night, run by act and judged by the gate model. */
import { commands, disagreements, ownDisagreements, pushed, ran, type Happened } from "./compare";
import { Stage, type Scenario } from "./stage";

jest.setTimeout(240_000);

const VERDICT = "ci-test-suite-status";
const IMAGE = "vllm-cuda13-amd64";

let prod: Stage;
let dev: Stage;
const stages: Stage[] = [];
beforeAll(async () => {
  stages.push((prod = await Stage.of("prod")), (dev = await Stage.of("dev")));
}, 600_000);
afterAll(() => stages.forEach((stage) => stage.remove()));

function suite(occasion: "main" | "night", more: Partial<Scenario> = {}): Scenario {
  return { workflow: "ci-test-suite.yml", occasion, change: "docs only", ...more };
}

/** Checks of an image that is built, tested by suites, and published. */
function published(image: string, suites: readonly string[] = []): string[] {
  return [`${image} / image / build`, ...suites.map((each) => `${image} / image / ${each}`), `${image} / publish`];
}

/** Check of a graph's deployment. */
function deployment(graph: string): string {
  return `deployments-${graph.replace(/-.*/, "")} / ${graph}`;
}

/** Checks of a graph that is deployed: its images are verified first. */
function deployments(graph: string): string[] {
  return [deployment(graph), `deployments-${graph.replace(/-.*/, "")} / verify ${graph}`];
}

/** The graphs that were deployed: manifest and image. */
function deployed(happened: Happened): Record<string, string> {
  const read = happened.act.calls.filter(({ command }) => command.slice(0, 3).join(" ") === "kubectl create --dry-run=client");
  return Object.fromEntries(read.map(({ image, command }) => [command.at(-1) ?? "", image]));
}

/** Manifests of graphs, and the image of the build of each one's framework. */
function deployedFrom(graphs: readonly string[], happened: Happened): Record<string, string> {
  const images: Readonly<Record<string, string>> = { vllm: "vllm-amd64", sglang: "sglang-amd64", trtllm: "trtllm-cuda13-amd64" };
  return Object.fromEntries(graphs.map((graph) => [`--filename=examples/backends/${graph.replace("-", "/deploy/")}.yaml`, pushed(happened, `${images[graph.replace(/-.*/, "")]} / image / build`) ?? "nothing was pushed"]));
}

/** Tags that were set, each once. */
function tags(happened: Happened): string[] {
  return [...new Set(commands(happened, "docker").flatMap((command) => /create --tag \S+:(\S+)/.exec(command)?.[1] ?? []))].sort();
}

/** What Slack was told. */
function told(stage = dev): string[] {
  return stage.asked.filter(({ url }) => url === "/slack").map(({ body }) => (JSON.parse(body) as { text: string }).text);
}

test("a push to main: pr.yaml builds what the suite does not, and tags it", async () => {
  const happened = await dev.run({ workflow: "pr.yaml", occasion: "main", change: "docs only" });
  expect(disagreements(happened)).toEqual([]);
  expect(ran(happened)).toEqual({ passed: ["backend-status-check", "dynamo-amd64-main / build", ...published("frontend-amd64-main"), "plan"].sort(), failed: [] });
  expect(tags(happened)).toEqual(["main-frontend-amd64"]);
});

describe("the suite of a push to main", () => {
  const frameworks = ["vllm", "vllm-cuda13", "sglang", "sglang-cuda13", "trtllm-cuda13"].flatMap((id) => [`${id}-amd64`, `${id}-arm64`]);
  const operator = ["operator-amd64", "operator-arm64"];
  const suites = ["e2e-multi-gpu", "tests-cpu", "tests-gpu"];
  const graphs = ["vllm-agg", "vllm-agg_router", "vllm-disagg", "vllm-disagg_router", "sglang-agg", "sglang-agg_router", "trtllm-agg", "trtllm-agg_router", "trtllm-disagg", "trtllm-disagg_router"];
  let happened: Happened;
  beforeAll(async () => {
    happened = await prod.run(suite("main"));
  });

  test("builds, tests and publishes ten framework images, deploys ten graphs and tells Slack", () => {
    const checks = [...frameworks.flatMap((image) => published(image, suites)), ...operator.flatMap((image) => published(image)), ...graphs.flatMap(deployments)];
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: ["core", VERDICT, ...checks, "notify", "operator-checks", "plan"].sort(), failed: [] });
    expect(tags(happened)).toEqual([...frameworks, ...operator].map((image) => `main-${image}`).sort());
    expect(told(prod)).toEqual([expect.stringMatching(/^:white_check_mark: \*Post-merge pipeline succeeded\* .*: 17 of 17 jobs passed/)]);
  });

  test("runs tests on amd64 and only collects them on arm64, each in the image of its own build", () => {
    const tests = happened.act.calls.filter(({ suite: of, command }) => of !== "" && command[0] === "python3");
    expect(tests).toHaveLength(frameworks.length * suites.length);
    for (const { image, container, command } of tests) {
      expect([image, container]).toEqual([image, pushed(happened, `${image} / image / build`)]);
      expect([image, command.includes("--collect-only")]).toEqual([image, image.endsWith("-arm64")]);
    }
  });

  test("deploys each graph from the image of its framework", () => {
    expect(deployed(happened)).toEqual(deployedFrom(graphs, happened));
  });
});

test("the image of one framework fails: its graphs are not deployed, those of the others are, and Slack names both", async () => {
  const scenario = suite("main");
  const gate = await prod.onGitHub(scenario, { "trtllm-cuda13-amd64 / image / build": "failure" });
  // `image` is the call of the build and the tests, within that of an image.
  const calls = ["operator-amd64", "vllm-amd64", "sglang-amd64", "image", "deployments-vllm", "deployments-sglang", "deployments-trtllm"];
  const happened = await prod.replay(scenario, { gate, results: gate.jobs }, calls);
  expect(ownDisagreements(happened)).toEqual([]);
  expect(happened.results).toMatchObject({ "deployments-vllm": "success", "deployments-sglang": "success", "deployments-trtllm": "skipped", [VERDICT]: "failure" });
  const graphs = ["vllm-agg", "vllm-agg_router", "vllm-disagg", "vllm-disagg_router", "sglang-agg", "sglang-agg_router"];
  expect(ran(happened).passed.filter((check) => check.startsWith("deployments"))).toEqual(graphs.flatMap(deployments).sort());
  expect(deployed(happened)).toEqual(deployedFrom(graphs, happened));
  expect(told(prod)).toEqual([expect.stringMatching(/• `trtllm-cuda13-amd64`: The plan runs it, and it failed\.\n• `deployments-trtllm`: The plan runs it, and it was skipped\.$/)]);
});

test("the suite of a night: nightly tags, and the long tests too", async () => {
  const happened = await dev.run(suite("night"));
  const images = [IMAGE, "operator-amd64", "operator-arm64"];
  const checks = [...published(IMAGE, ["e2e", "e2e-long", "integration", "unit"]), ...published("operator-amd64"), ...published("operator-arm64")];
  expect(disagreements(happened)).toEqual([]);
  expect(ran(happened)).toEqual({ passed: ["core", VERDICT, ...checks, ...deployments("vllm-agg"), "notify", "operator-checks", "plan"].sort(), failed: [] });
  expect(tags(happened)).toEqual(images.map((image) => `nightly-${image}`).sort());
  expect(told()).toEqual([expect.stringMatching(/^:white_check_mark: \*Nightly pipeline succeeded\* .*: 6 of 6 jobs passed/)]);
});

test("a deployment that is not ready: what is there is shown, everything removed, and both verdict and Slack name it", async () => {
  const scenario = suite("main", { rules: [{ glob: "deploy|*|kubectl wait *", ends: 1 }] });
  const first = await dev.run(scenario);
  expect(ran(first).failed).toEqual([deployment("vllm-agg")]);
  expect(commands(first, "kubectl").map((command) => command.split(" ").slice(0, 3).join(" "))).toEqual(
    expect.arrayContaining(["kubectl get events", "kubectl delete namespace"]),
  );
  // act's fault with calls: it stops there. GitHub goes on.
  expect([first.results[VERDICT], first.gate.jobs[VERDICT]]).toEqual(["not reached", "failure"]);
  const replayed = await dev.replay(scenario, first);
  expect(ownDisagreements(replayed)).toEqual([]);
  expect(ran(replayed)).toMatchObject({ failed: [VERDICT, "deployments-vllm"] });
  expect(told()).toEqual([expect.stringMatching(/^:x: \*Post-merge pipeline failed\* (.|\n)*• `deployments-vllm`: The plan runs it, and it failed\.$/)]);
});

test("the core container fails: the suite goes on, the verdict fails and Slack names it", async () => {
  const happened = await dev.run(suite("main", { rules: [{ glob: "core|*|cargo test *", ends: 101 }] }));
  expect(disagreements(happened)).toEqual([]);
  expect(ran(happened).failed).toEqual([VERDICT, "core"]);
  expect(told()).toEqual([expect.stringMatching(/• `core`: The plan runs it, and it failed\.$/)]);
});
