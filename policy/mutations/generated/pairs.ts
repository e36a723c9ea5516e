/**
 * Two generated changes at once. A harmful one has to be refused and named whatever else changes: beside another harmful one, on the
 * same resource or on another, and beside a harmless one.
 */
import { keyOf, manifestOf, type Manifest } from "../../intent/manifest";
import { byCause, type Ask, type Cause } from "../../kit/causes";
import type { PackConfig } from "../../kit/config";
import { violations, withDefaults, type Violation } from "../../kit/judge";
import type { Rule, Subject } from "../../kit/rule";
import { unknownsThrow } from "../../kit/unknowns";
import type { Resource } from "../../resources/resource";
import { judgeOne, resourcesAsIntended } from "../../rules/stack/resources-as-intended";
import { changed, gone } from "../mutation";
import { openedProps, withChange, type Change } from "./changes";
import type { Judged } from "./prove";

export type Pair = readonly [Judged, Judged];

/** How two changes of a pair stand to each other. */
export type Relation = "same resource" | "linked resources" | "other resources" | "beside a harmless one";

export const RELATIONS: readonly Relation[] = ["same resource", "linked resources", "other resources", "beside a harmless one"];

/**
 * A source of numbers from 0 to below 1 that is the same for the same seed: mulberry32, by Tommy Ettinger (public domain,
 * gist.github.com/tommyettinger/46a874533244883189143505d203312c).
 */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Pairs of one relation, drawn at random without end. Changes of which one lies inside the other are no pair: there is one place, and
 * one value in it.
 */
export function* pairsOf(judged: readonly Judged[], relation: Relation, manifest: Manifest, random: () => number): Generator<Pair, never> {
  const harmful = judged.filter(({ verdict }) => verdict === undefined);
  const harmless = judged.filter(({ verdict }) => verdict !== undefined);
  const byResource = new Map<string, Judged[]>();
  for (const one of harmful) byResource.set(keyOf(one.resource), [...(byResource.get(keyOf(one.resource)) ?? []), one]);
  const draw = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)]!;
  const others = (one: Judged): readonly Judged[] => {
    const key = keyOf(one.resource);
    if (relation === "same resource") return byResource.get(key)!;
    if (relation === "beside a harmless one") return harmless;
    const links = relation === "linked resources" ? linksOf(manifest, key) : [];
    const linked = links.length === 0 ? [] : harmful.filter(({ resource }) => links.includes(keyOf(resource)));
    return linked.length > 0 ? linked : harmful;
  };
  for (;;) {
    const one = draw(harmful);
    const pair: Pair = [one, draw(others(one))];
    if (isPair(pair)) yield pair;
  }
}

/** Resources from whose outputs a resource is made: a change of these could hide one of it. */
function linksOf({ resources }: Manifest, key: string): readonly string[] {
  return Object.values(resources[key]?.from ?? {}).flat();
}

function isPair([one, other]: Pair): boolean {
  return one.resource !== other.resource || !overlap(holderOf(one.change), holderOf(other.change));
}

/** A change of an item moves the rest of its list: the place is then the whole list. */
function holderOf({ path }: Change): readonly string[] {
  const index = path.findIndex((key) => /^\d+$/.test(key));
  return index === -1 ? path : path.slice(0, index);
}

function overlap(one: readonly string[], other: readonly string[]): boolean {
  return one.every((key, index) => index >= other.length || key === other[index]);
}

/** Judges pairs by the stack's manifest, which reads everything. */
export class PairJudge {
  private readonly stack: ReadonlyMap<string, Subject>;
  readonly manifest: Manifest;
  private readonly ask: Ask;

  /** @throws Error for a config without a manifest */
  constructor(
    private readonly resources: readonly Resource[],
    private readonly rules: readonly Rule[],
    config: PackConfig,
  ) {
    const manifest = manifestOf(config[resourcesAsIntended.name]?.["manifest"]);
    if (manifest === undefined) throw new Error("the policy config has no manifest: run make generate");
    this.manifest = manifest;
    this.stack = new Map(resources.map((resource) => [keyOf(resource), unknownsThrow(resource)]));
    this.ask = (rule, subjects) => violations(rule, subjects, withDefaults(rule, config[rule.name]));
  }

  /** Harmful changes of the pair that the manifest's policy does not name; those that only another policy refuses are left out. */
  unnamed(pair: Pair): readonly Judged[] {
    const subjects = new Map(afterPair(pair).map((resource) => [keyOf(resource), unknownsThrow({ ...resource, inputs: undefined })]));
    const stack = new Map([...this.stack, ...subjects]);
    const found = [...subjects.values()].flatMap((subject) => [...judgeOne(subject, stack, this.manifest)]);
    return pair
      .filter(({ verdict, byManifest }) => verdict === undefined && byManifest)
      .filter((one) => !found.some((finding) => names(finding, one)));
  }

  /** Judges by every policy, and groups what they say. */
  causes(pair: Pair): readonly Cause[] {
    const subjects = this.after(pair).map(unknownsThrow);
    const found = this.rules.flatMap((rule) => this.ask(rule, subjects));
    return byCause(found, subjects, this.ask);
  }

  private after(pair: Pair): readonly Resource[] {
    return pair.reduce<readonly Resource[]>(
      (all, { resource, change }) =>
        all.map((one) =>
          keyOf(one) === keyOf(resource) ? changed(one, change.path, change.value === undefined ? gone : change.value) : one,
        ),
      this.resources,
    );
  }
}

/** The resources of a pair with both changes made; one resource where both are of it. */
function afterPair([one, other]: Pair): readonly Resource[] {
  const first = { ...one.resource, props: withChange(openedProps(one.resource), one.change) };
  if (one.resource === other.resource) return [{ ...first, props: withChange(first.props, other.change) }];
  return [first, { ...other.resource, props: withChange(openedProps(other.resource), other.change) }];
}

/** Whether a finding is about the place of a change. */
export function names({ subject, property }: Pick<Violation, "subject" | "property">, { resource, change }: Judged): boolean {
  return subject?.urn === resource.urn && overlap(property.split("."), holderOf(change).join(".").split("."));
}

/** Whether both changes are told, each by a cause of its own that names its place. The same change of two resources is one cause. */
export function toldApart(causes: readonly Cause[], [one, other]: Pair): boolean {
  const isSame = JSON.stringify([one.change.path, one.change.value]) === JSON.stringify([other.change.path, other.change.value]);
  const of = (judged: Judged): Cause[] =>
    causes.filter(({ told, further }) => [told, ...further].some((violation) => names(violation, judged)));
  return of(one).some((first) => of(other).some((second) => isSame || second !== first));
}
