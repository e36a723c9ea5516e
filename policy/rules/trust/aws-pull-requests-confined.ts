import { resourceRule, type Finding, type RuleConfig, type Subject } from "../../kit/rule";
import { at, listed, texts } from "../../kit/values";
import { rolePolicyType } from "./aws-policies-narrow";
import { valuesOf } from "./aws-trust-exact";
import { roleType, statements } from "./documents";
import { isOfPullRequests, pullRequestEnvironments } from "./repositories";

/** What reading takes. Source: Amazon ECR user guide, "Pulling an image"; Amazon S3, "Actions for object operations". */
const reading = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer", "s3:GetObject", "s3:ListBucket"];
/** What pushing takes besides. */
const pushing = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];

export const awsPullRequestsConfined = resourceRule({
  name: "aws-pull-requests-confined",
  title: "Pull requests' AWS role pushes only pull requests' images",
  severity: "critical",
  level: "mandatory",
  holds:
    "Only the configured roles trust an environment of pull requests, and only that; their policies read images and caches, push to the configured repositories, and do nothing else. Where pull requests are isolated these repositories have no movable tags.",
  why: "A mirror branch runs the pull request's own workflow files: what its role may do, anybody may do whose pull request is vetted once.",
  fix: "Take the action or the resource out of the role's policy; let another environment's identity do it.",
  source: { title: "GitHub: security hardening with OpenID Connect; Amazon ECR: IAM", url: "https://docs.github.com/actions/concepts/security/openid-connect" },
  types: [roleType, rolePolicyType, "aws:ecr/repository:Repository"],
  unknowns: {
    why: "AWS assigns the ARNs of what the same apply creates",
    from: { assumeRolePolicy: ["aws:iam/openIdConnectProvider:OpenIdConnectProvider"], policy: ["aws:ecr/repository:Repository", "aws:s3/bucket:Bucket"] },
  },
  config: {
    pullRequestEnvironments,
    roles: { type: "array", items: { type: "string" }, default: [], description: "Names of the roles that pull requests may take" },
    repositories: { type: "array", items: { type: "string" }, default: [], description: "ECR repositories that they may push to" },
    isolated: { type: "boolean", default: false, description: "True where these repositories hold no image of main" },
  },
  *judge(subject, config) {
    if (subject.type === roleType) yield* judgeRole(subject, config);
    else if (subject.type === rolePolicyType) yield* judgePolicy(subject, config);
    else yield* judgeRepository(subject, config);
  },
});

function* judgeRole(role: Subject, config: RuleConfig): Iterable<Finding> {
  const expected = texts(config["roles"]).includes(String(at(role.props, "name")));
  const trusted = (statements(at(role.props, "assumeRolePolicy")) ?? []).flatMap((statement) => valuesOf(statement, "sub"));
  const strangers = trusted.filter((subject) => isOfPullRequests(subject, config) !== expected);
  if (strangers.length > 0) yield { property: "assumeRolePolicy", found: listed(strangers), wanted: expected ? "only environments of pull requests" : "no environment of pull requests" };
}

function* judgePolicy(policy: Subject, config: RuleConfig): Iterable<Finding> {
  if (!texts(config["roles"]).includes(String(at(policy.props, "role")))) return;
  const writable = texts(config["repositories"]);
  for (const [index, { effect, actions, resources }] of (statements(at(policy.props, "policy")) ?? []).entries()) {
    if (effect !== "Allow") continue;
    const excess = actions.filter((action) => !reading.includes(action) && !pushing.includes(action));
    if (excess.length > 0) yield { property: `policy.Statement[${index}].Action`, found: listed(excess), wanted: "pulling, and pushing to its own repositories" };
    const elsewhere = resources.filter((resource) => !writable.some((name) => resource.endsWith(`:repository/${name}`)));
    if (actions.some((action) => pushing.includes(action)) && elsewhere.length > 0) {
      yield { property: `policy.Statement[${index}].Resource`, found: listed(elsewhere), wanted: `${listed(writable)} for pushes` };
    }
  }
}

function* judgeRepository(repository: Subject, config: RuleConfig): Iterable<Finding> {
  const name = String(at(repository.props, "name"));
  if (config["isolated"] !== true || !texts(config["repositories"]).includes(name)) return;
  const mutability = at(repository.props, "imageTagMutability");
  if (mutability !== "IMMUTABLE") yield { property: "imageTagMutability", found: String(mutability), wanted: "IMMUTABLE, as pull requests push here" };
}
