/** Pieces of the kinds' input schemas. */
import { z } from "zod";
import type { Finding } from "./validate/finding";

/** A strict object whose refusal says that the input is not known, not that the cloud would refuse it. */
export function inputs<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `the sandbox does not know the input ${issue.keys.join(", ")}; it knows ${Object.keys(shape).join(", ")}` : undefined),
  });
}

/** Tags of a resource (AWS General Reference, "Tag naming limits and requirements"): at most 50, keys of 1 to 128 characters without `aws:`, values up to 256. */
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

/** Findings in a policy input as failures of that property. */
export function asFailures(property: string, findings: readonly Finding[]): { property: string; reason: string }[] {
  return findings.map(({ path, message }) => ({ property, reason: path === "" ? message : `${path}: ${message}` }));
}

/** Findings whose paths are inputs themselves. */
export function asPropertyFailures(findings: readonly Finding[]): { property: string; reason: string }[] {
  return findings.map(({ path, message }) => ({ property: path, reason: message }));
}
