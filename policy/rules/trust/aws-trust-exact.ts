import { resourceRule, type Finding, type RuleConfig } from "../../kit/rule";
import { at, isProps, listed, oneOrMore, show } from "../../kit/values";
import { roleType, statements, type Statement } from "./documents";
import { environmentOf, githubIssuer, idsOfSubject, knownSubjects, repositoriesConfig } from "./repositories";

export const awsTrustExact = resourceRule({
  name: "aws-trust-exact",
  title: "AWS roles trust exact GitHub subjects",
  severity: "critical",
  level: "mandatory",
  holds:
    "A role that trusts GitHub names the audience, subjects of configured environments in the form that the repository's tokens carry, and the repository's numeric id, by StringEquals, and beside them the refs of these environments and the workflow files at these refs; it trusts nothing else.",
  why: "A wildcard or a missing condition lets a workflow of another branch, or of another repository, take the role; a subject of the wrong form never matches; a deleted and recreated repository has the same name but not the same id. An environment's branch policy can be opened by hand; a ref in the trust still keeps others out.",
  fix: "Write StringEquals conditions on aud, sub and repository_id, list each subject in full, and add ref and job_workflow_ref, by StringLike where a ref has a wildcard.",
  source: { title: "AWS IAM: roles for OIDC federation; GitHub: OpenID Connect in AWS", url: "https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws" },
  types: [roleType],
  unknowns: { why: "AWS assigns the ARN of the provider that the same apply creates", from: { assumeRolePolicy: ["aws:iam/openIdConnectProvider:OpenIdConnectProvider"] } },
  config: {
    ...repositoriesConfig,
    refs: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string" } },
      default: {},
      description: "Refs from which each environment may be used, by environment, with IAM's wildcards",
    },
    maxSubjects: { type: "integer", minimum: 1, maximum: 20, default: 20, description: "Most subjects that one role may trust" },
  },
  *judge(role, config) {
    const found = statements(at(role.props, "assumeRolePolicy"));
    if (found === undefined) return yield { property: "assumeRolePolicy", found: "no policy document", wanted: "a JSON policy document" };
    const allowing = found.map((statement, index) => ({ statement, index })).filter(({ statement }) => statement.effect === "Allow");
    for (const { statement, index } of allowing) yield* judgeStatement(`assumeRolePolicy.Statement[${index}]`, statement, config);
    const subjects = new Set(allowing.flatMap(({ statement }) => valuesOf(statement, "sub")));
    if (subjects.size > Number(config["maxSubjects"])) yield { property: "assumeRolePolicy", found: `${subjects.size} subjects`, wanted: `${String(config["maxSubjects"])} at most` };
  },
});

function* judgeStatement(path: string, statement: Statement, config: RuleConfig): Iterable<Finding> {
  if (!trustsGithubAlone(statement)) return yield { property: `${path}.Principal`, found: show(statement.principal), wanted: "only GitHub's OIDC provider" };
  if (listed(statement.actions) !== "sts:AssumeRoleWithWebIdentity") {
    yield { property: `${path}.Action`, found: listed(statement.actions), wanted: "sts:AssumeRoleWithWebIdentity" };
  }
  for (const { operator, key } of statement.conditions.filter((condition) => !isExact(condition))) {
    yield { property: `${path}.Condition.${operator}`, found: `${operator} on ${key}`, wanted: "StringEquals, or StringLike on ref and job_workflow_ref" };
  }
  const subjects = valuesOf(statement, "sub");
  const ids = [...new Set(subjects.flatMap((subject) => idsOfSubject(config, subject)))];
  const environments = subjects.map(environmentOf);
  yield* judgeKey(path, statement, "aud", (value) => value === "sts.amazonaws.com", "sts.amazonaws.com");
  yield* judgeKey(path, statement, "sub", (value) => knownSubjects(config).includes(value), "a subject of a configured environment, in the repository's form");
  yield* judgeKey(path, statement, "repository_id", (value) => ids.includes(value), `the id of the subject's repository, ${listed(ids)}`);
  if (valuesOf(statement, "environment").some((value) => !environments.includes(value))) {
    yield { property: `${path}.Condition.StringEquals.environment`, found: listed(valuesOf(statement, "environment")), wanted: listed(environments) };
  }
  yield* judgeRefs(path, statement, environments, config);
}

/** Claims that name where a job's file is, in which a wildcard stands for the branches of one environment. */
const WHERE = ["ref", "job_workflow_ref"] as const;

function isExact({ operator, key }: Statement["conditions"][number]): boolean {
  return operator === "StringEquals" || (operator === "StringLike" && WHERE.some((claim) => key === `${githubIssuer}:${claim}`));
}

/** The refs are the environments' own, and the workflow files are named in full, each at one of the refs. */
function* judgeRefs(path: string, statement: Statement, environments: readonly string[], config: RuleConfig): Iterable<Finding> {
  const allowed = environments.flatMap((environment) => (isProps(config["refs"]) ? oneOrMore(config["refs"][environment]) : []));
  const accepts = {
    ref: (value: string) => allowed.includes(value),
    job_workflow_ref: (value: string) => /^[^*?@]+\/\.github\/workflows\/[^*?@/]+$/.test(value.split("@")[0]!) && allowed.includes(value.slice(value.indexOf("@") + 1)),
  };
  const wanted = { ref: listed(allowed), job_workflow_ref: `workflow files in full, each at one of ${listed(allowed)}` };
  for (const claim of WHERE) {
    const values = statement.conditions.filter((condition) => isExact(condition) && condition.key === `${githubIssuer}:${claim}`).flatMap((condition) => condition.values);
    const strange = values.filter((value) => !accepts[claim](value));
    if (values.length === 0) yield { property: `${path}.Condition`, found: `no ${claim}`, wanted: `${claim} ${wanted[claim]}` };
    else if (strange.length > 0) yield { property: `${path}.Condition.${claim}`, found: listed(strange), wanted: wanted[claim] };
  }
}

function trustsGithubAlone({ principal }: Statement): boolean {
  if (!isProps(principal) || Object.keys(principal).join() !== "Federated") return false;
  const federated = oneOrMore(principal["Federated"]);
  return federated.length === 1 && federated.every((arn) => arn.endsWith(`:oidc-provider/${githubIssuer}`));
}

function* judgeKey(path: string, statement: Statement, claim: string, accepts: (value: string) => boolean, wanted: string): Iterable<Finding> {
  const values = valuesOf(statement, claim);
  const refused = values.filter((value) => !accepts(value));
  if (values.length === 0) yield { property: `${path}.Condition`, found: `no ${claim}`, wanted: `${claim} ${wanted}` };
  else if (refused.length > 0) yield { property: `${path}.Condition.StringEquals.${claim}`, found: listed(refused), wanted };
}

/** Values of a claim that must match exactly. */
export function valuesOf(statement: Statement, claim: string): readonly string[] {
  return statement.conditions.filter(({ operator, key }) => operator === "StringEquals" && key === `${githubIssuer}:${claim}`).flatMap(({ values }) => values);
}
