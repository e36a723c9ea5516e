/** A stack with an app of its own for required checks, and ways to combine it wrongly. */
import type { CoherenceInput } from "../../../../pipeline/coherence";
import type { EnvironmentSpec, Pipeline } from "../../../../pipeline/model";
import { resolveVerdictApp } from "../../../../pipeline/resolve/verdict-app";
import { changed, infrastructure, jobs, pipeline } from "../../fixtures";
import type { Broken } from "../breaking";

const APP = 7777;
const given: Pipeline = resolveVerdictApp({ ...pipeline, verdictApp: { appId: APP, environment: "verdicts" } });
const reporting = { ...jobs[0]!, workflow: "verdicts.yml", id: "report", context: "report", needs: [], readsNeeds: [], secrets: ["VERDICT_APP_PRIVATE_KEY"], variables: [], environment: "verdicts", trust: ["protected" as const], idToken: false, pushes: [], pulls: [], runsOn: ["ubuntu-24.04"] };

/** What a stack with such an app adds to a coherent one. */
export const coherentVerdicts: Partial<CoherenceInput> = { pipeline: given, jobs: [...jobs, reporting] };

const having = (change: Partial<Pipeline>): Partial<CoherenceInput> => ({ ...coherentVerdicts, pipeline: { ...given, ...change } });
const withApp = (appId: number): Partial<CoherenceInput> => having({ verdictApp: { appId, environment: "verdicts" } });
const environment = (change: Partial<EnvironmentSpec>): Partial<CoherenceInput> => having({ environments: changed(given.environments, ({ name }) => name === "verdicts", change) });
const key = (change: Partial<Pipeline["secrets"][number]>): Partial<CoherenceInput> => having({ secrets: changed(given.secrets, ({ name }) => name === "VERDICT_APP_PRIVATE_KEY", change) });
const [at, secretAt] = [`pipeline.environments[${given.environments.length - 1}]`, `pipeline.secrets[${given.secrets.length - 1}]`];
const own = "the id of an app of its own";

export const verdictAppCases: readonly Broken[] = [
  ["verdict-app-apart", withApp(15368), "pipeline.verdictApp.appId", "15368, GitHub Actions, as which every workflow reports", own],
  ["verdict-app-apart", withApp(pipeline.mirrorBot.appId), "pipeline.verdictApp.appId", `${pipeline.mirrorBot.appId}, the mirror bot's`, own],
  ["verdict-app-apart", withApp(infrastructure.github.applyingApp.appId), "pipeline.verdictApp.appId", `${infrastructure.github.applyingApp.appId}, the app with which the stack is applied`, own],
  ["verdict-app-apart", withApp(infrastructure.github.runnerApp.appId), "pipeline.verdictApp.appId", `${infrastructure.github.runnerApp.appId}, the app with which runners register, whose key lies in a cluster`, own],
  ["verdict-environment", environment({ branches: ["trunk", "stable/*"] }), `${at}.branches`, "stable/*, trunk", "only trunk: a job of any other branch runs files that nobody reviewed"],
  ["verdict-environment", environment({ reviewers: ["ops"] }), `${at}.reviewers`, "ops", "none: every verdict would wait for them"],
  ["verdict-environment", environment({ waitMinutes: 5 }), `${at}.waitMinutes`, "5", "0: every verdict would wait"],
  ["verdict-environment", environment({ identity: "main-images" }), `${at}.identity`, '"main-images"', '"none": the program that reports needs no cloud'],
  ["verdict-environment", key({ environments: ["verdicts", given.environments[0]!.name] }), `${secretAt}.environments`, [given.environments[0]!.name, "verdicts"].sort().join(", "), "only verdicts: whoever reads the key can report anything"],
  ["verdict-environment", key({ optional: true }), `${secretAt}.optional`, "true", "false: without the key no required check ever reports"],
  [
    "verdict-key-alone",
    { ...coherentVerdicts, jobs: [...jobs.map((job, index) => (index === 0 ? { ...job, environment: "verdicts" } : job)), reporting] },
    `workflow ${jobs[0]!.workflow}, job "${jobs[0]!.id}", environment`,
    '"verdicts"',
    "an environment without the verdict app's key",
  ],
];
