/** What the pack answers when the engine configures it. That the engine shows it to people is for test/rehearsal/policy.test.ts. */
import { status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { ConfigureAnalyzerRequest, PolicyConfig } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { checked, requestFindings } from "../../../policy/kit/engine-config";
import { rules } from "../../../policy/rules";

const [ADVISORY, MANDATORY, DISABLED] = [0, 1, 2];

type Chosen = readonly [level: number, properties?: Record<string, JavaScriptValue>];

function request(config: Readonly<Record<string, Chosen>>): ConfigureAnalyzerRequest {
  const made = new ConfigureAnalyzerRequest();
  for (const [name, [level, properties]] of Object.entries(config)) {
    const policy = new PolicyConfig();
    policy.setEnforcementlevel(level as ReturnType<PolicyConfig["getEnforcementlevel"]>);
    if (properties !== undefined) policy.setProperties(Struct.fromJavaScript(properties));
    made.getPolicyconfigMap().set(name, policy);
  }
  return made;
}

const sound = { "acr-closed": [MANDATORY!], "pools-within-budget": [MANDATORY!, { maxGpus: 4 }] } as const satisfies Record<string, Chosen>;

test("a sound config has no findings", () => {
  expect(requestFindings(rules, request(sound))).toEqual([]);
});

test("unknown names, keys and lowered levels are all told at once", () => {
  const wrong = request({ ...sound, "no-such-rule": [MANDATORY!, { a: 1 }], "ecr-tags-immutable": [ADVISORY!], "actions-pinned": [DISABLED!], "pools-within-budget": [MANDATORY!, { maxGpu: 4 }] });
  expect(requestFindings(rules, wrong)).toEqual([
    "actions-pinned: found level disabled; wanted mandatory",
    "ecr-tags-immutable: found level advisory; wanted mandatory",
    expect.stringMatching(/^no-such-rule: found an unknown rule; wanted one of required-checks-present, /),
    expect.stringMatching(/^pools-within-budget\.maxGpu: found an unknown key; wanted one of maxGpus, /),
  ]);
});

describe("the pack", () => {
  function answerTo(config: Readonly<Record<string, Chosen>>): { configured: boolean; error: unknown } {
    let configured = false;
    let error: unknown;
    const configure = checked(rules, (_call, answer) => {
      configured = true;
      answer(null, "done");
    });
    const answer: sendUnaryData<unknown> = (problem) => (error = problem);
    configure({ request: request(config) } as ServerUnaryCall<ConfigureAnalyzerRequest, unknown>, answer);
    return { configured, error };
  }

  test("takes a sound config", () => {
    expect(answerTo(sound)).toEqual({ configured: true, error: null });
  });

  test("is not configured by a wrong one, and says why", () => {
    expect(answerTo({ "acr-closed": [DISABLED!] })).toEqual({
      configured: false,
      error: { code: status.INVALID_ARGUMENT, details: "The policy config is wrong; nothing was judged.\n  acr-closed: found level disabled; wanted mandatory" },
    });
  });
});
