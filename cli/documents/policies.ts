/** Renders docs/policies.md from the rules themselves. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ownPolicies } from "../../extensions/policies";
import type { Rule } from "../../policy/kit/rule";
import { rules } from "../../policy/rules";
import type { Generated } from "../generate/generator";

const RULES = join(__dirname, "..", "..", "policy", "rules");

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

/** What a team added: extensions/README.md. */
const OWN = "Extensions";

/** The generator of the document. */
export function policiesFiles(): Generated {
  return { files: [{ path: "docs/policies.md", content: policiesDoc() }] };
}

/** The whole document. @throws Error where a folder of rules has no title here */
export function policiesDoc(): string {
  const families = readdirSync(RULES).filter((name) => statSync(join(RULES, name)).isDirectory()).sort();
  const ours = families.map((family) => ({ title: titleOf(family), rules: rules.filter(({ name }) => existsSync(join(RULES, family, `${name}.ts`))) }));
  const parts = ownPolicies.length === 0 ? ours : [...ours, { title: OWN, rules: ownPolicies }];
  return `${[
    "<!-- Rendered from policy/rules by `make generate`. -->",
    "# Policies",
    INTRODUCTION,
    ...parts.flatMap(({ title, rules: own }) => [`**${title}**`, index(own)]),
    "## The manifest",
    MANIFEST,
    "## One violation a cause",
    CAUSES,
    "## Configure",
    CONFIGURATION,
    ...parts.flatMap(({ title, rules: own }) => [`## ${title}`, ...own.flatMap(section)]),
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `The pack judges what a stack asks for, whoever wrote the program: it reads resources, the workflow files among them, and nothing of this
project's model. It has ${rules.length} policies, ${mandatory()} mandatory: a violation of one of these stops \`pulumi preview\`, and \`pulumi up\` before
anything is changed. \`make audit\` judges a deployed state by the same rules; \`make policy-mutations\` proves them by harmful and harmless changes of the
production stack.

A value that is not known before the apply is a violation where a policy needs it, except for values that cannot be known; each of these policies says which, and
\`unknowns-explained\` refuses an unknown that comes from anywhere else.`;

const MANIFEST = `\`policy/manifests/STACK.json\` is what a stack is meant to be: every resource with every property, the options that are no defaults, its
provider, and the providers themselves. \`resources-as-intended\` refuses each difference from it that no tolerance names
(\`policy/intent/tolerance.ts\` says which, in which direction, and why).

- **Who writes it.** \`make generate\`, from \`Pulumi.STACK.yaml\` and the program. Nobody edits it: a test makes it anew, and fails where it differs. It
  is recorded from two runs of the program with other answers of the clouds, so that what is made from an output stands as a reference to it.
- **Who reviews it.** Whoever reviews the pull request. Its difference is what the change of config makes, and it has to be the change that was meant: a
  role's policy that grows, an image or a host that is new, a file's text by its SHA-256. The report says the same in words.
- **In a pull request.** Change config or code, run \`make generate\`, commit both. \`pulumi preview\` then judges by the new manifest. Where the stack differs
  and the manifest does not, something changed that no config explains: find out what, before you regenerate.
- **In reports.** Where the manifest's policy passed, a workflow file or a gate program that is another one is of severity medium, with what differs. What is
  looser stays loud: rights, privileged triggers, environments, secrets, checks and steps that are gone, conditions, errors that are let pass.

It cannot see:

- what the program and its manifest get wrong together: a mistake in the model is in both. The other policies judge by rules of their own.
- values of secrets, and values that are computed from outputs: only that there is one, and from which resources.
- options that the engine does not show to policies: \`retainOnDelete\`, \`deletedWith\`, \`replaceOnChanges\`, \`import\` and hooks. \`make audit\` judges the first two,
  as a state holds them. Of transforms it sees what they make.
- what a program does beside registering resources, such as a command that it runs by itself.
- the resources that a Helm chart makes: it holds the chart, its version and its values.
- settings that no resource of the stack is about.`;

const CAUSES = `What somebody changed is told once, with every place where it shows. Where the stack has a manifest, each difference from it is a cause; a violation of
another policy belongs to the cause that ends it, which is tried: the difference is undone, and the policy is asked again. So a cause cannot hide another one.
The message comes from the gravest policy that says why, and names the other places after \`The same cause:\`; policies that are told there count as not
applicable. Policies about single resources speak before the others, as they stop an update before the resource is touched: what they told of a resource is
not told again. Without a manifest, what one policy says alike of several resources is one violation, and what several say of one required check.`;

const CONFIGURATION = `\`policy/config/STACK.json\` holds what each policy is told about a stack. It is written from the stack's config
(\`make generate\`), and a test says when it is stale. A policy's keys are listed below with their defaults; an unknown policy or key, or a value
of another type, is one error before anything is judged. The level of a mandatory policy cannot be lowered. For another project's stacks, start
from the defaults: \`pulumi preview --policy-pack policy --policy-pack-config FILE\`, with \`{ "POLICY": { "KEY": VALUE } }\` in FILE.`;

function mandatory(): string {
  const count = rules.filter(({ level }) => level === "mandatory").length;
  return count === rules.length ? "all" : `${count} of them`;
}

function titleOf(family: string): string {
  const title = FAMILIES[family];
  if (title === undefined) throw new Error(`policy/rules/${family} has no title in cli/documents/policies.ts`);
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
  const rows = Object.entries(config).map(([key, schema]) => `| \`${key}\` | ${text(schema.description)} | ${String(schema.type)} | ${defaultOf(schema.default)} |`);
  return rows.length === 0 ? [] : [["| key | meaning | type | default |", "|---|---|---|---|", ...rows].join("\n")];
}

/** Longest default that a table shows. */
const LONGEST_DEFAULT = 300;

function defaultOf(value: unknown): string {
  const json = JSON.stringify(value);
  if (json.length <= LONGEST_DEFAULT) return code(json);
  return `${Object.keys(value as object).length} entries`;
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
