/**
 * Mistakes in a stack's config through the real engine: one error names every one of them, with its path, what was found and what is allowed,
 * and no resource is begun. What is a mistake, one by one, is proved at the parser (test/config).
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseDocument, type Document } from "yaml";
import { cloudLines } from "./holdings";
import { LONG, Rehearsal, type Run } from "./harness";

jest.setTimeout(LONG);

let rehearsal: Rehearsal;
let before: readonly string[];
let config: string;
beforeAll(async () => {
  rehearsal = await Rehearsal.prepare("dev");
  before = await cloudLines(rehearsal);
  config = await readFile(rehearsal.configFile, "utf8");
}, LONG);
afterAll(() => rehearsal?.stop(), LONG);

/** Runs a command on the stack's config with mistakes in it. */
async function withConfig(mistakes: readonly Mistake[], ...command: readonly string[]): Promise<Run> {
  const changed: Document = parseDocument(config);
  for (const { at, value } of mistakes) {
    const [key, ...inside] = at.split(".");
    const path = ["config", `gpu-cicd:${key}`, ...inside];
    if (value === undefined) changed.deleteIn(path);
    else changed.setIn(path, changed.createNode(value));
  }
  await writeFile(rehearsal.configFile, changed.toString());
  return rehearsal.pulumi(...command);
}

/** What is found and what is allowed by path, from the one error of a run. */
function findingsOf(run: Run): ReadonlyMap<string, { readonly found: string; readonly allowed: string }> {
  const errors = run.summary.errors();
  expect(errors).toHaveLength(1);
  const [head, ...lines] = errors[0]!.split("\n");
  expect(head).toBe(`The stack's config has ${lines.length / 4} things wrong; no resource was touched.`);
  const paths = lines.filter((_, i) => i % 4 === 0);
  return new Map(paths.map((path, i) => [path.trim(), { found: after(lines[4 * i + 1], "    found:   "), allowed: after(lines[4 * i + 2], "    allowed: ") }]));
}

function after(line: string | undefined, beginning: string): string {
  expect(line).toMatch(new RegExp(`^${beginning}\\S`));
  return line!.slice(beginning.length);
}

async function expectUntouched(run: Run): Promise<void> {
  expect(run.code).not.toBe(0);
  expect(run.steps).toEqual([]);
  expect(await rehearsal.state()).toEqual([]);
  expect(await cloudLines(rehearsal)).toEqual(before);
}

interface Mistake {
  /** Key of the project, with what is inside it. */
  readonly at: string;
  /** Undefined takes it away. */
  readonly value: unknown;
  /** Where the error says it is; by default at `at`. */
  readonly path?: string;
  readonly found: string;
  readonly allowed: string;
}

const GHOST = { kind: "verdict", of: "backend", title: "Nobody's", fix: "Nothing helps." };
const UNKNOWN_KEY = { at: "framworks", value: {}, found: "an unknown key", allowed: "did you mean \"frameworks\"? one of " } as const;
const MISSING_SECRET = { at: "HF_TOKEN", value: undefined, found: "nothing", allowed: "a secret: pulumi config set --secret HF_TOKEN" } as const;

/** Of every stage of reading: shape, secrets, coherence of the pipeline, of the clusters, and the rendered jobs. */
const MISTAKES: readonly Mistake[] = [
  UNKNOWN_KEY,
  MISSING_SECRET,
  { at: "registries.colour", value: "blue", found: "an unknown key", allowed: "Keys here: repository, " },
  { at: "aws.region", value: 5, found: "5", allowed: "a text" },
  { at: "runnerClasses.deploy-tester.minRunners", value: 99, found: "99", allowed: "a whole number from 0 to maxRunners, 1" },
  { at: "runnerClasses.deploy-tester.label", value: "a".repeat(46), found: `"${"a".repeat(46)}", 46 characters`, allowed: "1 to 42 lower case letters, digits and inner hyphens" },
  { at: "core.cuda", value: "11.8", found: '"11.8"', allowed: "a CUDA version that a framework image has: 13.0" },
  { at: "deployments.runner", value: "nowhere", found: '"nowhere"', allowed: "a runner class: builder-amd64, " },
  { at: "tagPrefixes.nightly", value: "main-", path: 'tag "main-operator-amd64"', found: "2 images: operator amd64 (post-merge); operator amd64 (nightly)", allowed: "one image for each tag" },
  { at: "schedule.cron", value: "61 0 * * *", found: '"61 0 * * *"', allowed: "values within their fields: minute 0-59" },
  { at: "runnerClasses.deploy-tester.pod.cpu", value: 64, found: "64", allowed: "at most 15.24, what a Standard_D16ds_v5 node of pool \"builders\" has for pods" },
  { at: "deploymentCluster.authorizedIpRanges", value: ["10.0.0.0/33"], path: "gpu-cicd:deploymentCluster.authorizedIpRanges[0]", found: '"10.0.0.0/33"', allowed: "an IPv4 range in CIDR form" },
  { at: "requiredChecks.ghost", value: GHOST, path: "gpu-cicd:requiredChecks.ghost.of", found: '"backend", as "backend-status-check" has it', allowed: "one check of pr.yaml, which reports one verdict" },
  { at: "secrets.UNREAD", value: { title: "Unread", environments: ["main-images"], optional: true }, path: "gpu-cicd:secrets.UNREAD.environments[0]", found: '"main-images" holds UNREAD, which no job reads there', allowed: "environments whose jobs read it" },
];

test.each([[["preview"]], [["up", "--yes"]], [["up", "--yes", "--skip-preview"]]])("pulumi %j: one error names every mistake, of whatever stage, and nothing is touched", async (command) => {
  const run = await withConfig(MISTAKES, ...command);
  const findings = findingsOf(run);
  for (const { at, path = `gpu-cicd:${at}`, found, allowed } of MISTAKES) {
    expect([path, findings.get(path)]).toEqual([path, { found, allowed: expect.stringContaining(allowed) }]);
  }
  await expectUntouched(run);
});
