/**
 * What must be there before anything is managed on GitHub: organisations, repositories with a first commit, apps that are installed, teams. On
 * the real GitHub people make these; here a call does. Seeding what is there already changes nothing, so it can be repeated.
 */
import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { emptyGit, writeBlob, writeCommit } from "./git";
import { now, type Owner, type Repository, type Store } from "./state";

const id = z.number().int().positive();
const login = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, "must be a GitHub login: letters, digits and hyphens, at most 39");

export const seedSchema = z.strictObject({
  repository: z.strictObject({
    owner: login,
    name: z
      .string()
      .regex(/^[-a-zA-Z0-9_.]{1,100}$/, "must be a repository name: letters, digits, hyphens, dots and underscores, at most 100"),
    ownerId: id,
    repositoryId: id,
    defaultBranch: z.string().min(1),
    /** Defaults to false. */
    private: z.boolean().optional(),
    /** Plan of the owner; `evaluate` and metadata rules need `enterprise`. Defaults to `team`. */
    plan: z.enum(["free", "team", "enterprise"]).optional(),
    /** Whether the OIDC subjects carry ids, as they do for repositories created after 2026-07-15. Defaults to false. */
    immutableSubject: z.boolean().optional(),
    /** Files of the first commit, path to text. Defaults to a README.md. */
    files: z.record(z.string(), z.string()).optional(),
  }),
  apps: z.array(
    z.strictObject({
      id,
      slug: z.string().regex(/^[a-z0-9-]+$/),
      /** Defaults to the slug. */
      name: z.string().optional(),
      /** Installs the app on the repository's owner under this id; an app without one is known but cannot act. */
      installationId: id.optional(),
      /** PEM; when given, the app's JSON web tokens are verified with it. */
      publicKey: z.string().refine(isPublicKey, "must be a public key in PEM").optional(),
    }),
  ),
  teams: z.array(z.strictObject({ id, slug: z.string().regex(/^[a-z0-9-]+$/), name: z.string().optional() })),
});

export type Seed = z.infer<typeof seedSchema>;

/** Apps that every repository knows: checks of workflows come from the first, sign-off checks from the second. */
const WELL_KNOWN_APPS: Seed["apps"] = [
  { id: 15368, slug: "github-actions", name: "GitHub Actions" },
  { id: 1861, slug: "dco", name: "DCO" },
];

/** Puts the seed into the store and writes it. Fails with every contradiction to what is there. */
export function seed(store: Store, input: unknown): void {
  const parsed = seedSchema.safeParse(input);
  if (!parsed.success) throw new Error(`Cannot seed GitHub:\n${z.prettifyError(parsed.error)}`);
  const { repository, apps, teams } = parsed.data;
  const contradictions = contradictionsTo(store, parsed.data);
  if (contradictions.length > 0) throw new Error(`Cannot seed GitHub:\n${contradictions.map((line) => `- ${line}`).join("\n")}`);
  const owner = seedOwner(store, repository);
  for (const app of [...WELL_KNOWN_APPS, ...apps]) seedApp(store, app, owner);
  for (const team of teams) {
    if (!store.state.teams.some((t) => t.id === team.id))
      store.state.teams.push({ id: team.id, ownerId: owner.id, slug: team.slug, name: team.name ?? team.slug });
  }
  if (!store.state.repositories.some((r) => r.id === repository.repositoryId)) store.state.repositories.push(newRepository(repository));
  store.commit();
}

function contradictionsTo(store: Store, { repository, apps, teams }: Seed): readonly string[] {
  const { state } = store;
  const owner = state.owners.find((o) => o.login.toLowerCase() === repository.owner.toLowerCase() || o.id === repository.ownerId);
  const there = state.repositories.find(
    (r) => r.id === repository.repositoryId || (r.ownerId === repository.ownerId && r.name === repository.name),
  );
  return [
    ...(owner && (owner.id !== repository.ownerId || owner.login !== repository.owner)
      ? [`owner ${repository.owner} with id ${repository.ownerId}: ${owner.login} has id ${owner.id}`]
      : []),
    ...(there && (there.id !== repository.repositoryId || there.name !== repository.name || there.ownerId !== repository.ownerId)
      ? [`repository ${repository.name} with id ${repository.repositoryId}: ${there.name} has id ${there.id}`]
      : []),
    ...apps.flatMap((app) => {
      const other = [...state.apps, ...WELL_KNOWN_APPS].find((a) => (a.id === app.id) !== (a.slug === app.slug));
      return other ? [`app ${app.slug} with id ${app.id}: ${other.slug} has id ${other.id}`] : [];
    }),
    ...teams.flatMap((team) => {
      const other = state.teams.find((t) => (t.id === team.id) !== (t.slug === team.slug && t.ownerId === repository.ownerId));
      const org = state.owners.find((o) => o.id === other?.ownerId);
      return other ? [`team ${repository.owner}/${team.slug} with id ${team.id}: ${org?.login}/${other.slug} has id ${other.id}`] : [];
    }),
  ];
}

function seedOwner(store: Store, repository: Seed["repository"]): Owner {
  const found = store.state.owners.find((owner) => owner.id === repository.ownerId);
  if (found) return found;
  const owner: Owner = {
    id: repository.ownerId,
    login: repository.owner,
    type: "Organization",
    plan: repository.plan ?? "team",
    createdAt: now(),
  };
  store.state.owners.push(owner);
  // Every organisation has a group that takes the runners which name none.
  store.state.runnerGroups.push({
    id: store.nextId(),
    ownerId: owner.id,
    name: "Default",
    default: true,
    visibility: "all",
    allowsPublicRepositories: false,
    restrictedToWorkflows: false,
    selectedWorkflows: [],
    repositoryIds: [],
  });
  return owner;
}

function seedApp(store: Store, app: Seed["apps"][number], owner: Owner): void {
  const { state } = store;
  const rest = state.apps.filter((a) => a.id !== app.id);
  const old = state.apps.find((a) => a.id === app.id);
  const publicKey = app.publicKey ?? old?.publicKey;
  state.apps = [
    ...rest,
    {
      id: app.id,
      slug: app.slug,
      name: app.name ?? old?.name ?? app.slug,
      createdAt: old?.createdAt ?? now(),
      ...(publicKey !== undefined && { publicKey }),
    },
  ];
  if (app.installationId !== undefined && !state.installations.some((i) => i.id === app.installationId)) {
    state.installations.push({ id: app.installationId, appId: app.id, ownerId: owner.id, createdAt: now() });
  }
}

function newRepository(wanted: Seed["repository"]): Repository {
  const time = now();
  const git = emptyGit();
  const files = wanted.files ?? { "README.md": `# ${wanted.name}\n` };
  const blobs = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, writeBlob(git, Buffer.from(text))]));
  const person = { name: wanted.owner, email: `${wanted.owner}@users.noreply.github.com`, date: time };
  const first = writeCommit(git, {
    files: blobs,
    parents: [],
    author: person,
    committer: person,
    message: "Initial commit",
    verified: false,
  });
  git.refs[`refs/heads/${wanted.defaultBranch}`] = first.sha;
  return {
    id: wanted.repositoryId,
    ownerId: wanted.ownerId,
    name: wanted.name,
    private: wanted.private ?? false,
    defaultBranch: wanted.defaultBranch,
    createdAt: time,
    pushedAt: time,
    git,
    rulesets: [],
    environments: [],
    secrets: [],
    variables: [],
    permissions: {
      enabled: true,
      allowedActions: "all",
      shaPinningRequired: false,
      selected: { github_owned_allowed: false, verified_allowed: false, patterns_allowed: [] },
      defaultWorkflowPermissions: "read",
      canApprovePullRequestReviews: false,
    },
    oidc: { useDefault: true, includeClaimKeys: [], useImmutableSubject: wanted.immutableSubject ?? false },
    checkRuns: [],
    statuses: [],
    pulls: [],
    reviews: [],
    issues: [],
    comments: [],
  };
}

function isPublicKey(pem: string): boolean {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}
