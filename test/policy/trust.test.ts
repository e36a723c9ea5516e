import type { Props, Subject } from "../../policy/kit/rule";
import { awsPoliciesNarrow } from "../../policy/rules/trust/aws-policies-narrow";
import { awsPullRequestsConfined } from "../../policy/rules/trust/aws-pull-requests-confined";
import { awsTrustExact } from "../../policy/rules/trust/aws-trust-exact";
import { azureCredentialsBounded } from "../../policy/rules/trust/azure-credentials-bounded";
import { azureFederationExact } from "../../policy/rules/trust/azure-federation-exact";
import { azurePullRequestsConfined } from "../../policy/rules/trust/azure-pull-requests-confined";
import { azureRolesNarrow } from "../../policy/rules/trust/azure-roles-narrow";
import { noLongLivedCredentials } from "../../policy/rules/trust/no-long-lived-credentials";
import { oidcProviderExact } from "../../policy/rules/trust/oidc-provider-exact";
import { changed, prove, subject, urnOf, type Proof } from "./support";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const REPOSITORY = "aws:ecr/repository:Repository";
const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

const provider = { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] };
const providing = (path: string, value: unknown): Subject[] => [subject(PROVIDER, changed(provider, path, value))];

const oidc: Proof = {
  rule: oidcProviderExact,
  sound: { "GitHub for STS": [subject(PROVIDER, provider)], "the address as AWS gives it back": providing("url", "token.actions.githubusercontent.com") },
  wrong: {
    "another issuer": [providing("url", "https://gitlab.com"), `${PROVIDER} "it": url: found "https://gitlab.com"; wanted https://token.actions.githubusercontent.com.`],
    "a plain connection": [providing("url", "http://token.actions.githubusercontent.com"), `${PROVIDER} "it": url: found "http://token.actions.githubusercontent.com"; wanted https://token.actions.githubusercontent.com.`],
    "another audience": [providing("clientIdLists", ["sts.amazonaws.com", "vault"]), `${PROVIDER} "it": clientIdLists: found sts.amazonaws.com and vault; wanted sts.amazonaws.com.`],
    "no audience": [providing("clientIdLists", undefined), `${PROVIDER} "it": clientIdLists: found none; wanted sts.amazonaws.com.`],
  },
};

const dynamo = { owner: "o", name: "r", ownerId: 1, repositoryId: 22, subjectForm: "legacy", environments: ["main-images", "pull-request-images"] };
const repositories = [dynamo, { owner: "o", name: "infra", ownerId: 1, repositoryId: 33, subjectForm: "both", environments: ["apply"] }];
const claim = (name: string): string => `token.actions.githubusercontent.com:${name}`;
const MAIN = "repo:o/r:environment:main-images";
const TRUST = `${ROLE} "it": assumeRolePolicy.Statement[0]`;
const FILE = "o/r/.github/workflows/image.yml";
const equals = { [claim("aud")]: "sts.amazonaws.com", [claim("sub")]: MAIN, [claim("repository_id")]: "22", [claim("ref")]: "refs/heads/main", [claim("job_workflow_ref")]: `${FILE}@refs/heads/main` } as Record<string, unknown>;
const refs = { "main-images": ["refs/heads/main"], "pull-request-images": ["refs/heads/pull-request/*"], apply: ["refs/heads/main"] };
const LIKE = "StringEquals, or StringLike on ref and job_workflow_ref";
const noRefs = (allowed: string): string[] => [`${TRUST}.Condition: found no ref; wanted ref ${allowed}.`, `${TRUST}.Condition: found no job_workflow_ref; wanted job_workflow_ref workflow files in full, each at one of ${allowed}.`];
const strangeRef = (found: string): string => `${TRUST}.Condition.ref: found ${found}; wanted refs/heads/main.`;
const strangeRefOf = (allowed: string): string => `${TRUST}.Condition.ref: found refs/heads/main; wanted ${allowed}.`;
const strangeFile = (found: string, allowed = "refs/heads/main"): string => `${TRUST}.Condition.job_workflow_ref: found ${found}; wanted workflow files in full, each at one of ${allowed}.`;
const statement = {
  Effect: "Allow",
  Principal: { Federated: "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" } as unknown,
  Action: "sts:AssumeRoleWithWebIdentity" as unknown,
  Condition: { StringEquals: equals } as unknown,
};
const trusting = (...statements: object[]): Subject[] => [subject(ROLE, { name: "main-images", assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) })];
const given = (more: Record<string, unknown>): Subject[] => trusting({ ...statement, Condition: { StringEquals: { ...equals, ...more } } });
const subjectWanted = "wanted a subject of a configured environment, in the repository's form.";
const environments = Array.from({ length: 21 }, (_, index) => `e${index}`);
const many = (count: number): unknown => environments.slice(0, count).map((name) => `repo:o/r:environment:${name}`);

const awsTrust: Proof = {
  rule: awsTrustExact,
  config: { repositories, refs },
  sound: {
    "one exact subject": trusting(statement),
    "a document as an object": [subject(ROLE, { assumeRolePolicy: { Statement: statement } })],
    "both forms of a repository that has both": given({ [claim("sub")]: ["repo:o/infra:environment:apply", "repo:o@1/infra@33:environment:apply"], [claim("repository_id")]: "33" }),
    "the subject's own environment besides": given({ [claim("environment")]: "main-images" }),
    "who is denied": trusting({ Effect: "Deny", Principal: "*", Action: "*" }, statement),
    "the immutable form alone": { subjects: given({ [claim("sub")]: "repo:o@1/r@22:environment:main-images" }), config: { repositories: [{ ...dynamo, subjectForm: "immutable" }], refs } },
    "refs with a wildcard, by a pattern": trusting({
      ...statement,
      Condition: {
        StringEquals: { [claim("aud")]: "sts.amazonaws.com", [claim("sub")]: "repo:o/r:environment:pull-request-images", [claim("repository_id")]: "22" },
        StringLike: { [claim("ref")]: "refs/heads/pull-request/*", [claim("job_workflow_ref")]: [`${FILE}@refs/heads/pull-request/*`, "o/r/.github/workflows/pr.yaml@refs/heads/pull-request/*"] },
      },
    }),
    "twenty subjects": { subjects: given({ [claim("sub")]: many(20) }), config: { repositories: [{ ...dynamo, environments }], refs: Object.fromEntries(environments.map((name) => [name, ["refs/heads/main"]])) } },
  },
  wrong: {
    "no document": [[subject(ROLE, { assumeRolePolicy: "{" })], `${ROLE} "it": assumeRolePolicy: found no policy document; wanted a JSON policy document.`],
    everybody: [trusting({ ...statement, Principal: "*" }), `${TRUST}.Principal: found "*"; wanted only GitHub's OIDC provider.`],
    "an account": [trusting({ ...statement, Principal: { AWS: "1" } }), `${TRUST}.Principal: found {"AWS":"1"}; wanted only GitHub's OIDC provider.`],
    "two providers": [trusting({ ...statement, Principal: { Federated: ["a", "b"] } }), `${TRUST}.Principal: found {"Federated":["a","b"]}; wanted only GitHub's OIDC provider.`],
    "another provider": [trusting({ ...statement, Principal: { Federated: "arn:aws:iam::1:oidc-provider/gitlab.com" } }), `${TRUST}.Principal: found {"Federated":"arn:aws:iam::1:oidc-provider/gitlab.com"}; wanted only GitHub's OIDC provider.`],
    "more actions": [trusting({ ...statement, Action: ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"] }), `${TRUST}.Action: found sts:AssumeRoleWithWebIdentity and sts:AssumeRole; wanted sts:AssumeRoleWithWebIdentity.`],
    "a pattern": [
      trusting({ ...statement, Condition: { StringEquals: equals, StringLike: { [claim("sub")]: "repo:o/r:*" } } }),
      `${TRUST}.Condition.StringLike: found StringLike on ${claim("sub")}; wanted ${LIKE}.`,
    ],
    "a condition that a missing claim meets": [
      trusting({ ...statement, Condition: { StringEquals: equals, "ForAllValues:StringEquals": { [claim("ref")]: "refs/heads/main" } } }),
      `${TRUST}.Condition.ForAllValues:StringEquals: found ForAllValues:StringEquals on ${claim("ref")}; wanted ${LIKE}.`,
    ],
    "a wildcard, which is none here": [given({ [claim("sub")]: "repo:o/r:*" }), `${TRUST}.Condition.StringEquals.sub: found repo:o/r:*; ${subjectWanted}`, strangeRefOf("none"), strangeFile(`${FILE}@refs/heads/main`, "none")],
    "another environment": [given({ [claim("sub")]: "repo:o/r:environment:other" }), `${TRUST}.Condition.StringEquals.sub: found repo:o/r:environment:other; ${subjectWanted}`, strangeRefOf("none"), strangeFile(`${FILE}@refs/heads/main`, "none")],
    "no ref": [given({ [claim("ref")]: undefined }), noRefs("refs/heads/main")[0]!],
    "another ref": [given({ [claim("ref")]: ["refs/heads/main", "refs/heads/release/1.0"] }), strangeRef("refs/heads/release/1.0")],
    "every ref": [given({ [claim("ref")]: "refs/*" }), strangeRef("refs/*")],
    "no workflow file": [given({ [claim("job_workflow_ref")]: undefined }), noRefs("refs/heads/main")[1]!],
    "a workflow file at another ref": [given({ [claim("job_workflow_ref")]: `${FILE}@refs/heads/x` }), strangeFile(`${FILE}@refs/heads/x`)],
    "every workflow file": [given({ [claim("job_workflow_ref")]: "o/r/.github/workflows/*@refs/heads/main" }), strangeFile("o/r/.github/workflows/*@refs/heads/main")],
    "a file that is no workflow's": [given({ [claim("job_workflow_ref")]: "o/r/ci.yml@refs/heads/main" }), strangeFile("o/r/ci.yml@refs/heads/main")],
    "refs where config has none": [
      { subjects: trusting(statement), config: { repositories, refs: null } },
      strangeRefOf("none"),
      strangeFile(`${FILE}@refs/heads/main`, "none"),
    ],
    "the other form": [given({ [claim("sub")]: "repo:o@1/r@22:environment:main-images" }), `${TRUST}.Condition.StringEquals.sub: found repo:o@1/r@22:environment:main-images; ${subjectWanted}`],
    "another audience": [given({ [claim("aud")]: "https://github.com/o" }), `${TRUST}.Condition.StringEquals.aud: found https://github.com/o; wanted sts.amazonaws.com.`],
    "no repository": [given({ [claim("repository_id")]: undefined }), `${TRUST}.Condition: found no repository_id; wanted repository_id the id of the subject's repository, 22.`],
    "another repository": [given({ [claim("repository_id")]: "33" }), `${TRUST}.Condition.StringEquals.repository_id: found 33; wanted the id of the subject's repository, 22.`],
    "conditions that are none": [
      trusting({ ...statement, Condition: { StringEquals: "x" } }),
      `${TRUST}.Condition: found no aud; wanted aud sts.amazonaws.com.`,
      `${TRUST}.Condition: found no sub; wanted sub a subject of a configured environment, in the repository's form.`,
      `${TRUST}.Condition: found no repository_id; wanted repository_id the id of the subject's repository, none.`,
      ...noRefs("none"),
    ],
    "another environment besides": [given({ [claim("environment")]: "apply" }), `${TRUST}.Condition.StringEquals.environment: found apply; wanted main-images.`],
    "no condition": [
      trusting({ ...statement, Condition: undefined }),
      `${TRUST}.Condition: found no aud; wanted aud sts.amazonaws.com.`,
      `${TRUST}.Condition: found no sub; wanted sub a subject of a configured environment, in the repository's form.`,
      `${TRUST}.Condition: found no repository_id; wanted repository_id the id of the subject's repository, none.`,
      ...noRefs("none"),
    ],
    "no repository in config": [
      { subjects: trusting(statement), config: {} },
      `${TRUST}.Condition.StringEquals.sub: found ${MAIN}; ${subjectWanted}`,
      `${TRUST}.Condition.StringEquals.repository_id: found 22; wanted the id of the subject's repository, none.`,
      strangeRefOf("none"),
      strangeFile(`${FILE}@refs/heads/main`, "none"),
    ],
    "more than twenty subjects, in two statements": [
      { subjects: trusting({ ...statement, Condition: { StringEquals: { ...equals, [claim("sub")]: many(20) } } }, { ...statement, Condition: { StringEquals: { ...equals, [claim("sub")]: "repo:o/r:environment:e20" } } }), config: { repositories: [{ ...dynamo, environments }], refs: Object.fromEntries(environments.map((name) => [name, ["refs/heads/main"]])) } },
      `${ROLE} "it": assumeRolePolicy: found 21 subjects; wanted 20 at most.`,
    ],
  },
};

const IMAGES = "arn:aws:ecr:us-west-2:1:repository/images";
const push = ["ecr:BatchGetImage", "ecr:PutImage"];
const allow = (Action: unknown, Resource: unknown, more: object = {}): object => ({ Effect: "Allow", Action, Resource, ...more });
const permitting = (...statements: object[]): Subject[] => [subject(ROLE_POLICY, { role: "pull-requests", policy: JSON.stringify({ Statement: statements }) })];
const POLICY = `${ROLE_POLICY} "it": policy.Statement[0]`;
const wide = (resource: string): [Subject[], string] => [permitting(allow("ecr:PutImage", resource)), `${POLICY}.Resource: found ${resource} for ecr:PutImage; wanted the ARNs that the job works on.`];

const awsPolicies: Proof = {
  rule: awsPoliciesNarrow,
  sound: {
    "named actions on named resources": permitting(allow(push, IMAGES)),
    "what AWS gives no resource to": permitting(allow("ecr:GetAuthorizationToken", "*")),
    "names that begin with a name": permitting(allow("iam:GetRole", "arn:aws:iam::1:role/gpu-cicd-*"), allow("s3:GetObject", "arn:aws:s3:::bucket/*")),
    "denying everything": permitting({ Effect: "Deny", Action: "*", Resource: "*" }),
    "a role without policies of its own": [subject(ROLE, { managedPolicyArns: [], inlinePolicies: [] })],
  },
  wrong: {
    "no document": [[subject(ROLE_POLICY, { policy: "no JSON" })], `${ROLE_POLICY} "it": policy: found no policy document; wanted a JSON policy document.`],
    "a document that is none": [[subject(ROLE_POLICY, { policy: 5 })], `${ROLE_POLICY} "it": policy: found no policy document; wanted a JSON policy document.`],
    "every action of a service": [permitting(allow("ecr:*", IMAGES)), `${POLICY}.Action: found ecr:*; wanted actions by name.`],
    "actions that are alike": [permitting(allow("ecr:Put?mage", IMAGES)), `${POLICY}.Action: found ecr:Put?mage; wanted actions by name.`],
    "everything but": [permitting({ Effect: "Allow", NotAction: "iam:*", NotResource: IMAGES }), `${POLICY}: found NotAction and NotResource; wanted Action and Resource.`],
    "every resource": wide("*"),
    "every resource of a service": wide("arn:aws:ecr:us-west-2:1:*"),
    "every repository": wide("arn:aws:ecr:us-west-2:1:repository/*"),
    "every account": wide("arn:aws:ecr:us-west-2:*:repository/images"),
    "every region": wide("arn:aws:ecr:*:1:repository/images"),
    "every bucket": wide("arn:aws:s3:::*"),
    "buckets that are alike": wide("arn:aws:s3:::buc?et/*"),
    "what is no ARN": wide("images"),
    "a condition that a missing key meets": [permitting(allow(push, IMAGES, { Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "a" } } })), `${POLICY}.Condition: found ForAllValues:StringEquals; wanted an operator that a missing key fails.`],
    "AWS's own policies": [[subject(ROLE, { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })], `${ROLE} "it": managedPolicyArns: found arn:aws:iam::aws:policy/AdministratorAccess; wanted a RolePolicy of this stack.`],
    "policies in the role": [[subject(ROLE, { inlinePolicies: [{ name: "a", policy: "{}" }] })], `${ROLE} "it": inlinePolicies: found 1 of them; wanted a RolePolicy of this stack.`],
  },
};

const OWN = "repo:o/r:environment:pull-request-images";
const role = (name: string, sub: unknown): Subject => subject(ROLE, { name, assumeRolePolicy: JSON.stringify({ Statement: [{ ...statement, Condition: { StringEquals: { ...equals, [claim("sub")]: sub } } }] }) });
const immutable = (imageTagMutability: unknown, name = "images"): Subject => subject(REPOSITORY, { name, imageTagMutability });
const confinement = { roles: ["pull-requests"], repositories: ["images"], isolated: true };

const awsPullRequests: Proof = {
  rule: awsPullRequestsConfined,
  config: confinement,
  sound: {
    "a role of their own": [role("pull-requests", OWN), role("main", MAIN)],
    "pulling, and pushing to their repository": permitting(allow("ecr:GetAuthorizationToken", "*"), allow(push, IMAGES), allow("s3:GetObject", "arn:aws:s3:::bucket/*"), { Effect: "Deny", Action: "*", Resource: "*" }),
    "another role's policy": [subject(ROLE_POLICY, { role: "main", policy: JSON.stringify({ Statement: allow("ecr:DeleteRepository", IMAGES) }) })],
    "a repository without movable tags": [immutable("IMMUTABLE"), immutable("IMMUTABLE_WITH_EXCLUSION", "other")],
    "a repository that main shares": { subjects: [immutable("IMMUTABLE_WITH_EXCLUSION")], config: { ...confinement, isolated: false } },
    "what is no document, which other rules report": [subject(ROLE, { name: "pull-requests", assumeRolePolicy: "{" }), subject(ROLE_POLICY, { role: "pull-requests", policy: "{" })],
  },
  wrong: {
    "main in their role": [[role("pull-requests", [OWN, MAIN])], `${ROLE} "it": assumeRolePolicy: found ${MAIN}; wanted only environments of pull requests.`],
    "them in main's role": [[role("main", [OWN, MAIN])], `${ROLE} "it": assumeRolePolicy: found ${OWN}; wanted no environment of pull requests.`],
    "more than pushing": [permitting(allow([...push, "ecr:BatchDeleteImage"], IMAGES)), `${POLICY}.Action: found ecr:BatchDeleteImage; wanted pulling, and pushing to its own repositories.`],
    "pushing elsewhere": [permitting(allow(push, [IMAGES, `${IMAGES}-cache`])), `${POLICY}.Resource: found ${IMAGES}-cache; wanted images for pushes.`],
    "movable tags": [[immutable("IMMUTABLE_WITH_EXCLUSION")], `${REPOSITORY} "it": imageTagMutability: found IMMUTABLE_WITH_EXCLUSION; wanted IMMUTABLE, as pull requests push here.`],
  },
};

const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const credential = { resourceName: "main", issuer: "https://token.actions.githubusercontent.com", audiences: ["api://AzureADTokenExchange"], subject: MAIN };
const federating = (path: string, value: unknown): Subject[] => [subject(CREDENTIAL, changed(credential, path, value))];
const FEDERATION = `${CREDENTIAL} "it"`;

const azureFederation: Proof = {
  rule: azureFederationExact,
  config: { repositories },
  sound: { "one exact subject": [subject(CREDENTIAL, credential)], "the immutable form where a repository has both": federating("subject", "repo:o@1/infra@33:environment:apply") },
  wrong: {
    "another issuer": [federating("issuer", "https://gitlab.com"), `${FEDERATION}: issuer: found "https://gitlab.com"; wanted https://token.actions.githubusercontent.com.`],
    "another audience": [federating("audiences", ["x"]), `${FEDERATION}: audiences: found x; wanted api://AzureADTokenExchange.`],
    "no audience": [federating("audiences", undefined), `${FEDERATION}: audiences: found none; wanted api://AzureADTokenExchange.`],
    "a wildcard, which is none here": [federating("subject", "repo:o/r:*"), `${FEDERATION}: subject: found "repo:o/r:*"; ${subjectWanted}`],
    "no subject": [federating("subject", undefined), `${FEDERATION}: subject: found nothing; ${subjectWanted}`],
    "an expression": [federating("claimsMatchingExpression", { value: "claims['sub'] matches 'repo:o/*'" }), `${FEDERATION}: claimsMatchingExpression: found {"value":"claims['sub'] matches 'repo:o/*'"}; wanted nothing: an expression may match more than one subject.`],
  },
};

const identity = (name: string, props: Props = { resourceName: name }): Subject => subject(IDENTITY, props, { name });
/** A credential of an identity, known by where its name comes from. */
const credentialOf = (name: string, sub: string, index = 0): Subject => subject(CREDENTIAL, { ...credential, subject: sub }, { name: `${name}-${index}`, sources: { resourceName: [urnOf(IDENTITY, name)] } });
const credentials = (count: number): Subject[] => [identity("main"), ...Array.from({ length: count }, (_, index) => credentialOf("main", MAIN, index))];

const azureCredentials: Proof = {
  rule: azureCredentialsBounded,
  sound: { "twenty credentials": credentials(20), "an identity by its name": [identity("main"), subject(CREDENTIAL, credential)], "fewer where config says so": { subjects: credentials(2), config: { most: 2 } } },
  wrong: {
    "twenty-two credentials, said once": [credentials(22), `${IDENTITY} "main": federated credentials: found more than 20; wanted 20 at most.`],
    "three where config says two": [{ subjects: credentials(3), config: { most: 2 } }, `${IDENTITY} "main": federated credentials: found more than 2; wanted 2 at most.`],
    "an identity that nobody knows": [[identity("other"), subject(CREDENTIAL, credential)], `${FEDERATION}: resourceName: found "main"; wanted an identity of this stack.`],
  },
};

const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const REGISTRY = "azure-native:containerregistry:Registry";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const SUBSCRIPTION = "/subscriptions/s";
const GROUP = `${SUBSCRIPTION}/resourceGroups/g`;
const definition = (id: string): string => `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const OWNER = definition("8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
const CONTRIBUTOR = definition("b24988ac-6180-42a0-ab88-20f7382dd24c");
const ADMINISTRATOR = definition("F58310D9-A9F6-439A-9E8D-F62E7B41A168");
const ACR_PUSH = definition("8311e382-0749-4cb8-b61a-304f252e45ec");
const READER = definition("acdd72a7-3385-48ef-bd42-f606fba81ae7");
const CONDITION =
  "(!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {8311e382-0749-4cb8-b61a-304f252e45ec}) AND (!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'}) OR @Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {8311e382-0749-4cb8-b61a-304f252e45ec})";
const ONE = `${GROUP}/providers/Microsoft.ContainerRegistry/registries/a`;
const assigned = (roleDefinitionId: string, scope: string, name = "it", condition?: string): Subject[] => [subject(ASSIGNMENT, { roleDefinitionId, scope, ...(condition === undefined ? {} : { condition }) }, { name })];
const atScope = (scope: string): string => `${ASSIGNMENT} "it": scope: found "${scope}"; wanted one resource.`;
const unnamed = (name: string, found = `"${CONDITION.slice(0, 116)}...`): string => `${ASSIGNMENT} "${name}": condition: found ${found}; wanted a condition that names the roles that may be assigned.`;

const azureRoles: Proof = {
  rule: azureRolesNarrow,
  config: { resourceGroupAssignments: ["apply"] },
  sound: {
    "a role on one resource": assigned(ACR_PUSH, ONE),
    "the applying identity on the group": assigned(CONTRIBUTOR, GROUP, "apply"),
    "an administrator of named roles": assigned(ADMINISTRATOR, `${GROUP}/`, "apply", CONDITION),
    "an administrator of named roles, with more parentheses": assigned(ADMINISTRATOR, GROUP, "apply", CONDITION.replace("(!(", "((!(").replace("}) OR", "})) OR\n").replace("@Request", "(@Request").replace("}) AND", "})) AND")),
  },
  wrong: {
    "an owner": [assigned(OWNER, ONE, "it", CONDITION), `${ASSIGNMENT} "it": roleDefinitionId: found Owner; wanted a role for the job.`],
    "a contributor": [assigned(CONTRIBUTOR, ONE), `${ASSIGNMENT} "it": roleDefinitionId: found Contributor; wanted a role for the job.`],
    "an administrator of any role": [assigned(ADMINISTRATOR, GROUP, "apply"), unnamed("apply", "nothing")],
    "an administrator who may remove any": [assigned(ADMINISTRATOR, GROUP, "apply", CONDITION.split(" AND ")[0]), unnamed("apply")],
    "an administrator by a condition that something else meets": [assigned(ADMINISTRATOR, GROUP, "apply", `${CONDITION} OR (1 NumericEquals 1)`), unnamed("apply")],
    "an administrator who may make owners": [assigned(ADMINISTRATOR, GROUP, "apply", CONDITION.replace("{8311e382", "{8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 8311e382")), unnamed("apply")],
    "the subscription": [assigned(ACR_PUSH, SUBSCRIPTION), atScope(SUBSCRIPTION)],
    "a management group": [assigned(ACR_PUSH, "/providers/Microsoft.Management/managementGroups/m"), atScope("/providers/Microsoft.Management/managementGroups/m")],
    "a resource group": [assigned(ACR_PUSH, GROUP), atScope(GROUP)],
    "the subscription for the applying identity": [assigned(CONTRIBUTOR, SUBSCRIPTION, "apply"), `${ASSIGNMENT} "apply": scope: found "${SUBSCRIPTION}"; wanted one resource.`],
  },
};

const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
const urns = (...all: readonly Subject[]): string[] => all.map(({ urn }) => urn);
const mine = identity("pull-requests");
const mains = identity("main");
const registry = subject(REGISTRY, { registryName: "acr" }, { name: "registry" });
const cluster = subject(CLUSTER, {}, { name: "cluster" });
const trusted = [mine, mains, registry, cluster, credentialOf("pull-requests", OWN), credentialOf("main", MAIN)];
const assignment = (roleDefinitionId: string, holder: readonly Subject[], scope: readonly Subject[]): Subject => subject(ASSIGNMENT, { roleDefinitionId }, { sources: { principalId: urns(...holder), scope: urns(...scope) } });
const ASSIGNED = `${ASSIGNMENT} "it"`;
const origin = `${ASSIGNED}: principalId: found a value of unknown origin; wanted the principal of an identity or a cluster of this stack.`;

const azurePullRequests: Proof = {
  rule: azurePullRequestsConfined,
  config: { identities: ["pull-requests"], registries: ["acr"] },
  sound: {
    "an identity that pushes to its registry": [...trusted, assignment(ACR_PUSH, [mine], [registry])],
    "main's identity and a cluster's elsewhere": [...trusted, assignment(READER, [mains], [cluster]), assignment(ACR_PUSH, [cluster], [registry])],
    "main's identity in the cluster": [...trusted, subject(BINDING, {}, { sources: { subjects: urns(mains) } })],
    "names as Azure gives them back": [
      identity("pull-requests", { name: "pull-requests" }),
      subject(REGISTRY, { name: "acr" }, { name: "registry" }),
      credentialOf("pull-requests", OWN),
      assignment(ACR_PUSH, [mine], [registry]),
    ],
  },
  wrong: {
    "another identity": [[mains, credentialOf("main", OWN)], `${IDENTITY} "main": federated credentials: found pull requests may take main; wanted pull-requests.`],
    "an identity of another stack": [[credentialOf("gone", OWN)], "the stack: federated credentials: found pull requests may take an identity of another stack; wanted pull-requests."],
    "main in their identity": [[mine, credentialOf("pull-requests", OWN), credentialOf("pull-requests", MAIN, 1)], `${CREDENTIAL} "pull-requests-1": subject: found main-images; wanted only an environment of pull requests, as the identity is theirs.`],
    "a subject without environment in their identity": [[mine, credentialOf("pull-requests", OWN), credentialOf("pull-requests", "x", 1)], `${CREDENTIAL} "pull-requests-1": subject: found x; wanted only an environment of pull requests, as the identity is theirs.`],
    "another role": [[...trusted, assignment(READER, [mine], [registry])], `${ASSIGNED}: roleDefinitionId: found acdd72a7-3385-48ef-bd42-f606fba81ae7; wanted AcrPull or AcrPush, as the identity is that of pull requests.`],
    "another registry": [[...trusted, subject(REGISTRY, { registryName: "other" }, { name: "other" }), assignment(ACR_PUSH, [mine], [subject(REGISTRY, {}, { name: "other" })])], `${ASSIGNED}: scope: found other; wanted acr.`],
    "a cluster": [[...trusted, assignment(ACR_PUSH, [mine], [cluster])], `${ASSIGNED}: scope: found what is no registry (cluster); wanted acr.`],
    "a scope of unknown origin": [[...trusted, assignment(ACR_PUSH, [mine], [])], `${ASSIGNED}: scope: found a value of unknown origin; wanted acr.`],
    "a principal of unknown origin": [[...trusted, assignment(READER, [], [registry])], origin],
    "a principal out of something else": [[...trusted, assignment(READER, [registry], [registry])], origin],
    "a property without any origin": [[subject(ASSIGNMENT, {})], origin],
    "the cluster, by a binding": [[...trusted, subject(BINDING, {}, { sources: { subjects: urns(mine) } })], `${BINDING} "it": subjects: found the identity of pull requests; wanted nobody of pull-request-images.`],
  },
};

const SECRET = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
const VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const KUBERNETES = "kubernetes:core/v1:Secret";
const secret = (secretName: string, value = "x", type = SECRET): Subject[] => [subject(type, { secretName, value })];
const named = (name: string): string => `${SECRET} "it": secretName: found ${name}; wanted a login by OIDC instead.`;
const formed = (value: string): [Subject[], string] => [secret("BUILD", value), `${SECRET} "it": value: found what has the form of a long-lived credential; wanted a login by OIDC instead.`];

const longLived: Proof = {
  rule: noLongLivedCredentials,
  sound: {
    "a token of something else": secret("HF_TOKEN"),
    "variables that are addresses": [subject(VARIABLE, { variableName: "ECR_REGISTRY", value: "r" }), subject(VARIABLE, { variableName: "AZURE_CLIENT_ID" })],
    "an app's key in a cluster": [subject(KUBERNETES, { type: "Opaque", stringData: { github_app_private_key: "x" } })],
    "a cluster's secret without type or data": [subject(KUBERNETES, {})],
  },
  wrong: {
    "an AWS key": [secret("AWS_SECRET_ACCESS_KEY"), named("AWS_SECRET_ACCESS_KEY")],
    "an AWS key for a stage": [secret("PROD_AWS_ACCESS_KEY_ID_2"), named("PROD_AWS_ACCESS_KEY_ID_2")],
    "a registry's password": [secret("AZURE_ACR_PASSWORD"), named("AZURE_ACR_PASSWORD")],
    "a kubeconfig": [secret("TEST_KUBECONFIG_B64"), named("TEST_KUBECONFIG_B64")],
    "the id of an AWS key under another name": formed(`AKIA${"A".repeat(16)}`),
    "a login of Docker under another name": formed('{"auths": {}}'),
    "a kubeconfig under another name": formed("apiVersion: v1\nkind: Config\n"),
    "a service principal's key under another name": [
      [subject(SECRET, { secretName: "BUILD", plaintextValue: '{"clientSecret":"x"}' })],
      `${SECRET} "it": plaintextValue: found what has the form of a long-lived credential; wanted a login by OIDC instead.`,
    ],
    "a secret of the repository": [secret("HF_TOKEN", "x", "github:index/actionsSecret:ActionsSecret"), 'github:index/actionsSecret:ActionsSecret "it": type: found ActionsSecret; wanted a secret of an environment.'],
    "a variable": [[subject(VARIABLE, { variableName: "DOCKER_PASSWORD" })], `${VARIABLE} "it": variableName: found DOCKER_PASSWORD; wanted a login by OIDC instead.`],
    "a registry's login in a cluster": [[subject(KUBERNETES, { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "e30=" } })], `${KUBERNETES} "it": type: found kubernetes.io/dockerconfigjson; wanted the cluster's own identity, with AcrPull.`],
    "a cloud key in a cluster": [[subject(KUBERNETES, { stringData: { AWS_ACCESS_KEY_ID: "x" } })], `${KUBERNETES} "it": stringData.AWS_ACCESS_KEY_ID: found AWS_ACCESS_KEY_ID; wanted a login by OIDC instead.`],
  },
};

prove("trust", [oidc, awsTrust, awsPolicies, awsPullRequests, azureFederation, azureCredentials, azureRoles, azurePullRequests, longLived]);
