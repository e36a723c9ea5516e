import {
  isDerived,
  keyOf,
  manifestConfig,
  manifestOf,
  PROVIDER,
  shortKey,
  STACK_TYPE,
  type IntendedResource,
  type Manifest,
} from "../../intent/manifest";
import { kubeconfigFindings } from "../../intent/kubeconfig";
import { directivesIn } from "../../intent/directives";
import { differences, escaped, type Surroundings } from "../../intent/compare";
import { NOT_KNOWN, orUnknown } from "../../kit/unknowns";
import { managedClusterType, poolsOfTheirOwn } from "../cluster/aks";
import { defaultsOf } from "../../intent/defaults";
import { mendedProps, plainProps } from "../../intent/mend";
import { tolerancesOf } from "../../intent/tolerance";
import { optionDifferences } from "../../intent/options";
import { stackRule, type Finding, type Props, type RuleConfig, type Subject } from "../../kit/rule";
import { HOST } from "../../resources/tokens";
import { at, items, listed } from "../../kit/values";

export const resourcesAsIntended = stackRule({
  name: "resources-as-intended",
  title: "Every resource is as the stack's manifest says",
  severity: "high",
  level: "mandatory",
  holds:
    "The stack has exactly the resources of its manifest, each with the properties that the manifest says: images, charts, hosts, principals, environments, files, contexts and all the rest; so are its provider, its parent and what is ignored of it, and each provider leads where it should. Values may differ where that narrows: fewer addresses, fewer runners, longer retention. Without a manifest this policy judges nothing.",
  why: "What no rule thought of passes every rule. The manifest is made from the stack's config and reviewed with it, so a change that no config explains is seen.",
  fix: "If the change is meant: run make generate, and have the change of the manifest reviewed in the same pull request. If not: take it back.",
  source: {
    title: "NIST SP 800-53 CM-3 and CM-7(5): change control; allow by exception",
    url: "https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=CM-07",
  },
  config: manifestConfig,
  differences: differencesOf,
  *judge(subjects, config) {
    const manifest = manifestOf(config["manifest"]);
    if (manifest === undefined) return;
    const stranger = subjects.find(({ urn }) => !isOf(manifest, urn));
    if (stranger !== undefined && !subjects.some(({ urn }) => isOf(manifest, urn))) {
      return yield {
        property: "manifest",
        found: `the manifest of ${manifest.stack} of ${manifest.project}`,
        wanted: `one of the stack of ${stranger.urn.split("::", 2).join(" of ")}`,
      };
    }
    const stack = new Map(subjects.map((subject) => [keyOf(subject), subject]));
    for (const [key, subject] of stack) {
      if (isIntended(manifest, key)) yield* judgeOne(subject, stack, manifest);
      else if (isManaged(subject, manifest) && (manifest.providers !== undefined || !subject.type.startsWith(PROVIDER)))
        yield {
          subject,
          property: "type",
          found: "a resource that is not in the manifest",
          wanted: "no such resource",
          mend: (all) => all.filter(({ urn }) => urn !== subject.urn),
        };
    }
    for (const key of Object.keys(manifest.resources).filter((wanted) => !stack.has(wanted)))
      yield {
        property: key,
        found: "nothing",
        wanted: "the resource that the manifest has",
        mend: (all) => [...all, intendedSubject(manifest, key)],
      };
  },
});

/** One resource by itself. */
function* differencesOf(subject: Subject, config: RuleConfig): Iterable<Finding> {
  const manifest = manifestOf(config["manifest"]);
  if (manifest !== undefined) yield* judgeOne(subject, new Map([[keyOf(subject), subject]]), manifest);
}

function isOf({ project, stack }: Manifest, urn: string): boolean {
  return urn.startsWith(`urn:pulumi:${stack}::${project}::`);
}

/** Whether the manifest says how a resource should be. */
export function isIntended({ resources, providers = {} }: Manifest, key: string): boolean {
  return key in resources || key in providers || key.startsWith(`${STACK_TYPE} `);
}

/** Judges what the manifest says of one resource, where the others of its stack are as given; nothing where it says nothing. */
export function* judgeOne(subject: Subject, stack: ReadonlyMap<string, Subject>, manifest: Manifest): Iterable<Finding & { subject: Subject }> {
  if (subject.type === STACK_TYPE) return yield* judgeOutputs(subject, stack, manifest);
  const key = keyOf(subject);
  const intended = manifest.resources[key] ?? manifest.providers?.[key];
  if (intended !== undefined) yield* judgeResource(subject, intended, stack, manifest);
}

/** What the stack tells others: everybody who may read it reads a secret that is none to the engine. */
function* judgeOutputs(subject: Subject, stack: ReadonlyMap<string, Subject>, manifest: Manifest): Iterable<Finding & { subject: Subject }> {
  if (manifest.outputs === undefined) return;
  const intended: IntendedResource = { protect: false, props: manifest.outputs, from: {} };
  const around = { ...surroundings(subject, intended, stack, manifest), mayWait: (output: string) => isMade(manifest.outputs![output]) };
  // No other policy looks at them: nothing else ends when one is put right.
  for (const { path, found, wanted } of differences(manifest.outputs, subject.outputs ?? subject.props, around))
    yield { subject, property: path.join("."), found, wanted, mend: unchanged };
}

/** Components hold resources and are none: no provider makes them. */
function isManaged({ type, options }: Subject, { project }: Manifest): boolean {
  return type.split(":")[0] !== project || options?.provider !== undefined;
}

/** Judges one resource, where the others of its stack are as given. */
function* judgeResource(
  subject: Subject,
  intended: IntendedResource,
  stack: ReadonlyMap<string, Subject>,
  manifest: Manifest,
): Iterable<Finding & { subject: Subject }> {
  const mend = (change: (found: Subject) => Partial<Subject>): Finding["mend"] => {
    return (all) => all.map((found) => (found.urn === subject.urn ? changedSubject(found, change(found)) : found));
  };
  if (intended.protect && !subject.protect)
    yield { subject, property: "protect", found: "false", wanted: "true", mend: mend(() => ({ protect: true })) };
  for (const { option, found, wanted } of optionDifferences(subject, intended.options))
    yield { subject, property: option, found, wanted, mend: mend(({ options }) => ({ options: { ...options, [option]: undefined } })) };
  yield* judgeDirectives(subject, intended);
  if (subject.type === KUBERNETES) yield* judgeKubeconfig(subject, intended, stack);
  for (const [property, from] of Object.entries(intended.from)) {
    const strangers = (subject.sources[property] ?? []).map(shortKey).filter((source) => !from.includes(source));
    if (strangers.length > 0)
      yield {
        subject,
        property,
        found: `a value made from ${listed(strangers)}`,
        wanted: `one made from ${listed(from)}`,
        mend: mend(({ sources }) => ({
          sources: { ...sources, [property]: sources[property]!.filter((source) => from.includes(shortKey(source))) },
        })),
      };
  }
  const found = differences(intended.props, askedFor(subject, stack), surroundings(subject, intended, stack, manifest));
  for (const difference of found.filter(({ found: value, wanted }) => !isOnThisMachine(subject, value, wanted))) {
    const { path, wanted } = difference;
    const undo = (props: Props): Props => orKnown(props, () => mendedProps(props, path, difference.mend));
    yield {
      subject,
      property: path.join("."),
      found: difference.found,
      wanted,
      mend: mend(({ props, inputs }) => ({ props: undo(props), ...(inputs === undefined ? {} : { inputs: undo(inputs) }) })),
    };
  }
}

/** Stands for what ends no other violation. */
const unchanged: Finding["mend"] = (subjects) => subjects;

/** A comment that makes a linter look away is no word for people. */
function* judgeDirectives(subject: Subject, { directives = [] }: IntendedResource): Iterable<Finding & { subject: Subject }> {
  const content = orUnknown(() => subject.props["content"]);
  if (typeof content !== "string") return;
  for (const directive of directivesIn(content).filter((one) => !directives.includes(one)))
    yield { subject, property: "content", found: `the comment ${JSON.stringify(directive)}`, wanted: "no comment that a linter obeys", mend: unchanged };
}

/** What a change makes of properties; as they are, where something on its way is not known yet. */
function orKnown(props: Props, change: () => Props): Props {
  const changed = orUnknown(change);
  return changed === NOT_KNOWN ? props : (changed as Props);
}

/** A subject is of a class that notes what is read, so it is not spread. */
function changedSubject(found: Subject, change: Partial<Subject>): Subject {
  const { type, name, urn, props, protect, sources, outputs, inputs, options } = found;
  return { type, name, urn, props, protect, sources, outputs, inputs, options, ...change };
}

/** A resource as the manifest has it. */
function intendedSubject({ stack, project, resources }: Manifest, key: string): Subject {
  const space = key.indexOf(" ");
  const [type, name] = [key.slice(0, space), key.slice(space + 1)];
  const { protect, props } = resources[key]!;
  return { type, name, urn: `urn:pulumi:${stack}::${project}::${type}::${name}`, protect, props: plainProps(props), sources: {} };
}

/** What was asked for, without the pools that a refresh put into a cluster and that are resources of their own: those are judged by themselves. */
function askedFor(subject: Subject, stack: ReadonlyMap<string, Subject>): Props {
  const props = subject.inputs ?? subject.props;
  if (subject.type !== managedClusterType) return props;
  const profiles = orUnknown(() => props["agentPoolProfiles"]);
  const own = Array.isArray(profiles) ? poolsOfTheirOwn({ ...subject, props }, [...stack.values()]) : new Set<string>();
  if (!Array.isArray(profiles) || own.size === 0) return props;
  const others = items(profiles).filter((profile) => !own.has(String(at(profile, "name"))));
  // No copy: other properties may not be known yet, and a copy would read them.
  return new Proxy(props, { get: (target, key) => (key === "agentPoolProfiles" ? others : (Reflect.get(target, key) as unknown)) });
}

/** In a sandbox a cluster's API server is on loopback, and GitHub too, whatever their names: nobody else's answers there. */
function isOnThisMachine({ type }: Subject, found: string, wanted: string): boolean {
  if (type.startsWith(PROVIDER)) return /^"https?:\/\/127\.0\.0\.1:\d+\/?"$/.test(found) && /^"https:/.test(wanted);
  return (
    /^"https:\/\/127\.0\.0\.1:\d+"$/.test(found) && /^"https:\/\/⟦azure-native:containerservice:ManagedCluster \S+ fqdn⟧:443"$/.test(wanted)
  );
}

const KUBERNETES = `${PROVIDER}kubernetes`;

/** Where a provider of Kubernetes leads, once it is known: to the clusters from which it should be made. */
function* judgeKubeconfig(
  subject: Subject,
  { from }: IntendedResource,
  stack: ReadonlyMap<string, Subject>,
): Iterable<Finding & { subject: Subject }> {
  const text = orUnknown(() => (subject.inputs ?? subject.props)["kubeconfig"]);
  if (text === NOT_KNOWN) return;
  const hosts = (from["kubeconfig"] ?? []).map((key) => outputOf(stack.get(key), "fqdn")).filter((host) => host !== undefined);
  for (const { at: place, found, wanted } of kubeconfigFindings(String(text), hosts))
    yield { subject, property: `kubeconfig.${place}`, found, wanted, mend: unchanged };
}

/** What is made from an answer to a question about a cluster: as long as the SDK cannot ask, it names no source. */
const ASKING = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const ASKED = "azure-native:containerservice:ManagedCluster ";

/** Providers that note which values they filled in. */
const NOTING = /^(aws|github):/;

function surroundings(subject: Subject, intended: IntendedResource, stack: ReadonlyMap<string, Subject>, manifest: Manifest): Surroundings {
  return {
    tolerances: tolerancesOf(subject.type),
    isDefault: defaultsOf(subject.type),
    notesDefaults: NOTING.test(subject.type),
    mayWait: (property) => {
      const from = intended.from[property] ?? [];
      const sources = (subject.sources[property] ?? []).map(shortKey);
      if (sources.length === 0)
        return subject.type === ASKING && from.some((source) => source.startsWith(ASKED)) && isMade(intended.props[property]);
      return sources.every((source) => from.includes(source));
    },
    output: (type, name, output) =>
      outputOf(stack.get(`${type} ${name}`), output) ?? (output === "id" ? armId(manifest, `${type} ${name}`) : undefined),
  };
}

/** Whether a value is made from what a cloud answers, in any of its parts. */
function isMade(value: unknown): boolean {
  if (typeof value === "string") return value.includes("⟦");
  return isDerived(value) || (typeof value === "object" && value !== null && Object.values(value).some(isMade));
}

function outputOf(source: Subject | undefined, output: string): string | undefined {
  if (source === undefined) return undefined;
  const path = output.replace(HOST, "");
  const answered = orUnknown(() => at(source.outputs ?? {}, path) ?? at(source.props, path));
  if (answered === undefined || answered === NOT_KNOWN) return undefined;
  return output.endsWith(HOST) ? String(answered).split("/")[0] : String(answered);
}

/**
 * The form of a resource's id on Azure, which the engine does not show to policies: it ends in the resource's own name.
 * Source: learn.microsoft.com/azure/azure-resource-manager/management/overview, "Resource ID".
 */
function armId({ subscription, resources }: Manifest, key: string): RegExp | undefined {
  const props = resources[key]?.props;
  if (props === undefined || subscription === undefined || !key.startsWith("azure-native:")) return undefined;
  const [group, name] = [props["resourceGroupName"], props["registryName"] ?? props["resourceName"]].map((text) =>
    typeof text === "string" ? escaped(text) : undefined,
  );
  if (group === undefined) return undefined;
  return new RegExp(
    `/subscriptions/${escaped(subscription)}/resourceGroups/${group}${name === undefined ? "" : `/providers/[\\w.]+/\\w+/${name}`}`,
  );
}
