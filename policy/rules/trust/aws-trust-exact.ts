import { resourceRule, type Finding, type RuleConfig } from "../../kit/rule";
import { at, isProps, listed, show } from "../../kit/values";
import { oneOrMore, statements, type Statement } from "./documents";
import { githubIssuer, isExactSubject, repositoriesConfig, repositoryIds } from "./repositories";

export const roleType = "aws:iam/role:Role";

export const awsTrustExact = resourceRule({
  name: "aws-trust-exact",
  title: "AWS roles trust exact GitHub subjects",
  severity: "critical",
  level: "mandatory",
  holds:
    "A role that trusts GitHub names the audience, exact environment subjects of the configured repositories and their numeric id, by StringEquals, and trusts nothing else.",
  why: "A wildcard or a missing condition lets a workflow of another branch, or of another repository, take the role; a deleted and recreated repository has the same name but not the same id.",
  fix: "Write StringEquals conditions on aud, sub and repository_id, and list each subject in full.",
  source: { title: "AWS IAM: roles for OIDC federation; GitHub: OpenID Connect in AWS", url: "https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws" },
  types: [roleType],
  config: { ...repositoriesConfig, maxSubjects: { type: "integer", minimum: 1, default: 20, description: "Most subjects that one role may trust" } },
  *judge(role, config) {
    const found = statements(at(role.props, "assumeRolePolicy"));
    if (found === undefined) return yield { property: "assumeRolePolicy", found: "no policy document", wanted: "a JSON policy document" };
    for (const [index, statement] of found.entries()) {
      if (statement.effect === "Allow") yield* judgeStatement(`assumeRolePolicy.Statement[${index}]`, statement, config);
    }
  },
});

function* judgeStatement(path: string, statement: Statement, config: RuleConfig): Iterable<Finding> {
  const federated = isProps(statement.principal) ? oneOrMore(statement.principal["Federated"]) : [];
  const others = isProps(statement.principal) ? Object.keys(statement.principal).filter((kind) => kind !== "Federated") : [show(statement.principal)];
  if (others.length > 0 || federated.length !== 1 || !federated[0]!.endsWith(`:oidc-provider/${githubIssuer}`)) {
    yield { property: `${path}.Principal`, found: show(statement.principal), wanted: "GitHub's OIDC provider alone" };
    return;
  }
  if (listed(statement.actions) !== "sts:AssumeRoleWithWebIdentity") {
    yield { property: `${path}.Action`, found: listed(statement.actions), wanted: "sts:AssumeRoleWithWebIdentity" };
  }
  const loose = statement.conditions.filter(({ operator }) => operator !== "StringEquals");
  for (const { operator, key } of loose) yield { property: `${path}.Condition.${operator}`, found: `${operator} on ${key}`, wanted: "StringEquals alone" };
  yield* judgeKey(path, statement, "aud", (value) => value === "sts.amazonaws.com", "sts.amazonaws.com");
  yield* judgeKey(path, statement, "sub", (value) => isExactSubject(value, config), "an environment of a configured repository, without a wildcard");
  yield* judgeKey(path, statement, "repository_id", (value) => repositoryIds(config).includes(value), listed(repositoryIds(config)));
  const subjects = valuesOf(statement, "sub");
  if (subjects.length > Number(config["maxSubjects"])) yield { property: `${path}.Condition`, found: `${subjects.length} subjects`, wanted: `${String(config["maxSubjects"])} at most` };
}

function* judgeKey(path: string, statement: Statement, claim: string, accepts: (value: string) => boolean, wanted: string): Iterable<Finding> {
  const values = valuesOf(statement, claim);
  const refused = values.filter((value) => !accepts(value));
  if (values.length === 0) yield { property: `${path}.Condition`, found: `no ${claim}`, wanted: `${claim} ${wanted}` };
  else if (refused.length > 0) yield { property: `${path}.Condition.StringEquals.${claim}`, found: listed(refused), wanted };
}

function valuesOf(statement: Statement, claim: string): readonly string[] {
  return statement.conditions.filter(({ operator, key }) => operator === "StringEquals" && key === `${githubIssuer}:${claim}`).flatMap(({ values }) => values);
}
