import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyConfig, policyConfigFile, readPolicyConfig } from "../../config/policies";
import { ConfigError } from "../../config/read";
import { fixture, fixtureWith } from "../fixture";

describe("a policy config that is not there, or is wrong", () => {
  const project = mkdtempSync(join(tmpdir(), "gpu-cicd-policies-"));
  beforeAll(() => mkdirSync(join(project, "policy", "config"), { recursive: true }));
  afterAll(() => rmSync(project, { recursive: true }));

  test("is told by name", () => {
    expect(() => readPolicyConfig(project, "staging")).toThrow(`found no policy config of stack staging at ${policyConfigFile(project, "staging")}; run make generate, which writes one for every stack file`);
    writeFileSync(policyConfigFile(project, "large"), '{ "acr-closed": { "open": 1 }, "pools-within-budget": { "maxGpus": "many" } }');
    expect(() => readPolicyConfig(project, "large")).toThrow(
      'The policy config is wrong; nothing was judged.\n  acr-closed.open: found an unknown key; wanted none\n  pools-within-budget.maxGpus: found "many"; wanted a whole number',
    );
  });
});

describe("rulesets that the next apply may weaken", () => {
  const acknowledging = (acknowledged: unknown) => fixtureWith("small", (values) => ({ ...values, acknowledged }));

  test("are none, but those that the stack's config names with a reason", () => {
    expect(policyConfig("small", fixture("small"))["protection-not-weakened"]).toEqual({ acknowledged: [] });
    expect(policyConfig("small", acknowledging([{ ruleset: "main", why: "The check lint goes." }]))["protection-not-weakened"]).toEqual({ acknowledged: ["main"] });
  });

  test.each([[{ ruleset: "mian", why: "A name that is none." }], [{ ruleset: "main", why: "" }], [{ ruleset: "main" }]])("%j is refused", (entry) => {
    expect(() => acknowledging([entry])).toThrow(ConfigError);
  });
});
