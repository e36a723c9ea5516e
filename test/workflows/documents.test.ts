/** The documents, held against the facts of the system that they describe. */
import { seedPipeline } from "../../pipeline/seed";
import type { Pipeline } from "../../pipeline/model";
import { renderFiles } from "../../workflows/index";
import { contentOf, settings, withMirrorBot } from "./support";

const readme = contentOf(".github/workflows/README.md");
const troubleshooting = contentOf(".github/workflows/TROUBLESHOOTING.md");

/** Every fact of the description that this system follows, and the line of the README that says it. */
const FACTS: readonly [string, RegExp][] = [
  ["a pull request runs the direct checks", /Pull request opened or updated \| Direct checks: pre-commit, copyright-checks, DCO, dynamo-status-check/],
  ["a maintainer triggers backend builds and tests by copy-pr-bot", /Maintainer triggers copy-pr-bot \| Backend builds and tests, on the branch `pull-request\/N`/],
  ["a merge runs the full suite and Rust always", /Merge to main \| Full test suite and Rust checks, always/],
  ["midnight on the Pacific coast runs the suite and extended tests", /Nightly: 12:00 AM America\/Los_Angeles \| Full test suite and the nightly-only tests/],
  ["pre-commit, every pull request", /`pre-commit` \| Every pull request \| Python formatting \(black, isort\), YAML validation/],
  ["copyright-checks, every pull request", /`copyright-checks` \| Every pull request \| Validates SPDX headers/],
  ["DCO, every pull request", /`DCO` \| Every pull request \| Checks Developer Certificate of Origin signature/],
  ["dynamo-status-check, every pull request", /`dynamo-status-check` \| Every pull request \| Builds core container, runs Rust \+ pytest/],
  ["backend-status-check, after the mirror", /`backend-status-check` \| Once the pull request is mirrored \| Builds framework containers \(vLLM, SGLang, TRT-LLM\) \+ tests/],
  ["external pull requests: four by themselves, the fifth by a maintainer", /from outside, the first 4 run by themselves\. `backend-status-check` stays expected until a maintainer triggers it through copy-pr-bot/],
  ["backend builds need the clouds, so they do not run on pull requests", /Backend builds use the clouds \(AWS, Azure, GPUs\), so they do not run on a pull request itself/],
  ["the way from review to backend build, as a picture", /```mermaid\nflowchart LR\n {2}A\[Pull request 123\].*\n.*comments the trigger phrase.*\n.*makes pull-request\/123.*\n.*Backend builds run/],
  ["the phrase is in copy-pr-bot's documentation", /trigger phrase is copy-pr-bot's: see its documentation for the current one/],
  ["PR mode: file", /### PR \(`pr\.yaml`\)/],
  ["PR mode: purpose", /Fast feedback on what changed: only the frameworks that a change concerns are built/],
  ["PR mode: trigger", /Trigger \| Push to `pull-request\/N` branches or `main`/],
  ["PR mode: 2-14 images", /Builds \| 2-14 container images, depending on what changed/],
  ["PR mode: CUDA", /vLLM: 12\.9 and 13\.0<br>SGLang: 12\.9 and 13\.0<br>TRT-LLM: 13\.0 only/],
  ["PR mode: tests of the frameworks, amd64 only", /Tests \| unit, integration and e2e of the frameworks that are built, on amd64 only/],
  ["PR mode: time", /Time \| 30-90 minutes, depending on what changed/],
  ["post-merge: file", /### Post-merge \(`ci-test-suite\.yml`\)/],
  ["post-merge: full validation", /Full validation after a merge: everything is built, whatever changed/],
  ["post-merge: trigger", /Trigger \| Push to `main` or `release\/\*`/],
  ["post-merge: always ten", /Builds \| Always 10 framework images/],
  ["post-merge: CUDA as on pull requests", /### Post-merge[^#]*CUDA \| vLLM: 12\.9 and 13\.0<br>SGLang: 12\.9 and 13\.0<br>TRT-LLM: 13\.0 only/],
  ["post-merge: all frameworks, unit, integration and e2e", /Tests \| unit, integration, e2e and e2e-multi-gpu of all frameworks/],
  ["post-merge: Rust always", /Rust \| Always/],
  ["post-merge: Slack on completion", /Slack \| One message on completion/],
  ["post-merge: time", /Time \| 3-4 hours/],
  ["nightly: file", /### Nightly \(`ci-test-suite\.yml`\)/],
  ["nightly: trigger", /Trigger \| Daily at 12:00 AM America\/Los_Angeles/],
  ["nightly: always ten", /### Nightly[^#]*Builds \| Always 10 framework images/],
  ["nightly: Rust always", /### Nightly[^#]*Rust \| Always/],
  ["nightly: Slack on completion", /### Nightly[^#]*Slack \| One message on completion/],
  ["a push to main starts both files, and who does what", /A push to main starts both `pr\.yaml` and `ci-test-suite\.yml`, and nothing is built or tested twice: `pr\.yaml` builds the images of the frontend and reports its check; `ci-test-suite\.yml` does everything else/],
  ["nightly: post-merge and extended tests", /Comprehensive validation at night: what post-merge does, and the tests that take too long for it/],
  ["nightly: long-running tests", /Tests \| unit, integration, e2e, e2e-long and e2e-multi-gpu of all frameworks/],
  ["nightly: time", /Time \| 3-5 hours/],
  ["matrix: vLLM", /vLLM \| 12\.9, 13\.0 \| amd64, arm64 \| 4 images/],
  ["matrix: SGLang", /SGLang \| 12\.9, 13\.0 \| amd64, arm64 \| 4 images/],
  ["matrix: TRT-LLM", /TRT-LLM \| 13\.0 \| amd64, arm64 \| 2 images/],
  ["matrix: ten together", /Together: 10 container images/],
  ["Rust checks: their files, always on main", /Rust checks \| Rust code and dependencies changed; always on main and release branches \| `\*\*\/\*\.rs`<br>`\*\*\/Cargo\.toml`<br>`\*\*\/Cargo\.lock`/],
  ["backend builds: their files", /Backend builds \| Core and framework code changed \| `components\/\*\*`<br>`lib\/\*\*`<br>`tests\/\*\*`<br>`container\/\*\*`<br>`\*\*\/\*\.py`<br>`\*\*\/\*\.rs`/],
  ["frontend build: its files", /Frontend build \| Frontend code changed \| `components\/src\/dynamo\/frontend\/\*\*`<br>`lib\/llm\/\*\*`/],
  ["operator build: its files", /Operator build \| Operator code changed \| `deploy\/operator\/\*\*`<br>`deploy\/helm\/\*\*`/],
  ["unit tests", /Unit \(`unit`\) \| Individual components \| amd64 GPU/],
  ["integration tests", /Integration \(`integration`\) \| Component interactions \| amd64 GPU/],
  ["E2E tests", /E2E \(`e2e`\) \| End-to-end scenarios[^|]* \| amd64 GPU/],
  ["deployment tests", /Deployment \| Kubernetes deployments[^|]* \| AKS cluster \(main branch only\)/],
  ["arm64 tests are collected: no GPU", /No arm64 runner has a GPU, so tests are collected there/],
  ["images go to ECR and ACR", /Images go to ECR and ACR/],
  ["PR tags", /PR \| `\{sha\}-\{framework\}\[-cuda13\]-\{arch\}` \| `ai-dynamo\/dynamo:abc123-vllm-amd64`/],
  ["post-merge tags", /Post-merge \| `main-\{framework\}\[-cuda13\]-\{arch\}` \| `ai-dynamo\/dynamo:main-vllm-amd64`/],
  ["nightly tags", /Nightly \| `nightly-\{framework\}\[-cuda13\]-\{arch\}` \| `ai-dynamo\/dynamo:nightly-vllm-amd64`/],
  ["-cuda13 before the architecture", /Images of CUDA 13 carry `-cuda13` before the architecture: `nightly-vllm-cuda13-amd64`/],
  ["where trouble is dealt with", /\[TROUBLESHOOTING\.md\]\(\.\/TROUBLESHOOTING\.md\)/],
];

test.each(FACTS)("the README says: %s", (_fact, line) => expect(readme).toMatch(line));

test("the README says when a mirror goes, by either bot", () => {
  expect(readme).toContain("When the pull request is closed or merged the bot removes the branch.");
  expect(contentOf(".github/workflows/README.md", renderFiles(withMirrorBot, settings))).toContain("the bot removes the branch, within 20 minutes.");
});

test("the README shows how to verify an image", () => {
  expect(readme).toContain("cosign verify-attestation");
  expect(readme).toContain("--certificate-identity https://github.com/ai-dynamo/dynamo/.github/workflows/image-publish.yml@refs/heads/main");
});

test("the two statements on TRT-LLM are told apart, with the choice and how to change it", () => {
  expect(troubleshooting).toContain("## Which CUDA version is TRT-LLM built for?\n\nCUDA 13.0: 2 images.");
  expect(troubleshooting).toContain("TRT-LLM is built for CUDA 13.0 only");
  expect(troubleshooting).toContain("TRT-LLM is built for CUDA 12.9 only");
  expect(troubleshooting).toContain("To build for 12.9 instead, change TRT-LLM's CUDA version in `Pulumi.prod.yaml`");
});

test("documents follow the pipeline", () => {
  const frameworks = seedPipeline.frameworks.map((framework) =>
    framework.id === "trtllm" ? { ...framework, cuda: { "pull-request": ["12.9"], "post-merge": ["12.9"], nightly: ["12.9"] } as const } : framework,
  );
  const pipeline: Pipeline = { ...seedPipeline, frameworks, schedule: { cron: "30 13 * * *", timezone: "UTC" } };
  const files = renderFiles(pipeline, { ...settings, pullRequestImages: "isolated" });
  const other = contentOf(".github/workflows/README.md", files);
  expect(other).toContain("TRT-LLM | 12.9 | amd64, arm64 | 2 images");
  expect(other).toContain("Nightly: 1:30 PM UTC");
  expect(other).toContain("Pull-request images have a repository and a registry of their own.");
  expect(contentOf(".github/workflows/TROUBLESHOOTING.md", files)).toContain("CUDA 12.9: 2 images.");
  expect(contentOf(".github/workflows/TROUBLESHOOTING.md", files)).toContain("To build for 13.0 instead");
});

test("every required check, runner and secret of note is in TROUBLESHOOTING", () => {
  for (const { context } of seedPipeline.requiredChecks) expect(troubleshooting).toContain(`\`${context}\``);
  for (const runner of seedPipeline.runnerClasses) if (runner.kind === "scale-set") expect(troubleshooting).toContain(`| \`${runner.label}\` | ${runner.arch} | ${runner.pod.gpus} | ${runner.maxRunners} |`);
  expect(troubleshooting).toContain("SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL");
});

test("tables are whole: every row has as many cells as its head", () => {
  for (const document of [readme, troubleshooting]) {
    const tables = document.split("\n\n").filter((block) => block.startsWith("| "));
    expect(tables.length).toBeGreaterThan(3);
    for (const block of tables) {
      const widths = block.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length);
      expect([block.split("\n")[0], new Set(widths).size]).toEqual([block.split("\n")[0], 1]);
    }
  }
});

test("the code owners own the pipeline's files", () => {
  expect(contentOf(".github/CODEOWNERS")).toContain("\n/.github/ @ai-dynamo/dynamo-ops-codeowners\n");
});
