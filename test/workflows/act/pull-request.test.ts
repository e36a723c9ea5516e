/**
 * The rendered workflows of pull requests, run by act and judged by the gate model: whatever happens in a run, both have the same jobs run, end
 * alike, report under the same names and reach the same verdict.
 */
import { Checkout } from "../program-host";
import type { ActWorkflow } from "./adapt";
import { commands, disagreements, ownDisagreements, pushed, ran, type Happened, type Results } from "./compare";
import { Stage, type Scenario } from "./stage";

/** Seconds that one run may take on a machine that does much else. */
const SECONDS = 240;
jest.setTimeout(SECONDS * 1000);

const BACKEND = "backend-status-check";
const DIRECT = "dynamo-status-check";
/** What cargo is asked: format, clippy, tests, integration tests and documentation tests. */
const CARGO = ["fmt", "clippy", "test", "test", "test"];
/** The small stack places tests by suite. */
const SUITES = ["e2e", "integration", "unit"];
/** Production places them by need, and tests one CUDA version of each framework on GPUs: other images have only those tests that need none. */
const ON_GPUS = ["vllm-amd64", "sglang-amd64", "trtllm-cuda13-amd64"];
const inProduction = (image: string): readonly string[] => (ON_GPUS.includes(image) ? ["tests-cpu", "tests-gpu"] : ["tests-cpu"]);

let prod: Stage;
let dev: Stage;
const stages: Stage[] = [];
beforeAll(async () => {
  stages.push((prod = await Stage.of("prod")), (dev = await Stage.of("dev")));
}, 600_000);
afterAll(() => stages.forEach((stage) => stage.remove()));

function mirror(change: string, more: Partial<Scenario> = {}): Scenario {
  return { workflow: "pr.yaml", occasion: "mirror", change, ...more };
}

function direct(change: string, more: Partial<Scenario> = {}): Scenario {
  return { workflow: "dynamo-status-check.yml", occasion: "pull request", change, ...more };
}

/** Checks of images that are built, and of the suites of those that are tested. */
function built(images: readonly string[], tested: readonly string[] = [], suitesOf: (image: string) => readonly string[] = inProduction): string[] {
  return [...images.map((image) => `${image} / build`), ...tested.flatMap((image) => suitesOf(image).map((suite) => `${image} / ${suite}`))];
}

/** Images in whose container a suite's pytest ran, by the suite's image. */
function containers({ act }: Happened): Results {
  return Object.fromEntries(act.calls.filter(({ suite }) => suite !== "").map(({ image, container }) => [image, container]));
}

describe("a mirror branch", () => {
  test("with documentation alone: the plan and the verdict run", async () => {
    const happened = await prod.run(mirror("docs only", { listed: true }));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [BACKEND, "plan"], failed: [] });
    expect(happened.act.calls.map(({ job, command }) => `${job} ${command.join(" ")}`)).toEqual(["plan actions/checkout", `${BACKEND} actions/checkout`]);
  });

  test("with one framework: its images are built, and those for amd64 tested by digest", async () => {
    const happened = await prod.run(mirror("framework sglang"));
    const tested = ["sglang-amd64", "sglang-cuda13-amd64"];
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [BACKEND, ...built([...tested, "sglang-arm64", "sglang-cuda13-arm64"], tested), "plan"].sort(), failed: [] });
    expect(containers(happened)).toEqual(Object.fromEntries(tested.map((image) => [image, pushed(happened, `${image} / build`)])));
    expect(pushed(happened, "sglang-amd64 / build")).toMatch(/\/ai-dynamo\/dynamo@sha256:[0-9a-f]{64}$/);
  });

  test("with the operator: its checks, then its images", async () => {
    const happened = await prod.run(mirror("filter operator"));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [BACKEND, ...built(["operator-amd64", "operator-arm64"]), "operator-checks", "plan"], failed: [] });
    const order = happened.act.calls.map(({ command }) => command.join(" "));
    expect(order.indexOf("make test")).toBeLessThan(order.indexOf("docker/build-push-action"));
  });

  test("with Rust code: every framework is built, and Rust and the core container are left to the direct checks of the same commit", async () => {
    const happened = await dev.run(mirror("filter rust"));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [BACKEND, "plan", ...built(["vllm-cuda13-amd64"], ["vllm-cuda13-amd64"], () => SUITES)].sort(), failed: [] });
    expect(commands(happened, "cargo")).toEqual([]);
    expect(commands(happened, "python3")).toHaveLength(SUITES.length);
  });

  test("with everything: sixteen images, two of them for the frontend alone, and eight jobs of tests", async () => {
    const happened = await prod.run(mirror("everything"));
    const arches = (image: string): string[] => [`${image}-amd64`, `${image}-arm64`];
    const frameworks = ["vllm", "vllm-cuda13", "sglang", "sglang-cuda13", "trtllm-cuda13"];
    const images = [...frameworks, "operator", "frontend", "dynamo"].flatMap(arches);
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [BACKEND, ...built(images, frameworks.map((id) => `${id}-amd64`)), "operator-checks", "plan"].sort(), failed: [] });
    expect(happened.act.calls.filter(({ command }) => command[0] === "docker/build-push-action").map(({ image }) => image).sort()).toEqual([...images].sort());
    expect(commands(happened, "cargo")).toEqual([]);
  });
});

describe("a mirror branch of which something goes wrong", () => {
  test("a plan that fails: nothing runs but the verdict, which fails", async () => {
    const happened = await dev.run(mirror("docs only", { writes: { ".github/ci/pipeline.json": "no JSON" } }));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [], failed: [BACKEND, "plan"] });
    expect(happened.act.summaries[BACKEND]).toContain("The plan failed, so nothing is known of what should have run.");
  });

  test("a component's checks that fail: its images are skipped, and the verdict fails for all of them", async () => {
    const happened = await dev.run(mirror("filter operator", { rules: [{ glob: "operator-checks|*|make test", ends: 1 }] }));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: ["plan"], failed: [BACKEND, "operator-checks"] });
    expect(happened.act.summaries[BACKEND]).toContain("**operator-amd64**: The plan runs it, and it was skipped.");
  });

  test("a build that fails: its tests are skipped, the other images go on, and the verdict fails", async () => {
    const scenario = mirror("framework vllm", { rules: [{ glob: "build|vllm-cuda13-amd64|*|docker/build-push-action", ends: 1 }] });
    const first = await prod.run(scenario);
    const images = ["vllm-amd64", "vllm-arm64", "vllm-cuda13-arm64"];
    expect(ran(first)).toEqual({ passed: [...built(images, ["vllm-amd64"]), "plan"].sort(), failed: ["vllm-cuda13-amd64 / build"] });
    // act's fault with calls: it stops after the jobs that were under way. GitHub goes on to the verdict.
    expect(first.results[BACKEND]).toBe("not reached");
    expect(first.gate.jobs).toMatchObject({ "vllm-cuda13-amd64": "failure", "vllm-amd64": "success", [BACKEND]: "failure" });
    expect(disagreements(first).filter((text) => !/^(job|check) ((operator|frontend|dynamo)-a..64(-main)?|backend-status-check): act says (not reached|nothing)/.test(text))).toEqual([]);
    const replayed = await prod.replay(scenario, first);
    expect(ownDisagreements(replayed)).toEqual([]);
    expect(replayed.results[BACKEND]).toBe("failure");
    expect(replayed.act.summaries[BACKEND]).toContain("- **vllm-cuda13-amd64**: The plan runs it, and it failed.");
  });

  test("a leg that is cancelled: act calls it failed, and the verdict fails for either", async () => {
    const image = "vllm-cuda13-amd64";
    // As a process ends that is asked to stop.
    const scenario = mirror("framework vllm", { rules: [{ glob: `test|${image}|unit|python3 *`, ends: 143 }] });
    const first = await dev.run(scenario);
    expect(ran(first).failed).toEqual([`${image} / unit`]);
    const replayed = await dev.replay(scenario, first);
    expect(ownDisagreements(replayed)).toEqual([]);
    expect(replayed.results).toMatchObject({ [image]: "failure", [BACKEND]: "failure" });
    const cancelled = await dev.onGitHub(scenario, { [`${image} / unit`]: "cancelled" });
    expect(cancelled.jobs).toMatchObject({ [image]: "cancelled", [BACKEND]: "failure" });
    const told = await verdict({ plan: "success", ...replayed.judged, [image]: "cancelled" }, cancelled.selected);
    expect(told).toMatchObject({ status: 1, log: `::error title=${image}::The plan runs it, and it was cancelled.\n` });
  });
});

/** Runs the delivered verdict on results that act cannot produce. */
async function verdict(results: Results, selected: readonly string[]): Promise<{ status: number; log: string }> {
  const checkout = new Checkout(dev.pipeline);
  try {
    const needs = Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result, outputs: {} }]));
    return await checkout.run("verdict", { CI_NEEDS: JSON.stringify(needs), CI_JOBS: JSON.stringify(selected) });
  } finally {
    checkout.remove();
  }
}

describe("the direct checks", () => {
  test("with documentation alone: the core container is not built", async () => {
    const happened = await dev.run(direct("docs only"));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: [DIRECT, "plan"], failed: [] });
  });

  test("with Rust code: format, clippy and all kinds of tests run in the core container, then pytest", async () => {
    const happened = await prod.run(direct("filter rust"));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: ["core", DIRECT, "plan"], failed: [] });
    expect(commands(happened, "cargo").map((command) => command.split(" ")[1])).toEqual(CARGO);
    expect(commands(happened, "python3")).toHaveLength(2);
  });

  test("with one framework's own files: the core container is built, and no Rust is run", async () => {
    const happened = await dev.run(direct("framework vllm", { listed: true }));
    expect(disagreements(happened)).toEqual([]);
    expect(commands(happened, "cargo")).toEqual([]);
    expect(commands(happened, "python3")).toHaveLength(2);
  });

  test("Rust tests that fail: what comes after them runs too, and the verdict fails", async () => {
    const happened = await dev.run(direct("filter rust", { rules: [{ glob: "core|*|cargo clippy *", ends: 101 }] }));
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual({ passed: ["plan"], failed: ["core", DIRECT] });
    expect([...commands(happened, "cargo"), ...commands(happened, "python3")]).toHaveLength(CARGO.length + 2);
  });

  test("a run that is cancelled: the verdict fails on GitHub, and act does not run it", async () => {
    const scenario = direct("filter rust", { rules: [{ glob: "core|*|cargo test *", ends: "interrupts" }] });
    const happened = await dev.run(scenario);
    // act's faults: no result for what was cancelled, and no step of the verdict, which passes.
    expect(happened.results).toEqual({ plan: "success", core: "failure", [DIRECT]: "success" });
    expect([happened.judged, happened.act.calls.some(({ job }) => job === DIRECT)]).toEqual([undefined, false]);
    const cancelled = await dev.onGitHub(scenario, { core: "cancelled" });
    expect(cancelled.jobs).toEqual({ plan: "success", core: "cancelled", [DIRECT]: "failure" });
    expect(await verdict({ plan: "success", core: "cancelled" }, cancelled.selected)).toMatchObject({ status: 1 });
  });
});

describe("the checks of one job", () => {
  test.each([
    ["pre-commit.yml", "pre-commit", [], {}],
    ["pre-commit.yml", "pre-commit", [{ glob: "*|pipx run *", ends: 1 }], {}],
    ["copyright-checks.yml", "copyright-checks", [], {}],
    ["copyright-checks.yml", "copyright-checks", [], { "lib/bare.py": "print(1)\n" }],
  ])("%s ends as %s does, with %j and %j", async (workflow, job, rules, writes) => {
    const happened = await dev.run({ workflow, occasion: "pull request", change: "docs only", rules, writes });
    const bad = rules.length > 0 || Object.keys(writes).length > 0;
    expect(disagreements(happened)).toEqual([]);
    expect(ran(happened)).toEqual(bad ? { passed: [], failed: [job] } : { passed: [job], failed: [] });
    expect(happened.gate.reports).toMatchObject([{ context: job, conclusion: bad ? "failure" : "success" }]);
  });
});

describe("a mistake shows as a difference", () => {
  const image = "vllm-cuda13-amd64";
  const never = ({ jobs }: ActWorkflow): void => {
    if (jobs[image] !== undefined) jobs[image].if = "false";
  };

  test("the verdict loses always()", async () => {
    const brittle = ({ jobs }: ActWorkflow): void => void delete jobs[BACKEND]?.if;
    const happened = await dev.run(mirror("filter operator", { rules: [{ glob: "operator-checks|*|make test", ends: 1 }], unseen: [brittle] }));
    expect(happened.results[BACKEND]).toBe("skipped");
    expect(ownDisagreements(happened)).toEqual([`job ${BACKEND}: act says skipped, the gate model failure`]);
  });

  test("the verdict accepts skipped", async () => {
    const scenario = mirror("framework vllm", { changes: [never] });
    expect(disagreements(await dev.run(scenario))).toEqual([]);
    const lenient = await Stage.of("dev", (files) => files.map(({ path, content }) => ({ path, content: path.endsWith("/verdict.mjs") ? acceptSkipped(content) : content })));
    try {
      expect(ownDisagreements(await lenient.run(scenario))).toEqual([`job ${BACKEND}: act says success, the gate model failure`]);
    } finally {
      lenient.remove();
    }
  });

  function acceptSkipped(program: string): string {
    const changed = program.replace('planned && result !== "success" ?', 'planned && result !== "success" && result !== "skipped" ?');
    expect(changed).not.toBe(program);
    return changed;
  }

  test("the verdict does not wait for an image", async () => {
    const deaf = ({ jobs: { [BACKEND]: verdict } }: ActWorkflow): void => {
      if (verdict !== undefined) verdict.needs = verdict.needs?.filter((id) => id !== image);
    };
    const happened = await dev.run(mirror("framework vllm", { unseen: [deaf] }));
    expect(ownDisagreements(happened)).toEqual([`job ${BACKEND}: act says failure, the gate model success`]);
  });

  test("an image never runs", async () => {
    const happened = await dev.run(mirror("framework vllm", { unseen: [never] }));
    expect(ownDisagreements(happened)).toContain(`job ${image}: act says skipped, the gate model success`);
  });
});
