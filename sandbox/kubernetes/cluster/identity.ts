/** Who may speak to the API servers of one sandbox. The same people on every cluster, as Entra has the same people for every AKS cluster. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { readIfThere, writePrivate } from "./files";

export interface Identities {
  /** File of the applying identity's token; `kubelogin` reads it. */
  readonly applierTokenFile: string;
  readonly applierToken: string;
  /** The controllers' token. */
  readonly controllerToken: string;
  /** File for `--token-auth-file`. */
  readonly tokenTableFile: string;
  /** Key with which service-account tokens are signed. */
  readonly serviceAccountKeyFile: string;
}

/** User name of whoever applies the stack. */
export const applier = "sandbox-applier";

/** Reads the sandbox's identities, or makes them at the first start: a cluster that is kept must go on knowing them. */
export async function identities(directory: string): Promise<Identities> {
  const applierTokenFile = join(directory, "applier-token");
  const controllerTokenFile = join(directory, "controller-token");
  const serviceAccountKeyFile = join(directory, "service-account.key");
  const applierToken = await kept(applierTokenFile, newToken);
  const controllerToken = await kept(controllerTokenFile, newToken);
  await kept(serviceAccountKeyFile, newSigningKey);
  const table = [
    // Cluster administrator, as the applying identity is on AKS through Azure RBAC; may impersonate, so `kubectl auth can-i --as` answers.
    tokenRow(applierToken, applier, "system:masters"),
    tokenRow(controllerToken, "system:kube-controller-manager", "system:masters"),
  ];
  const tokenTableFile = await writePrivate(join(directory, "tokens.csv"), `${table.join("\n")}\n`);
  return { applierTokenFile, applierToken, controllerToken, tokenTableFile, serviceAccountKeyFile };
}

/** `token,user,uid,"group"`: the static token file of the API server. */
function tokenRow(token: string, user: string, group: string): string {
  return `${token},${user},${user},"${group}"`;
}

async function kept(path: string, make: () => string): Promise<string> {
  const there = await readIfThere(path);
  if (there !== undefined) return there;
  const made = make();
  await writePrivate(path, made);
  return made;
}

function newToken(): string {
  return randomBytes(32).toString("hex");
}

function newSigningKey(): string {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}
