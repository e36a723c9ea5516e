/** Who may do what: environments, identities, secrets. */
import type { EnvironmentSpec, SecretSpec } from "../../../pipeline/model";
import type { SystemChange } from "../model";
import { say } from "../statement";
import type { ConfigSide, TrustedIdentity } from "./side";
import { thingChanges, usual } from "./things";

type Topic = (before: ConfigSide, after: ConfigSide) => SystemChange[];

export const environments: Topic = (before, after) => {
  const of = ({ pipeline, ownEnvironments }: ConfigSide): EnvironmentSpec[] => [...pipeline.environments, ...ownEnvironments];
  return thingChanges(of(before), of(after), {
    kind: "environment",
    noun: "environment",
    id: ({ name }) => name,
    arrival: ({ branches, identity, reviewers }) => say`for ${branches}, with the identity ${identity}, reviewed by ${reviewers}`,
    fields: {
      branches: (id, change) => usual(say`the list of branches whose jobs can use the environment ${id}`, change),
      reviewers: (id, change) => usual(say`the list of teams that review jobs of the environment ${id}`, change),
    },
  });
};

/** Who can take each identity: the subjects of the tokens, and the branches that get to the environments. */
export const trust: Topic = (before, after) =>
  thingChanges(before.trust.map((identity) => reach(before, identity)), after.trust.map((identity) => reach(after, identity)), {
    kind: "identity",
    noun: "identity",
    id: ({ purpose }) => purpose,
    arrival: ({ subjects, branches }) => say`taken by ${subjects}, from ${branches}`,
    fields: {
      subjects: (id, change) => usual(say`the list of jobs that can take the identity ${id}`, change),
      branches: (id, change) => usual(say`the list of branches from which the identity ${id} can be taken`, change),
      environments: (id, change) => usual(say`the list of environments that hold the identity ${id}`, change),
    },
  });

function reach({ pipeline, ownEnvironments }: ConfigSide, { purpose, subjects, environments: names }: TrustedIdentity): { purpose: string; subjects: readonly string[]; environments: readonly string[]; branches: readonly string[] } {
  const branches = [...pipeline.environments, ...ownEnvironments].filter(({ name }) => names.includes(name)).flatMap((environment) => environment.branches);
  return { purpose, subjects, environments: names, branches: [...new Set(branches)].sort() };
}

export const secrets: Topic = ({ pipeline: before }, { pipeline: after }) =>
  thingChanges<SecretSpec>(before.secrets, after.secrets, {
    kind: "secret",
    noun: "secret",
    id: ({ name }) => name,
    arrival: ({ title, environments: held }) => say`${title}, in ${held}`,
    fields: { environments: (id, change) => usual(say`the list of environments that hold the secret ${id}`, change) },
  });
