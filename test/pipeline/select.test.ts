/** The plan: events, division between workflows, reasons, and the laws that hold for every change. */
import fc from "fast-check";
import { queuedPullRequest, UnknownEventError } from "../../pipeline/events";
import { allImages, images } from "../../pipeline/images";
import type { Pipeline } from "../../pipeline/model";
import type { ChangedFile, Changes, PipelineEvent, Plan, PlanPart, PlanScope } from "../../pipeline/plan";
import { select } from "../../pipeline/select";
import { files, pipeline as withoutQueue, queued as pipeline } from "./fixtures";

const DIRECT: PipelineEvent = { name: "pull_request", ref: "refs/pull/7/merge" };
const MIRROR: PipelineEvent = { name: "push", ref: "refs/heads/pull-request/7" };
const MAIN: PipelineEvent = { name: "push", ref: "refs/heads/trunk" };
const RELEASE: PipelineEvent = { name: "push", ref: "refs/heads/stable/1.0" };
const QUEUE: PipelineEvent = { name: "merge_group", ref: "refs/heads/gh-readonly-queue/trunk/pr-7-abc" };

const UNKNOWN: Changes = { known: false, why: "the base commit is gone" };

/** Everything that a plan runs, as names. */
function work(plan: Plan): Set<string> {
  return new Set([
    ...Object.entries(plan.parts).flatMap(([part, { run }]) => (run ? [part] : [])),
    ...plan.images.map(({ tag }) => `image ${tag}`),
    ...plan.tests.map(({ suite, image }) => `test ${suite} ${image}`),
    ...plan.deployments.map(({ framework, profile }) => `deployment ${framework} ${profile}`),
  ]);
}

const somePath = fc.constantFrom(
  "lib/llm/a.rs",
  "lib/b.c",
  "docs/x.md",
  "engines/alpha/a.py",
  "samples/gamma/a.yaml",
  "ops/manager/a.go",
  "Cargo.lock",
  ".github/workflows/pr.yaml",
  "nobody/knows.bin",
  "tools/a.sh",
);
const someFile: fc.Arbitrary<ChangedFile> = fc.oneof(
  somePath.map((path): ChangedFile => ({ path, status: "modified" })),
  somePath.map((path): ChangedFile => ({ path, status: "removed" })),
  fc.tuple(somePath, somePath).map(([path, previousPath]): ChangedFile => ({ path, previousPath, status: "renamed" })),
);
const someFiles = fc.array(someFile, { maxLength: 6 });
const someEvent = fc.constantFrom(DIRECT, MIRROR, MAIN, RELEASE, QUEUE);

describe("select", () => {
  it("says why, for people", () => {
    const plan = select(pipeline, MIRROR, files("lib/llm/src/a.rs", "docs/x.md", "engines/alpha/a.py"));
    expect(plan.parts).toEqual<Plan["parts"]>({
      core: { run: false, why: "The direct checks of the same commit build the core container, not its mirror branch." },
      rust: { run: false, why: "The direct checks of the same commit run the Rust checks, not its mirror branch." },
      frameworks: { run: true, why: "lib/llm/src/a.rs concerns every framework." },
      "component:manager": { run: false, why: "No changed file concerns the Cluster manager." },
      "checks:manager": { run: false, why: "No changed file concerns the Cluster manager." },
      "component:portal": { run: true, why: "lib/llm/src/a.rs concerns the Web portal." },
      deployments: { run: false, why: "Deployment tests run from trunk only." },
    });
  });

  it("runs everything for a file that nothing claims, and says so", () => {
    const plan = select(pipeline, MIRROR, files("docs/x.md", "new/thing.bin", "a\nb"));
    expect(plan.unclaimed).toEqual(["a\nb", "new/thing.bin"]);
    expect(plan.images.map(({ id }) => id)).toEqual(allImages(pipeline, "pull-request").map(({ id }) => id));
    expect(plan.parts.frameworks).toEqual({ run: true, why: 'No filter claims "a\\nb" (and 1 more), so everything runs.' });
  });

  it("runs everything when the changes are not known, and says so", () => {
    const plan = select(pipeline, MIRROR, UNKNOWN);
    expect(plan.parts.frameworks).toEqual({ run: true, why: "The changed files are not known (the base commit is gone), so everything runs." });
    expect(plan.images.map(({ id }) => id)).toEqual(allImages(pipeline, "pull-request").map(({ id }) => id));
  });

  it("counts a rename and a removal under each name", () => {
    const renamed = select(pipeline, MIRROR, {
      known: true,
      files: [{ path: "docs/a.md", previousPath: "ops/manager/a.md", status: "renamed" }],
    });
    expect(renamed.parts["component:manager"]).toEqual({ run: true, why: "ops/manager/a.md concerns the Cluster manager." });
    const removed = select(pipeline, MIRROR, { known: true, files: [{ path: "images/alpha.Dockerfile", status: "removed" }] });
    expect(removed.images.map(({ subject }) => subject.id)).toEqual(["alpha", "alpha", "alpha", "alpha"]);
  });

  it("gives code from a fork no image, and merge groups neither", () => {
    for (const event of [DIRECT, QUEUE]) {
      const plan = select(pipeline, event, UNKNOWN);
      expect([plan.images, plan.tests, plan.deployments]).toEqual([[], [], []]);
      expect(work(plan)).toEqual(new Set(event === QUEUE ? ["core", "rust", "checks:manager"] : ["core", "rust"]));
    }
    expect(select(pipeline, DIRECT, files("docs/x.md")).parts.core).toEqual({ run: false, why: "Only documentation changed." });
    expect(select(pipeline, DIRECT, files("ops/manager/a.go")).parts.core.run).toBe(true);
    expect(select(pipeline, DIRECT, files("ops/manager/a.go")).parts.rust).toEqual({
      run: false,
      why: "No changed file concerns Rust.",
    });
  });

  it("tries in the merge queue what takes no identity, and says who did the rest", () => {
    const changes = files("lib/llm/src/a.rs", "ops/manager/a.go");
    const backend = select(pipeline, QUEUE, changes, "backend");
    expect(backend.parts).toEqual<Plan["parts"]>({
      core: { run: false, why: "dynamo-status-check.yml does this for the same event." },
      rust: { run: false, why: "dynamo-status-check.yml does this for the same event." },
      frameworks: { run: false, why: "A merge group holds no identity to push framework images with; the mirror branch built them, and main builds them again." },
      "component:manager": { run: false, why: "A merge group holds no identity to push component images with; the mirror branch built them, and main builds them again." },
      "checks:manager": { run: true, why: "ops/manager/a.go concerns the Cluster manager." },
      "component:portal": { run: false, why: "A merge group holds no identity to push component images with; the mirror branch built them, and main builds them again." },
      deployments: { run: false, why: "Deployment tests run from trunk only." },
    });
    const direct = select(pipeline, QUEUE, changes, "direct");
    expect([direct.parts.core.run, direct.parts.rust.run, direct.parts["checks:manager"]?.run]).toEqual([true, true, false]);
  });

  it("always runs Rust and every framework image on main and release branches", () => {
    for (const event of [MAIN, RELEASE]) {
      const plan = select(pipeline, event, files("docs/x.md"));
      expect(plan.parts.rust).toEqual({ run: true, why: "Main and release branches always run the Rust checks." });
      expect(plan.images.filter(({ subject }) => subject.kind === "framework").map(({ id }) => id)).toEqual(images(pipeline, "post-merge").map(({ id }) => id));
    }
  });

  it("divides a push to main between the two workflows that it starts", () => {
    const parts = (scope: PlanScope): string[] =>
      Object.entries(select(pipeline, MAIN, files("lib/a.c"), scope).parts).flatMap(([part, { run }]) => (run ? [part] : []));
    expect(parts("backend")).toEqual(["component:portal"]);
    expect(parts("suite")).toEqual(["core", "rust", "frameworks", "component:manager", "checks:manager", "deployments"]);
    expect(select(pipeline, MAIN, files("lib/a.c"), "backend").parts.rust).toEqual({
      run: false,
      why: "ci-test-suite.yml does this for the same event.",
    });
  });

  it("never moves main's tags from a release branch", () => {
    expect(
      select(pipeline, RELEASE, files())
        .images.map(({ tag }) => tag)
        .filter((tag) => !tag.startsWith("stable-{sha}-")),
    ).toEqual([]);
  });

  it.each<[PipelineEvent, string]>([
    [{ name: "push", ref: "refs/heads/feature/x" }, 'event "push" on ref "refs/heads/feature/x"'],
    [{ name: "push", ref: "refs/heads/pull-request/x" }, 'event "push" on ref "refs/heads/pull-request/x"'],
    [{ name: "push", ref: "refs/tags/v1" }, 'event "push" on ref "refs/tags/v1"'],
    [{ name: "workflow_dispatch", ref: "refs/heads/stable/1" }, 'event "workflow_dispatch" on ref "refs/heads/stable/1"'],
    [{ name: "push", ref: "refs/heads/gh-readonly-queue/trunk/pr-7-abc" }, 'event "push" on ref "refs/heads/gh-readonly-queue/trunk/pr-7-abc"'],
    [{ name: "merge_group", ref: "refs/heads/gh-readonly-queue/stable/1/pr-7-abc" }, 'event "merge_group" on ref "refs/heads/gh-readonly-queue/stable/1/pr-7-abc"'],
    [{ name: "issues" as PipelineEvent["name"], ref: "refs/heads/trunk" }, 'event "issues" on ref "refs/heads/trunk"'],
  ])("refuses %o", (event, found) => {
    const allowed =
      "pull_request; merge_group on gh-readonly-queue/trunk/pr-N-COMMIT; push to trunk, stable/* or pull-request/N; schedule and workflow_dispatch on trunk";
    expect(() => select(pipeline, event, files())).toThrow(new UnknownEventError(`${found}: allowed are ${allowed}`));
  });

  it("knows no merge groups where main has no merge queue", () => {
    expect(() => select(withoutQueue, QUEUE, files())).toThrow(/^event "merge_group" on ref .*: allowed are pull_request; push to trunk/);
  });

  it.each([
    ["refs/heads/gh-readonly-queue/trunk/pr-123-0a1b2c", 123],
    ["refs/heads/gh-readonly-queue/trunk/pr-x-0a1b2c", undefined],
    ["refs/heads/gh-readonly-queue/stable/pr-1-0a", undefined],
    ["refs/heads/pull-request/7", undefined],
    ["gh-readonly-queue/trunk/pr-1-0a", undefined],
  ])("reads the pull request off %s", (ref, number) => expect(queuedPullRequest(pipeline.repository, ref)).toBe(number));

  it("refuses a workflow that the event does not start", () => {
    expect(() => select(pipeline, DIRECT, files(), "suite")).toThrow(
      new UnknownEventError(
        'event "pull_request" on ref "refs/pull/7/merge" does not start ci-test-suite.yml: it starts dynamo-status-check.yml',
      ),
    );
  });

  it("follows the pipeline that it is given", () => {
    const narrower: Pipeline = {
      ...pipeline,
      frameworks: pipeline.frameworks.slice(0, 1),
      deployments: { ...pipeline.deployments, tests: [] },
    };
    const plan = select(narrower, MAIN, files(), "suite");
    expect(plan.images.map(({ subject }) => subject.id)).toEqual(["alpha", "alpha", "alpha", "alpha"]);
    expect(plan.parts.deployments).toEqual({ run: false, why: "No deployment test is configured." });
    expect(plan.parts["component:manager"]?.run).toBe(false);
    expect(select(narrower, MAIN, files(), "backend").parts["component:manager"]).toEqual({
      run: true,
      why: "Main always builds the Cluster manager.",
    });
  });

  describe("laws", () => {
    it("more files never run less", () => {
      fc.assert(
        fc.property(someEvent, someFiles, someFiles, (event, some, more) => {
          const less = work(select(pipeline, event, { known: true, files: some }));
          const all = work(select(pipeline, event, { known: true, files: [...some, ...more] }));
          expect([...less].filter((name) => !all.has(name))).toEqual([]);
        }),
      );
    });

    it("not knowing the changes runs all that any change would", () => {
      fc.assert(
        fc.property(someEvent, someFiles, (event, some) => {
          const everything = work(select(pipeline, event, UNKNOWN));
          expect([...work(select(pipeline, event, { known: true, files: some }))].filter((name) => !everything.has(name))).toEqual([]);
        }),
      );
    });

    it("the order of files and repeated ones change nothing", () => {
      fc.assert(
        fc.property(someEvent, someFiles, (event, some) => {
          const plan = select(pipeline, event, { known: true, files: some });
          expect(select(pipeline, event, { known: true, files: [...some].reverse() })).toEqual(plan);
          expect(select(pipeline, event, { known: true, files: [...some, ...some] })).toEqual(plan);
        }),
      );
    });

    it("the workflows of an event share its plan: each part runs in exactly one of them", () => {
      fc.assert(
        fc.property(someEvent, someFiles, (event, some) => {
          const changes: Changes = { known: true, files: some };
          const whole = select(pipeline, event, changes);
          const scopes = (["direct", "backend", "suite"] as const).filter((scope) => starts(event, scope));
          const divided = scopes.map((scope) => select(pipeline, event, changes, scope));
          for (const part of Object.keys(whole.parts) as PlanPart[]) {
            expect(divided.filter((plan) => plan.parts[part]?.run).length).toBe(whole.parts[part]?.run ? 1 : 0);
          }
          for (const { tag } of whole.images)
            expect(divided.filter((plan) => plan.images.some((image) => image.tag === tag))).toHaveLength(1);
        }),
      );
    });

    it("every test, deployment and reason belongs to what the plan builds", () => {
      fc.assert(
        fc.property(someEvent, someFiles, (event, some) => {
          const plan = select(pipeline, event, { known: true, files: some });
          const built = new Set(plan.images.map(({ id }) => id));
          expect([...plan.tests, ...plan.deployments].filter(({ image }) => !built.has(image))).toEqual([]);
          for (const { why } of [...Object.values(plan.parts), ...plan.images]) expect(why).toMatch(/\.$/);
        }),
      );
    });

    it("two images never share a tag", () => {
      fc.assert(
        fc.property(someEvent, (event) => {
          const tags = select(pipeline, event, UNKNOWN).images.map(({ tag }) => tag);
          expect(new Set(tags).size).toBe(tags.length);
        }),
      );
    });
  });
});

function starts(event: PipelineEvent, scope: PlanScope): boolean {
  try {
    select(pipeline, event, files(), scope);
    return true;
  } catch (error) {
    if (error instanceof UnknownEventError) return false;
    throw error;
  }
}
