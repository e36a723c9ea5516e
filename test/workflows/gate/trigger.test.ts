import type { GateEvent, PullRequestEvent, PushEvent } from "../../../workflows/gate/event";
import { readWorkflow } from "../../../workflows/gate/read";
import { triggers } from "../../../workflows/gate/trigger";

const job = "jobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }";
const push = (ref: string, files: string[] = ["a.rs"]): PushEvent => ({ name: "push", sha: "s", actor: "a", ref, files });
const pull = (more: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  name: "pull_request",
  action: "opened",
  sha: "s",
  actor: "a",
  number: 7,
  base: "main",
  head: "topic",
  fork: false,
  draft: false,
  files: ["docs/a.md"],
  ...more,
});

test.each<[string, GateEvent, boolean]>([
  ["on: push", push("refs/heads/any"), true],
  ["on: [push, pull_request]", pull(), true],
  ["on: pull_request", pull({ action: "labeled" }), false],
  ["on: pull_request", pull({ action: "synchronize", draft: true }), true],
  ["on: { pull_request: { types: [labeled] } }", pull({ action: "labeled" }), true],
  ["on: { pull_request: { branches: [release/*] } }", pull(), false],
  ["on: { pull_request: { paths: ['**.rs'] } }", pull(), false],
  ["on: { pull_request: { paths-ignore: ['docs/**'] } }", pull(), false],
  ["on: { pull_request: { paths-ignore: ['docs/**'] } }", pull({ files: ["docs/a", "src/b"] }), true],
  ["on: { push: { branches: [main] } }", push("refs/heads/main"), true],
  ["on: { push: { branches: [main] } }", push("refs/tags/v1"), false],
  ["on: { push: { tags: ['v*'] } }", push("refs/tags/v1"), true],
  ["on: { push: { tags: ['v*'] } }", push("refs/heads/main"), false],
  ["on: { push: { branches: ['pull-request/[0-9]+'] } }", push("refs/heads/pull-request/12"), true],
  ["on: { push: { branches: ['pull-request/[0-9]+'] } }", push("refs/heads/pull-request/x"), false],
  ["on: { push: { branches-ignore: [main] } }", push("refs/heads/main"), false],
  ["on: push", { ...push("refs/heads/main"), commitMessage: "Files [skip ci]" }, false],
  ["on: { schedule: [{ cron: '0 0 * * *' }] }", { name: "schedule", sha: "s", actor: "a", ref: "refs/heads/main", cron: "0 0 * * *" }, true],
  ["on: { schedule: [{ cron: '0 0 * * *' }] }", { name: "schedule", sha: "s", actor: "a", ref: "refs/heads/main", cron: "0 1 * * *" }, false],
  ["on: merge_group", { name: "merge_group", sha: "s", actor: "a", base: "main", ref: "refs/heads/gh-readonly-queue/main/pr-1" }, true],
  ["on: push", { name: "merge_group", sha: "s", actor: "a", base: "main", ref: "refs/heads/gh-readonly-queue/main/pr-1" }, false],
])("%s", async (on, event, expected) => {
  expect(triggers(await readWorkflow("w.yml", `${on}\n${job}`), event)).toBe(expected);
});

test("what GitHub's parser refuses is refused", async () => {
  await expect(readWorkflow("w.yml", `on: push\njobs: { a: { runs-on: x, stepz: [] } }`)).rejects.toThrow(/w\.yml:\n.*stepz/s);
});
