/**
 * What reviewers see of three prepared changes of the production stack, against the stack that a rehearsal brought up. Writes each change's comment
 * and a screenshot of its page into docs/demo, with an index. Nothing is applied.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { setInConfig } from "../../config/edit";
import type { Report } from "../../report/preview";
import { toHtml, toMarkdown } from "../../report/render";
import { withBrowser } from "../browser";
import { define } from "../kit/command";
import { DEFAULT_STACK, PROJECT } from "../kit/project";
import { answer } from "./report";

const STACK = DEFAULT_STACK;
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

export const command = define({
  about: ["Previews three prepared changes of prod in the sandbox and writes each one's comment, a screenshot of its page and an index into docs/demo. Nothing is applied."],
  options: {},
  examples: [["diff-demo", "after make rehearse STACK=prod; a Chromium takes the screenshots"]],
  environment: { CHROMIUM: "the browser; without it the first on PATH, and on Debian root has one installed" },
  async run(_, io) {
    const reports: Report[] = [];
    for (const change of CHANGES) {
      io.out(`${change.title}: ${change.what}\n`);
      reports.push(await reportOf(change));
    }
    await write(reports);
    io.out(`\n${CHANGES.length} reports in ${FOLDER}\n`);
  },
});

/** All that was there goes: nothing is written before every report is made. */
async function write(reports: readonly Report[]): Promise<void> {
  const shots = await screenshots(reports);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [at, change] of CHANGES.entries()) {
    writeFileSync(join(FOLDER, `${change.id}.png`), shots[at]!);
    writeFileSync(join(FOLDER, `${change.id}.md`), toMarkdown(reports[at]!));
  }
  writeFileSync(join(FOLDER, "README.md"), index());
}

function screenshots(reports: readonly Report[]): Promise<readonly Uint8Array[]> {
  return withBrowser(async (browser) => {
    const shots: Uint8Array[] = [];
    for (const report of reports) {
      const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, colorScheme: "light" });
      await page.setContent(toHtml(report));
      shots.push(await page.screenshot({ fullPage: true }));
      await page.close();
    }
    return shots;
  });
}

/** @throws Error when the report comes to another verdict */
async function reportOf(change: DemoChange): Promise<Report> {
  const committed = join(PROJECT, `Pulumi.${STACK}.yaml`);
  const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-demo-"));
  try {
    const config = join(folder, `Pulumi.${STACK}.yaml`);
    writeFileSync(config, changed(readFileSync(committed, "utf8"), change));
    const report = await answer({ stack: STACK, before: committed, config, capacity: true });
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
