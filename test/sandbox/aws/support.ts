/** A running AWS for tests, driven as the provider server drives it: defaults, schema, rules, then the call. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningCloud, SandboxContext } from "../../../sandbox/cloud";
import { findings, withDefaults } from "../../../sandbox/provider/check";
import type { Properties, ResourceInfo, ResourceKind } from "../../../sandbox/provider/kind";
import { foundInputs } from "../../../sandbox/provider/refresh";
import { toolPath } from "../../../sandbox/tools";
import { start, type AwsOptions } from "../../../sandbox/aws";
import type { AwsClient } from "../../../sandbox/aws/client";
import { freePort } from "../../../sandbox/ports";

/** Python and the emulator's modules take a while on a busy machine. */
export const START_LIMIT = 180_000;

export interface TestAws {
  readonly cloud: RunningCloud;
  /** Every operation that passed the fault switch, in order. */
  readonly passed: string[];
  /** Errors that the fault switch throws, by operation: one for each time it passes. */
  readonly ordered: Map<string, Error[]>;
  client(config?: Properties): Promise<AwsClient>;
  resource(type: string): TestResource;
  stop(): Promise<void>;
}

/** One kind with one state, as the engine holds it. */
export class TestResource {
  readonly info: ResourceInfo;

  constructor(
    readonly kind: ResourceKind<AwsClient>,
    name = "it",
  ) {
    this.info = { urn: `urn:pulumi:test::gpu-cicd::${kind.type}::${name}`, type: kind.type, name };
  }

  /** Checked inputs; throws one error with every finding. */
  check(inputs: Properties): Properties {
    const filled = withDefaults(this.kind, inputs, this.info);
    const found = findings(this.kind, filled, this.info);
    if (found.length > 0) throw new Error(found.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return filled;
  }

  async create(client: AwsClient, inputs: Properties): Promise<{ id: string; inputs: Properties; outputs: Properties }> {
    const checked = this.check(inputs);
    const { id, outputs } = await this.kind.create(client, checked, this.info);
    return { id, inputs: checked, outputs: { ...checked, ...(outputs as Properties) } };
  }

  async update(
    client: AwsClient,
    state: { id: string; inputs: Properties; outputs: Properties },
    inputs: Properties,
  ): Promise<{ id: string; inputs: Properties; outputs: Properties }> {
    if (!this.kind.update) throw new Error(`${this.kind.type} is replaced, never updated`);
    const checked = this.check(inputs);
    const outputs: Properties = await this.kind.update(client, state.id, state.outputs, checked, { ...this.info, oldInputs: state.inputs });
    return { id: state.id, inputs: checked, outputs: { ...checked, ...outputs } };
  }

  /** Inputs and outputs as a refresh would find them; undefined when it is gone. */
  async refresh(
    client: AwsClient,
    state: { id: string; inputs: Properties; outputs: Properties },
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const found = await this.kind.read(client, state.id, state.outputs, { ...this.info, oldInputs: state.inputs });
    return (
      found && {
        inputs: foundInputs(this.kind, found.inputs as Properties, state.inputs),
        outputs: { ...state.inputs, ...(found.outputs as Properties) },
      }
    );
  }

  async import(client: AwsClient, id: string): Promise<Properties | undefined> {
    return (await this.kind.read(client, id, undefined, this.info))?.inputs as Properties | undefined;
  }

  remove(client: AwsClient, state: { id: string; outputs: Properties }): Promise<void> {
    return this.kind.remove(client, state.id, state.outputs, this.info);
  }
}

export async function startAws(options?: AwsOptions): Promise<TestAws> {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-aws-"));
  const passed: string[] = [];
  const ordered = new Map<string, Error[]>();
  const context: SandboxContext = {
    directory,
    tool: toolPath,
    spawn: (_name, file, args, spawnOptions) => spawn(file, [...args], { env: { ...process.env, ...spawnOptions?.env }, stdio: "ignore" }),
    freePort,
    faults: {
      pass: ({ cloud, operation }) => {
        if (cloud !== "aws") throw new Error(`the cloud is ${cloud}`);
        passed.push(operation);
        const failure = ordered.get(operation)?.shift();
        return failure ? Promise.reject(failure) : Promise.resolve();
      },
      answered: async () => undefined,
    },
    log: () => undefined,
  };
  const cloud = await start(context, options);
  return {
    cloud,
    passed,
    ordered,
    client: (config = { region: "us-west-2" }) => cloud.provider.configure(config) as Promise<AwsClient>,
    resource: (type) => {
      const kind = cloud.provider.kind(type);
      if (!kind) throw new Error(`no kind ${type}`);
      return new TestResource(kind);
    },
    stop: async () => {
      await cloud.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** ARN of the identity provider of GitHub Actions in an account. */
export function githubProvider(account = "123456789012"): string {
  return `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
}

/** A trust policy for one subject of GitHub's. */
export function trustPolicy(subject: string, account?: string): Record<string, unknown> {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: githubProvider(account) },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subject,
          },
        },
      },
    ],
  };
}
