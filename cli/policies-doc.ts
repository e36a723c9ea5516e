/** Renders docs/policies.md from the rules themselves: `make docs`. A test says when the committed file is stale. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../policy/kit/rule";
import { rules } from "../policy/rules";

export const POLICIES_DOC = join(__dirname, "..", "docs", "policies.md");

const RULES = join(__dirname, "..", "policy", "rules");

/** What each folder of rules is about. */
const FAMILIES: Readonly<Record<string, string>> = {
  checks: "Required checks and branches",
  cluster: "Clusters",
  github: "Repositories and environments",
  registries: "Registries and stores",
  runners: "Runners",
  stack: "The stack as a whole",
  trust: "Identities and trust",
  workflows: "Workflow files",
};

/** The whole document. @throws Error where a folder of rules has no title here */
export function policiesDoc(): string {
  const families = readdirSync(RULES).filter((name) => statSync(join(RULES, name)).isDirectory()).sort();
  const parts = families.map((family) => ({ title: titleOf(family), rules: rules.filter(({ name }) => existsSync(join(RULES, family, `${name}.ts`))) }));
  return `${[
    "<!-- Rendered from policy/rules by `make docs`. -->",
    "# Policies",
    INTRODUCTION,
    ...parts.flatMap(({ title, rules: own }) => [`**${title}**`, index(own)]),
    "## Configure",
    CONFIGURATION,
    ...parts.flatMap(({ title, rules: own }) => [`## ${title}`, ...own.flatMap(section)]),
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `The pack judges what a stack asks for, whoever wrote the program: it reads resources, the workflow files among them, and nothing of this
project's model. It has ${rules.length} policies, ${mandatory()} mandatory: a violation of such a one stops \`pulumi preview\`, and \`pulumi up\` before
anything is changed. \`make audit\` judges a deployed state by the same rules; \`make policy-mutations\` proves them by harmful and harmless changes of the
production stack.

A value that is not known before the apply is a violation where a policy needs it, but for those that cannot be known; each of these policies says which, and
\`unknowns-explained\` refuses an unknown that comes from anywhere else.`;

const CONFIGURATION = `\`policy/config/STACK.json\` holds what each policy is told about a stack. It is written from the stack's config
(\`npx tsx config/policies.ts\`), and a test says when it is stale. A policy's keys are listed below with their defaults; an unknown policy or key, or a value
of another type, is one error before anything is judged. The level of a mandatory policy cannot be lowered. For another project's stacks, start
from the defaults: \`pulumi preview --policy-pack policy --policy-pack-config FILE\`, with \`{ "POLICY": { "KEY": VALUE } }\` in FILE.`;

function mandatory(): string {
  const count = rules.filter(({ level }) => level === "mandatory").length;
  return count === rules.length ? "all" : `${count} of them`;
}

function titleOf(family: string): string {
  const title = FAMILIES[family];
  if (title === undefined) throw new Error(`policy/rules/${family} has no title in cli/policies-doc.ts`);
  return title;
}

function index(own: readonly Rule[]): string {
  const rows = own.map(({ name, title, severity }) => `| [\`${name}\`](#${name}) | ${text(title)} | ${severity} |`);
  return ["| policy | what it holds | severity |", "|---|---|---|", ...rows].join("\n");
}

function section(rule: Rule): string[] {
  return [
    `### ${rule.name}`,
    `*${rule.level}, ${rule.severity}.* ${text(rule.holds)}`,
    `- **Why:** ${text(rule.why)}\n- **How to fix:** ${text(rule.fix)}\n- **Judges:** ${judged(rule)}\n${waits(rule)}- **Source:** [${text(rule.source.title)}](${rule.source.url})`,
    ...settings(rule),
  ];
}

function judged(rule: Rule): string {
  return rule.scope === "stack" ? "all resources together" : `each ${rule.types.map((type) => `\`${type}\``).join(", ")}`;
}

/** A line of the list, or none. */
function waits(rule: Rule): string {
  if (rule.scope === "stack" || rule.unknowns === undefined) return "";
  const properties = Object.entries(rule.unknowns.from).map(([property, types]) => `\`${property}\` from ${types.map((type) => `\`${type}\``).join(", ")}`);
  return `- **Waits for the apply:** ${properties.join("; ")}. ${text(rule.unknowns.why)}.\n`;
}

function settings({ config = {} }: Rule): string[] {
  const rows = Object.entries(config).map(([key, schema]) => `| \`${key}\` | ${text(schema.description)} | ${String(schema.type)} | ${code(JSON.stringify(schema.default))} |`);
  return rows.length === 0 ? [] : [["| key | meaning | type | default |", "|---|---|---|---|", ...rows].join("\n")];
}

/** Prose of a rule as Markdown: code in it stays code, and nothing else is read as markup. */
function text(prose: string): string {
  return prose
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part.replaceAll("|", "\\|") : part.replace(/[\\*_<>[\]|]/g, "\\$&")))
    .join("");
}

function code(value: string): string {
  return `\`${value.replaceAll("|", "\\|")}\``;
}
