/** The bundles of the programs that run on runners. */
import { relative } from "node:path";
import { bundle, bundlePath } from "../../workflows/bundle";
import { PROGRAMS } from "../../workflows/steps";
import { PROJECT } from "../kit/project";
import type { Generated } from "./generator";

/** The generator of workflows/generated: one bundle for each program that runs on runners. */
export async function programFiles(): Promise<Generated> {
  const files = await Promise.all(PROGRAMS.map(async (program) => ({ path: relative(PROJECT, bundlePath(program)), content: await bundle(program) })));
  return { files, folders: ["workflows/generated"] };
}
