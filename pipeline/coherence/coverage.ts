/** Each framework is wired through: it is deployed, its tests run, and the load profile holds changes that build it. What is not has a reason. */
import { impactOf } from "../impact";
import { allImages } from "../images";
import type { Framework, Mode, Pipeline } from "../model";
import { plannedTests } from "../tests";
import type { Check, PipelineInput, PlacementInput } from "./check";
import { each, listed, shown, unless } from "./check";

const MODES: readonly Mode[] = ["pull-request", "post-merge", "nightly"];

export const frameworksDeployed: Check<PipelineInput> = {
  name: "framework-undeployed",
  holds: "Every framework is deployed by a test, or excused with a reason.",
  find: ({ pipeline: { frameworks, deployments } }) => {
    const known = [...deployments.tests, ...deployments.excused].map(({ framework }) => framework);
    return each(frameworks, "pipeline.frameworks", ({ id }, at) =>
      unless(known.includes(id), at, `${shown(id)} has no deployment test`, `an entry ${id}/PROFILE in pipeline.deployments.tests, or ${id} in pipeline.deployments.excused with the reason`),
    );
  },
};

export const deploymentExcusesNeeded: Check<PipelineInput> = {
  name: "deployment-excuse",
  holds: "Every entry of pipeline.deployments.excused has a reason, and is of a framework that is not deployed.",
  find: ({ pipeline: { deployments } }) =>
    each(deployments.excused, "pipeline.deployments.excused", ({ framework, why }, at) => {
      const deployed = deployments.tests.filter((test) => test.framework === framework).map(({ profile }) => profile);
      return [
        ...unless(deployed.length === 0, at, `${shown(framework)}, which is deployed as ${listed(deployed)}`, "a framework that no test deploys"),
        ...unless(why.trim() !== "", `${at}.why`, shown(why), "a reason"),
      ];
    }),
};

/** Where nothing tests or collects an image, `image-untested` says so. */
export const frameworkTestsRun: Check<PipelineInput> = {
  name: "framework-untested",
  holds: "Every framework has tests that run and are not only collected, unless pipeline.untested excuses all of its images.",
  find: ({ pipeline }) =>
    each(pipeline.frameworks, "pipeline.frameworks", (framework, at) => {
      const tests = testsOf(pipeline, framework);
      const allowed = "a suite that runs on one of its architectures, or entries in pipeline.untested for its images, with the reason";
      return unless(tests.length === 0 || tests.some(({ collectOnly }) => collectOnly === undefined), at, `the tests of ${shown(framework.id)} are only collected, on ${listed(framework.architectures)}`, allowed);
    }),
};

/**
 * How long its jobs take needs no entry: durations go by what is built and by the kind of tests (`load.durations`), so that a framework has those of all. How
 * often it is built follows from the changes. A framework that owns files gets a kind of change of its own (resolve/load.ts); others are built by changes
 * that concern every framework.
 */
export const frameworksLoaded: Check<PlacementInput> = {
  name: "framework-load",
  holds: "Some kind of change of the load profile builds each framework.",
  find: ({ pipeline, infrastructure: { load } }) => {
    const { changes } = load.pullRequests;
    const impacts = changes.filter(({ weight }) => weight > 0).map(({ files }) => impactOf(pipeline, { known: true, files: files.map((path) => ({ path, status: "modified" })) }));
    return each(pipeline.frameworks, "pipeline.frameworks", ({ id }, at) =>
      unless(
        // Where there is no change with a weight, that has a finding.
        impacts.length === 0 || impacts.some(({ everything, frameworks }) => everything !== undefined || frameworks.has(id)),
        at,
        `no kind of change in infrastructure.load.pullRequests.changes builds ${shown(id)}`,
        "a kind of change with a weight above 0 and a file that the framework owns, or that a filter of backend claims",
      ),
    );
  },
};

function testsOf(pipeline: Pipeline, { id }: Framework): ReturnType<typeof plannedTests> {
  return MODES.flatMap((mode) => plannedTests(pipeline, mode, allImages(pipeline, mode).filter(({ subject }) => subject.kind === "framework" && subject.id === id)));
}
