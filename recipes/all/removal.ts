import { seedPipeline } from "../../pipeline/seed";
import { entryIn } from "../edits";
import type { Recipe } from "../recipe";

/** The last of the default frameworks, and the deployment tests that it has. */
const FRAMEWORK = seedPipeline.frameworks.at(-1)?.id ?? "";
const DEPLOYED = seedPipeline.deployments.tests.filter(({ framework }) => framework === FRAMEWORK).map(({ profile }) => `${FRAMEWORK}/${profile}`);
/** The last of the default suites whose runner classes others run on as well: a class that no job asks for is a finding. */
const SUITE = seedPipeline.suites.findLast(({ id, runners }) => Object.values(runners).every((runner) => seedPipeline.suites.some((other) => other.id !== id && Object.values(other.runners).includes(runner))))?.id ?? "";

const framework = entryIn("frameworks", `${FRAMEWORK}: null`);

export const removal: Recipe = {
  name: "removal",
  task: "a framework and a suite less",
  edits: [framework, entryIn("suites", `${SUITE}: null`), entryIn(["deployments", "tests"], ...DEPLOYED.map((test) => `${test}: null`))],
  refused: [{ what: "a framework that deployment tests still name", edits: [framework], findings: DEPLOYED.map((test) => `gpu-cicd:deployments.tests.${test}.framework`) }],
  harms: [],
  tests: [],
};
