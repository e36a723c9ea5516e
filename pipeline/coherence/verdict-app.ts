/** The app that reports required checks: nobody else has its key, and what holds the key opens only for the default branch. */
import { reportedByApps } from "../checks";
import { GITHUB_ACTIONS_APP_ID } from "../github-apps";
import type { Finding, Pipeline, VerdictApp } from "../model";
import { VERDICT_SECRET } from "../secrets";
import type { Check, CoherenceInput, PipelineInput, PlacementInput } from "./check";
import { each, listed, shown, unless } from "./check";
import { jobPath } from "./job-graph";
import { WORKFLOWS } from "../workflow-files";

const AT = "pipeline.verdictApp";

export const verdictAppApart: Check<PlacementInput> = {
  name: "verdict-app-apart",
  holds: "The app that reports required checks does nothing else: who holds the key of any other app of the stack cannot report them.",
  find: ({ pipeline, infrastructure: { github } }) =>
    withApp(pipeline, ({ appId }) => {
      const others: readonly (readonly [id: number, what: string])[] = [
        [GITHUB_ACTIONS_APP_ID, "GitHub Actions, as which every workflow reports"],
        [pipeline.mirrorBot.appId, "the mirror bot's"],
        [github.applyingApp.appId, "the app with which the stack is applied"],
        [github.runnerApp.appId, "the app with which runners register, whose key lies in a cluster"],
        ...reportedByApps(pipeline).map(({ context, appId: id }) => [id, `the app that reports ${shown(context)}`] as const),
      ];
      return others.filter(([id]) => id === appId).flatMap(([, what]) => unless(false, `${AT}.appId`, `${appId}, ${what}`, "the id of an app of its own"));
    }),
};

export const verdictEnvironment: Check<PipelineInput> = {
  name: "verdict-environment",
  holds: "The environment with the verdict app's key admits only the default branch, at once, and has no identity; the key is in no other.",
  find: ({ pipeline }) =>
    withApp(pipeline, ({ environment }) => [
      ...each(pipeline.environments, "pipeline.environments", (spec, at) => (spec.name === environment ? environmentFindings(spec, pipeline.repository.defaultBranch, at) : [])),
      ...each(pipeline.secrets, "pipeline.secrets", ({ name, environments, optional }, at): Finding[] =>
        name !== VERDICT_SECRET
          ? []
          : [
              ...unless(environments.length === 1 && environments[0] === environment, `${at}.environments`, listed(environments), `only ${environment}: whoever reads the key can report anything`),
              ...unless(!optional, `${at}.optional`, "true", "false: without the key no required check ever reports"),
            ],
      ),
    ]),
};

function environmentFindings({ branches, reviewers, waitMinutes, identity }: Pipeline["environments"][number], main: string, at: string): Finding[] {
  return [
    ...unless(branches.length === 1 && branches[0] === main, `${at}.branches`, listed(branches), `only ${main}: a job of any other branch runs files that nobody reviewed`),
    ...unless(reviewers.length === 0, `${at}.reviewers`, listed(reviewers), "none: every verdict would wait for them"),
    ...unless(waitMinutes === 0, `${at}.waitMinutes`, String(waitMinutes), "0: every verdict would wait"),
    ...unless(identity === "none", `${at}.identity`, shown(identity), '"none": the program that reports needs no cloud'),
  ];
}

export const verdictKeyAlone: Check<CoherenceInput> = {
  name: "verdict-key-alone",
  holds: "Only one job enters the environment with the verdict app's key: that of the workflow that reports.",
  find: ({ pipeline, jobs }) =>
    withApp(pipeline, ({ environment }) =>
      jobs
        .filter((job) => [job.environment, ...(job.environments ?? [])].includes(environment) && job.workflow !== WORKFLOWS.verdicts.file)
        .flatMap((job) => unless(false, jobPath(job, "environment"), shown(environment), "an environment without the verdict app's key")),
    ),
};

function withApp({ verdictApp }: Pipeline, find: (app: VerdictApp) => readonly Finding[]): readonly Finding[] {
  return verdictApp === undefined ? [] : find(verdictApp);
}
