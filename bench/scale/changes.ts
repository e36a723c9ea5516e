/** A large change. */
import type { ChangedFile, PipelineEvent } from "../../pipeline/plan";

/** 3,000 changed files: as many as GitHub's API lists of one pull request (REST, "List pull requests files"). */
export const manyFiles: readonly ChangedFile[] = Array.from({ length: 3000 }, (_, index) => ({
  path: `lib/part${index % 50}/src/deep/file${index}.go`,
  status: "modified",
}));

/** The push of a copied pull request. */
export const MIRROR_PUSH: PipelineEvent = { name: "push", ref: "refs/heads/pull-request/7" };
