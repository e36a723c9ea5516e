/** The rendered workflows of main and of the night, run by act and judged by the gate model. */
import { commands, disagreements, ownDisagreements, ran, Stage, type Scenario } from "./stage";

jest.setTimeout(240_000);

const VERDICT = "ci-test-suite-status";
const IMAGE = "vllm-cuda13-amd64";

let dev: Stage;
beforeAll(async () => {
  dev = await Stage.of("dev");
}, 600_000);
afterAll(() => dev.remove());

function suite(occasion: "main" | "night", more: Partial<Scenario> = {}): Scenario {
  return { workflow: "ci-test-suite.yml", occasion, change: "docs only", ...more };
}

/** Checks of an image that is built, tested by suites, and published. */
function published(image: string, suites: readonly string[] = []): string[] {
  return [`${image} / image / build`, ...suites.map((each) => `${image} / image / ${each}`), `${image} / publish`];
}

/** What Slack was told. */
function told(): string[] {
  return dev.asked.filter(({ url }) => url === "/slack").map(({ body }) => (JSON.parse(body) as { text: string }).text);
}

test("a push to main: pr.yaml builds what the suite does not, and tags it", async () => {
  const happened = await dev.run({ workflow: "pr.yaml", occasion: "main", change: "docs only" });
  expect(disagreements(happened)).toEqual([]);
  expect(ran(happened)).toEqual({ passed: ["backend-status-check", ...published("frontend-amd64-main"), "plan"].sort(), failed: [] });
  expect(commands(happened, "docker").filter((command) => command.includes(" create --tag ")).map((command) => / --tag \S+:(\S+)/.exec(command)?.[1])).toEqual(["main-frontend-amd64", "main-frontend-amd64"]);
});

test.each([
  ["main", "main-", ["e2e", "integration", "unit"]],
  ["night", "nightly-", ["e2e", "e2e-long", "integration", "unit"]],
] as const)("the suite of %s: everything is built, tagged %s, tested and deployed, and Slack hears of it", async (occasion, prefix, suites) => {
  const happened = await dev.run(suite(occasion));
  const images = [IMAGE, "operator-amd64", "operator-arm64"];
  const checks = [...published(IMAGE, suites), ...published("operator-amd64"), ...published("operator-arm64")];
  expect(disagreements(happened)).toEqual([]);
  expect(ran(happened)).toEqual({ passed: ["core", VERDICT, ...checks, "deployments / vllm-agg", "notify", "operator-checks", "plan"].sort(), failed: [] });
  const tags = commands(happened, "docker").flatMap((command) => /create --tag \S+:(\S+)/.exec(command)?.[1] ?? []);
  expect([...new Set(tags)].sort()).toEqual(images.map((image) => `${prefix}${image}`).sort());
  expect(told()).toEqual([expect.stringMatching(/^:white_check_mark: \*(Post-merge|Nightly) pipeline succeeded\* .*: 6 of 6 jobs passed/)]);
});

test("a deployment that is not ready: what is there is shown, everything removed, and both verdict and Slack name it", async () => {
  const scenario = suite("main", { rules: [{ glob: "deploy|*|kubectl wait *", ends: 1 }] });
  const first = await dev.run(scenario);
  expect(ran(first).failed).toEqual(["deployments / vllm-agg"]);
  expect(commands(first, "kubectl").map((command) => command.split(" ").slice(0, 3).join(" "))).toEqual(
    expect.arrayContaining(["kubectl get events", "kubectl delete dynamographdeployments", "kubectl delete namespace"]),
  );
  // act's fault with calls: it stops there. GitHub goes on.
  expect([first.results[VERDICT], first.gate.jobs[VERDICT]]).toEqual(["not reached", "failure"]);
  const replayed = await dev.replay(scenario, first);
  expect(ownDisagreements(replayed)).toEqual([]);
  expect(ran(replayed)).toMatchObject({ failed: [VERDICT, "deployments"] });
  expect(told()).toEqual([expect.stringMatching(/^:x: \*Post-merge pipeline failed\* (.|\n)*• `deployments`: The plan runs it, and it failed\.$/)]);
});

test("the core container fails: the suite goes on, the verdict fails and Slack names it", async () => {
  const happened = await dev.run(suite("main", { rules: [{ glob: "core|*|cargo test *", ends: 101 }] }));
  expect(disagreements(happened)).toEqual([]);
  expect(ran(happened).failed).toEqual([VERDICT, "core"]);
  expect(told()).toEqual([expect.stringMatching(/• `core`: The plan runs it, and it failed\.$/)]);
});
