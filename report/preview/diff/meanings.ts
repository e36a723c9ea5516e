/**
 * What properties mean where their form does not tell: lists whose order means nothing, texts that are documents, and what is no statement of
 * anybody. One table, each row with its reason; whatever is not here is compared as it stands.
 */

/** A list whose order means nothing; its elements may have a key by which one is known again, and a single one may be written without a list. */
export interface SetMeaning {
  readonly kind: "set";
  /** Fields that name an element; undefined where an element is its own name. */
  readonly key?: readonly string[];
}

/** A text that is a document. `schema` names the rows for what is in it; `base64` where it is encoded. */
export interface DocumentMeaning {
  readonly kind: "document";
  readonly language: "json" | "yaml";
  readonly schema: string;
  readonly encoding?: "base64";
}

/** The content of a file, whose path is another property. */
export interface FileMeaning {
  readonly kind: "file";
  readonly pathProperty: string;
}

/** Written by providers or tools, and nobody's statement. */
export interface NoiseMeaning {
  readonly kind: "noise";
}

export type Meaning = SetMeaning | DocumentMeaning | FileMeaning | NoiseMeaning;

interface Row {
  /** Type token, or the schema of a document; `*` for every one. */
  readonly of: string;
  /** Path of the property: `*` is any element of a list and any key; `**.` at the front is any way to it. */
  readonly at: string;
  readonly meaning: Meaning;
  readonly why: string;
}

const set = (of: string, at: string, why: string, ...key: string[]): Row => ({ of, at, why, meaning: { kind: "set", ...(key.length === 0 ? {} : { key }) } });
const document = (of: string, at: string, language: "json" | "yaml", schema: string, why: string, encoding?: "base64"): Row => ({
  of,
  at,
  why,
  meaning: { kind: "document", language, schema, ...(encoding === undefined ? {} : { encoding }) },
});
const noise = (of: string, at: string, why: string): Row => ({ of, at, why, meaning: { kind: "noise" } });

const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const HELM = "kubernetes:helm.sh/v3:Release";

const github: readonly Row[] = [
  set(RULESET, "rules.requiredStatusChecks.requiredChecks", "GitHub demands all of them; it keeps no order", "context"),
  set(RULESET, "bypassActors", "each bypasses by itself", "actorType", "actorId"),
  set(RULESET, "conditions.refName.includes", "a branch is covered when any pattern matches"),
  set(RULESET, "conditions.refName.excludes", "a branch is left out when any pattern matches"),
  set(RULESET, "rules.pullRequest.allowedMergeMethods", "each is allowed by itself"),
  set(RULESET, "rules.requiredCodeScanning.requiredCodeScanningTools", "all of them are demanded", "tool"),
  set(RULESET, "rules.requiredDeployments.requiredDeploymentEnvironments", "all of them are demanded"),
  set("github:index/repositoryEnvironment:RepositoryEnvironment", "reviewers.*.teams", "any of them may approve"),
  set("github:index/repositoryEnvironment:RepositoryEnvironment", "reviewers.*.users", "any of them may approve"),
  set("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", "allowedActionsConfig.patternsAlloweds", "an action is allowed when any pattern matches"),
  set("github:index/actionsRunnerGroup:ActionsRunnerGroup", "selectedRepositoryIds", "each repository is let in by itself"),
  set("github:index/actionsRunnerGroup:ActionsRunnerGroup", "selectedWorkflows", "each workflow is let in by itself"),
  { of: "github:index/repositoryFile:RepositoryFile", at: "content", meaning: { kind: "file", pathProperty: "file" }, why: "a file of the target repository" },
];

const azure: readonly Row[] = [
  set(CLUSTER, "apiServerAccessProfile.authorizedIPRanges", "an address gets in when any range holds it"),
  set(CLUSTER, "aadProfile.adminGroupObjectIDs", "members of any of them are administrators"),
  set(CLUSTER, "agentPoolProfiles", "pools are known by name", "name"),
  set(CLUSTER, "agentPoolProfiles.*.availabilityZones", "nodes spread over all of them"),
  set(CLUSTER, "agentPoolProfiles.*.nodeTaints", "each repels by itself"),
  set(POOL, "availabilityZones", "nodes spread over all of them"),
  set(POOL, "nodeTaints", "each repels by itself"),
  set("azure-native:managedidentity:FederatedIdentityCredential", "audiences", "a token needs one of them"),
  set("azure-native:containerregistry:Registry", "networkRuleSet.ipRules", "an address gets in when any rule holds it", "iPAddressOrRange"),
  set("azure-native:containerregistry:Task", "trigger.timerTriggers", "timers are known by name", "name"),
  document("azure-native:containerregistry:Task", "step.encodedTaskContent", "yaml", "acr-task", "Azure takes a task's steps as YAML in base64", "base64"),
];

const aws: readonly Row[] = [
  set("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "clientIdLists", "a token needs one of the audiences"),
  set("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "thumbprintLists", "a certificate needs one of them"),
  set("aws:ecr/repository:Repository", "imageTagMutabilityExclusionFilters", "a tag is excluded when any filter matches", "filter"),
  set("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules", "rules are known by id; S3 resolves overlaps by what they do", "id"),
  set("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "rules", "S3 takes one rule"),
  document("aws:iam/role:Role", "assumeRolePolicy", "json", "iam-policy", "a trust policy"),
  document("aws:iam/rolePolicy:RolePolicy", "policy", "json", "iam-policy", "a permissions policy"),
  document("aws:s3/bucketPolicy:BucketPolicy", "policy", "json", "iam-policy", "a resource policy"),
  document("aws:ecr/repositoryPolicy:RepositoryPolicy", "policy", "json", "iam-policy", "a resource policy"),
  document("aws:ecr/lifecyclePolicy:LifecyclePolicy", "policy", "json", "ecr-lifecycle", "a lifecycle policy"),
];

/** IAM evaluates all statements together, and all values of an element (IAM User Guide, "Policy evaluation logic"); one value needs no list. */
const policies: readonly Row[] = [
  set("iam-policy", "Statement", "statements are evaluated together, whatever their order", "Sid"),
  ...["Action", "NotAction", "Resource", "NotResource"].map((element) => set("iam-policy", `Statement.*.${element}`, "any of them matches")),
  ...["Principal", "NotPrincipal"].map((element) => set("iam-policy", `Statement.*.${element}.*`, "any of them matches")),
  set("iam-policy", "Statement.*.Condition.*.*", "any of the values matches"),
  set("ecr-lifecycle", "rules", "rules are known, and evaluated, by their priority", "rulePriority"),
  set("ecr-lifecycle", "rules.*.selection.tagPatternList", "an image has to match all of them"),
  set("ecr-lifecycle", "rules.*.selection.tagPrefixList", "an image has to match all of them"),
];

const kubernetes: readonly Row[] = [
  ...["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs", "operations", "apiVersions"].map((list) => set("*", `**.${list}`, "any of them matches")),
  ...["Role", "ClusterRole"].map((kind) => set(`kubernetes:rbac.authorization.k8s.io/v1:${kind}`, "rules", "RBAC only adds: rules hold together, whatever their order")),
  ...["RoleBinding", "ClusterRoleBinding"].map((kind) => set(`kubernetes:rbac.authorization.k8s.io/v1:${kind}`, "subjects", "each is bound by itself", "kind", "namespace", "name")),
  ...["ingress", "egress", "policyTypes", "ingress.*.from", "ingress.*.ports", "egress.*.to", "egress.*.ports"].map((list) =>
    set("kubernetes:networking.k8s.io/v1:NetworkPolicy", `spec.${list}`, "traffic passes when any entry lets it"),
  ),
  set("kubernetes:networking.k8s.io/v1:NetworkPolicy", "spec.egress.*.to.*.ipBlock.except", "an address is left out when any range holds it"),
  set("kubernetes:networking.k8s.io/v1:NetworkPolicy", "spec.ingress.*.from.*.ipBlock.except", "an address is left out when any range holds it"),
  set("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", "spec.validations", "a request has to pass all of them", "expression"),
  set("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", "spec.matchConstraints.resourceRules", "any of them matches"),
  set("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding", "spec.validationActions", "all of them are taken"),
  set("kubernetes:core/v1:LimitRange", "spec.limits", "limits are known by what they limit", "type"),
  set("*", "**.tolerations", "each tolerates by itself"),
  set("*", "**.containers", "containers are known by name", "name"),
  set("*", "**.volumes", "volumes are known by name", "name"),
  set("*", "**.volumeMounts", "mounts are known by their path", "mountPath"),
  set("*", "**.imagePullSecrets", "each is tried", "name"),
  document("kubernetes:core/v1:ConfigMap", "data.*", "yaml", "data", "where a value is JSON or YAML of several entries"),
];

/** What stands in workflow files, as far as its order means nothing. Steps have one, and so have filters of branches and paths, as `!` takes back. */
const workflows: readonly Row[] = [
  set("workflow", "on.*.types", "any of them matches"),
  set("workflow", "jobs.*.needs", "a job waits for all of them"),
  set("workflow", "jobs.*.runs-on", "a runner has to have all of them"),
];

const metadata: readonly Row[] = [
  noise("*", "**.__defaults", "a bridged provider's list of the defaults that it filled in"),
  noise("*", "__internal", "the SDK's own"),
  noise("*", "__meta", "a bridged provider's own"),
  noise(HELM, "compat", "the provider's own version mark"),
  noise(HELM, "checksum", "follows from the values, which are compared"),
  noise(HELM, "resourceNames", "what the chart rendered to: follows from chart, version and values"),
];

export const ROWS: readonly Row[] = [...github, ...azure, ...aws, ...policies, ...kubernetes, ...workflows, ...metadata];

/** A row with its path in parts. */
interface Pattern {
  readonly path: readonly string[];
  /** True when any path may come before. */
  readonly anywhere: boolean;
  readonly meaning: Meaning;
}

const ANYWHERE = "**.";
const patterns = new Map<string, readonly Pattern[]>();

function patternsOf(owner: string): readonly Pattern[] {
  const known = patterns.get(owner);
  if (known !== undefined) return known;
  const own = ROWS.filter(({ of }) => of === owner || of === "*").map(({ at, meaning }) => {
    const anywhere = at.startsWith(ANYWHERE);
    return { path: (anywhere ? at.slice(ANYWHERE.length) : at).split("."), anywhere, meaning };
  });
  patterns.set(owner, own);
  return own;
}

/**
 * What a property means; undefined where its form tells.
 * @param owner type token of the resource, or the schema of the document that it stands in
 * @param path names of the fields on the way; `*` for an element of a list
 */
export function meaningOf(owner: string, path: readonly string[]): Meaning | undefined {
  return patternsOf(owner).find((pattern) => matches(pattern, path))?.meaning;
}

function matches({ path: wanted, anywhere }: Pattern, path: readonly string[]): boolean {
  const skipped = path.length - wanted.length;
  if (anywhere ? skipped < 0 : skipped !== 0) return false;
  return wanted.every((part, index) => part === "*" || part === path[skipped + index]);
}
