/** The audit of a deployed state: what it finds, what it says and in which forms, and what it ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import type { Answer } from "../../../../cli/kit/answer";
import * as command from "../../../../cli/commands/audit";
import { audit, exitCodeOf, type Severity } from "../../../../cli/audit/audit";
import { resourceRule } from "../../../../policy/kit/rule";
import { call, keptIo, type Called } from "../../kit/call";
import { CIPHERTEXT, drifted, productionState, type State } from "./state";
import { uploadProblems } from "./upload";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-audit-"));
afterAll(() => rmSync(folder, { recursive: true }));

let sound: State;
let weak: State;
beforeAll(async () => {
  sound = await productionState();
  weak = drifted(
    sound,
    // By hand on GitHub: a team may bypass everything, and nobody hears of it.
    ["protection-main", (outputs) => Object.assign(outputs, { bypassActors: [{ actorType: "Team", actorId: 4, bypassMode: "exempt" }] })],
    // By hand in Azure, a property that the cloud has a default for.
    ["registries-acr", (outputs) => Object.assign(outputs, { anonymousPullEnabled: true })],
    ["registries-images", (outputs) => Object.assign(outputs, { tags: { owner: "dynamo-ops", stack: "prod" } })],
  );
}, 120_000);

const answer = (question: Partial<command.Question>): Promise<Answer> => command.answer({ stack: "prod", state: undefined, config: undefined, format: "text", ...question }, keptIo().io);

function file(state: State, name = "state.json"): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(state));
  return path;
}

describe("what is found", () => {
  test("a sound stack has no violation", async () => {
    const { report, exitCode } = await answer({ state: file(sound) });
    expect(report).toMatch(/^prod of gpu-cicd: \d+ resources judged by \d+ policies with policy\/config\/prod\.json, \d+ secrets unopened: no violation$/);
    expect(exitCode).toBe(0);
  });

  test("drift of protection, registry and tags is told in full, the worst first", async () => {
    const { report, summary, exitCode } = await answer({ state: file(weak) });
    const paragraphs = report.split("\n\n");
    const heads = paragraphs.map((text) => text.split("\n")[0]);
    expect(heads).toEqual([
      expect.stringMatching(/^critical: .* \(rulesets-without-bypass\)$/),
      "high: The Azure registry knows its users (acr-closed)",
      expect.stringMatching(/^low: .* \(resources-tagged\)$/),
      summary,
    ]);
    expect(paragraphs[1]).toBe(
      [
        "high: The Azure registry knows its users (acr-closed)",
        '  azure-native:containerregistry:Registry "registries-acr": anonymousPullEnabled',
        "    found  true",
        "    wanted false",
        "  fix: Set adminUserEnabled and anonymousPullEnabled to false; give each reader AcrPull and each writer AcrPush.",
        "  why: The admin user is one password for everybody, with write access to every image, and cannot be taken back from one of them.",
        "  see: https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
      ].join("\n"),
    );
    expect(paragraphs[0]).toContain('github:index/repositoryRuleset:RepositoryRuleset "protection-main"');
    expect(summary).toMatch(/: 3 violations \(1 critical, 1 high, 1 low\)$/);
    expect(exitCode).toBe(5);
  });

  test("a deleted ruleset, a lifted protection and a file changed by hand are found", async () => {
    const gone = { ...sound, deployment: { resources: sound.deployment.resources.filter(({ urn }) => !urn.endsWith("::protection-release")) } };
    const changed = drifted(
      gone,
      ["registries-images", (_, entry) => Object.assign(entry, { protect: false })],
      ["workflows-.github/workflows/pr.yaml", (outputs) => Object.assign(outputs, { content: String(outputs["content"]).replace("persist-credentials: false", "persist-credentials: true") })],
    );
    const { violations } = JSON.parse((await answer({ state: file(changed), format: "json" })).report) as { violations: { policy: string; property: string }[] };
    const found = new Set(violations.map(({ policy }) => policy));
    for (const name of ["required-checks-present", "stateful-protected", "checkouts-without-credentials"]) expect(found).toContain(name);
  });

  test("a secret is never shown, and where a policy would have to read it, it is a violation", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: CIPHERTEXT };
    const hidden = drifted(sound, ["identities-main-images-role", (outputs) => Object.assign(outputs, { assumeRolePolicy: secret })]);
    const reports = await Promise.all((["text", "json", "sarif"] as const).map(async (format) => (await answer({ state: file(hidden), format })).report));
    for (const report of reports) expect(report).not.toContain("canary");
    expect(reports[0]).toContain('aws:iam/role:Role "identities-main-images-role": assumeRolePolicy\n    found  a secret, which is not opened to be judged\n    wanted a value that is no secret where a policy reads it');
  });
});

describe("the exit code", () => {
  const rule = (severity: Severity): ReturnType<typeof resourceRule> =>
    resourceRule({
      name: `a-${severity}`,
      title: "t",
      severity,
      level: "mandatory",
      holds: "h",
      why: "w",
      fix: "f",
      source: { title: "s", url: "https://example.com" },
      types: ["aws:ecr/repository:Repository"],
      *judge() {
        yield { property: "p", found: "a", wanted: "b" };
      },
    });

  test.each([
    [[], 0],
    [["low"], 2],
    [["medium", "low"], 3],
    [["low", "high"], 4],
    [["low", "critical", "medium"], 5],
  ] as const)("of violations %p is %i", (severities, code) => {
    expect(exitCodeOf(audit(severities.map(rule), {}, JSON.stringify(sound)))).toBe(code);
  });
});

describe("as JSON", () => {
  test("each violation has all that the text says, and where the resource is declared", async () => {
    const report = JSON.parse((await answer({ state: file(weak), format: "json" })).report) as { violations: Record<string, unknown>[]; unopened: object[] };
    expect(report).toMatchObject({ stack: "prod", project: "gpu-cicd", config: "policy/config/prod.json", counts: { critical: 1, high: 1, medium: 0, low: 1 } });
    expect(report.violations[1]).toEqual({
      policy: "acr-closed",
      title: "The Azure registry knows its users",
      severity: "high",
      level: "mandatory",
      resource: { type: "azure-native:containerregistry:Registry", name: "registries-acr", urn: "urn:pulumi:prod::gpu-cicd::azure-native:containerregistry:Registry::registries-acr", declared: null },
      property: "anonymousPullEnabled",
      found: "true",
      wanted: "false",
      also: [],
      fix: expect.any(String) as string,
      source: { title: expect.any(String) as string, url: expect.stringMatching(/^https:/) as string },
    });
    expect(report.violations[0]).toMatchObject({ resource: { name: "protection-main", declared: { file: "components/github/branch-protection.ts", line: 51, column: 5 } } });
    expect(report.unopened.length).toBeGreaterThan(0);
  });
});

describe("as SARIF", () => {
  const sarif = async (state: State): Promise<Log> => JSON.parse((await answer({ state: file(state), format: "sarif" })).report) as Log;

  test("is what GitHub takes, with and without findings", async () => {
    expect(uploadProblems(await sarif(sound))).toEqual([]);
    expect(uploadProblems(await sarif(weak))).toEqual([]);
  });

  test("what GitHub does not take is noticed", async () => {
    const log = await sarif(weak);
    const broken = (change: (result: Record<string, unknown>) => void): unknown => {
      const copy = JSON.parse(JSON.stringify(log)) as { runs: { results: Record<string, unknown>[] }[] };
      change(copy.runs[0]!.results[0]!);
      return copy;
    };
    expect(uploadProblems(broken((result) => Object.assign(result, { locations: [] })))).not.toEqual([]);
    expect(uploadProblems(broken((result) => Object.assign(result, { level: "fatal" })))).not.toEqual([]);
    expect(uploadProblems(broken((result) => Object.assign(result, { ruleIndex: 1_000 })))).not.toEqual([]);
    expect(uploadProblems(broken((result) => delete result["message"]))).not.toEqual([]);
  });

  test("every policy is a rule of it; results point at declarations, or at the stack's config file", async () => {
    const [run] = (await sarif(weak)).runs;
    const { rules = [] } = run!.tool.driver;
    const results = run!.results!;
    expect(results.map(({ ruleId, ruleIndex }) => rules[ruleIndex!]!.id === ruleId)).toEqual([true, true, true]);
    expect(results.map(({ level }) => level)).toEqual(["error", "error", "note"]);
    expect(results.map(({ locations }) => locations![0]!.physicalLocation)).toEqual([
      { artifactLocation: { uri: "components/github/branch-protection.ts" }, region: { startLine: 51, startColumn: 5 } },
      { artifactLocation: { uri: "Pulumi.prod.yaml" }, region: { startLine: 1, startColumn: 1 } },
      { artifactLocation: { uri: "Pulumi.prod.yaml" }, region: { startLine: 1, startColumn: 1 } },
    ]);
    expect(rules.find(({ id }) => id === "rulesets-without-bypass")!.properties).toMatchObject({ "security-severity": "9.5" });
  });

  test("a finding keeps its fingerprint when its value or its line changes, and no two share one", async () => {
    const prints = async (state: State): Promise<unknown[]> => (await sarif(state)).runs[0]!.results!.map(({ partialFingerprints }) => partialFingerprints!["primaryLocationLineHash"]);
    const moved = drifted(weak, ["protection-main", (_, entry) => Object.assign(entry, { sourcePosition: "project:///elsewhere.ts#1,1" })], ["registries-images", (outputs) => Object.assign(outputs, { tags: {} })]);
    expect(await prints(moved)).toEqual(await prints(weak));
    expect(new Set(await prints(weak)).size).toBe(3);
  });
});

describe("the command", () => {
  const run = (args: readonly string[], input = ""): Promise<Called> => call(["audit", ...args], { input, environment: { SANDBOX_DIR: join(folder, "none") } });

  test("reads standard input, writes the report to a file, says what it amounts to, and ends with the severity", async () => {
    const out = join(folder, "report.sarif");
    const ran = await run(["--stack=prod", "--state", "-", "--format", "sarif", "--out", out, "--config", ""], JSON.stringify(weak));
    expect(ran).toMatchObject({ code: 5, err: "" });
    expect(ran.out).toMatch(/: 3 violations \(1 critical, 1 high, 1 low\)\n$/);
    expect(uploadProblems(JSON.parse(readFileSync(out, "utf8")))).toEqual([]);
  });

  test("has no answer, and says why, where there is nothing to judge or nothing to judge by", async () => {
    const none = `no sandbox runs in ${join(folder, "none")}; start one with make rehearse, or name an exported state with --state FILE (make: STATE=FILE)\n`;
    expect(await run([])).toEqual({ code: 1, out: "", err: none });
    const empty = file({ version: 3, deployment: { resources: [] } }, "empty.json");
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [[`--state=${empty}`], "deployment.resources: found no resource that the stack manages; wanted one at least"],
      [[`--state=${join(folder, "nothing.json")}`], 'nothing.json": there is no such file'],
      [["--stack=staging", `--state=${empty}`, "--format=xml"], '--stack is "staging": allowed are dev, prod\n--format is "xml": allowed are text, json, sarif'],
      [[`--state=${empty}`, `--config=${join(folder, "nothing.json")}`], 'nothing.json": there is no such file'],
      [[`--out=${folder}`, `--state=${empty}`], "it is a folder, and a file is wanted"],
    ];
    for (const [args, message] of refusals) {
      const { code, out, err } = await run(args);
      expect({ code, out, err }).toEqual({ code: 1, out: "", err: expect.stringContaining(message) as string });
    }
    const wrong = join(folder, "config.json");
    writeFileSync(wrong, JSON.stringify({ "acr-closed": { open: true } }));
    await expect(answer({ state: empty, config: wrong })).rejects.toThrow("The policy config is wrong; nothing was judged.\n  acr-closed.open: found an unknown key; wanted none");
  });

  test("judges a stack of other code by a config of its own", async () => {
    const config = join(folder, "own.json");
    writeFileSync(config, JSON.stringify({ "required-checks-present": { contexts: ["build"] } }));
    const repository = { urn: "urn:pulumi:live::shop::aws:ecr/repository:Repository::images", type: "aws:ecr/repository:Repository", custom: true, inputs: { name: "shop" }, outputs: { name: "shop", imageTagMutability: "MUTABLE" } };
    const { report, exitCode } = await answer({ state: file({ version: 3, deployment: { resources: [repository] } } as unknown as State), config });
    expect(report).toContain('aws:ecr/repository:Repository "images": imageTagMutability\n    found  "MUTABLE"');
    expect(report).toMatch(/\nlive of shop: 1 resources judged by \d+ policies with .*own\.json: \d+ violations/);
    expect(exitCode).toBe(5);
  });
});
