/**
 * The policy pack under the real engine, found only by the environment, as everywhere else: a sound stack passes it, a violation stops preview and
 * `up` before anything is touched, what is unknown does not pass for what is sound, and the audit finds what was changed by hand.
 */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument, type Document } from "yaml";
import { surroundings } from "../../cli/report/surroundings";
import { plainText, resourceLabel } from "../../sandbox/cli/events";
import { policyConfigFile } from "../../sandbox/daemon/layout";
import { Clients } from "./clients";
import { eventsIn, LONG, PROJECT, Rehearsal, type Run } from "./harness";

jest.setTimeout(2 * LONG);

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await Rehearsal.prepare("dev", true);
}, LONG);
afterAll(() => rehearsal?.stop(), LONG);

/** Each violation as `policy, resource: message`; where else its cause shows is in the lines after the message. */
function violationsOf(run: Run): readonly string[] {
  return eventsIn(run.events).flatMap(({ policyEvent }) => (policyEvent ? [`${policyEvent.policyName}, ${resourceLabel(policyEvent.resourceUrn ?? "")}: ${plainText(policyEvent.message).split("\nThe same cause:\n")[0]!.split("\n").at(-1)}`] : []));
}

/** Where else the cause of a policy's violations shows, a line each. */
function furtherOf(run: Run, policy: string): readonly string[] {
  return eventsIn(run.events)
    .filter(({ policyEvent }) => policyEvent?.policyName === policy)
    .flatMap(({ policyEvent }) => (plainText(policyEvent!.message).split("\nThe same cause:\n")[1] ?? "").split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Runs with a file changed, and takes the change back. */
async function withFile<Result>(file: string, change: (text: string) => string, run: () => Promise<Result>): Promise<Result> {
  const before = await readFile(file, "utf8");
  await writeFile(file, change(before));
  try {
    return await run();
  } finally {
    await writeFile(file, before);
  }
}

/** Runs with the pack configured otherwise: in the file that the environment names, as flags would add a second pack to that of the environment. */
function withPolicies<Result>(change: (config: Record<string, unknown>) => void, run: () => Promise<Result>): Promise<Result> {
  const changed = (text: string): string => {
    const config = JSON.parse(text) as Record<string, unknown>;
    change(config);
    return JSON.stringify(config);
  };
  return withFile(policyConfigFile(rehearsal.client.layout, "dev"), changed, run);
}

/** Runs with the stack's config changed. */
function withConfig<Result>(change: (config: Document) => void, run: () => Promise<Result>): Promise<Result> {
  const changed = (text: string): string => {
    const config = parseDocument(text);
    change(config);
    return config.toString();
  };
  return withFile(rehearsal.configFile, changed, run);
}

describe("a wrong config of the pack is one error, and nothing is judged", () => {
  const refused = async (change: (config: Record<string, unknown>) => void): Promise<string> => {
    const run = await withPolicies(change, () => rehearsal.pulumi("preview"));
    expect([run.code === 0, run.steps, violationsOf(run)]).toEqual([false, [], []]);
    return run.output;
  };

  test("keys that no policy declares, and lowered levels, are told together", async () => {
    const output = await refused((config) => {
      config["acr-closed"] = { enforcementLevel: "advisory", open: true };
      config["ecr-tags-immutable"] = "disabled";
    });
    const told = output.slice(output.indexOf("The policy config is wrong; nothing was judged."));
    expect(told.trim().split("\n")).toEqual([
      "The policy config is wrong; nothing was judged.",
      "  acr-closed.open: found an unknown key; wanted none",
      "  acr-closed: found level advisory; wanted mandatory",
      "  ecr-tags-immutable: found level disabled; wanted mandatory",
    ]);
  });

  test("values of the wrong type are told by the engine", async () => {
    const output = await refused((config) => (config["pools-within-budget"] = { maxGpus: "many" }));
    expect(output).toContain("validating policy config: gpu-cicd 0.1.0  pools-within-budget: maxGpus: Invalid type. Expected: integer, given: string");
  });

  test("an unknown policy is refused by the engine", async () => {
    const output = await refused((config) => (config["no-such-policy"] = { a: 1 }));
    expect(output).toContain('error: configuring policy pack "gpu-cicd"');
  });
});

describe("a sound stack", () => {
  test("is held to the pack by the environment alone, and has no violation of any level at preview, at up and after it", async () => {
    const environment = await rehearsal.environment();
    expect(environment["PULUMI_OPTION_POLICY_PACK"]).toBe(`"${join(PROJECT, "policy")}"`);
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"], ["preview", "--expect-no-changes"]]) {
      const run = await rehearsal.succeed(...args);
      expect([run.summary.packs, violationsOf(run), run.summary.errors(), run.summary.advice()]).toEqual([["gpu-cicd 0.1.0"], [], [], []]);
    }
  });

  test("has none in the audit of what is deployed either", () => {
    expect(audit("text")).toMatchObject({ code: 0, output: expect.stringMatching(/^dev of gpu-cicd: \d+ resources judged .*: no violation\n$/) as string });
  });
});

describe("pulumi up with violations", () => {
  test("changes nothing, and says what was found where, what is wanted, and what to do", async () => {
    // The state before is what protection may not fall below.
    await rehearsal.environment();
    const before = await rehearsal.everything();
    const run = await withConfig(
      (config) => {
        config.deleteIn(["config", "gpu-cicd:tags", "cost-centre"]);
        config.setIn(["config", "gpu-cicd:requiredChecks"], { DCO: null });
        config.setIn(["config", "gpu-cicd:runnerClasses", "tester-amd64-gpu", "pool", "maxCount"], 40);
        // What config alone would refuse: the policy's own bound is the one that was agreed before.
        config.setIn(["config", "gpu-cicd:budget"], { maxGpus: 100, maxHourly: 100 });
      },
      () => rehearsal.pulumi("up", "--yes"),
    );
    expect(run.code).not.toBe(0);
    expect(await rehearsal.everything()).toEqual(before);
    const told = violationsOf(run);
    // One that judges resources by themselves is told once for all of them, and those that judge the stack.
    const tags = "tags: found no cost-centre; wanted all of owner, stack and cost-centre";
    expect(told.filter((line) => line.startsWith("resources-tagged"))).toEqual([expect.stringContaining(tags)]);
    expect(furtherOf(run, "resources-tagged")).toEqual(expect.arrayContaining([`aws:ecr/repository:Repository "registries-images": ${tags} (resources-tagged)`]));
    expect(new Set(told.map((line) => line.split(",")[0]))).toEqual(new Set(["resources-tagged", "required-checks-present", "pools-within-budget", "resources-as-intended"]));
    expect(told.find((line) => line.startsWith("pools-within-budget"))).toContain("the stack: GPUs of all pools: found 40; wanted 2 or fewer. Lower maxCount of a pool, or raise the bound");
    // The check that is gone is told once, with every place and every policy that minds it.
    expect(told.filter((line) => line.startsWith("required-checks-present"))).toEqual([expect.stringMatching(/protection-main": .*: found no DCO on main/)]);
    const further = furtherOf(run, "required-checks-present");
    expect(further).toEqual(expect.arrayContaining([expect.stringMatching(/protection-main": .*: found no DCO of app 1861.*\(protection-not-weakened\)/), expect.stringMatching(/protection-release": /)]));
    expect(furtherOf(run, "pools-within-budget")).toEqual(expect.arrayContaining([expect.stringMatching(/AgentPool ".*": maxCount: found 40; wanted \d+ \(resources-as-intended\)/)]));
  });

  test("a weakening that is acknowledged is none", async () => {
    const acknowledge = (config: Record<string, unknown>): void => {
      config["protection-not-weakened"] = { ...(config["protection-not-weakened"] as object), acknowledged: ["main", "release"] };
      config["required-checks-present"] = { contexts: ["pre-commit"] };
      // The pull request that weakens the ruleset writes the manifest anew; here there is none.
      delete config["resources-as-intended"];
    };
    const preview = (): Promise<Run> => withConfig((config) => config.setIn(["config", "gpu-cicd:requiredChecks"], { DCO: null }), () => rehearsal.pulumi("preview"));
    const run = await withPolicies(acknowledge, preview);
    expect([run.code, violationsOf(run)]).toEqual([0, []]);
  });
});

describe("a report and an apply on real clouds, where the environment says which", () => {
  /** What the pack is told of protection, when the environment is the rehearsal's but for some variables. */
  async function toldOfProtection(variables: Readonly<Record<string, string>>): Promise<{ readonly baseline?: readonly unknown[]; readonly required?: boolean }> {
    const before = process.env;
    process.env = { ...before, ...(await rehearsal.environment()), PATH: `${rehearsal.client.layout.bin}:${before["PATH"]}`, SANDBOX_DIR: rehearsal.directory, ...variables };
    try {
      const { environment } = await surroundings("real", PROJECT, "dev", undefined);
      expect(environment["PULUMI_OPTION_POLICY_PACK"]).toBe(`"${join(PROJECT, "policy")}"`);
      const file = environment["PULUMI_OPTION_POLICY_PACK_CONFIG"]!.slice(1, -1);
      return (JSON.parse(await readFile(file, "utf8")) as Record<string, object>)["protection-not-weakened"]!;
    } finally {
      process.env = before;
    }
  }

  test("are held to the pack with the protection that the state has", async () => {
    const { baseline, required } = await toldOfProtection({});
    expect([baseline?.map((ruleset) => (ruleset as { name: string }).name).sort(), required]).toEqual([["main", "mirrors", "release", "releases-born", "tags"], undefined]);
  });

  test("demand it where the state cannot be read", async () => {
    expect(await toldOfProtection({ PULUMI_BACKEND_URL: "file:///nowhere" })).toMatchObject({ required: true });
  });
});

describe("what is unknown at preview", () => {
  /** A program of its own: this project's makes no such value. The bucket's ARN is unknown until it is made, and so is what is made from it. */
  const PROGRAM = `
const aws = require("@pulumi/aws");
const provider = new aws.Provider("aws", { region: "us-west-2", allowedAccountIds: ["444455556666"] });
const options = { provider };
const bucket = new aws.s3.Bucket("source", { bucket: "hidden-source", tags: { owner: "a", stack: "b", "cost-centre": "c" } }, options);
const tags = { owner: "a", stack: "b", "cost-centre": "c" };
new aws.ecr.Repository("images", { name: "hidden/images", imageTagMutability: bucket.arn.apply(() => "MUTABLE"), tags }, options);
new aws.iam.Role("role", { name: "hidden", assumeRolePolicy: bucket.arn.apply(() => JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }] })), tags }, options);
`;

  test("is a violation where a policy needs it, and where it may wait but comes from elsewhere", async () => {
    const directory = join(rehearsal.directory, "hidden");
    await mkdir(directory);
    await writeFile(join(directory, "Pulumi.yaml"), "name: hidden\nmain: index.js\nruntime: { name: nodejs, options: { typescript: false } }\n");
    await writeFile(join(directory, "index.js"), PROGRAM);
    await symlink(join(PROJECT, "node_modules"), join(directory, "node_modules"));
    await rehearsal.text("stack", "init", "dev", "-C", directory);
    const run = await rehearsal.pulumi("preview", "-C", directory, "--stack", "dev");
    expect(run.code).not.toBe(0);
    const told = violationsOf(run);
    expect(told).toContainEqual(expect.stringMatching(/^ecr-tags-immutable, .*"images": imageTagMutability: found a value that is not known before the apply; wanted a value that can be judged at preview\. /));
    expect(told).toContainEqual(expect.stringMatching(/^unknowns-explained, .*"role": assumeRolePolicy: found an unknown value from aws:s3\/bucket:Bucket; wanted a value, or one from aws:iam\/openIdConnectProvider:OpenIdConnectProvider\. /));
  });
});

function audit(format: string): { readonly code: number | null; readonly output: string } {
  const args = [join(PROJECT, "bin", "gpu-cicd.cjs"), "audit", "--stack", "dev", "--format", format];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT, encoding: "utf8", env: { ...process.env, SANDBOX_DIR: rehearsal.directory } });
  return { code: status, output: stdout + stderr };
}

test("protection that was changed by hand is found by the audit once it is refreshed into the state", async () => {
  const clients = await Clients.of(rehearsal);
  const rulesets = "/repos/ai-dynamo/dynamo-ci-dev/rulesets";
  const { body } = await clients.github("GET", rulesets);
  const { id } = (body as { id: number; name: string }[]).find(({ name }) => name === "main")!;
  expect((await clients.github("PUT", `${rulesets}/${id}`, { enforcement: "disabled" })).status).toBe(200);
  await clients.ecr().putImageTagMutability({ repositoryName: "ai-dynamo/dynamo", imageTagMutability: "MUTABLE" });
  await rehearsal.succeed("refresh", "--yes");

  const { code, output } = audit("json");
  expect(code).toBe(5);
  const { violations } = JSON.parse(output) as { violations: { policy: string; resource: { name: string; declared: object } | null; found: string; also: { policy: string; found: string }[] }[] };
  expect(violations[0]!.also).toEqual([expect.objectContaining({ policy: "resources-as-intended", found: '"disabled"' })]);
  expect(violations.map(({ policy, resource, found }) => `${policy} ${resource?.name ?? "stack"} ${found}`)).toEqual([
    "required-checks-present stack no active ruleset",
    'ecr-tags-immutable registries-images "MUTABLE"',
    // What went with the tags' protection. The ruleset's own state is the cause of the first.
    "resources-as-intended registries-images nothing",
  ]);
  expect(violations[1]!.resource!.declared).toEqual({ file: "components/registries/image-registries.ts", line: expect.any(Number) as number, column: expect.any(Number) as number });
});
