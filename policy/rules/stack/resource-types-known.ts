import { stackRule, type Rule, type StackRule, type Subject } from "../../kit/rule";
import { texts } from "../../kit/values";

/** Types that no rule about single resources names: rules about the whole stack judge them, or nothing in them can harm. */
const others: readonly string[] = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "azure-native:containerservice:MaintenanceConfiguration",
  "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate",
  "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions",
  "github:index/actionsRunnerGroup:ActionsRunnerGroup",
  "github:index/repositoryEnvironment:RepositoryEnvironment",
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:core/v1:LimitRange",
  "kubernetes:core/v1:ResourceQuota",
  "kubernetes:core/v1:ServiceAccount",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
];

/** The one rule about resources that no other rule knows. */
export function resourceTypesKnown(judging: readonly Rule[]): StackRule {
  const judged = judging.flatMap((rule) => (rule.scope === "resource" ? rule.types : []));
  return stackRule({
    name: "resource-types-known",
    title: "Every resource is of a type that the policies know",
    severity: "high",
    level: "mandatory",
    holds: "A stack has only resources of types that this pack judges, or that it knows to be harmless; also an older or preview version of a type is another type.",
    why: "What no policy judges is a way around all of them: a policy attached to a role, an access key, a workload of one's own, a cluster by another provider.",
    fix: "Use a type that the pack knows; or write the rule that the new type needs, or have its owner add it to `more`.",
    source: { title: "Pulumi: resource types in URNs; NIST SP 800-53 CM-7(5): authorized software, allow by exception", url: "https://www.pulumi.com/docs/iac/concepts/resources/names/#urns" },
    config: { more: { type: "array", items: { type: "string" }, default: [], description: "Further types, by their tokens, for which a team answers itself" } },
    *judge(subjects, config) {
      const known = new Set([...judged, ...others, ...texts(config["more"])]);
      for (const subject of subjects) {
        if (!known.has(subject.type) && !isOwn(subject)) yield { subject, property: "type", found: subject.type, wanted: "a type that the policies know" };
      }
    },
  });
}

/** The stack, its providers, and components of the project: these hold resources and are none. */
function isOwn({ type, urn, options }: Subject): boolean {
  if (type === "pulumi:pulumi:Stack" || type.startsWith("pulumi:providers:")) return true;
  // A component has no provider: what one makes under the project's name is a resource of a stranger's.
  return type.split(":")[0] === urn.split("::")[1] && options?.provider === undefined;
}
