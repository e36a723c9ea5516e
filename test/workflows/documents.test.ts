/** The documents say of the pipeline what the pipeline says, whichever it is. What they say of the default one is in seed.test.ts. */
import { awaitsMirror } from "../../pipeline/checks";
import { images } from "../../pipeline/images";
import type { Pipeline } from "../../pipeline/model";
import { renderFiles } from "../../workflows/index";
import { contentOf, pipeline, settings, withMirrorBot } from "./support";

const readme = contentOf(".github/workflows/README.md");
const troubleshooting = contentOf(".github/workflows/TROUBLESHOOTING.md");

/** The rows of a document's tables that begin with a cell. */
function rows(document: string, first: string): string[] {
  return document.split("\n").filter((line) => line.startsWith(`| ${first} |`));
}

test("the README has a row for each required check, with what it does and when it reports", () => {
  for (const check of pipeline.requiredChecks) {
    const { context, title } = check;
    const when = awaitsMirror(check) ? "Once the pull request is mirrored" : "Every pull request";
    expect(rows(readme, `\`${context}\``)).toEqual([`| \`${context}\` | ${when} | ${title} |`]);
  }
});

test("the README has a row for each framework, with what is built of it after a merge, and their sum", () => {
  const built = images(pipeline, "post-merge");
  for (const { id, title, cuda, architectures } of pipeline.frameworks) {
    const own = built.filter(({ subject }) => subject.id === id).length;
    expect(readme).toContain(`| ${title} | ${cuda["post-merge"].join(", ")} | ${architectures.join(", ")} | ${own} images |`);
  }
  expect(readme).toContain(`Together: ${built.length} container images.`);
  expect(readme).toContain(`Always ${built.length} framework images`);
});

test("the README names the branches, the hour and the tags of the pipeline", () => {
  expect(readme).toContain("Push to `pull-request/N` branches or `trunk`");
  expect(readme).toContain("Push to `trunk` or `stable/*`");
  expect(readme).toContain("Nightly: 2:30 AM Europe/Berlin");
  expect(readme).toContain("`trunk-{framework}[-cuda13]-{arch}` | `orbit/serving:trunk-alpha-amd64`");
  expect(readme).toContain("the first 5 run by themselves. `images-gate` stays expected until a maintainer triggers it through copy-pr-bot");
});

test("the README lists each suite, and the files that each filter watches", () => {
  for (const { id, title } of pipeline.suites) expect(readme).toMatch(new RegExp(`\\(\`${id}\`\\) \\| ${title}`));
  for (const filter of pipeline.filters.filter(({ concerns }) => ["rust", "backend", "component"].includes(concerns))) {
    expect(readme).toContain(filter.patterns.map((pattern) => `\`${pattern}\``).join("<br>"));
  }
});

test("the README says when a mirror goes, by either bot", () => {
  expect(readme).toContain("When the pull request is closed or merged the bot removes the branch.");
  expect(contentOf(".github/workflows/README.md", renderFiles(withMirrorBot, settings))).toContain("the bot removes the branch, within 20 minutes.");
});

test("the README shows how to verify an image", () => {
  expect(readme).toContain("cosign verify-attestation");
  expect(readme).toContain("--certificate-identity https://github.com/orbit-lab/engine/.github/workflows/image-publish.yml@refs/heads/trunk");
  // A branch's workflow may call the file of the default branch: the file alone does not say whose image it is.
  expect(readme).toContain("--certificate-github-workflow-ref refs/heads/trunk");
});

test("documents follow the pipeline", () => {
  const frameworks = pipeline.frameworks.map((framework) =>
    framework.id === "gamma" ? { ...framework, cuda: { "pull-request": ["12.8"], "post-merge": ["12.8"], nightly: ["12.8"] } as const } : framework,
  );
  const changed: Pipeline = { ...pipeline, frameworks, schedule: { cron: "30 13 * * *", timezone: "UTC" } };
  const other = contentOf(".github/workflows/README.md", renderFiles(changed, { ...settings, pullRequestImages: "isolated" }));
  expect(other).toContain("Gamma-X | 12.8 | amd64, arm64 | 2 images");
  expect(other).toContain("Nightly: 1:30 PM UTC");
  expect(other).toContain("Pull-request images have a repository and a registry of their own.");
});

test("every check, runner and secret of note is in TROUBLESHOOTING", () => {
  for (const { context, failure, fix } of pipeline.requiredChecks) expect(rows(troubleshooting, `\`${context}\``)).toEqual([`| \`${context}\` | ${failure} | ${fix} |`]);
  for (const runner of pipeline.runnerClasses) if (runner.kind === "scale-set") expect(troubleshooting).toContain(`| \`${runner.label}\` | ${runner.arch} | ${runner.pod.gpus} | ${runner.maxRunners} |`);
  expect(troubleshooting).toContain("SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL");
});

test("tables are whole: every row has as many cells as its head", () => {
  for (const document of [readme, troubleshooting]) {
    const tables = document.trimEnd().split("\n\n").filter((block) => block.startsWith("| "));
    expect(tables.length).toBeGreaterThan(3);
    for (const block of tables) {
      const widths = block.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length);
      expect([block.split("\n")[0], new Set(widths).size]).toEqual([block.split("\n")[0], 1]);
    }
  }
});

test("the code owners own the pipeline's files", () => {
  expect(contentOf(".github/CODEOWNERS")).toContain("\n/.github/ @orbit-lab/ci-owners\n");
});
