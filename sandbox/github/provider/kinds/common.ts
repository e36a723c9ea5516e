/** What several kinds share: ids, times, names and repository ids as the real provider writes them. */
import { z } from "zod";
import type { Properties, ResourceKind } from "../../../provider/kind";
import type { GitHubClient } from "../client";

export type Kind<Inputs extends Properties, Outputs extends Properties> = ResourceKind<GitHubClient, Inputs, Outputs>;

/** Repository names of kinds of which the real provider validates only the length. */
export const repositoryName = z.string().min(1).max(100);

/** docs.github.com, "Secrets reference"; the real provider holds variables to it too. */
export const actionsName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "can only contain alphanumeric characters or underscores and must not start with a number")
  .refine((name) => !name.toUpperCase().startsWith("GITHUB_"), "must not start with the GITHUB_ prefix");

/** Ids are parts joined by colons; a colon inside a part is written `??`. */
export function joinId(...parts: readonly string[]): string {
  return parts.map((part, i) => (i < parts.length - 1 ? escapePart(part) : part)).join(":");
}

/** The parts of an id, the last of which may hold colons. Throws when there are fewer than `names`. */
export function splitId(id: string, ...names: readonly string[]): readonly string[] {
  const parts = id.split(":");
  if (parts.length < names.length) throw new Error(`invalid id (${id}), expected format ${names.map((name) => `<${name}>`).join(":")}`);
  const head = parts.slice(0, names.length - 1);
  return [...head, parts.slice(names.length - 1).join(":")].map((part, i) => (i < names.length - 1 ? unescapePart(part) : part));
}

export const escapePart = (part: string): string => part.replaceAll(":", "??");
export const unescapePart = (part: string): string => part.replaceAll("??", ":");

/** A number inside an id. */
export function numberPart(id: string, part: string): number {
  if (!/^\d+$/.test(part)) throw new Error(`invalid id (${id}), expected ${part || "its last part"} to be a number`);
  return Number(part);
}

/** Times are kept in the form of Go's `Time.String()`, which is what the real provider writes to state. */
export function goTime(iso: string): string {
  return iso.replace("T", " ").replace("Z", " +0000 UTC");
}

export async function repositoryId(client: GitHubClient, repository: string): Promise<number> {
  const { data } = await client.request("GET /repos/{owner}/{repo}", { owner: client.owner, repo: repository });
  return Number(data.id);
}

/** The object without the properties that are undefined. */
export function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
