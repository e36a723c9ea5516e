import picomatch from "picomatch";
import { stackRule, type Finding, type RuleConfig, type Subject } from "../../kit/rule";
import { at, isProps, items, listed, show, texts } from "../../kit/values";
import { valuesOf } from "../../files/calls";
import { placeOf, workflows } from "../../files/read";

const environmentType = "github:index/repositoryEnvironment:RepositoryEnvironment";
const policyType = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";

export const environmentsLimited = stackRule({
  name: "environments-limited",
  title: "Environments open only for their branches",
  severity: "critical",
  level: "mandatory",
  holds: "Every environment has custom branch policies, each of them one that is configured for it and none that a merge group's branch matches, no bypass for administrators, and reviewers other than the author where configured; and jobs name only environments that the stack makes.",
  why: "An environment's branches decide who gets its secrets and its identity: a pattern that is too wide hands main's role to a pull request, a branch that is called like a merge group's can be pushed by everybody with write access, and an environment that GitHub makes by itself opens for every branch.",
  fix: "Set deploymentBranchPolicy to custom branch policies and add those that config names for the environment.",
  source: { title: "GitHub: managing environments for deployment", url: "https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments" },
  config: {
    branches: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string" } },
      default: {},
      description: "Branch patterns that may deploy, by environment; an environment that is not named has none",
    },
    reviewed: { type: "array", items: { type: "string" }, default: [], description: "Environments whose jobs wait for a reviewer" },
  },
  *judge(subjects, config) {
    const policies = subjects.filter(({ type }) => type === policyType);
    const environments = subjects.filter(({ type }) => type === environmentType);
    for (const environment of environments) {
      const own = policies.filter(({ props }) => at(props, "environment") === at(environment.props, "environment") && at(props, "repository") === at(environment.props, "repository"));
      for (const finding of judgeEnvironment(environment, own, config)) yield { subject: environment, ...finding };
    }
    for (const policy of policies) yield* judgePolicy(policy, config);
    yield* judgeJobs(subjects, environments);
  },
});

/** GitHub makes an environment that a job names and nobody made, and every branch may use that. */
function* judgeJobs(subjects: readonly Subject[], environments: readonly Subject[]): Iterable<Finding & { subject: Subject }> {
  const files = workflows(subjects);
  for (const workflow of files) {
    const known = environments.filter(({ props }) => at(props, "repository") === workflow.repository).map(({ props }) => String(at(props, "environment")));
    for (const job of workflow.jobs) {
      const { environment } = job.value;
      if (environment === undefined) continue;
      const names = valuesOf(files, workflow, job, String(isProps(environment) ? environment["name"] : environment));
      const strangers = names.filter((name) => !known.includes(name));
      if (strangers.length > 0) yield { subject: workflow.subject, property: placeOf(workflow, job), found: `environment ${listed(strangers)}`, wanted: `one of ${listed(known)}` };
    }
  }
}

function* judgeEnvironment(environment: Subject, policies: readonly Subject[], config: RuleConfig): Iterable<Finding> {
  const custom = at(environment.props, "deploymentBranchPolicy.customBranchPolicies");
  if (custom !== true) yield { property: "deploymentBranchPolicy.customBranchPolicies", found: show(custom), wanted: "true" };
  if (policies.length === 0) yield { property: "deployment policies", found: "none", wanted: "one for each branch" };
  if (at(environment.props, "canAdminsBypass") !== false) yield { property: "canAdminsBypass", found: show(at(environment.props, "canAdminsBypass")), wanted: "false" };
  if (!texts(config["reviewed"]).includes(String(at(environment.props, "environment")))) return;
  const reviewers = items(at(environment.props, "reviewers")).flatMap((group) => [...items(at(group, "teams")), ...items(at(group, "users"))]);
  if (reviewers.length === 0) yield { property: "reviewers", found: "nobody", wanted: "a team or a user" };
  if (at(environment.props, "preventSelfReview") !== true) yield { property: "preventSelfReview", found: show(at(environment.props, "preventSelfReview")), wanted: "true" };
}

function* judgePolicy(policy: Subject, config: RuleConfig): Iterable<Finding & { subject: Subject }> {
  const environment = String(at(policy.props, "environment"));
  const allowed = isProps(config["branches"]) ? texts(config["branches"][environment]) : [];
  const pattern = at(policy.props, "branchPattern");
  if (!allowed.includes(String(pattern))) yield { subject: policy, property: "branchPattern", found: `${show(pattern)} for ${environment}`, wanted: listed(allowed) };
  if (opensForMergeGroups(String(pattern))) yield { subject: policy, property: "branchPattern", found: `${show(pattern)} for ${environment}, which merge groups' branches match`, wanted: "a pattern that none of them matches" };
}

/** Branches of merge groups begin so (GitHub, "Managing a merge queue"); the target branch and the pull request follow. */
const QUEUE = "gh-readonly-queue/";

function opensForMergeGroups(pattern: string): boolean {
  // A pattern of nothing matches nothing; picomatch throws at one.
  return pattern.startsWith(QUEUE) || (pattern !== "" && picomatch.isMatch(`${QUEUE}main/pr-1-0a`, pattern));
}
