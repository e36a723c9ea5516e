/** An image that is made of another one waits for it in the simulation too, on pull requests and on main. */
import { Templates, type StartedWorkflow } from "../../../report/capacity/templates";
import { infrastructure, pipeline } from "../../pipeline/fixtures";

const made = { ...pipeline, components: pipeline.components.map((each) => (each.id === "portal" ? { ...each, build: { ...each.build, from: [{ arg: "BASE", image: "kernel" }] } } : each)) };

/** Ids of what a job waits for. */
function awaited(workflows: readonly StartedWorkflow[], id: string): readonly string[] {
  for (const { template } of workflows) {
    const job = template.jobs.find((each) => each.id === id);
    if (job !== undefined) return job.needs.map((index) => template.jobs[index]!.id);
  }
  throw new Error(`no job ${id}; there are ${workflows.flatMap(({ template }) => template.jobs.map((job) => job.id)).join(", ")}`);
}

const all = (of: typeof pipeline) => {
  const templates = new Templates({ pipeline: of, infrastructure });
  return {
    mirror: templates.pullRequest({ known: true, files: [{ path: "web/a.ts", status: "modified" }] }).mirror,
    main: templates.protectedBranch({ name: "push", ref: "refs/heads/trunk" }, "main"),
  };
};

test("the portal's build waits for the core container's image, which takes a framework's minutes", () => {
  const { mirror, main } = all(made);
  expect(awaited(mirror, "portal-amd64 / build")).toEqual(["plan", "kernel-amd64 / build"]);
  expect(awaited(main, "portal-amd64-main / image / build")).toEqual(["plan", "kernel-amd64-main / build"]);
  const [base] = mirror.flatMap(({ template }) => template.jobs.filter(({ id }) => id === "kernel-amd64 / build"));
  expect([base!.duration, base!.limit]).toEqual([infrastructure.load.durations.build.framework, made.core.build.timeoutMinutes["pull-request"]]);
});

test("without it the portal waits for the plan alone", () => {
  expect(awaited(all(pipeline).mirror, "portal-amd64 / build")).toEqual(["plan"]);
});
