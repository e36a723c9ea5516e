/** Pull requests and scenarios over which the proofs run: every kind of change that the pipeline tells apart, and every single failure. */
import type { Pipeline } from "../../../pipeline/model";
import type { ChangedFile } from "../../../pipeline/plan";
import type { Outcome } from "../run";
import type { PullRequest, Scenario } from "./world";

const modified = (path: string): ChangedFile => ({ path, status: "modified" });

/** A path that a pattern matches: wildcards are filled in. Folders in its middle have a name of their own, so that one pattern's file is no other's folder. */
function exampleOf(pattern: string): string {
  return pattern.replace(/^\*\*\//, "a/").replaceAll("/**/", "/c/").replaceAll("/**", "/a/b").replaceAll("**", "a/b").replaceAll("*", "x");
}

/** Changes by name: one for each filter and each framework, and those that only a mistake treats alike. */
export function changeSets(pipeline: Pipeline): Readonly<Record<string, readonly ChangedFile[]>> {
  const byFilter = pipeline.filters.flatMap(({ id, patterns }) => {
    const pattern = patterns.find((each) => !each.startsWith("!"));
    return pattern === undefined ? [] : [[`filter ${id}`, [modified(exampleOf(pattern))]] as const];
  });
  const byFramework = pipeline.frameworks.flatMap(({ id, owns }) => (owns[0] === undefined ? [] : [[`framework ${id}`, [modified(exampleOf(owns[0]))]] as const]));
  return {
    ...Object.fromEntries([...byFilter, ...byFramework]),
    "docs only": [modified("docs/guide.md"), modified("README.md")],
    "workflows only": [modified(".github/workflows/pr.yaml")],
    "deletion only": [{ path: "lib/llm/src/a.rs", status: "removed" }],
    "rename out of a watched path": [{ path: "docs/a.txt", previousPath: watchedPath(pipeline), status: "renamed" }],
    unclaimed: [modified("a-folder-nobody-claims/file.xyz")],
    everything: pipeline.filters.flatMap(({ patterns }) => patterns.filter((each) => !each.startsWith("!")).map((each) => modified(exampleOf(each)))),
    nothing: [],
  };
}

/** A path that a component's own filter watches; one of the pipeline's first filter where there is no such. */
function watchedPath({ filters }: Pipeline): string {
  const watched = filters.find(({ concerns }) => concerns === "component") ?? filters[0];
  return exampleOf(watched?.patterns.find((pattern) => !pattern.startsWith("!")) ?? "**");
}

/** Every change set as a pull request of one's own, of a fork, and as a draft. */
export function pullRequests(pipeline: Pipeline): readonly PullRequest[] {
  const kinds = [
    { kind: "own branch", fork: false, draft: false },
    { kind: "fork", fork: true, draft: false },
    { kind: "draft", fork: false, draft: true },
  ];
  return Object.entries(changeSets(pipeline)).flatMap(([title, changes]) => kinds.map(({ kind, ...rest }) => ({ title: `${title}, ${kind}`, changes, ...rest })));
}

/** One job ends badly, found by workflow and path; all others succeed. */
export function oneEnds(workflow: string, path: string, outcome: Outcome): Scenario {
  return { outcome: (run) => (run.workflow === workflow && run.path === path ? outcome : "success") };
}

/** The ways in which a job can end without having done its work. A job that times out ends as cancelled. */
export const badOutcomes: readonly Outcome[] = ["failure", "cancelled", "never"];
