/**
 * Who can take which identity: every job that the rendered files can start, on every kind of event and in both of GitHub's subject forms, against
 * the trust policies and federated credentials that the components really make. Each cloud's judge is an evaluator of its own rules. That AWS and
 * Entra judge alike is their documentation's word, and that GitHub's tokens carry these claims is GitHub's.
 */
import picomatch from "picomatch";
import { stringify } from "yaml";
import { sourceOf } from "../../config/file";
import { readStack, type StackInput } from "../../config/read";
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
import { stackValues, type StackValues } from "../config/support";
import { mergeQueue } from "../pipeline/fixtures";

jest.setTimeout(300_000);

type Form = "legacy" | "immutable";

/** The identities of a stack: what each cloud's trust says. */
interface Identities {
  readonly roles: ReadonlyMap<string, string>;
  readonly azure: ReadonlyMap<string, readonly FederatedCredential[]>;
}

function identitiesOf(resources: readonly Registered[]): Identities {
  const purpose = (name: unknown): string => /^gpu-cicd-(?:prod|dev)-(.+)$/.exec(String(name))?.[1] ?? String(name);
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

/** A stack and what it is tried with: its config with a change, and the forms in which its repository's tokens carry their subject. */
interface Tried {
  readonly stack: "prod" | "dev";
  readonly change?: (values: StackValues) => StackValues;
  readonly forms: readonly Form[];
}

const BOTH: readonly Form[] = ["legacy", "immutable"];
const stacks: Readonly<Record<string, Tried>> = {
  prod: { stack: "prod", forms: ["legacy"] },
  dev: { stack: "dev", forms: ["immutable"] },
  "prod with a merge queue": { stack: "prod", change: (values) => ({ ...values, mergeQueue }), forms: ["legacy"] },
  "prod while its subjects change": { stack: "prod", change: (values) => ({ ...values, github: { ...(values["github"] as object), subjectForm: "both" } }), forms: BOTH },
};

interface Made {
  readonly world: World;
  readonly identities: Identities;
  readonly repository: TokenRepository;
  readonly forms: readonly Form[];
}
const worlds = new Map<string, Made>();

/** What a stack's file describes, with the change. */
function inputOf({ stack, change = (values) => values }: Tried): StackInput {
  const config = Object.fromEntries(Object.entries(change(stackValues(stack))).map(([key, value]) => [`gpu-cicd:${key}`, value]));
  return readStack(sourceOf(stack, stringify({ config })));
}

beforeAll(async () => {
  for (const [name, tried] of Object.entries(stacks)) {
    const { pipeline, files } = inputOf(tried);
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
          const wanted = purpose === undefined ? { aws: [], azure: [] } : { aws: identities.roles.has(purpose) ? [purpose] : [], azure: [purpose] };
          expect({ job: `${run.event.name} ${job.workflow} ${job.path}`, ...open }).toEqual({ job: `${run.event.name} ${job.workflow} ${job.path}`, ...wanted });
          if (purpose !== undefined) taken.add(purpose);
        }
      }
    }
    // Preview and apply are for the repository that holds this project; no job of the target repository is meant for them.
    expect([...taken].sort()).toEqual(["deployment-tests", "main-images", "pull-request-images"]);
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
      for (const environment of ["main-images", "pull-request-images", "deployment-tests"]) {
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
    for (const environment of ["main-images", "pull-request-images", "deployment-tests", previewEnvironment(stacks[name]!.stack), applyEnvironment(stacks[name]!.stack)]) {
      const stranger = { ...repository, ...change };
      expect(openTo(identities, claims(stranger, environment, form, "aws"), claims(stranger, environment, form, "azure"))).toEqual({ aws: [], azure: [] });
    }
  });

  test("a repository that took over the name is known by its id", () => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    const successor = { ...repository, repositoryId: repository.repositoryId + 1 };
    expect(openTo(identities, claims(successor, "main-images", form, "aws"), claims(successor, "main-images", form, "aws")).aws).toEqual([]);
  });

  test.each(["", "main-images2", "Main-Images", "main-images:x", "main-images%3Ax", "*", "main-*"])("an environment called %p opens nothing", (environment) => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    expect(openTo(identities, claims(repository, environment, form, "aws"), claims(repository, environment, form, "azure"))).toEqual({ aws: [], azure: [] });
  });

  test("neither a ref's subject nor a pull request's, nor another audience", () => {
    const { identities, repository, forms } = worlds.get(name)!;
    const [form = "legacy"] = forms;
    const good = claims(repository, "main-images", form, "aws");
    const prefix = good["sub"]!.slice(0, good["sub"]!.indexOf(":environment:"));
    for (const context of ["ref:refs/heads/main", "pull_request", "ref:refs/heads/pull-request/7"]) {
      const token = { ...good, sub: `${prefix}:${context}` };
      expect(openTo(identities, token, { ...token, aud: "api://AzureADTokenExchange" })).toEqual({ aws: [], azure: [] });
    }
    const crossed = openTo(identities, claims(repository, "main-images", form, "azure"), good);
    expect(crossed).toEqual({ aws: [], azure: [] });
    expect(openTo(identities, good, claims(repository, "main-images", form, "azure"))).toEqual({ aws: ["main-images"], azure: ["main-images"] });
  });
});

/** The claims of a job of a repository that names an environment. */
function claims({ owner, name, ownerId, repositoryId }: TokenRepository, environment: string, form: Form, cloud: "aws" | "azure"): Claims {
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
    ref: "refs/heads/main",
  };
}
