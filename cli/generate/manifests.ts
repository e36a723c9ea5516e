/** What each stack is meant to be, for the policy pack to hold it to. */
import { relative } from "node:path";
import { renderManifest } from "../../config/intent";
import { manifestFile } from "../../config/policies";
import { committedStacks, PROJECT } from "../kit/project";
import type { Generated } from "./generator";

/** The generator of policy/manifests: one file a stack. */
export async function manifestFiles(): Promise<Generated> {
  const files = [];
  for (const stack of committedStacks())
    files.push({ path: relative(PROJECT, manifestFile(PROJECT, stack)), content: await renderManifest(PROJECT, stack) });
  return { files, folders: ["policy/manifests"] };
}
