/** Images that are made of others: whatever is built, what it is made of is built with it, in the same workflow. Read only off config, not off the code that plans. */
import fc from "fast-check";
import type { ImageBuild, Pipeline } from "../../../pipeline/model";
import type { Plan, PipelineEvent, PlanScope } from "../../../pipeline/plan";
import { select } from "../../../pipeline/select";
import { changed, files, pipeline } from "../fixtures";

const MIRROR: PipelineEvent = { name: "push", ref: "refs/heads/pull-request/7" };
const MAIN: PipelineEvent = { name: "push", ref: "refs/heads/trunk" };
const RELEASE: PipelineEvent = { name: "push", ref: "refs/heads/stable/1" };
const NIGHTLY: PipelineEvent = { name: "schedule", ref: "refs/heads/trunk" };
const DIRECT: PipelineEvent = { name: "pull_request", ref: "refs/pull/7/merge" };

type From = ImageBuild["from"];

function made(parents: Readonly<Record<string, From>>): Pipeline {
  const components = Object.entries(parents).reduce<Pipeline["components"]>((all, [id, from]) => (all.some((each) => each.id === id) ? changed(all, (each) => each.id === id, { build: { ...all.find((each) => each.id === id)!.build, from } }) : all), pipeline.components);
  const frameworks = pipeline.frameworks.map((each) => (parents[each.id] === undefined ? each : { ...each, build: { ...each.build, from: parents[each.id]! } }));
  return { ...pipeline, components, frameworks };
}

const ids = ({ images }: Plan): string[] => images.map(({ id }) => id);

const ofKernel = made({ portal: [{ arg: "BASE", image: "kernel", target: "dev" }] });

test("a pull request that concerns the portal builds the core container for it, and says why", () => {
  const plan = select(ofKernel, MIRROR, files("web/a.ts"));
  expect(ids(plan)).toEqual(["portal-amd64", "kernel-amd64"]);
  expect(plan.images[1]).toMatchObject({ subject: { kind: "base", id: "kernel" }, stage: "dev", tag: "{sha}-kernel-amd64", why: "The Web portal of the same commit is made of it." });
});

test("a pull request that does not concern the portal builds no core container for anybody", () => {
  expect(ids(select(ofKernel, MIRROR, files("ops/manager/a.go")))).toEqual(["manager-amd64", "manager-arm64"]);
});

test("another stage of the core container is another image", () => {
  const plan = select(made({ portal: [{ arg: "BASE", image: "kernel", target: "Slim" }], manager: [{ arg: "BASE", image: "kernel" }] }), MIRROR, files("web/a.ts", "ops/manager/a.go"));
  expect(ids(plan)).toEqual(["manager-amd64", "manager-arm64", "portal-amd64", "kernel-amd64", "kernel-arm64", "kernel-slim-amd64"]);
});

test("a component that another one is made of is built though nothing concerns it, its checks before it", () => {
  const plan = select(made({ portal: [{ arg: "BASE", image: "manager" }] }), MIRROR, files("web/a.ts"));
  const why = "The Web portal of the same commit is made of it.";
  expect([plan.parts["component:manager"], plan.parts["checks:manager"]]).toEqual([{ run: true, why }, { run: true, why }]);
  expect(ids(plan)).toEqual(["manager-amd64", "manager-arm64", "portal-amd64"]);
});

test("on main both are in one workflow: a job cannot wait for one of another file", () => {
  const together = made({ portal: [{ arg: "BASE", image: "manager" }] });
  const inScope = (of: Pipeline, scope: PlanScope): string[] => ids(select(of, MAIN, files(), scope)).filter((id) => /^(portal|manager|kernel)/.test(id));
  expect([inScope(together, "backend"), inScope(together, "suite")]).toEqual([[], ["manager-amd64", "manager-arm64", "portal-amd64"]]);
  expect([inScope(ofKernel, "backend"), inScope(ofKernel, "suite")]).toEqual([["portal-amd64", "kernel-amd64"], ["manager-amd64", "manager-arm64"]]);
});

test("nothing is built twice where a framework and a component are made of the same image", () => {
  const shared = made({ portal: [{ arg: "BASE", image: "kernel" }], gamma: [{ arg: "BASE", image: "kernel" }] });
  expect(ids(select(shared, MAIN, files(), "backend"))).toEqual([]);
  expect(ids(select(shared, MAIN, files(), "suite")).filter((id) => id.startsWith("kernel"))).toEqual(["kernel-amd64", "kernel-arm64"]);
});

test("a release builds the component that a framework is made of", () => {
  expect(ids(select(made({ gamma: [{ arg: "BASE", image: "manager" }] }), RELEASE, files()))).toEqual(expect.arrayContaining(["manager-amd64", "manager-arm64"]));
  expect(ids(select(ofKernel, RELEASE, files())).filter((id) => /portal|kernel|manager/.test(id))).toEqual([]);
});

test("code of forks builds none of it", () => {
  expect(select(ofKernel, DIRECT, files("web/a.ts")).images).toEqual([]);
});

/** What an entry of `from` means, from the words of the schema: the image's id, by architecture. */
function wanted({ core, components }: Pipeline, { image, target }: From[number], arch: string): string {
  const own = image === core.id ? core.build.target : components.find(({ id }) => id === image)!.build.target;
  return `${image}${target === undefined || target === own ? "" : `-${target}`}-${arch}`;
}

test("whatever happens, an image's parents are planned with it in the same workflow, and nothing is built for nobody", () => {
  const someFrom = fc.uniqueArray(fc.constantFrom<From[number]>({ arg: "A", image: "kernel" }, { arg: "B", image: "kernel", target: "slim" }, { arg: "C", image: "manager" }), { maxLength: 2 });
  const somePaths = fc.subarray(["web/a.ts", "ops/manager/a.go", "engines/alpha/a.py", "samples/gamma/x", "lib/a.c", "docs/x.md", "nobody/knows"]);
  fc.assert(
    fc.property(someFrom, someFrom, fc.constantFrom(MIRROR, MAIN, RELEASE, NIGHTLY), somePaths, (portal, gamma, event, paths) => {
      const of = made({ portal, gamma });
      const scopes: readonly PlanScope[] = event === MAIN ? ["backend", "suite"] : [event === MIRROR ? "backend" : "suite"];
      for (const scope of scopes) {
        const plan = select(of, event, files(...paths), scope);
        const children = plan.images.filter(({ subject }) => subject.id === "portal" || subject.id === "gamma");
        const parents = children.flatMap(({ subject, arch }) => (subject.id === "portal" ? portal : gamma).map((entry) => wanted(of, entry, arch)));
        expect(ids(plan)).toEqual(expect.arrayContaining(parents));
        expect(plan.images.filter(({ id, subject }) => subject.id === "kernel" && !parents.includes(id))).toEqual([]);
        expect(new Set(ids(plan)).size).toBe(plan.images.length);
      }
      // Each image of main is built in one of the two workflows.
      if (event === MAIN) expect(ids(select(of, MAIN, files(...paths), "backend")).filter((id) => ids(select(of, MAIN, files(...paths), "suite")).includes(id))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
