/** What the policies are told: of each stack, and of VM sizes where a stack has no config of its own. */
import { relative } from "node:path";
import { defaultChecksFile, renderDefaultChecks } from "../../config/default-checks";
import { defaultSizesFile, policyConfigFile, renderDefaultSizes, renderPolicyConfig, STACKS } from "../../config/policies";
import { PROJECT } from "../kit/project";
import type { Generated } from "./generator";

/** The generator of policy/config: one file a stack. */
export function policyConfigFiles(): Generated {
  const stacks = STACKS.map((stack) => ({ path: relative(PROJECT, policyConfigFile(PROJECT, stack)), content: renderPolicyConfig(PROJECT, stack) }));
  const defaults = [
    { path: relative(PROJECT, defaultSizesFile(PROJECT)), content: renderDefaultSizes() },
    { path: relative(PROJECT, defaultChecksFile(PROJECT)), content: renderDefaultChecks() },
  ];
  return { files: [...stacks, ...defaults], folders: ["policy/config"] };
}
