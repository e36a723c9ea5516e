import { resourceRule, type Finding, type Subject } from "../../kit/rule";
import { at, items, listed, texts } from "../../kit/values";
import { roleType, statements, type Statement } from "./documents";

export const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";

export const awsPoliciesNarrow = resourceRule({
  name: "aws-policies-narrow",
  title: "AWS policies name their actions and resources",
  severity: "high",
  level: "mandatory",
  holds:
    "A policy allows named actions on resources that are named, or whose names begin with a name; a resource `*` stands only beside the actions that AWS gives no resource to, and no condition is one that a missing claim fulfils. A role has its rights by policies of the stack alone.",
  why: "An identity that may do more than its job is worth more to whoever gets hold of it.",
  fix: "List the actions that the job calls and the ARNs that it calls them on.",
  source: { title: "AWS IAM: apply least-privilege permissions; CIS AWS Foundations 1.16", url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege" },
  types: [rolePolicyType, "aws:iam/policy:Policy", roleType],
  unknowns: { why: "AWS assigns the ARNs of what the same apply creates", from: { policy: ["aws:ecr/repository:Repository", "aws:s3/bucket:Bucket"] } },
  config: {
    unscoped: {
      type: "array",
      items: { type: "string" },
      default: ["ecr:GetAuthorizationToken", "sts:GetCallerIdentity"],
      description: "Actions for which AWS demands the resource *",
    },
  },
  *judge(subject, config) {
    if (subject.type === roleType) return yield* judgeRole(subject);
    const found = statements(at(subject.props, "policy"));
    if (found === undefined) return yield { property: "policy", found: "no policy document", wanted: "a JSON policy document" };
    for (const [index, statement] of found.entries()) {
      if (statement.effect === "Allow") yield* judgeStatement(`policy.Statement[${index}]`, statement, texts(config["unscoped"]));
    }
  },
});

/** What AWS manages allows what AWS likes; what stands in the role itself is judged nowhere else. */
function* judgeRole(role: Subject): Iterable<Finding> {
  const managed = texts(at(role.props, "managedPolicyArns"));
  if (managed.length > 0) yield { property: "managedPolicyArns", found: listed(managed), wanted: "a RolePolicy of this stack" };
  const inline = items(at(role.props, "inlinePolicies"));
  if (inline.length > 0) yield { property: "inlinePolicies", found: `${inline.length} of them`, wanted: "a RolePolicy of this stack" };
}

function* judgeStatement(path: string, statement: Statement, unscoped: readonly string[]): Iterable<Finding> {
  const negated = ["NotAction", "NotResource"].filter((key) => key in statement.value);
  if (negated.length > 0) yield { property: path, found: listed(negated), wanted: "Action and Resource" };
  const wide = statement.actions.filter((action) => /[*?]/.test(action));
  if (wide.length > 0) yield { property: `${path}.Action`, found: listed(wide), wanted: "actions by name" };
  const everything = statement.resources.filter(isEverything);
  const scoped = statement.actions.filter((action) => !unscoped.includes(action));
  if (everything.length > 0 && scoped.length > 0) yield { property: `${path}.Resource`, found: `${listed(everything)} for ${listed(scoped)}`, wanted: "the ARNs that the job works on" };
  const vacuous = statement.conditions.filter(({ operator }) => operator.startsWith("ForAllValues:"));
  if (vacuous.length > 0) yield { property: `${path}.Condition`, found: listed(vacuous.map(({ operator }) => operator)), wanted: "an operator that a missing key fails" };
}

/** A star or what is no ARN; an ARN of every account or region, or one whose name begins with a star. Of S3 the bucket is named in full. */
function isEverything(resource: string): boolean {
  const [start, , service, region, account, ...rest] = resource.split(":");
  if (start !== "arn" || rest.length === 0 || /[*?]/.test(`${service}${region}${account}`)) return true;
  const name = rest.join(":");
  return service === "s3" ? /^[^/]*[*?]/.test(name) : /^([^/:*?]*[/:])?[*?]/.test(name);
}
