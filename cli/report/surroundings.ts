/** Where a report's engine runs: in the sandbox of this machine, or wherever the caller's own environment points. */
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readPolicyConfig } from "../../config/policies";
import { ConfigError } from "../../config/read";
import { demandingBaseline } from "../../policy/baseline/baseline";
import { policyPack, requirements } from "../../rehearsal/stage";
import { prepareStack, type Requirements } from "../../sandbox/cli/rehearse";
import { findSandbox } from "../../sandbox/daemon/client";
import { processEnvironment } from "../../sandbox/daemon/environment";
import { sandboxDirectory, stackConfigFile, type Layout } from "../../sandbox/daemon/layout";
import { policyEnvironment } from "../../sandbox/daemon/policies";
import { engineText, type Surroundings } from "./engine";

export const CLOUDS = ["sandbox", "real"] as const;
export type Clouds = (typeof CLOUDS)[number];

/**
 * Where the engine runs, held to the policy pack with the protection that the stack has now.
 * @param config another file in the place of the stack's committed one
 * @throws Error where no sandbox runs
 */
export async function surroundings(clouds: Clouds, project: string, stack: string, config: string | undefined): Promise<Surroundings> {
  return clouds === "sandbox" ? inSandbox(project, stack, config) : inClouds(project, stack, config);
}

async function inClouds(project: string, stack: string, config: string | undefined): Promise<Surroundings> {
  const environment = { ...process.env, ...(config === undefined ? {} : { PULUMI_OPTION_CONFIG_FILE: config }) };
  const at: Surroundings = { project, pulumi: "pulumi", environment };
  const state = await engineText(at, ["stack", "export", "--stack", stack]).catch(() => undefined);
  const committed = readPolicyConfig(project, stack);
  const pack = policyPack(project, stack, state === undefined ? demandingBaseline(committed) : committed);
  await mkdir(sandboxDirectory(), { recursive: true });
  const held = await policyEnvironment(join(sandboxDirectory(), `policies.${stack}.real.json`), pack, state);
  return { ...at, environment: { ...environment, ...held } };
}

async function inSandbox(project: string, stack: string, config: string | undefined): Promise<Surroundings> {
  const directory = sandboxDirectory();
  const client = await findSandbox(directory);
  if (client === undefined) throw new Error(`no sandbox runs in ${directory}: make rehearse STACK=${stack} starts one, CLOUD=real takes the clouds that your environment points to, PREVIEW=FILE reads a preview`);
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-report-"));
  try {
    await Promise.all([copyFile(join(project, "Pulumi.yaml"), join(folder, "Pulumi.yaml")), copyFile(config ?? join(project, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`))]);
    const { surroundings: at } = await prepareStack(client, { project: folder, stack, requirements: await stageOf(project, folder, client.layout, stack) });
    return { project, pulumi: join(client.layout.bin, "pulumi"), environment: processEnvironment(client.layout, at.environment) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the config takes for granted. One that is wrong is the engine's to refuse, in the report; it keeps the secrets that the sandbox has. */
async function stageOf(project: string, folder: string, layout: Layout, stack: string): Promise<Requirements> {
  try {
    return requirements(project, stack, folder);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { secrets: secretsIn(stackConfigFile(layout, stack)).map((key) => ({ key })) };
  }
}

function secretsIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const { config = {} } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  return Object.entries(config).flatMap(([key, value]) => (typeof value === "object" && value !== null && "secure" in value ? [key] : []));
}
