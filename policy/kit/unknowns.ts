/**
 * What the engine makes of values that are not known before the apply: reading one throws. Taken from the file that defines it, as the
 * package's root loads the whole SDK, for which nothing but the pack's server has a use.
 */
import { UnknownValueError, unknownCheckingProxy, unknownStringValue } from "@pulumi/policy/proxy";
import type { Props, Subject } from "./rule";

/* eslint-disable jsdoc/require-jsdoc -- what the package exports, and documents itself */
declare module "@pulumi/policy/proxy" {
  export function unknownCheckingProxy(props: unknown): unknown;
  export const unknownStringValue: string;
  export class UnknownValueError extends Error {
    readonly props: readonly string[];
  }
}
/* eslint-enable jsdoc/require-jsdoc */

/** The text by which the engine marks a value that is not known. It has one for each type of value; all have one effect. */
export const UNKNOWN = unknownStringValue;

/** The subject as the engine shows it to a policy: reading an unknown value throws. */
export function unknownsThrow(subject: Subject): Subject {
  const { props, inputs, outputs } = subject;
  const watched = (values: Props | undefined): Props | undefined => (values === undefined ? undefined : (unknownCheckingProxy(values) as Props));
  return { ...subject, props: watched(props)!, inputs: watched(inputs), outputs: watched(outputs) };
}

/** Path of the unknown value that was read; undefined for every other error. */
export function unknownPath(error: unknown): readonly string[] | undefined {
  return error instanceof UnknownValueError ? error.props : undefined;
}

/** True when the property, or anything in it, is unknown. */
export function holdsUnknown(props: Props, property: string): boolean {
  try {
    JSON.stringify(props[property]);
    return false;
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return true;
  }
}

/** Types of the resources from whose outputs the property was made. A URN names the types of a resource's parents before its own. */
export function originTypes({ sources }: Subject, property: string): readonly string[] {
  return (sources[property] ?? []).map((urn) => urn.split("::")[2]!.split("$").at(-1)!);
}

/** Stands for a value that throws when it is read. */
export const NOT_KNOWN = Symbol("not known");

/** What a look at a value finds; NOT_KNOWN where it throws, as the value is not known before the apply. */
export function orUnknown(look: () => unknown): unknown {
  try {
    return look();
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return NOT_KNOWN;
  }
}
