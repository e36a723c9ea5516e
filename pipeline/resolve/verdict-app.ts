/** What an app that reports required checks brings with it: an environment that admits only the default branch, and its key there. */
import type { EnvironmentSpec, SecretSpec } from "../model";
import { VERDICT_SECRET } from "../secrets";
import type { ConfiguredPipeline } from "../schema/pipeline";

/** The pipeline with the environment and the secret of its verdict app. What config says of either stays as it is: coherence judges it. */
export function resolveVerdictApp<Given extends Pick<ConfiguredPipeline, "verdictApp" | "environments" | "secrets" | "repository">>(pipeline: Given): Given {
  const { verdictApp, environments, secrets, repository } = pipeline;
  if (verdictApp === undefined) return pipeline;
  const { environment: name } = verdictApp;
  const environment: EnvironmentSpec = { name, branches: [repository.defaultBranch], reviewers: [], waitMinutes: 0, identity: "none" };
  const secret: SecretSpec = { name: VERDICT_SECRET, title: "Private key of the app that reports required checks", environments: [name], optional: false };
  return {
    ...pipeline,
    environments: environments.some((each) => each.name === name) ? environments : [...environments, environment],
    secrets: secrets.some((each) => each.name === VERDICT_SECRET) ? secrets : [...secrets, secret],
  };
}
