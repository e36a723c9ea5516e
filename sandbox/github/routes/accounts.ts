/** Users, organisations, teams, apps and installations. */
import { newToken, OPERATOR_SINCE, TOKEN_LIFETIME_MS } from "../server/auth";
import { type Call, created, ok, type Routes } from "../server/call";
import { complete } from "../server/complete";
import { HttpError, notFound } from "../server/errors";
import type { App, Installation } from "../server/state";
import { presentApp, presentAuthor, presentOrganization, presentOwner, presentRepository, presentTeam } from "./present";

export const accountRoutes: Routes = {
  "GET /user": (call) => {
    if (call.caller.kind !== "user") throw new HttpError(403, "Resource not accessible by integration");
    return ok(presentUser(call, call.caller.author.login));
  },
  "GET /users/{username}": (call) => ok(presentUser(call, call.text("username"))),

  "GET /orgs/{org}": (call) => {
    const org = call.owner();
    if (org.type !== "Organization") throw notFound();
    return ok(presentOrganization(call.server, org, "organization-full"));
  },

  "GET /orgs/{org}/teams": (call) => {
    const org = call.owner();
    const teams = call.store.state.teams.filter((team) => team.ownerId === org.id);
    return ok(call.page(teams).map((team) => presentTeam(call.server, team, org, "team")));
  },

  "GET /orgs/{org}/teams/{team_slug}": (call) => {
    const org = call.owner();
    const team = call.store.state.teams.find((t) => t.ownerId === org.id && t.slug === call.text("team_slug"));
    if (!team) throw notFound();
    return ok(presentTeam(call.server, team, org, "team-full"));
  },

  "GET /apps/{app_slug}": (call) => {
    const app = call.store.state.apps.find((a) => a.slug === call.text("app_slug"));
    if (!app) throw notFound();
    return ok(presentApp(call.server, app));
  },

  "GET /app": (call) => ok(presentApp(call.server, callingApp(call))),

  "GET /app/installations": (call) => {
    const app = callingApp(call);
    const installations = call.store.state.installations.filter((i) => i.appId === app.id);
    return ok(call.page(installations).map((installation) => presentInstallation(call, app, installation)));
  },

  "GET /app/installations/{installation_id}": (call) => {
    const { app, installation } = callingInstallation(call);
    return ok(presentInstallation(call, app, installation));
  },

  "GET /orgs/{org}/installation": (call) => installationOn(call, call.owner().id),
  "GET /repos/{owner}/{repo}/installation": (call) => installationOn(call, call.repository().ownerId),

  "POST /app/installations/{installation_id}/access_tokens": (call) => {
    const { installation } = callingInstallation(call);
    const { token, sha256 } = newToken();
    const expiresAt = new Date(Date.now() + TOKEN_LIFETIME_MS).toISOString();
    const { state } = call.store;
    state.tokens = [
      ...state.tokens.filter((t) => Date.parse(t.expiresAt) > Date.now()),
      { sha256, installationId: installation.id, expiresAt },
    ];
    return created({ token, expires_at: expiresAt, permissions: {}, repository_selection: "all" });
  },

  "GET /installation/repositories": (call) => {
    if (call.caller.kind !== "installation") throw new HttpError(403, "You must authenticate with an installation access token");
    const { ownerId } = call.caller.installation;
    const repositories = call.store.state.repositories.filter((r) => r.ownerId === ownerId);
    return ok({
      total_count: repositories.length,
      repositories: call.page(repositories).map((r) => presentRepository(call, r, "repository")),
    });
  },
};

function presentUser(call: Call, login: string): Record<string, unknown> {
  const { server, caller } = call;
  const owner = call.store.state.owners.find((o) => o.login.toLowerCase() === login.toLowerCase());
  if (!owner && login !== caller.author.login) throw notFound();
  const simple = owner ? presentOwner(server, owner) : presentAuthor(server, caller.author);
  const created_at = owner?.createdAt ?? OPERATOR_SINCE;
  return complete(
    server.openApi,
    "public-user",
    { ...simple, created_at, updated_at: created_at },
    {
      url: server.url,
      owner: login,
    },
  );
}

function callingApp(call: Call): App {
  if (call.caller.kind !== "app") throw new HttpError(401, "A JSON web token could not be decoded");
  return call.caller.app;
}

function callingInstallation(call: Call): { app: App; installation: Installation } {
  const app = callingApp(call);
  const installation = call.store.state.installations.find((i) => i.id === call.number("installation_id") && i.appId === app.id);
  if (!installation) throw notFound();
  return { app, installation };
}

function installationOn(call: Call, ownerId: number) {
  const app = callingApp(call);
  const installation = call.store.state.installations.find((i) => i.ownerId === ownerId && i.appId === app.id);
  if (!installation) throw notFound();
  return ok(presentInstallation(call, app, installation));
}

function presentInstallation(call: Call, app: App, installation: Installation): Record<string, unknown> {
  const { server } = call;
  const owner = call.store.state.owners.find((o) => o.id === installation.ownerId)!;
  return complete(
    server.openApi,
    "installation",
    {
      id: installation.id,
      app_id: app.id,
      app_slug: app.slug,
      account: presentOwner(server, owner),
      target_id: owner.id,
      target_type: owner.type,
      repository_selection: "all",
      permissions: {},
      events: [],
      access_tokens_url: `${server.url}/app/installations/${installation.id}/access_tokens`,
      repositories_url: `${server.url}/installation/repositories`,
      html_url: `${server.url}/organizations/${owner.login}/settings/installations/${installation.id}`,
      created_at: installation.createdAt,
      updated_at: installation.createdAt,
      suspended_by: null,
      suspended_at: null,
    },
    { url: server.url, owner: owner.login },
  );
}
