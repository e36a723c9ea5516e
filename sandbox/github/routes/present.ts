/** How accounts, repositories and apps look in GitHub's answers. */
import type { Call, Server } from "../server/call";
import { complete } from "../server/complete";
import type { App, Author, Owner, Repository, Team } from "../server/state";

/** GitHub's global node ids are opaque; these are stable for one object. */
export const nodeId = (kind: string, id: number | string): string => Buffer.from(`0:${kind}${id}`).toString("base64url");

export const webUrl = (server: Server, path: string): string => `${server.url}/${path}`;

export function presentOwner(server: Server, owner: Owner): Record<string, unknown> {
  return complete(
    server.openApi,
    "simple-user",
    { id: owner.id, login: owner.login, type: owner.type, node_id: nodeId(owner.type, owner.id), gravatar_id: "", site_admin: false },
    { url: server.url, owner: owner.login },
  );
}

export function presentAuthor(server: Server, author: Author): Record<string, unknown> {
  return complete(
    server.openApi,
    "simple-user",
    { id: author.id, login: author.login, type: author.type, node_id: nodeId(author.type, author.id), gravatar_id: "", site_admin: false },
    { url: server.url, owner: author.login },
  );
}

/** What a full and a minimal repository have in common. */
function repositoryFacts(server: Server, owner: Owner, repository: Repository): Record<string, unknown> {
  const full_name = `${owner.login}/${repository.name}`;
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name,
    owner: presentOwner(server, owner),
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    default_branch: repository.defaultBranch,
    fork: false,
    archived: false,
    disabled: false,
    url: `${server.url}/repos/${full_name}`,
    html_url: webUrl(server, full_name),
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    has_issues: true,
    size: 0,
  };
}

export function presentRepository(
  call: Call,
  repository: Repository,
  component: "full-repository" | "minimal-repository" | "repository",
): Record<string, unknown> {
  const { server } = call;
  const owner = call.ownerOf(repository);
  return complete(server.openApi, component, repositoryFacts(server, owner, repository), {
    url: server.url,
    owner: owner.login,
    repository: repository.name,
  });
}

export function presentApp(server: Server, app: App): Record<string, unknown> {
  const owner: Owner = { id: 9919, login: "github", type: "Organization", plan: "enterprise", createdAt: app.createdAt };
  return complete(
    server.openApi,
    "integration",
    {
      id: app.id,
      slug: app.slug,
      name: app.name,
      node_id: nodeId("App", app.id),
      owner: presentOwner(server, owner),
      external_url: webUrl(server, `apps/${app.slug}`),
      html_url: webUrl(server, `apps/${app.slug}`),
      created_at: app.createdAt,
      updated_at: app.createdAt,
      permissions: {},
      events: [],
    },
    { url: server.url, owner: owner.login },
  );
}

export function presentTeam(server: Server, team: Team, org: Owner, component: "team" | "team-full"): Record<string, unknown> {
  const facts = {
    id: team.id,
    node_id: nodeId("Team", team.id),
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    parent: null,
    url: `${server.url}/organizations/${org.id}/team/${team.id}`,
    html_url: webUrl(server, `orgs/${org.login}/teams/${team.slug}`),
    members_url: `${server.url}/organizations/${org.id}/team/${team.id}/members{/member}`,
    repositories_url: `${server.url}/organizations/${org.id}/team/${team.id}/repos`,
    type: "organization",
    organization_id: org.id,
  };
  if (component === "team") return complete(server.openApi, component, facts, { url: server.url, owner: org.login });
  const organization = presentOrganization(server, org, "team-organization");
  return complete(
    server.openApi,
    component,
    { ...facts, organization, created_at: org.createdAt, updated_at: org.createdAt },
    { url: server.url, owner: org.login },
  );
}

export function presentOrganization(
  server: Server,
  org: Owner,
  component: "organization-full" | "team-organization",
): Record<string, unknown> {
  return complete(
    server.openApi,
    component,
    {
      id: org.id,
      login: org.login,
      node_id: nodeId("Organization", org.id),
      type: "Organization",
      url: `${server.url}/orgs/${org.login}`,
      html_url: webUrl(server, org.login),
      plan: { name: org.plan, space: 0, private_repos: 0 },
      created_at: org.createdAt,
      updated_at: org.createdAt,
      archived_at: null,
    },
    { url: server.url, owner: org.login },
  );
}
