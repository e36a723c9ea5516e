/** An error as Azure Resource Manager answers it: `{"error": {"code", "message", "target"?}}`. */
export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly target?: string,
  ) {
    super(message);
  }

  /** The body of the answer. */
  body(): { error: { code: string; message: string; target?: string } } {
    return { error: { code: this.code, message: this.message, ...(this.target === undefined ? {} : { target: this.target }) } };
  }
}

/** A rule that a value breaks: where, and what was found against what is allowed. */
export interface Finding {
  /** Path of the property as the resource's inputs name it, such as `networkProfile.podCidr`. */
  readonly property: string;
  readonly reason: string;
}

/** One 400 that names every finding. */
export function invalid(code: string, findings: readonly Finding[]): ArmError {
  const text = findings.map((finding) => (finding.property === "" ? finding.reason : `${finding.property}: ${finding.reason}`)).join("; ");
  return new ArmError(400, code, text, findings[0]?.property === "" ? undefined : findings[0]?.property);
}

export const notFound = {
  /** A GET of a resource that is not there. */
  resource: (type: string, names: readonly string[], group: string) =>
    new ArmError(
      404,
      "ResourceNotFound",
      `The Resource '${interleave(type, names)}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    ),
  group: (group: string) => new ArmError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`),
  parent: (action: string, type: string, parent: string) =>
    new ArmError(
      404,
      "ParentResourceNotFound",
      `Failed to perform '${action}' on resource(s) of type '${type.slice(type.indexOf("/") + 1)}', because the parent resource '${parent}' could not be found.`,
    ),
};

/** `Microsoft.X/a/b` and [1, 2] as `Microsoft.X/a/1/b/2`. */
function interleave(type: string, names: readonly string[]): string {
  const [namespace, ...segments] = type.split("/");
  return [namespace, ...segments.flatMap((segment, index) => [segment, names[index] ?? ""])].join("/");
}
