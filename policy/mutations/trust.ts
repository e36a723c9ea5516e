/** Harmful changes of who may be what in the clouds. */
import { add, alter, find, gone, unknown, weaken, type Mutation } from "./mutation";

const role = "Role identities-main-images-role";
const own = "Role identities-pull-request-images-role";
const released = "Role identities-release-images-role";
const statement = "assumeRolePolicy Statement 0";
const like = (name: string): string => `${statement} Condition StringLike token.actions.githubusercontent.com:${name}`;
const claim = (name: string): string => `${statement} Condition StringEquals token.actions.githubusercontent.com:${name}`;
const policy = "RolePolicy identities-main-images-permissions";
const ownPolicy = "RolePolicy identities-pull-request-images-permissions";
const cachePolicy = "RolePolicy identities-main-images-cache-permissions";
const ownCachePolicy = "RolePolicy identities-pull-request-images-cache-permissions";
const credential = "FederatedIdentityCredential identities-main-images-credential-1";
const assignment = "RoleAssignment identities-main-images-AcrPush";
const ownAssignment = "RoleAssignment identities-pull-request-images-AcrPush";
const subject = "repo:ai-dynamo/dynamo:environment:main-images";
const subscription = "/subscriptions/3f2c1d50-8a4e-4b57-9d1c-0c5a6b7e8f01";
const definition = (id: string): string => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const OWNER = definition("8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
const CONTRIBUTOR = definition("b24988ac-6180-42a0-ab88-20f7382dd24c");

export const trustMutations: readonly Mutation[] = [
  ...weaken("oidc-provider-exact", "OpenIdConnectProvider identities-github", "url", "https://token.actions.example.com", "http://token.actions.githubusercontent.com", unknown),
  ...weaken("oidc-provider-exact", "OpenIdConnectProvider identities-github", "clientIdLists", ["*"], ["sts.amazonaws.com", "api://AzureADTokenExchange"], [], unknown),
  ...weaken("aws-trust-exact", role, claim("sub"), gone, "repo:ai-dynamo/*", "repo:ai-dynamo/dynamo:*", "repo:ai-dynamo/dynamo-fork:environment:main-images", "repo:ai-dynamo/dynamo:ref:refs/heads/main", "repo:ai-dynamo/dynamo:environment:main-image", `${subject}*`),
  // The other form never matches this repository's tokens: nobody could take the role any more.
  ...weaken("aws-trust-exact", role, claim("sub"), "repo:ai-dynamo@197234011/dynamo@912342201:environment:main-images"),
  ...weaken("aws-trust-exact", role, claim("sub"), [subject, "repo:evil/evil:environment:main-images"]),
  ...weaken("aws-trust-exact", role, claim("aud"), gone, "*", "https://github.com/ai-dynamo"),
  ...weaken("aws-trust-exact", role, claim("repository_id"), gone, "912342202", "1034501177", "*"),
  ...weaken("aws-trust-exact", role, claim("environment"), "deployment-tests"),
  ...weaken("aws-trust-exact", role, claim("ref"), gone, "refs/heads/*", "refs/heads/release/*", "refs/tags/main", "*"),
  ...weaken("aws-trust-exact", role, claim("job_workflow_ref"), gone, "*", "ai-dynamo/dynamo/.github/workflows/*@refs/heads/main", "ai-dynamo/dynamo/.github/workflows/image.yml@refs/heads/*", "ai-dynamo/dynamo/.github/workflows/image.yml"),
  ...weaken("aws-trust-exact", released, like("ref"), gone, "refs/heads/*", "refs/heads/main", "refs/*/release/*"),
  ...weaken("aws-trust-exact", released, like("job_workflow_ref"), gone, "*@refs/heads/release/*"),
  ...weaken("aws-trust-exact", released, claim("environment"), "main-images"),
  ...weaken("aws-trust-exact", role, `${statement} Condition`, gone, (before: { StringEquals: object }) => ({ StringLike: before.StringEquals }), (before: { StringEquals: object }) => ({ "ForAllValues:StringEquals": before.StringEquals }), (before: { StringEquals: object }) => ({ StringEqualsIfExists: before.StringEquals })),
  ...weaken("aws-trust-exact", role, `${statement} Principal`, "*", { AWS: "*" }, { Federated: "arn:aws:iam::111122223333:oidc-provider/accounts.google.com" }, { AWS: "arn:aws:iam::999988887777:root" }),
  ...weaken("aws-trust-exact", role, `${statement} Action`, "sts:*", ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"]),
  ...weaken("aws-trust-exact", role, "assumeRolePolicy", "{", gone),
  ...weaken("unknowns-explained", role, "assumeRolePolicy", unknown),
  ...weaken("unknowns-explained", policy, "policy", unknown),
  ...weaken("unknowns-explained", assignment, "scope", unknown),
  ...weaken("aws-policies-narrow", policy, "policy Statement 1 Action", "ecr:*", ["ecr:Put*"], "*"),
  ...weaken("aws-policies-narrow", policy, "policy Statement 1 Resource", "*", ["arn:aws:ecr:us-west-2:111122223333:*"], ["arn:aws:ecr:us-west-2:111122223333:repository/*"], ["arn:aws:ecr:*:*:*"], "arn:aws:ecr:us-west-2:*:repository/ai-dynamo/dynamo", "arn:aws:s3:::*/main/*"),
  ...weaken("aws-policies-narrow", role, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"], unknown),
  ...weaken("aws-policies-narrow", role, "inlinePolicies", [{ name: "more", policy: "{}" }]),
  ...weaken("aws-policies-narrow", policy, "policy Statement 1", (before: { Action: unknown; Resource: unknown }) => ({ Effect: "Allow", NotAction: ["iam:*"], Resource: before.Resource }), (before: { Action: unknown }) => ({ Effect: "Allow", Action: before.Action, NotResource: "arn:aws:s3:::x" })),
  ...weaken("aws-policies-narrow", cachePolicy, "policy Statement 0 Condition", { "ForAllValues:StringLike": { "s3:prefix": ["main/*"] } }),
  ...weaken("aws-policies-narrow", policy, "policy", "nothing", gone),
  ...weaken("aws-pull-requests-confined", ownPolicy, "policy Statement 1 Resource", (before: string[]) => [...before, `${before[0]}-cache`], (before: string[]) => before.map((arn) => arn.replace("dynamo", "other"))),
  ...weaken("aws-pull-requests-confined", ownPolicy, "policy Statement 1 Action", (before: string[]) => [...before, "ecr:BatchDeleteImage"], (before: string[]) => [...before, "ecr:PutImageTagMutability"]),
  ...weaken("aws-pull-requests-confined", ownCachePolicy, "policy Statement 1 Action", ["s3:GetObject", "s3:PutObject"], ["s3:GetObject", "ecr:BatchDeleteImage"]),
  ...weaken("aws-pull-requests-confined", own, claim("sub"), ["repo:ai-dynamo/dynamo:environment:pull-request-images", subject]),
  ...weaken("aws-pull-requests-confined", role, claim("sub"), [subject, "repo:ai-dynamo/dynamo:environment:pull-request-images"]),
  ...weaken("aws-pull-requests-confined", own, "name", "gpu-cicd-prod-main-images"),

  ...weaken("azure-federation-exact", credential, "issuer", "https://token.actions.example.com", gone, unknown),
  ...weaken("azure-federation-exact", credential, "audiences", ["*"], ["api://AzureADTokenExchange", "sts.amazonaws.com"], [], unknown),
  ...weaken("azure-federation-exact", credential, "subject", "repo:ai-dynamo/dynamo:*", "repo:ai-dynamo/dynamo:pull_request", "repo:ai-dynamo/dynamo-ci:environment:main-images", "repo:ai-dynamo@197234011/dynamo@912342201:environment:main-images", gone, unknown),
  ...weaken("azure-federation-exact", credential, "claimsMatchingExpression", { languageVersion: 1, value: "claims['sub'] matches 'repo:ai-dynamo/*'" }, unknown),
  ...alter("azure-credentials-bounded", credential, "belongs to an identity that nobody knows", ({ props }) => ({ props: { ...props, resourceName: "somebody-else" }, sources: {} })),
  ...weaken("azure-roles-narrow", assignment, "roleDefinitionId", OWNER, CONTRIBUTOR, definition("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"), definition("F58310D9-A9F6-439A-9E8D-F62E7B41A168"), unknown),
  ...weaken("azure-roles-narrow", assignment, "scope", subscription, "/", "/providers/Microsoft.Management/managementGroups/root", `${subscription}/resourceGroups/gpu-cicd-prod`),
  ...weaken("azure-roles-narrow", "RoleAssignment identities-apply-Contributor", "scope", subscription, "/"),
  ...weaken("azure-roles-narrow", "RoleAssignment identities-apply-RbacAdministrator", "condition", gone, "true", (before: string) => before.replaceAll("roleAssignments/delete", "roleAssignments/read"), (before: string) => `${before} OR (1 NumericEquals 1)`, (before: string) => before.replaceAll("acdd72a7-3385-48ef-bd42-f606fba81ae7", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635")),
  ...weaken("azure-pull-requests-confined", ownAssignment, "roleDefinitionId", definition("acdd72a7-3385-48ef-bd42-f606fba81ae7"), definition("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")),
  ...alter("azure-pull-requests-confined", ownAssignment, "on the deployment-test cluster", (resource, all) => ({ sources: { ...resource.sources, scope: [find(all, "ManagedCluster deployment-tests-aks-cluster").urn] } })),
  ...alter("azure-pull-requests-confined", ownAssignment, "for somebody of unknown origin", (resource) => ({ sources: { ...resource.sources, principalId: [] } })),
  ...alter("azure-pull-requests-confined", "RoleAssignment deployment-tests-runner-AksClusterUser", "given to pull requests' identity", (resource, all) => ({ sources: { ...resource.sources, principalId: [find(all, "UserAssignedIdentity identities-pull-request-images-identity").urn] } })),
  ...alter("azure-pull-requests-confined", "ClusterRoleBinding deployment-tests-guard-open-binding", "given to pull requests' identity", (resource, all) => ({ sources: { ...resource.sources, subjects: [find(all, "UserAssignedIdentity identities-pull-request-images-identity").urn] } })),
  ...weaken("azure-pull-requests-confined", credential, "subject", "repo:ai-dynamo/dynamo:environment:pull-request-images"),
  ...add("aws-trust-exact", "aws:iam/role:Role", "back-door", { name: "back-door", assumeRolePolicy: { Statement: { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" } }, tags: { owner: "a", stack: "b", "cost-centre": "c" } }),
];
