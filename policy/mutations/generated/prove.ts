/** Makes every generated change of a stack's resources and asks the rules. */
import { keyOf, manifestOf } from "../../intent/manifest";
import { isIntended, judgeOne, resourcesAsIntended } from "../../rules/stack/resources-as-intended";
import { violations, withDefaults } from "../../kit/judge";
import type { PackConfig } from "../../kit/config";
import type { Rule, Subject } from "../../kit/rule";
import { unknownsThrow } from "../../kit/unknowns";
import type { Resource } from "../../resources/resource";
import { changed, gone } from "../mutation";
import { changesOf, openedProps, withChange, type Change } from "./changes";
import { verdictOn, type Verdict } from "./verdicts";

/** A change with what people and policies say of it. */
export interface Judged {
  readonly resource: Resource;
  readonly change: Change;
  readonly verdict: Verdict | undefined;
  readonly caught: boolean;
  /** Whether the manifest's policy is among those that caught it. */
  readonly byManifest: boolean;
}

/** Judges one resource of a stack, where the rest of the stack is as it was. */
type Refuses = (subject: Subject) => boolean;

/**
 * Every generated change of every resource, judged by the manifest of the config first, as that reads everything; by all mandatory
 * rules where the manifest passes a
 * change that people have not excused. @throws Error for a config without a manifest
 */
export function judgeAll(resources: readonly Resource[], rules: readonly Rule[], config: PackConfig): readonly Judged[] {
  const subjects = resources.map(unknownsThrow);
  const refuses = byManifest(subjects, config);
  return resources.flatMap((resource, index) => {
    const open = openedProps(resource);
    const bare = { ...resource, inputs: undefined };
    return changesOf(resource).map((change): Judged => {
      const verdict = verdictOn(resource, change.kind, change.path);
      const isRefused = refuses(unknownsThrow({ ...bare, props: withChange(open, change) }));
      const caught = isRefused || (verdict === undefined && refusedByAny(rules, subjects, index, resource, change, config));
      return { resource, change, verdict, caught, byManifest: isRefused };
    });
  });
}

function byManifest(subjects: readonly Subject[], config: PackConfig): Refuses {
  const manifest = manifestOf(config[resourcesAsIntended.name]?.["manifest"]);
  if (manifest === undefined) throw new Error("the policy config has no manifest: run make generate");
  const stack = new Map(subjects.map((subject) => [keyOf(subject), subject]));
  return (subject) => {
    return !isIntended(manifest, keyOf(subject)) || [...judgeOne(subject, stack, manifest)].length > 0;
  };
}

function refusedByAny(
  rules: readonly Rule[],
  subjects: readonly Subject[],
  index: number,
  resource: Resource,
  { path, value }: Change,
  config: PackConfig,
): boolean {
  const after = unknownsThrow(changed(resource, path, value === undefined ? gone : value));
  const all = subjects.map((subject, at) => (at === index ? after : subject));
  return rules
    .filter(({ level }) => level === "mandatory")
    .some((rule) => violations(rule, rule.scope === "resource" ? [after] : all, withDefaults(rule, config[rule.name])).length > 0);
}

/** One line a change. */
export function told({ resource, change }: Judged): string {
  const value = change.value === undefined ? "gone" : JSON.stringify(change.value);
  return `${resource.type.slice(resource.type.lastIndexOf(":") + 1)} ${resource.name}: ${change.path.join(" ")} ${change.kind} ${value.length > 80 ? `${value.slice(0, 77)}...` : value}`;
}
