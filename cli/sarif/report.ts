/** What the policies say in a report, as SARIF. A preview tells no places in sources, so findings point at the stack's config file. */
import type { Rule } from "../../policy/kit/rule";
import { rules } from "../../policy/rules";
import type { PolicyViolation, Report } from "../../report/preview/model";
import { sarifText, type SarifFinding } from "./log";

/** Violations of this project's policies; other packs' have no rules to describe. */
export function reportSarif({ provenance: { project, stack }, policies, headline }: Report): string {
  const violations = policies.known ? policies.violations : [];
  return sarifText({ project, stack, rules, findings: violations.flatMap(finding), complete: policies.known && headline.verdict !== "failed" });
}

function finding({ policy, resource, also = [], message }: PolicyViolation): SarifFinding[] {
  const rule: Rule | undefined = rules.find(({ name }) => name === policy);
  if (rule === undefined) return [];
  // The pack's messages end with what was found and what is wanted, which may change while the violation stays.
  const about = message.split(": found ")[0]!;
  const further = also.length === 0 ? "" : `\nThe same holds for ${also.map(({ name }) => name).join(", ")}.`;
  return [{ rule, resource, about, message: `${message}${further}` }];
}
