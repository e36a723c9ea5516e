/**
 * `make diff-demo`: what reviewers see of three prepared changes of the production stack, against the stack that a rehearsal brought up. Writes
 * each change's comment and a screenshot of its page into docs/demo, with an index. Nothing is applied.
 *
 * Usage: `npx tsx cli/diff-demo.ts`, after `make rehearse STACK=prod`
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { setInConfig } from "../config/edit";
import type { Report } from "../report/preview";
import { toHtml, toMarkdown } from "../report/render";
import { withBrowser } from "./browser";
import { answer } from "./report";

const PROJECT = join(__dirname, "..");
const STACK = "prod";
const FOLDER = join(PROJECT, "docs", "demo");

/** Width of the screenshots, in CSS pixels. */
const WIDTH = 1100;

interface DemoChange {
  /** Kebab case; names the files. */
  readonly id: string;
  readonly title: string;
  /** One sentence about what was changed. */
  readonly what: string;
  /** Values set in the stack's config file, by path from a key of the project. */
  readonly set: readonly (readonly [path: readonly string[], value: unknown])[];
  /** Verdict that the report has to come to: another one means that the demo no longer shows what it says. */
  readonly verdict: Report["headline"]["verdict"];
}

const POOLS = ["runners", "cluster", "nodePools"] as const;

const CHANGES: readonly DemoChange[] = [
  {
    id: "harmless",
    title: "A harmless change",
    what: "Nightly images are kept longer: `registries.retention.nightlyCount` goes from 60 to 90.",
    set: [[["registries", "retention", "nightlyCount"], 90]],
    verdict: "harmless",
  },
  {
    id: "gpu-pool-resized",
    title: "A GPU pool is resized",
    what: "Half the single-GPU runners: `maxCount` of the node pool `gpu1` and `maxRunners` of its runner class go from 16 to 8.",
    set: [
      [[...POOLS, "gpu1", "maxCount"], 8],
      [["runnerClasses"], { "tester-amd64-gpu": { maxRunners: 8 } }],
    ],
    verdict: "dangerous",
  },
  {
    id: "required-check-removed",
    title: "A required check is removed",
    what: "`requiredChecks` loses `DCO`.",
    set: [[["requiredChecks"], { DCO: null }]],
    verdict: "refused",
  },
];

async function main(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const reports: Report[] = [];
  for (const change of CHANGES) {
    console.log(`${change.title}: ${change.what}`);
    reports.push(await reportOf(change));
  }
  await withBrowser(async (browser) => {
    for (const [index, change] of CHANGES.entries()) {
      const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, colorScheme: "light" });
      await page.setContent(toHtml(reports[index]!));
      await page.screenshot({ path: join(FOLDER, `${change.id}.png`), fullPage: true });
      await page.close();
      writeFileSync(join(FOLDER, `${change.id}.md`), toMarkdown(reports[index]!));
    }
  });
  writeFileSync(join(FOLDER, "README.md"), index());
  console.log(`\n${CHANGES.length} reports in ${FOLDER}`);
}

/** @throws Error when the report comes to another verdict */
async function reportOf(change: DemoChange): Promise<Report> {
  const committed = join(PROJECT, `Pulumi.${STACK}.yaml`);
  const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-demo-"));
  try {
    const config = join(folder, `Pulumi.${STACK}.yaml`);
    writeFileSync(config, changed(readFileSync(committed, "utf8"), change));
    const report = await answer({ stack: STACK, before: committed, config, capacity: "1" });
    const { verdict } = report.headline;
    if (verdict !== change.verdict) throw new Error(`the demo "${change.title}" was to be ${change.verdict}, and its report is ${verdict}`);
    return report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function changed(text: string, { set }: DemoChange): string {
  const document = parseDocument(text);
  for (const [path, value] of set) setInConfig(document, path, value);
  return document.toString({ lineWidth: 0 });
}

function index(): string {
  const parts = CHANGES.flatMap(({ id, title, what }) => [`## ${title}`, what, `[The comment](${id}.md) on the pull request, and the page:`, `![${title}: the whole page](${id}.png)`]);
  return `${["<!-- Written by `make diff-demo`. -->", "# What reviewers see", "Three changes of the production stack, previewed against the stack that a rehearsal brought up, with the policy pack.", ...parts].join("\n\n")}\n`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
