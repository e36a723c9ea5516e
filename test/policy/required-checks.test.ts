/**
 * The pack follows a stack's own checks: the program registers the resources of a stack whose config has a check that no default names, the pack
 * judges them with the config derived for that stack, and notices when the check is let go of.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { policyConfig } from "../../config/policies";
import { readStackFile } from "../../config/file";
import { setInConfig } from "../../config/edit";
import { violations, withDefaults } from "../../policy/kit/judge";
import type { PackConfig } from "../../policy/kit/config";
import { gone, weaken } from "../../policy/mutations/mutation";
import { recordProgram } from "../../policy/resources/program";
import { subjectOf, type Resource } from "../../policy/resources/resource";
import { rules } from "../../policy/rules";
import { DOCS_LINKS } from "../config/support";

const PROJECT = join(__dirname, "..", "..");
const STACK = "dev";
const RULESETS = ["RepositoryRuleset protection-main", "RepositoryRuleset protection-release"];
const WORKFLOW = "RepositoryFile workflows-.github/workflows/docs-links.yml";
const CHECKS = "rules requiredStatusChecks requiredChecks";

jest.setTimeout(120_000);

let project: string;
let resources: readonly Resource[];
let config: PackConfig;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "gpu-cicd-checks-"));
  for (const name of readdirSync(PROJECT)) if (name !== `Pulumi.${STACK}.yaml`) symlinkSync(join(PROJECT, name), join(project, name));
  const document = parseDocument(readFileSync(join(PROJECT, `Pulumi.${STACK}.yaml`), "utf8"));
  setInConfig(document, ["requiredChecks"], { "docs-links": DOCS_LINKS });
  writeFileSync(join(project, `Pulumi.${STACK}.yaml`), document.toString());
  resources = await recordProgram(project, STACK, "up");
  // Only the general policies: this stack has no manifest.
  config = { ...policyConfig(STACK, readStackFile(project, STACK)), "manifest-given": { given: true } } as PackConfig;
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

/** Names of the policies that something violates, with what was found. */
function judged(of: readonly Resource[], told: PackConfig = config): string[] {
  const subjects = of.map(subjectOf);
  return rules.flatMap((rule) => violations(rule, subjects, withDefaults(rule, told[rule.name])).map(({ found }) => `${rule.name}: found ${found}`));
}

const without = Object.assign((all: readonly { readonly context: string }[]) => all.filter(({ context }) => context !== "docs-links"), { toString: () => "the list without docs-links" });
const ofAnotherApp = Object.assign(
  (all: readonly { readonly context: string }[]) => all.map((check) => (check.context === "docs-links" ? { ...check, integrationId: 1861 } : check)),
  { toString: () => "docs-links of the DCO app" },
);

test("the stack with the check has no violation, and requires it", () => {
  expect(judged(resources)).toEqual([]);
  for (const name of RULESETS) expect(weaken(undefined, name, CHECKS, without)[0]!.apply(resources)).not.toEqual(resources);
});

test.each(RULESETS)("dropping it from %s is refused", (name) => {
  const [mutation] = weaken("required-checks-present", name, CHECKS, without);
  expect(judged(mutation!.apply(resources))).toContainEqual(expect.stringMatching(/^required-checks-present: found no docs-links on /));
});

test.each(RULESETS)("pinning it to another app in %s is refused", (name) => {
  const [mutation] = weaken("required-checks-pinned", name, CHECKS, ofAnotherApp);
  expect(judged(mutation!.apply(resources))).toContain("required-checks-pinned: found 1861 for docs-links");
});

test.each<[string, string, unknown]>([
  ["its job has another name", "content jobs docs-links name", "links"],
  ["its workflow starts on some changes alone", "content on pull_request", { paths: ["docs/**"] }],
  ["its workflow does not start on pull requests", "content on pull_request", gone],
  ["its job has a condition", "content jobs docs-links if", "github.actor != 'x'"],
  ["its job passes on error", "content jobs docs-links continue-on-error", true],
])("it is refused when %s", (_, path, to) => {
  const [mutation] = weaken("required-checks-reported", WORKFLOW, path, to);
  const found = judged(mutation!.apply(resources)).filter((text) => text.startsWith("required-checks-reported"));
  expect(found).toHaveLength(RULESETS.length);
});

test("it is refused when its workflow is not delivered", () => {
  const left = resources.filter(({ name }) => name !== WORKFLOW.split(" ")[1]);
  expect(left).toHaveLength(resources.length - 1);
  expect(judged(left)).toContain("required-checks-reported: found no job of that name");
});

test("without config the default list stands in, which is said once; the check may then go, and the default ones may not", () => {
  const aboutChecks = (of: readonly Resource[]): string[] => judged(of, {}).filter((text) => /^required-checks-(present|configured)/.test(text));
  const [said] = aboutChecks(resources);
  expect(aboutChecks(resources)).toEqual([said]);
  expect(said).toMatch(/^required-checks-configured: found no config that names them, so the default list stands in: pre-commit, /);
  expect(aboutChecks(weaken(undefined, RULESETS[0]!, CHECKS, without)[0]!.apply(resources))).toEqual([said]);
  expect(aboutChecks(weaken(undefined, RULESETS[0]!, CHECKS, [])[0]!.apply(resources))).toContainEqual(expect.stringMatching(/^required-checks-present: found no pre-commit on /));
});
