/** Holds a resource's options to what is intended: who makes it, what of it is ignored, what becomes of it when it goes. */
import type { Subject, SubjectOptions } from "../kit/rule";
import { listed } from "../kit/values";
import { shortKey } from "./manifest";

/** One option that differs. */
export interface OptionDifference {
  readonly option: keyof SubjectOptions;
  readonly found: string;
  readonly wanted: string;
}

const STACK = "pulumi:pulumi:Stack ";

/** What a resource has for the options of its program. What the engine or a state does not tell is no difference. */
export function optionDifferences({ type, name, options = {} }: Subject, intended: SubjectOptions = {}): readonly OptionDifference[] {
  return [
    ...places(options, intended),
    ...further(options, ownAliases(type, name), intended),
    ...switches(options, intended),
    ...timeouts(options, intended),
  ];
}

/** The parent, the provider, and with what it is deleted. */
function* places(options: SubjectOptions, intended: SubjectOptions): Iterable<OptionDifference> {
  for (const option of ["parent", "provider", "deletedWith"] as const) {
    const urn = options[option] ?? "";
    const wanted = intended[option];
    if (urn === "" || shortKey(urn) === wanted) continue;
    // The stack is everybody's parent who has none.
    if (option === "parent" && wanted === undefined && shortKey(urn).startsWith(STACK)) continue;
    yield { option, found: shortKey(urn), wanted: wanted ?? "none" };
  }
}

function* further(options: SubjectOptions, isOwn: (key: string) => boolean, intended: SubjectOptions): Iterable<OptionDifference> {
  const aliases = (options.aliases ?? []).map(shortKey).filter((key) => !isOwn(key));
  for (const [option, found] of [
    ["ignoreChanges", options.ignoreChanges ?? []],
    ["aliases", aliases],
  ] as const) {
    const strangers = found.filter((item) => !(intended[option] ?? []).includes(item));
    if (strangers.length > 0) yield { option, found: listed(strangers), wanted: listed(intended[option] ?? []) };
  }
  const { additionalSecretOutputs: secret } = options;
  const open = secret === undefined ? [] : (intended.additionalSecretOutputs ?? []).filter((output) => !secret.includes(output));
  if (open.length > 0) yield { option: "additionalSecretOutputs", found: `a list without ${listed(open)}`, wanted: "a list with it" };
}

/** A type of another API version, by the same name, is the same resource: azure-native gives each resource such aliases. */
export function ownAliases(type: string, name: string): (key: string) => boolean {
  const kind = (token: string): string => `${token.split(":")[0]} ${token.split(":").at(-1)}`;
  return (key) => key.slice(key.indexOf(" ") + 1) === name && kind(key.split(" ")[0]!) === kind(type);
}

/** A wait that is too short gives up on what is half done; one without end holds the stack. */
function* timeouts({ customTimeouts: found }: SubjectOptions, { customTimeouts: intended }: SubjectOptions): Iterable<OptionDifference> {
  if (found === undefined) return;
  const told = (of: SubjectOptions["customTimeouts"]): string =>
    listed((["create", "update", "delete"] as const).flatMap((step) => ((of?.[step] ?? 0) > 0 ? [`${step} ${of![step]} s`] : [])));
  if (told(found) !== told(intended)) yield { option: "customTimeouts", found: told(found), wanted: told(intended) };
}

function* switches(options: SubjectOptions, intended: SubjectOptions): Iterable<OptionDifference> {
  for (const option of ["deleteBeforeReplace", "retainOnDelete"] as const) {
    if (options[option] === true && intended[option] !== true) yield { option, found: "true", wanted: "false" };
  }
}
