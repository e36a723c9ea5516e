/** Pieces of the kinds' input schemas and checks. */
import { z } from "zod";
import { UNKNOWN, unknownPaths } from "../provider/wire";
import { normalizeDocument } from "./document";
import { type Finding, isRecord } from "./validate/finding";

/**
 * Tags of a resource (AWS General Reference, "Tag naming limits and requirements"): at most 50, keys of 1 to 128 characters without
 * `aws:`, values up to 256.
 */
export const tagsSchema = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .refine((key) => !key.toLowerCase().startsWith("aws:"), "a tag key does not begin with aws:"),
    z.string().max(256),
  )
  .refine((tags) => Object.keys(tags).length <= 50, "a resource has at most 50 tags")
  .optional();

/**
 * A policy input, given as text or as an object, in one form of text: as in the real provider, a policy is always text in state. One that
 * holds unknown parts waits for the update.
 */
export function policyText(input: unknown): string | undefined {
  if (typeof input === "string") return input === UNKNOWN ? undefined : normalizeDocument(input);
  return isRecord(input) && unknownPaths(input).length === 0 ? normalizeDocument(input) : undefined;
}

/** Findings in a policy input as failures of that property. */
export function asFailures(property: string, findings: readonly Finding[]): { property: string; reason: string }[] {
  return findings.map(({ path, message }) => ({ property, reason: path === "" ? message : `${path}: ${message}` }));
}

/** Findings whose paths are inputs themselves. */
export function asPropertyFailures(findings: readonly Finding[]): { property: string; reason: string }[] {
  return findings.map(({ path, message }) => ({ property: path, reason: message }));
}
