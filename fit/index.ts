/** Whether a pipeline fits a checkout of the repository that it is for. Files are read and none is run. */
import type { Pipeline } from "../pipeline/model";
import { judge } from "./judge";
import { config, type Excuse, type FitReport } from "./model";
import { readAll } from "./read/all";
import { readTree, TreeError, type Tree } from "./read/tree";

export interface FitQuestion {
  /** Folder of the checkout. */
  readonly folder: string;
  /** Any name of a commit. Default: the one that is checked out. */
  readonly reference?: string | undefined;
  readonly pipeline: Pipeline;
  /** Paths of the files that the pipeline delivers. */
  readonly delivered: readonly string[];
  readonly excuses: readonly Excuse[];
}

/** Reads and judges. A checkout that cannot be judged is one finding. @throws Error where git or Python fails */
export async function fit({ folder, reference, pipeline, delivered, excuses }: FitQuestion): Promise<FitReport> {
  const tree = treeOrFinding(folder, reference);
  if ("misfits" in tree) return tree;
  const paths = new Set(delivered);
  return judge({ pipeline, readings: await readAll(tree, pipeline, paths), delivered: paths }, excuses);
}

function treeOrFinding(folder: string, reference: string | undefined): Tree | FitReport {
  try {
    return readTree(folder, reference);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    const { rule, found, allowed, mend } = error;
    const where = rule === "commit-unknown" ? config("REF") : config("DIR");
    return { commit: undefined, files: 0, misfits: [{ rule, where, about: folder, found, allowed, mend }], excused: [] };
  }
}

export { allRules } from "./rules";
export type { Excuse, Excused, FitReport, Misfit, Place } from "./model";
