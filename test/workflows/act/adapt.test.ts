/** The adaptations change what they say and nothing else. */
import { parse } from "yaml";
import { contentOf, files, workflows } from "../support";
import { adapted, callsAsPlainJobs, CONTAINER_IMAGE, type ActJob, type ActWorkflow } from "./adapt";

function changed(name: string): ActWorkflow {
  return parse(contentOf(`.github/workflows/${name}`, adapted(files))) as ActWorkflow;
}

/** A workflow with what the adaptations add taken away again. */
function undone(workflow: ActWorkflow): ActWorkflow {
  const copy = structuredClone(workflow);
  if (copy.on["workflow_call"]?.inputs !== undefined) delete copy.on["workflow_call"].inputs["act-caller"];
  for (const job of Object.values(copy.jobs)) undoJob(job);
  return copy;
}

function undoJob(job: ActJob): void {
  job.name = job.name?.replace("${{ inputs.act-caller }}", "").replaceAll("@", "");
  delete job.with?.["act-caller"];
  const { [CONTAINER_IMAGE]: image, ...env } = job.env ?? {};
  if (image === undefined) return;
  job.container = { image };
  if (Object.keys(env).length > 0) job.env = env;
  else delete job.env;
}

const rendered = Object.entries(workflows).map(([name, workflow]) => [name, workflow as unknown as ActWorkflow] as const);

/** What only a container has: its options, the services beside it, and the steps that look at them. */
const OF_CONTAINERS = ["Look at the pod", "Wait for the services", "Look at the image"];

test.each(rendered)("%s is itself again without what the adaptations added, but for the permission and what only a container has", (name, workflow) => {
  const expected = structuredClone(workflow);
  for (const job of Object.values(expected.jobs)) {
    delete job.permissions?.["artifact-metadata"];
    if (job.container === undefined) continue;
    job.container = { image: job.container.image };
    delete job.services;
    job.steps = job.steps?.filter(({ name: step = "" }) => !OF_CONTAINERS.includes(step));
  }
  expect(undone(changed(name))).toEqual(expected);
});

test("what was changed is there to be changed: a container, the permission, calls", () => {
  const jobs = rendered.flatMap(([, workflow]) => Object.values(workflow.jobs));
  expect(jobs.filter(({ container }) => container !== undefined)).toHaveLength(1);
  expect(jobs.some(({ permissions }) => permissions?.["artifact-metadata"] !== undefined)).toBe(true);
  expect(jobs.filter(({ uses }) => uses !== undefined).length).toBeGreaterThan(20);
});

test("a called job is named as its check is: by all its callers and itself", () => {
  expect(changed("image.yml").jobs["build"]?.name).toBe("@${{ inputs.act-caller }}build@");
  expect(changed("image-publish.yml").jobs["image"]?.with?.["act-caller"]).toBe("${{ inputs.act-caller }}image / ");
  expect(changed("pr.yaml").jobs["alpha-amd64"]).toMatchObject({ name: "@alpha-amd64@", with: { "act-caller": "alpha-amd64 / " } });
});

test("calls as plain jobs keep their ids, needs and conditions, and end as the calls did", () => {
  const before = changed("pr.yaml");
  const [file] = adapted([{ path: ".github/workflows/pr.yaml", content: contentOf(".github/workflows/pr.yaml", adapted(files)) }], [callsAsPlainJobs({ "alpha-amd64": "failure", "alpha-arm64": "success" }, "here")]);
  const after = parse(file?.content ?? "") as ActWorkflow;
  const kept = ({ jobs }: ActWorkflow): object => Object.fromEntries(Object.entries(jobs).map(([id, { needs, if: condition, name }]) => [id, { needs, condition, name }]));
  expect(kept(after)).toEqual(kept(before));
  expect(Object.values(after.jobs).filter(({ uses }) => uses !== undefined)).toEqual([]);
  const ends = ["alpha-amd64", "alpha-arm64", "beta-cuda13-amd64"].map((id) => after.jobs[id]?.steps?.map(({ run }) => run));
  expect(ends).toEqual([["exit 1\n"], ["exit 0\n"], ["exit 0\n"]]);
  expect([after.jobs["core"], after.jobs["plan"]]).toEqual([before.jobs["core"], before.jobs["plan"]]);
});
