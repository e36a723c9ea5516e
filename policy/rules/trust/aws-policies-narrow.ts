import { resourceRule } from "../../kit/rule";
import { at, listed, texts } from "../../kit/values";
import { statements } from "./documents";

export const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";

export const awsPoliciesNarrow = resourceRule({
  name: "aws-policies-narrow",
  title: "AWS policies name their actions and resources",
  severity: "high",
  level: "mandatory",
  holds: "A policy allows named actions on named resources; a resource `*` stands only beside the actions that AWS gives no resource to, and no condition is one that a missing claim fulfils.",
  why: "An identity that may do more than its job is worth more to whoever gets hold of it.",
  fix: "List the actions that the job calls and the ARNs that it calls them on.",
  source: { title: "AWS IAM: apply least-privilege permissions; CIS AWS Foundations 1.16", url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege" },
  types: [rolePolicyType, "aws:iam/policy:Policy"],
  unknowns: { why: "AWS assigns the ARNs of what the same apply creates", from: { policy: ["aws:ecr/repository:Repository", "aws:s3/bucket:Bucket"] } },
  config: {
    unscoped: {
      type: "array",
      items: { type: "string" },
      default: ["ecr:GetAuthorizationToken", "sts:GetCallerIdentity"],
      description: "Actions for which AWS demands the resource *",
    },
  },
  *judge(policy, config) {
    const unscoped = texts(config["unscoped"]);
    const found = statements(at(policy.props, "policy"));
    if (found === undefined) return yield { property: "policy", found: "no policy document", wanted: "a JSON policy document" };
    for (const [index, statement] of found.entries()) {
      if (statement.effect !== "Allow") continue;
      const path = `policy.Statement[${index}]`;
      const negated = ["NotAction", "NotResource"].filter((key) => key in statement.value);
      if (negated.length > 0) yield { property: path, found: listed(negated), wanted: "Action and Resource" };
      const wide = statement.actions.filter((action) => action.includes("*"));
      if (wide.length > 0) yield { property: `${path}.Action`, found: listed(wide), wanted: "actions by name" };
      const everything = statement.resources.filter(isEverything);
      const scoped = statement.actions.filter((action) => !unscoped.includes(action));
      if (everything.length > 0 && scoped.length > 0) yield { property: `${path}.Resource`, found: `${listed(everything)} for ${listed(scoped)}`, wanted: "the ARNs that the job works on" };
      const vacuous = statement.conditions.filter(({ operator }) => operator.startsWith("ForAllValues:"));
      if (vacuous.length > 0) yield { property: `${path}.Condition`, found: listed(vacuous.map(({ operator }) => operator)), wanted: "an operator that a missing key fails" };
    }
  },
});

/** A star, or an ARN that names no resource before its star; of S3 a bucket is named before the first slash. */
function isEverything(resource: string): boolean {
  if (resource === "*") return true;
  const [, , service, , , ...rest] = resource.split(":");
  const name = rest.join(":");
  return name.startsWith("*") || (service !== "s3" && /^[^/*]*[/:]\*/.test(name));
}
