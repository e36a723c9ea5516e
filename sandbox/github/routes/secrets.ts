/** Actions secrets and variables of repositories and environments: docs.github.com/rest/actions. */
import { type Answer, type Call, created, noContent, ok, type Routes } from "../server/call";
import { conflict, HttpError, notFound } from "../server/errors";
import { after, now } from "../server/state";
import type { ScopedVariable, SealedSecret } from "../server/state-actions";
import { environmentOf } from "./environments";

/** docs.github.com, "Secrets reference" and "Variables reference". */
const LIMITS = {
  repository: { secrets: 100, variables: 500 },
  environment: { secrets: 100, variables: 100 },
  valueBytes: 48 * 1024,
};

/** What holds secrets and variables: a repository or one of its environments. */
interface Holder {
  secrets: SealedSecret[];
  variables: ScopedVariable[];
}

type Scope = keyof Omit<typeof LIMITS, "valueBytes">;

const holder = (call: Call, scope: Scope): Holder => (scope === "repository" ? call.repository() : environmentOf(call, call.repository()));

function routesUnder(base: { secrets: string; variables: string }, scope: Scope): Routes {
  const secret = `${base.secrets}/{secret_name}`;
  const variable = `${base.variables}/{name}`;
  return {
    [`GET ${base.secrets}/public-key`]: (call) => {
      holder(call, scope);
      return ok({ key_id: call.server.secrets.keyId, key: call.server.secrets.publicKey });
    },
    [`GET ${base.secrets}`]: (call) => {
      const { secrets } = holder(call, scope);
      return ok({ total_count: secrets.length, secrets: call.page(secrets).map(presentSecret) });
    },
    [`GET ${secret}`]: (call) => ok(presentSecret(findNamed(holder(call, scope).secrets, call.text("secret_name")))),
    [`PUT ${secret}`]: (call) => putSecret(call, holder(call, scope), scope),
    [`DELETE ${secret}`]: (call) => {
      const held = holder(call, scope);
      const found = findNamed(held.secrets, call.text("secret_name"));
      held.secrets = held.secrets.filter((s) => s !== found);
      return noContent();
    },
    [`GET ${base.variables}`]: (call) => {
      const { variables } = holder(call, scope);
      return ok({ total_count: variables.length, variables: call.page(variables).map(presentVariable) });
    },
    [`POST ${base.variables}`]: (call) => postVariable(call, holder(call, scope), scope),
    [`GET ${variable}`]: (call) => ok(presentVariable(findNamed(holder(call, scope).variables, call.text("name")))),
    [`PATCH ${variable}`]: (call) => patchVariable(call, holder(call, scope)),
    [`DELETE ${variable}`]: (call) => {
      const held = holder(call, scope);
      const found = findNamed(held.variables, call.text("name"));
      held.variables = held.variables.filter((v) => v !== found);
      return noContent();
    },
  };
}

const ENVIRONMENT = "/repos/{owner}/{repo}/environments/{environment_name}";

export const secretRoutes: Routes = {
  ...routesUnder({ secrets: "/repos/{owner}/{repo}/actions/secrets", variables: "/repos/{owner}/{repo}/actions/variables" }, "repository"),
  ...routesUnder({ secrets: `${ENVIRONMENT}/secrets`, variables: `${ENVIRONMENT}/variables` }, "environment"),
};

function putSecret(call: Call, held: Holder, scope: Scope): Answer {
  const name = validName(call.text("secret_name"), "Secret");
  const { encrypted_value, key_id } = call.body<{ encrypted_value: string; key_id: string }>();
  const proof = call.server.secrets.open(encrypted_value, key_id);
  const old = held.secrets.find((secret) => secret.name === name);
  if (old) {
    Object.assign(old, proof, { updatedAt: after(old.updatedAt) });
    return noContent();
  }
  if (held.secrets.length >= LIMITS[scope].secrets) throw new HttpError(422, `A ${scope} can have ${LIMITS[scope].secrets} secrets`);
  const time = now();
  held.secrets.push({ name, createdAt: time, updatedAt: time, ...proof });
  return created({});
}

function postVariable(call: Call, held: Holder, scope: Scope): Answer {
  const body = call.body<{ name: string; value: string }>();
  const name = validName(body.name, "Variable");
  if (held.variables.some((variable) => variable.name === name)) throw conflict("Already exists - Variable already exists");
  if (held.variables.length >= LIMITS[scope].variables)
    throw new HttpError(422, `A ${scope} can have ${LIMITS[scope].variables} variables`);
  const time = now();
  held.variables.push({ name, value: validValue(body.value), createdAt: time, updatedAt: time });
  return created({});
}

function patchVariable(call: Call, held: Holder): Answer {
  const variable = findNamed(held.variables, call.text("name"));
  const body = call.body<{ name?: string; value?: string }>();
  const name = body.name === undefined ? variable.name : validName(body.name, "Variable");
  if (held.variables.some((other) => other !== variable && other.name === name)) throw conflict("Already exists - Variable already exists");
  Object.assign(variable, { name, value: validValue(body.value ?? variable.value), updatedAt: after(variable.updatedAt) });
  return noContent();
}

/** Names do not depend on case; GitHub keeps and shows them in capitals. */
function validName(given: string, what: "Secret" | "Variable"): string {
  const name = given.toUpperCase();
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    throw new HttpError(
      422,
      `${what} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`,
    );
  }
  if (name.startsWith("GITHUB_")) throw new HttpError(422, `${what} names must not start with GITHUB_.`);
  return name;
}

function validValue(value: string): string {
  const size = Buffer.byteLength(value);
  if (size > LIMITS.valueBytes) throw new HttpError(422, `Value is too large: ${size} bytes (allowed: ${LIMITS.valueBytes})`);
  return value;
}

function findNamed<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((item) => item.name === name.toUpperCase());
  if (!found) throw notFound();
  return found;
}

const presentSecret = ({ name, createdAt, updatedAt }: SealedSecret): Record<string, unknown> => ({
  name,
  created_at: createdAt,
  updated_at: updatedAt,
});

const presentVariable = ({ name, value, createdAt, updatedAt }: ScopedVariable): Record<string, unknown> => ({
  name,
  value,
  created_at: createdAt,
  updated_at: updatedAt,
});
