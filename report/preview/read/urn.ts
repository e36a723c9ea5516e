/** URNs: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`, where the name may hold anything. */

/** The parts of a URN that a report uses; empty texts for something that is no URN. */
export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** Type token of the resource itself. */
  readonly type: string;
  readonly name: string;
}

export function urnParts(urn: string): UrnParts {
  const [scheme = "", project = "", qualified = "", ...name] = urn.split("::");
  return {
    stack: scheme.slice(scheme.lastIndexOf(":") + 1),
    project,
    type: qualified.slice(qualified.lastIndexOf("$") + 1),
    name: name.join("::"),
  };
}

/** Type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
