/** Tags: a resource's own and those that the provider gives to all (Pulumi's `tags` and `tagsAll`). */
import type { AwsClient } from "./client";

export type Tags = Record<string, string>;

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** What the resource carries in AWS: its own tags win over the provider's. */
export function allTags(client: AwsClient, own: Tags | undefined): Tags {
  return { ...client.defaultTags, ...own };
}

/** AWS's list form. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** From AWS's list form; AWS's own tags and those that the provider ignores are passed over. */
export function tagsFrom(client: AwsClient, list: readonly Tag[] | undefined): Tags {
  const entries = (list ?? []).flatMap(({ Key, Value }) =>
    Key === undefined || Key.startsWith("aws:") || client.ignoresTag(Key) ? [] : [[Key, Value ?? ""] as const],
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The tags that the program would have to write: all but the provider's own. A default tag that the program writes too stays, which the
 * known tags tell; undefined when none is left and none was known.
 */
export function ownTags(client: AwsClient, all: Tags, known: Tags | undefined): Tags | undefined {
  const own = Object.fromEntries(
    Object.entries(all).filter(([key, value]) => client.defaultTags[key] !== value || known?.[key] !== undefined),
  );
  return Object.keys(own).length === 0 && known === undefined ? undefined : own;
}

/** Changes that make `wanted` of `found`. */
export function tagChanges(found: Tags, wanted: Tags): { readonly put: Tags; readonly remove: string[] } {
  return {
    put: Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found[key] !== value)),
    remove: Object.keys(found).filter((key) => wanted[key] === undefined),
  };
}
