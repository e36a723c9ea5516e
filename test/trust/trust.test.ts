/**
 * Who can take which identity: every job that the rendered files can start, on every kind of event and in both of GitHub's subject forms, against
 * the trust policies and federated credentials that the components really make. Each cloud's judge is an evaluator of its own rules. That AWS and
 * Entra judge alike is their documentation's word, and that GitHub's tokens carry these claims is GitHub's.
 */
import picomatch from "picomatch";
import type { IdentityPurpose, Pipeline } from "../../pipeline/model";
import { canAssume } from "../../sandbox/aws";
import { canExchange, type FederatedCredential } from "../../sandbox/azure/trust/evaluate";
import { changeSets } from "../../workflows/gate/proofs/cases";
import { allSucceed, World, type WorkflowRun } from "../../workflows/gate/proofs/world";
import { asText, fill } from "../../workflows/gate/expression";
import type { JobRun } from "../../workflows/gate/run";
import { tokenOf, type Claims, type Token, type TokenRepository } from "../../workflows/gate/token";
import { applyEnvironment, previewEnvironment } from "../../workflows/infrastructure/environments";
import { runStack, typed, type Registered } from "../components/support";
import { fixtureWith, mergeQueueOf, type FixtureStack, type StackValues } from "../fixture";

jest.setTimeout(300_000);

type Form = "legacy" | "immutable";

/** The identities of a stack: what each cloud's trust says. */
interface Identities {
  readonly roles: ReadonlyMap<string, string>;
  readonly azure: ReadonlyMap<string, readonly FederatedCredential[]>;
}

function identitiesOf(resources: readonly Registered[]): Identities {
  const purpose = (name: unknown): string => /^gpu-cicd-(?:large|small)-(.+)$/.exec(String(name))?.[1] ?? String(name);
  const roles = typed(resources, "aws:iam/role:Role").map(({ inputs }) => [purpose(inputs["name"]), String(inputs["assumeRolePolicy"])] as const);
  const azure = new Map<string, FederatedCredential[]>();
  for (const { inputs } of typed(resources, "azure-native:managedidentity:FederatedIdentityCredential")) {
    const identity = purpose(inputs["resourceName"]);
    azure.set(identity, [...(azure.get(identity) ?? []), { name: String(inputs["federatedIdentityCredentialResourceName"]), ...(inputs as Omit<FederatedCredential, "name">) } as FederatedCredential]);
  }
  return { roles: new Map(roles), azure };
}

/** The identities that claims are let into, in each cloud. */
function openTo({ roles, azure }: Identities, aws: Claims, entra: Claims): { aws: string[]; azure: string[] } {
  return {
    aws: [...roles].filter(([, policy]) => canAssume(policy, aws).allowed).map(([name]) => name).sort(),
    azure: [...azure].filter(([, credentials]) => canExchange(credentials, entra as Claims & { iss: string; sub: string; aud: string }).allowed).map(([name]) => name).sort(),
  };
}

/** Everything that can happen to the repository, as runs. */
function everyRun(world: World): readonly WorkflowRun[] {
  const { repository, schedule } = world.pipeline;
  const everything = changeSets(world.pipeline)["everything"]!;
  const pulls = [false, true].map((fork) => world.pullRequestEvent({ title: "", fork, draft: false, changes: everything }));
  const pushes = [`${repository.mirrorBranchPrefix}7`, repository.defaultBranch, repository.releaseBranches.replaceAll("*", "1.0")].map((branch) => world.push(branch, everything));
  const nightly = { name: "schedule" as const, ref: `refs/heads/${repository.defaultBranch}`, cron: schedule.cron, sha: "0".repeat(40), actor: "schedule" };
  return [...pulls, ...pushes, nightly, world.mergeGroupEvent()].flatMap((event) => world.react(event, everything, allSucceed));
}

/** What a job is meant to be: the identity of the environment that it names, if it asks for a token at all. */
function meant(pipeline: Pipeline, { job, contexts }: JobRun): IdentityPurpose | undefined {
  const name = job.environment === undefined ? undefined : asText(fill(job.environment, contexts));
  const identity = pipeline.environments.find((each) => each.name === name)?.identity;
  return identity === undefined || identity === "none" ? undefined : identity;
}

/** Roles of a purpose; a job of a file that builds takes that of the compiler cache too. */
function rolesOf({ roles }: Identities, purpose: IdentityPurpose, workflow: string): string[] {
  const cache = `${purpose}-cache`;
  return [...(roles.has(purpose) ? [purpose] : []), ...(roles.has(cache) && !workflow.endsWith("image-publish.yml") ? [cache] : [])];
}

/** A stack and what it is tried with: its config with a change, and the forms in which its repository's tokens carry their subject. */
interface Tried {
  readonly stack: FixtureStack;
  readonly change?: (values: StackValues) => StackValues;
  readonly forms: readonly Form[];
}

const BOTH: readonly Form[] = ["legacy", "immutable"];
const stacks: Readonly<Record<string, Tried>> = {
  large: { stack: "large", forms: ["legacy"] },
  small: { stack: "small", forms: ["immutable"] },
  "large with a merge queue": { stack: "large", change: (values) => ({ ...values, mergeQueue: mergeQueueOf("large") }), forms: ["legacy"] },
  "large while its subjects change": { stack: "large", change: (values) => ({ ...values, github: { ...(values["github"] as object), subjectForm: "both" } }), forms: BOTH },
};

interface Made {
  readonly world: World;
  readonly identities: Identities;
  readonly repository: TokenRepository;
  readonly forms: readonly Form[];
}
const worlds = new Map<string, Made>();

beforeAll(async () => {
  for (const [name, tried] of Object.entries(stacks)) {
    const { pipeline, files } = fixtureWith(tried.stack, tried.change ?? ((values) => values));
    const { resources } = await runStack(tried.stack, tried.change);
    worlds.set(name, { world: await World.of(pipeline, files), identities: identitiesOf(resources), repository: pipeline.repository, forms: tried.forms });
  }
});

describe.each(Object.keys(stacks))("%s", (name) => {
  test("each job is let into the identity of its environment and into no other", () => {
    const { world, identities, repository, forms } = worlds.get(name)!;
    const environments = Object.fromEntries(world.pipeline.environments.map(({ name: environment, branches }) => [environment, branches]));
    const taken = new Set<string>();
    for (const run of everyRun(world)) {
      for (const job of run.ran) {
        for (const form of forms) {
          const workflow = world.workflows.get(job.workflow)!;
          const token = (cloud: "aws" | "azure"): Token => tokenOf(job, workflow, run.event, repository, environments, form, cloud);
          const [aws, entra] = [token("aws"), token("azure")];
          const open = aws.granted && entra.granted ? openTo(identities, aws.claims, entra.claims) : { aws: [], azure: [] };
          const purpose = aws.granted ? meant(world.pipeline, job) : undefined;
          const wanted = purpose === undefined ? { aws: [], azure: [] } : { aws: rolesOf(identities, purpose, job.workflow), azure: [purpose] };
          expect({ job: `${run.event.name} ${job.workflow} ${job.path}`, ...open }).toEqual({ job: `${run.event.name} ${job.workflow} ${job.path}`, ...wanted });
          if (purpose !== undefined) taken.add(purpose);
        }
      }
    }
    // Preview and apply are for the repository that holds this project; no job of the target repository is meant for them.
    expect([...taken].sort()).toEqual(["deployment-tests", "main-images", "pull-request-images", "release-images"]);
  });

  test("merge groups are let into nothing, also under a branch that anybody has pushed", () => {
    const { world } = worlds.get(name)!;
    const runs = world.react(world.mergeGroupEvent(), [], allSucceed);
    expect(runs.length).toBe(world.pipeline.mergeQueue === undefined ? 0 : 4);
    expect(runs.flatMap(({ ran }) => ran.filter(({ job }) => job.environment !== undefined))).toEqual([]);
    const ref = world.mergeGroupEvent().ref.replace("refs/heads/", "");
    expect(world.pipeline.environments.filter(({ branches }) => picomatch([...branches])(ref))).toEqual([]);
  });

  test("a subject form that the stack does not trust opens nothing", () => {
    const { identities, repository, forms } = worlds.get(name)!;
    for (const other of BOTH.filter((form) => !forms.includes(form))) {
      for (const environment of ["trunk-images", "stable-images", "vetted-images", "launches"]) {
        expect(openTo(identities, claims(repository, environment, other, "aws"), claims(repository, environment, other, "azure"))).toEqual({ aws: [], azure: [] });
      }
    }
  });

  test.each([
    ["another repository of the same name", { name: "stranger" }],
    ["another owner", { owner: "stranger" }],
  ])("%s opens nothing", (_, change) => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    for (const environment of ["trunk-images", "stable-images", "vetted-images", "launches", previewEnvironment(stacks[name]!.stack), applyEnvironment(stacks[name]!.stack)]) {
      const stranger = { ...repository, ...change };
      expect(openTo(identities, claims(stranger, environment, form, "aws"), claims(stranger, environment, form, "azure"))).toEqual({ aws: [], azure: [] });
    }
  });

  test("a repository that took over the name is known by its id", () => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    const successor = { ...repository, repositoryId: repository.repositoryId + 1 };
    expect(openTo(identities, claims(successor, "trunk-images", form, "aws"), claims(successor, "trunk-images", form, "aws")).aws).toEqual([]);
  });

  test.each(["", "trunk-images2", "Trunk-Images", "trunk-images:x", "trunk-images%3Ax", "*", "trunk-*"])("an environment called %p opens nothing", (environment) => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    expect(openTo(identities, claims(repository, environment, form, "aws"), claims(repository, environment, form, "azure"))).toEqual({ aws: [], azure: [] });
  });

  test("no ref that somebody with write access can make opens anything on AWS, whatever environment and file its job names", () => {
    const { world, identities, repository, forms } = worlds.get(name)!;
    const { releaseBranches, mirrorBranchPrefix } = world.pipeline.repository;
    const release = `refs/heads/${releaseBranches.replace("*", "")}`;
    const refs = [
      ...["topic", "trunk2", "xtrunk", "trunk/x", "Trunk", "refs/heads/trunk", `gh-readonly-queue/trunk/pr-7-${"0".repeat(40)}`, "stable", "Stable/1", "xstable/1"].map((branch) => `refs/heads/${branch}`),
      ...[mirrorBranchPrefix.slice(0, -1), `x${mirrorBranchPrefix}7`, mirrorBranchPrefix.toUpperCase()].map((branch) => `refs/heads/${branch}`),
      ...["trunk", "stable/1", `${mirrorBranchPrefix}7`, "v1"].map((tag) => `refs/tags/${tag}`),
      "refs/pull/7/merge",
    ];
    const files = ["evil.yml", ...[...world.workflows.keys()].map((path) => path.replace(".github/workflows/", ""))];
    const open = refs.flatMap((ref) => world.pipeline.environments.flatMap(({ name: environment }) => files.flatMap((file) => forms.flatMap((form) => openTo(identities, claims(repository, environment, form, "aws", ref, file), {} as Claims & { sub: string }).aws.map((role) => `${ref} ${environment} ${file}: ${role}`)))));
    expect(open).toEqual([]);
    // What its branch is for, each environment gets; and no file but those that hold its jobs.
    const taken = (environment: string, ref: string, file: string): string[] => openTo(identities, claims(repository, environment, forms[0]!, "aws", ref, file), claims(repository, environment, forms[0]!, "azure", ref, file)).aws;
    expect(taken("stable-images", `${release}1.0`, "image.yml")).toEqual(["release-images", "release-images-cache"]);
    expect(taken("stable-images", "refs/heads/trunk", "image.yml")).toEqual([]);
    expect(taken("trunk-images", `${release}1.0`, "image.yml")).toEqual([]);
    expect(taken("trunk-images", "refs/heads/trunk", "evil.yml")).toEqual([]);
    expect(taken("vetted-images", `refs/heads/${mirrorBranchPrefix}7`, "image.yml")).toEqual(["pull-request-images", "pull-request-images-cache"]);
  });

  test("neither a ref's subject nor a pull request's, nor another audience", () => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    const good = claims(repository, "trunk-images", form, "aws");
    const prefix = good["sub"]!.slice(0, good["sub"]!.indexOf(":environment:"));
    for (const context of ["ref:refs/heads/trunk", "pull_request", "ref:refs/heads/pull-request/7"]) {
      const token = { ...good, sub: `${prefix}:${context}` };
      expect(openTo(identities, token, { ...token, aud: "api://AzureADTokenExchange" })).toEqual({ aws: [], azure: [] });
    }
    const crossed = openTo(identities, claims(repository, "trunk-images", form, "azure"), good);
    expect(crossed).toEqual({ aws: [], azure: [] });
    expect(openTo(identities, good, claims(repository, "trunk-images", form, "azure"))).toEqual({ aws: ["main-images", "main-images-cache"], azure: ["main-images"] });
  });
});

/** The claims of a job of a repository that names an environment. */
function claims({ owner, name, ownerId, repositoryId }: TokenRepository, environment: string, form: Form, cloud: "aws" | "azure", ref = "refs/heads/trunk", file = "image.yml"): Claims {
  const repository = form === "legacy" ? `${owner}/${name}` : `${owner}@${ownerId}/${name}@${repositoryId}`;
  return {
    iss: "https://token.actions.githubusercontent.com",
    aud: cloud === "aws" ? "sts.amazonaws.com" : "api://AzureADTokenExchange",
    sub: `repo:${repository}:environment:${environment}`,
    environment,
    repository: `${owner}/${name}`,
    repository_id: String(repositoryId),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    ref,
    job_workflow_ref: `${owner}/${name}/.github/workflows/${file}@${ref}`,
  };
}
