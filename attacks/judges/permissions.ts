/**
 * What an AWS role may do by its inline policies. Sources: IAM User Guide, "Policy evaluation logic" (what no statement allows is denied; a Deny wins)
 * and "IAM JSON policy elements" (actions ignore case; `*` and `?` in actions and resources). Conditions are not looked at: what one narrows is
 * taken as allowed, which is the attacker's better case.
 */
import type { Role, Stage } from "../stage";

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

const list = (value: string | readonly string[] | undefined): readonly string[] => (value === undefined ? [] : typeof value === "string" ? [value] : value);

function like(pattern: string, text: string, flags = ""): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
  return new RegExp(`^${source}$`, flags).test(text);
}

/** A role by the end of its name, such as `main-images`. @throws Error where there is none */
export function roleOf({ roles }: Stage, purpose: string): Role {
  const role = roles.find(({ name }) => name.endsWith(`-${purpose}`));
  if (role === undefined) throw new Error(`no role is for ${purpose}; there are ${roles.map(({ name }) => name).join(", ")}`);
  return role;
}

/** Whether a role's policies allow an action on a resource: an explicit Deny wins (AWS, IAM User Guide, "Policy evaluation logic"). */
export function mayDo({ policies }: Role, action: string, resource: string): boolean {
  const statements = policies.flatMap((policy) => [(JSON.parse(policy) as { Statement: Statement | readonly Statement[] }).Statement].flat() as Statement[]);
  const fits = ({ Action, Resource }: Statement): boolean => list(Action).some((each) => like(each, action, "i")) && list(Resource).some((each) => like(each, resource));
  return statements.some((each) => each.Effect === "Allow" && fits(each)) && !statements.some((each) => each.Effect === "Deny" && fits(each));
}
