/** Attacks on cloud identities by tokens of other jobs, environments and repositories. */
import { got, refused, type Attack, type Outcome } from "../attack";
import { anyIdentityOf, identitiesOf, told, type Job } from "../judges/clouds";
import { mayDo, roleOf } from "../judges/permissions";
import type { Stage } from "../stage";

const main = ({ repository }: Stage): string => `refs/heads/${repository.defaultBranch}`;
const mirror = ({ repository }: Stage): string => `refs/heads/${repository.mirrorBranchPrefix}7`;
const release = ({ repository }: Stage): string => `refs/heads/${repository.releaseBranches.replaceAll("*", "1.0")}`;
const EVIL = ".github/workflows/evil.yml";
const IMAGE = ".github/workflows/image.yml";
const OWN = /-pull-request-images(?:-cache)?$/;
const RELEASE = /-release-images(?:-cache)?$/;

/** Everything that any job of a ref can take, beside what the ref is meant to have. */
function taken(stage: Stage, job: Omit<Job, "environment">, but?: RegExp): Outcome {
  const files = [job.workflow, ...[...stage.files.keys()].filter((path) => path.startsWith(".github/workflows/"))];
  const found = files.flatMap((workflow) => anyIdentityOf(stage, { ...job, workflow })).filter(({ name }) => but === undefined || !but.test(name));
  return found.length > 0 ? got(`takes ${told(found)}`) : refused(`${job.ref}: environments, STS and Entra let it into nothing of others`);
}

/** A federated credential and a role that trust a subject besides. */
const trusting = (subject: (stage: Stage) => string) => (stage: Stage): Stage => stage.having("FederatedIdentityCredential identities-main-images-credential-1", "subject", subject(stage));
const admitting = (pattern: string) => (stage: Stage): Stage => stage.having("RepositoryEnvironmentDeploymentPolicy repository-main-images-main", "branchPattern", pattern);

export const identityAttacks: readonly Attack[] = [
  {
    id: "topic-branch-identity",
    who: "writer",
    does: "Pushes any branch with a workflow that names each environment in turn and asks both clouds for a token.",
    stops: "Environments admit only their own branches; on AWS the trust names ref and workflow file as well.",
    proof: "policies `environments-limited`, `aws-trust-exact`; test/trust",
    remains: "On Azure only the environment's branch policy keeps other refs out: Entra compares only a managed identity's subject.",
    attempt: (stage) => taken(stage, { ref: "refs/heads/topic", workflow: EVIL }),
    opened: admitting("*"),
  },
  {
    id: "pull-request-identity",
    who: "writer",
    does: "Opens a pull request whose workflow names each environment and asks both clouds for a token.",
    stops: "No environment of the repository admits a pull request's merge ref.",
    proof: "policy `environments-limited`; test/trust",
    remains: "nothing",
    attempt: (stage) => taken(stage, { ref: "refs/pull/7/merge", workflow: EVIL }),
    opened: admitting("refs/pull/*/merge"),
  },
  {
    id: "mirror-takes-main",
    who: "pull request",
    does: "Changes its own workflow file, which runs on its mirror branch, so that a job names main's, the releases' or the deployments' environment.",
    stops: "These environments do not admit mirror branches.",
    proof: "policy `environments-limited`; test/trust",
    remains: "nothing",
    attempt: (stage) => taken(stage, { ref: mirror(stage), workflow: EVIL }, OWN),
    opened: (stage) => admitting(`${stage.repository.mirrorBranchPrefix}*`)(stage),
  },
  {
    id: "mirror-own-file",
    who: "pull request",
    does: "Brings a workflow file of its own onto its mirror branch and takes its identity on AWS from there.",
    stops: "The role's trust names the workflow files.",
    proof: "policy `aws-trust-exact`; test/trust",
    remains: "It can change the files that are named: what the identity may do is what bounds it.",
    attempt: (stage) => {
      const found = anyIdentityOf(stage, { ref: mirror(stage), workflow: EVIL }).filter(({ cloud }) => cloud === "aws");
      return found.length > 0 ? got(`takes ${told(found)}`) : refused("STS: job_workflow_ref is of none of the trusted files");
    },
    opened: (stage) => stage.having("Role identities-pull-request-images-role", "assumeRolePolicy Statement 0 Condition StringLike", (before: Record<string, unknown>) => Object.fromEntries(Object.entries(before).filter(([key]) => !key.endsWith(":job_workflow_ref")))),
  },
  {
    id: "release-takes-main",
    who: "writer",
    does: "Gets a change into a release branch, whose workflow then names main's environment to move main's tags and fill its caches.",
    stops: "Releases have an environment and an identity of their own, which may write no cache.",
    proof: "policy `environments-limited`, coherence `identity-branches`; test/trust",
    remains: "Releases push into the same repository as main; ECR and ACR limit no push by tag.",
    attempt: (stage) => taken(stage, { ref: release(stage), workflow: EVIL }, RELEASE),
    opened: (stage) => admitting(stage.repository.releaseBranches)(stage),
  },
  {
    id: "main-takes-release",
    who: "writer",
    does: "Runs a job of main that names the releases' environment.",
    stops: "It does not admit main.",
    proof: "policy `environments-limited`; test/trust",
    remains: "nothing",
    attempt: (stage) => {
      const found = identitiesOf(stage, { ref: main(stage), workflow: IMAGE, environment: "release-images" });
      return found.length > 0 ? got(`takes ${told(found)}`) : refused("environment release-images does not admit main");
    },
    opened: (stage) => stage.having("RepositoryEnvironmentDeploymentPolicy repository-release-images-release/*", "branchPattern", "main"),
  },
  {
    id: "unmade-environment",
    who: "writer",
    does: "Names an environment that nobody made, which GitHub then makes without any rule, with names that look like those that are trusted.",
    stops: "Both clouds compare the subject as a whole; a colon in a name is written %3A.",
    proof: "policies `aws-trust-exact`, `azure-federation-exact`; test/trust",
    remains: "nothing",
    attempt: (stage) => {
      const names = stage.environments.flatMap(({ name }) => [`${name}2`, `x${name}`, `${name}:x`, `${name}%3Ax`, `${name} `, "*", ""]);
      const found = names.flatMap((environment) => [main(stage), "refs/heads/topic"].flatMap((ref) => identitiesOf(stage, { ref, workflow: IMAGE, environment })));
      return found.length > 0 ? got(`takes ${told(found)}`) : refused(`${names.length} names, and neither STS nor Entra knows one`);
    },
    opened: trusting(({ repository: { owner, name } }) => `repo:${owner}/${name}:environment:main-images2`),
  },
  {
    id: "token-without-environment",
    who: "writer",
    does: "Asks for a token in a job of main that names no environment.",
    stops: "Every trust names an environment.",
    proof: "policies `aws-trust-exact`, `azure-federation-exact`",
    remains: "nothing",
    attempt: (stage) => {
      const found = [main(stage), "refs/pull/7/merge"].flatMap((ref) => identitiesOf(stage, { ref, workflow: IMAGE, environment: undefined }));
      return found.length > 0 ? got(`takes ${told(found)}`) : refused("neither STS nor Entra trusts the subject of a ref");
    },
    opened: trusting(({ repository: { owner, name, defaultBranch } }) => `repo:${owner}/${name}:ref:refs/heads/${defaultBranch}`),
  },
  ...(
    [
      ["neighbour-repository", "Has another repository of the same owner, with environments of the same names.", (stage: Stage) => ({ ...stage.repository, name: `${stage.repository.name}-fork`, repositoryId: 1 })],
      ["neighbour-owner", "Has a repository of the same name below another owner, with environments of the same names.", (stage: Stage) => ({ ...stage.repository, owner: "evil", ownerId: 1, repositoryId: 1 })],
    ] as const
  ).map(
    ([id, does, other]): Attack => ({
      id,
      who: "neighbour",
      does,
      stops: "Subjects name owner and repository, and on AWS the repository's numeric id.",
      proof: "policies `aws-trust-exact`, `azure-federation-exact`; test/trust",
      remains: "nothing",
      attempt: (stage) => {
        const repository = other(stage);
        const found = stage.environments.flatMap(({ name }) => [main(stage), release(stage), mirror(stage)].flatMap((ref) => identitiesOf(stage, { ref, workflow: IMAGE, environment: name, repository })));
        return found.length > 0 ? got(`takes ${told(found)}`) : refused("neither STS nor Entra knows the repository");
      },
      opened: (stage) => trusting(() => `repo:${other(stage).owner}/${other(stage).name}:environment:main-images`)(stage),
    }),
  ),
  {
    id: "repository-taken-over",
    who: "neighbour",
    does: "Makes a repository of the name that this one had, after it was renamed or deleted, and asks AWS for its roles.",
    stops: "The roles' trust names the repository's numeric id.",
    proof: "policy `aws-trust-exact`; test/trust",
    remains: "On Azure the legacy form of the subject names no id: `github.subjectForm: immutable` does.",
    attempt: (stage) => {
      const repository = { ...stage.repository, repositoryId: stage.repository.repositoryId + 1 };
      const found = stage.environments.flatMap(({ name }) => identitiesOf(stage, { ref: main(stage), workflow: IMAGE, environment: name, repository })).filter(({ cloud }) => cloud === "aws");
      return found.length > 0 ? got(`takes ${told(found)}`) : refused("STS: repository_id is another");
    },
    opened: (stage) => stage.having("Role identities-main-images-role", "assumeRolePolicy Statement 0 Condition", { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
  },
  ...(
    [
      ["mirror-writes-cache", "pull-request-images", "pull request", "Writes layers into the build cache, which main's builds start from.", "ecr:PutImage", "arn:aws:ecr:REGION:ACCOUNT:repository/REPOSITORY-cache"],
      ["mirror-writes-compiler-cache", "pull-request-images-cache", "pull request", "Writes objects into the compiler cache, which main's compilers read.", "s3:PutObject", "BUCKET/main/x"],
      ["build-pushes-images", "main-images-cache", "writer", "Gets a change into a Dockerfile of main that pushes an image with what the build was handed for the compiler cache.", "ecr:PutImage", "arn:aws:ecr:REGION:ACCOUNT:repository/REPOSITORY"],
      ["mirror-deletes-images", "pull-request-images", "pull request", "Deletes main's images.", "ecr:BatchDeleteImage", "arn:aws:ecr:REGION:ACCOUNT:repository/REPOSITORY"],
      ["mirror-opens-tags", "pull-request-images", "pull request", "Lets every tag move, to replace those that are fixed.", "ecr:PutImageTagMutability", "arn:aws:ecr:REGION:ACCOUNT:repository/REPOSITORY"],
      ["release-writes-cache", "release-images", "writer", "Gets a change into a release branch that writes layers into main's build cache.", "ecr:PutImage", "arn:aws:ecr:REGION:ACCOUNT:repository/REPOSITORY-cache"],
      ["release-writes-compiler-cache", "release-images-cache", "writer", "Gets a change into a release branch that writes objects into main's compiler cache.", "s3:PutObject", "BUCKET/main/x"],
    ] as const
  ).map(
    ([id, purpose, who, does, action, resource]): Attack => ({
      id,
      who,
      does,
      stops: `The role of \`${purpose}\` does not have \`${action}\` there.`,
      proof: "policies `aws-policies-narrow`, `aws-pull-requests-confined`; the stack's manifest",
      remains: "nothing",
      attempt: (stage) => {
        const arn = resourceOf(stage, resource);
        return mayDo(roleOf(stage, purpose), action, arn) ? got(`${action} on ${arn}`) : refused(`IAM: no statement of ${purpose} allows ${action} on ${arn}`);
      },
      opened: (stage) => stage.having(`RolePolicy identities-${purpose}-permissions`, "policy Statement 0", { Effect: "Allow", Action: action, Resource: "*" }),
    }),
  ),
];

/** The ARN with the stack's own repository and bucket in it. */
function resourceOf(stage: Stage, resource: string): string {
  const [repository] = stage.ofType("aws:ecr/repository:Repository").map(({ name }) => String(name)).sort((one, other) => one.length - other.length);
  const [bucket] = stage.ofType("aws:s3/bucket:Bucket").map((props) => String(props["bucket"]));
  if (repository === undefined || bucket === undefined) throw new Error("the stack has no ECR repository or no bucket");
  return resource.replace("REGION:ACCOUNT", "us-west-2:111122223333").replace("REPOSITORY", repository).replace("BUCKET", `arn:aws:s3:::${bucket}`);
}
