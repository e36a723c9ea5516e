/** Every generator: one entry each. */
import type { Generator } from "./generator";

export const GENERATORS: readonly Generator[] = [
  { name: "commands", title: "docs/commands.md and the targets of make, from the list of commands", generate: async () => (await import("../documents/commands.ts")).commandFiles() },
  { name: "config-doc", title: "docs/config.md and config.schema.json, from the schemas", generate: async () => (await import("../documents/config.ts")).configFiles() },
  { name: "policies-doc", title: "docs/policies.md, from the rules", generate: async () => (await import("../documents/policies.ts")).policiesFiles() },
  { name: "fit-doc", title: "docs/fit.md, from the rules", generate: async () => (await import("../documents/fit.ts")).fitFiles() },
  { name: "threats-doc", title: "docs/threats.md, from the attacks", generate: async () => (await import("../documents/threats.ts")).threatsFiles() },
  { name: "rehearsal-doc", title: "docs/rehearsal.md, from what the sandbox answers", generate: async () => (await import("../documents/rehearsal.ts")).rehearsalFiles() },
  { name: "situations-doc", title: "docs/situations.md, from the situations that were tried", generate: async () => (await import("../documents/situations.ts")).situationFiles() },
  { name: "policy-config", title: "policy/config, from the stacks' config", generate: async () => (await import("./policy-config.ts")).policyConfigFiles() },
  { name: "manifests", title: "policy/manifests, what each stack is meant to be, from its program and config", generate: async () => (await import("./manifests.ts")).manifestFiles() },
  { name: "own-workflows", title: "the workflows of the repository that holds this project", generate: async () => (await import("../own-workflows.ts")).ownWorkflowFiles() },
  { name: "programs", title: "workflows/generated, the bundles of the programs that run on runners", generate: async () => (await import("./programs.ts")).programFiles() },
  { name: "workflow-goldens", title: "test/golden/workflows, every file of each stack", generate: async () => (await import("./workflow-goldens.ts")).workflowGoldens() },
  { name: "report-goldens", title: "test/golden/reports, each recorded preview in every form", generate: async () => (await import("../../test/report/goldens.ts")).reportGoldens() },
];
