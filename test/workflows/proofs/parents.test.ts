/** Images that are made of others of the same commit, and images that tests run in: the gate holds, and mistakes about them are found. */
import { renderFiles } from "../../../workflows/index";
import { coherence } from "../../../pipeline/coherence";
import { jobFacts } from "../../../workflows/facts";
import { gaps, proofs } from "../../../workflows/gate/proofs/proofs";
import { World } from "../../../workflows/gate/proofs/world";
import type { Pipeline } from "../../../pipeline/model";
import { coherent } from "../../pipeline/fixtures";
import { pipeline, settings } from "../support";
import { mutated, type Mutation } from "./mutations";

jest.setTimeout(300_000);

const PR = "pr.yaml";

/** The portal is made of the core container's stage `dev`, gamma of the manager; gamma's tests run in a stage of its own. */
const made: Pipeline = {
  ...pipeline,
  components: pipeline.components.map((each) => (each.id === "portal" ? { ...each, build: { ...each.build, from: [{ arg: "BASE", image: "kernel" }] } } : each)),
  frameworks: pipeline.frameworks.map((each) => (each.id === "gamma" ? { ...each, build: { ...each.build, testTarget: "serve-test", from: [{ arg: "TOOLS", image: "manager" }] } } : each)),
};
const files = renderFiles(made, settings);

test("no pull request merges that should not, none waits for ever, and everything is handed what it is made of", async () => {
  expect(gaps(await World.of(made, files))).toEqual([]);
});

test("jobs pull what their needs push, and wait for nothing else", () => {
  const structural = ["image-not-pushed", "image-awaited", "image-never-pushed", "unknown-need", "need-not-declared", "tag-collision", "image-untested"];
  const findings = coherence({ ...coherent, pipeline: made, jobs: jobFacts(made, settings) }).filter(({ check = "" }) => structural.includes(check) || check.startsWith("build-"));
  expect(findings).toEqual([]);
});

const jobOf = (workflow: Parameters<NonNullable<Mutation["file"]>[1]>[0], id: string) => {
  const found = workflow.jobs[id];
  if (found === undefined) throw new Error(`no job ${id}`);
  return found;
};
const without = (needs: readonly string[] | undefined, id: string): string[] => {
  if (!needs?.includes(id)) throw new Error(`does not need ${id}`);
  return needs.filter((each) => each !== id);
};

const mistakes: readonly Mutation[] = [
  { name: "the portal does not wait for what it is made of", proof: "covered", says: /portal-amd64 is not made of kernel-amd64 as it was built/, file: [PR, (w) => void (jobOf(w, "portal-amd64").needs = without(jobOf(w, "portal-amd64").needs, "kernel-amd64"))] },
  { name: "on main it does not either", proof: "covered", says: /portal-amd64 is not made of kernel-amd64 as it was built/, file: [PR, (w) => void (jobOf(w, "portal-amd64-main").needs = without(jobOf(w, "portal-amd64-main").needs, "kernel-amd64-main"))] },
  { name: "it is made of a tag that moves", proof: "covered", says: /portal-amd64 is not made of kernel-amd64 as it was built: BASE/, file: [PR, (w) => void (jobOf(w, "portal-amd64").with!["parents"] = "BASE=registry/dynamo:trunk-kernel-amd64\n")] },
  { name: "it is handed another image", proof: "covered", says: /portal-amd64 is not made of kernel-amd64 as it was built/, file: [PR, (w) => void (jobOf(w, "portal-amd64").with!["parents"] = "BASE=${{ needs.manager-amd64.outputs.reference }}\n")] },
  { name: "it takes it under another argument", proof: "covered", says: /BASE is not its digest/, file: [PR, (w) => void (jobOf(w, "portal-amd64").with!["parents"] = "BASES=${{ needs.kernel-amd64.outputs.reference }}\n")] },
  { name: "gamma is handed the manager of the other architecture", proof: "covered", says: /gamma-cuda13-arm64 is not made of manager-arm64/, file: [PR, (w) => { const job = jobOf(w, "gamma-cuda13-arm64"); job.needs!.push("manager-amd64"); job.with!["parents"] = "TOOLS=${{ needs.manager-amd64.outputs.reference }}\n"; }] },
  { name: "what the portal is made of never runs", proof: "sound", says: /portal-amd64 is selected and ends skipped/, file: [PR, (w) => void (jobOf(w, "kernel-amd64").if = "false")] },
  { name: "the verdict does not wait for what the portal is made of", proof: "reports", says: /images-gate failure/, file: [PR, (w) => void (jobOf(w, "images-gate").needs = without(jobOf(w, "images-gate").needs, "kernel-amd64"))] },
  { name: "tests run in the published image though there is one for them", proof: "covered", says: /gamma-cuda13-amd64.* runs in another image/, file: ["image.yml", (w) => void (jobOf(w, "test").container = { image: "${{ needs.build.outputs.reference }}" })] },
  { name: "tests run in the image of other tests", proof: "covered", says: /alpha-amd64.* runs in another image/, file: ["image.yml", (w) => void (jobOf(w, "test").container = { image: "${{ needs.build.outputs.test-reference }}" })] },
];

test.each(mistakes.map((mistake) => [mistake.name, mistake] as const))("%s", async (_, mistake) => {
  const said: string[] = [];
  for (const { what } of proofs[mistake.proof](await World.of(made, mutated(files, mistake)))) {
    if (mistake.says.test(what)) return;
    said.push(what);
  }
  throw new Error(`not found; it says: ${[...new Set(said)].join("; ") || "nothing"}`);
});
