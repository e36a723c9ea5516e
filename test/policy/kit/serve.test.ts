/** What the pack answers the engine. That the engine shows it to people is for test/rehearsal/policy.test.ts. */
import { status, Server, type ServiceDefinition, type ServiceError, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { resourceRule, stackRule, type Finding, type Rule, type Subject } from "../../../policy/kit/rule";
import { handlersOf, serveBy, type Configuring, type Handlers } from "../../../policy/kit/serve";
import { orUnknown, UNKNOWN } from "../../../policy/kit/unknowns";
import { rules } from "../../../policy/rules";

const [ADVISORY, MANDATORY, DISABLED] = [0, 1, 2];

type Chosen = readonly [level: number, properties?: Record<string, JavaScriptValue>];

function request(config: Readonly<Record<string, Chosen>>): proto.ConfigureAnalyzerRequest {
  const made = new proto.ConfigureAnalyzerRequest();
  for (const [name, [level, properties]] of Object.entries(config)) {
    const policy = new proto.PolicyConfig();
    policy.setEnforcementlevel(level as ReturnType<proto.PolicyConfig["getEnforcementlevel"]>);
    if (properties !== undefined) policy.setProperties(Struct.fromJavaScript(properties));
    made.getPolicyconfigMap().set(name, policy);
  }
  return made;
}

const sound = { "acr-closed": [MANDATORY!], "pools-within-budget": [MANDATORY!, { maxGpus: 4 }] } as const satisfies Record<string, Chosen>;

const PACK = { name: "a-pack", version: "1.2.3" };

/** A pack of some rules, and what its SDK was told. */
function packOf(some: readonly Rule[]): { readonly handlers: Handlers; readonly told: string[] } {
  const told: string[] = [];
  const sdk: Configuring = {
    configure: (_call, answer) => (told.push("configure"), answer(null, "done")),
    configureStack: (_call, answer) => (told.push("configureStack"), answer(null, "done")),
  };
  return { handlers: handlersOf(some, PACK, sdk), told };
}

/** What a handler answers, or the error that it answers with. */
function answerOf<Request, Response>(handler: (call: { readonly request: Request }, answer: (error: unknown, response?: Response | null) => void) => void, of: Request): Response | Partial<ServiceError> {
  let answered: Response | Partial<ServiceError> | undefined;
  handler({ request: of }, (error, response) => (answered = (error as Partial<ServiceError> | null) ?? response!));
  return answered!;
}

describe("the config of the engine", () => {
  const configured = (config: Readonly<Record<string, Chosen>>): { told: readonly string[]; answer: unknown } => {
    const { handlers, told } = packOf(rules);
    return { answer: answerOf(handlers.configure as never, request(config)), told };
  };

  test("that is sound is taken", () => {
    expect(configured(sound)).toEqual({ answer: "done", told: ["configure"] });
  });

  test("that is wrong is refused: unknown names, keys and lowered levels are all told at once", () => {
    const wrong = { ...sound, "no-such-rule": [MANDATORY!, { a: 1 }], "ecr-tags-immutable": [ADVISORY!], "actions-pinned": [DISABLED!], "pools-within-budget": [MANDATORY!, { maxGpu: 4 }] } as const;
    const { answer, told } = configured(wrong as unknown as Record<string, Chosen>);
    expect(told).toEqual([]);
    expect(answer).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect((answer as ServiceError).details.split("\n")).toEqual([
      "The policy config is wrong; nothing was judged.",
      "  actions-pinned: found level disabled; wanted mandatory",
      "  ecr-tags-immutable: found level advisory; wanted mandatory",
      expect.stringMatching(/^ {2}no-such-rule: found an unknown rule; wanted one of .*\brequired-checks-present, /),
      expect.stringMatching(/^ {2}pools-within-budget\.maxGpu: found an unknown key; wanted one of maxGpus, /),
    ]);
  });
});

describe("judging", () => {
  const TYPE = "a:b:C";
  const facts = { title: "", severity: "high", level: "mandatory", holds: "Sizes are small.", why: "", fix: "Make it small.", source: { title: "", url: "" } } as const;
  const seen: Subject[] = [];
  const small = resourceRule({
    ...facts,
    name: "small",
    types: [TYPE],
    config: { most: { type: "integer", default: 3, description: "" } },
    *judge(subject, config): Iterable<Finding> {
      seen.push(subject);
      if (Number(subject.props["size"]) > Number(config["most"])) yield { property: "size", found: String(subject.props["size"]), wanted: "less" };
    },
  });
  const whole = stackRule({
    ...facts,
    name: "whole",
    *judge(subjects): Iterable<Finding & { subject?: Subject }> {
      seen.push(...subjects);
      for (const subject of subjects) if (subject.props["size"] === 9) yield { subject, property: "size", found: "9", wanted: "less", mend: () => [] };
    },
  });
  const broken = stackRule({
    ...facts,
    name: "broken",
    *judge(): Iterable<Finding> {
      throw new TypeError("a mistake of a rule");
    },
  });

  const options = (): proto.AnalyzerResourceOptions => {
    const made = new proto.AnalyzerResourceOptions();
    made.setProtect(true).setIgnorechangesList(["tags"]).setAliasesList(["old"]).setAdditionalsecretoutputsList(["key"]).setParent("parent");
    made.setDeletebeforereplace(true).setDeletebeforereplacedefined(true);
    return made.setCustomtimeouts(new proto.AnalyzerResourceOptions.CustomTimeouts().setCreate(60));
  };
  function filled<Message extends proto.AnalyzeRequest | proto.AnalyzerResource>(message: Message, size: JavaScriptValue, withOptions: boolean): Message {
    message.setType(TYPE);
    message.setName("it");
    message.setUrn("urn:it");
    message.setProperties(Struct.fromJavaScript({ size }));
    if (withOptions) message.setOptions(options());
    if (withOptions) message.setProvider(new proto.AnalyzerProviderResource().setUrn("urn:provider"));
    return message;
  }
  const registered = (size: JavaScriptValue, withOptions = false): proto.AnalyzeRequest => filled(new proto.AnalyzeRequest(), size, withOptions);
  const stackOf = (size: JavaScriptValue): proto.AnalyzeStackRequest => {
    const resource = filled(new proto.AnalyzerResource(), size, false);
    resource.getPropertydependenciesMap().set("size", new proto.AnalyzerPropertyDependencies().setUrnsList(["urn:x"]));
    return new proto.AnalyzeStackRequest().setResourcesList([resource]);
  };
  const begun = (some: readonly Rule[], dryRun: boolean): Handlers => {
    const { handlers, told } = packOf(some);
    answerOf(handlers.configureStack as never, new proto.AnalyzerStackConfigureRequest().setDryRun(dryRun));
    expect(told).toEqual(["configureStack"]);
    return handlers;
  };
  const said = (answer: unknown): unknown => {
    const { diagnosticsList, notApplicableList } = (answer as proto.AnalyzeResponse).toObject();
    return [diagnosticsList.map(({ policyname, message, urn }) => [policyname, message, urn]), notApplicableList.map(({ policyName, reason }) => `${policyName}: ${reason}`)];
  };
  beforeEach(() => void seen.splice(0));

  test("a preview answers at its end, having asked ahead; policies that another one speaks for have not passed", async () => {
    const handlers = begun([small, whole], true);
    expect(said(answerOf(handlers.analyze as never, registered(9)))).toEqual([[], []]);
    await new Promise(setImmediate);
    expect(seen).toHaveLength(1);
    const answer = answerOf(handlers.analyzeStack as never, stackOf(1));
    expect(said(answer)).toEqual([[["small", expect.stringMatching(/^Sizes are small\.\na:b:C "it": size: found 9; wanted less\. Make it small\.\nThe same cause:\n/), "urn:it"]], ["whole: small tells what it found"]]);
    expect((answer as proto.AnalyzeResponse).getDiagnosticsList()[0]!.toObject()).toMatchObject({ policypackname: "a-pack", policypackversion: "1.2.3", enforcementlevel: MANDATORY, severity: proto.PolicySeverity.POLICY_SEVERITY_HIGH });
  });

  test("an update answers for each resource, by the config that was given", () => {
    const handlers = begun([small], false);
    expect(said(answerOf(handlers.analyze as never, registered(4)))).toEqual([[["small", expect.stringContaining("found 4"), "urn:it"]], []]);
    answerOf(handlers.configure as never, request({ small: [MANDATORY!, { most: 5 }] }));
    expect(said(answerOf(handlers.analyze as never, registered(4)))).toEqual([[], []]);
  });

  test("rules see what the engine tells of a resource, and an unknown value throws", () => {
    const handlers = begun([small, whole], false);
    answerOf(handlers.analyze as never, registered(1, true));
    answerOf(handlers.analyze as never, registered(UNKNOWN));
    answerOf(handlers.analyze as never, registered(1));
    answerOf(handlers.analyzeStack as never, stackOf(2));
    const [single, unknown] = seen;
    const stack = seen.find(({ sources }) => "size" in sources);
    expect([single!.protect, single!.options, single!.sources, single!.outputs]).toEqual([
      true,
      {
        provider: "urn:provider",
        parent: "parent",
        ignoreChanges: ["tags"],
        aliases: ["old"],
        additionalSecretOutputs: ["key"],
        deleteBeforeReplace: true,
        customTimeouts: { create: 60, update: 0, delete: 0 },
      },
      {},
      undefined,
    ]);
    expect([unknown!.options, orUnknown(() => unknown!.props["size"])]).toEqual([{ provider: undefined }, expect.any(Symbol)]);
    expect([stack!.sources, stack!.outputs?.["size"], stack!.inputs?.["size"] === undefined]).toEqual([{ size: ["urn:x"] }, 2, false]);
  });

  test("options that are not told are none", () => {
    const handlers = begun([small], false);
    const bare = registered(1).setOptions(new proto.AnalyzerResourceOptions());
    answerOf(handlers.analyze as never, bare);
    expect(seen[0]!.options).toMatchObject({ parent: undefined, deleteBeforeReplace: undefined, customTimeouts: { create: 0, update: 0, delete: 0 } });
  });

  test("a mistake of a rule fails the call, and no work ahead ends the pack", async () => {
    const single = { ...broken, scope: "resource", types: [TYPE] } as unknown as Rule;
    const handlers = begun([single], true);
    expect(said(answerOf(handlers.analyze as never, registered(1)))).toEqual([[], []]);
    await new Promise(setImmediate);
    expect(answerOf(handlers.analyzeStack as never, stackOf(1))).toMatchObject({ code: status.UNKNOWN, details: expect.stringContaining("a mistake of a rule") as string });
    const bare = stackRule({ ...broken, judge: () => { throw "no error"; } });
    expect(answerOf(begun([bare], true).analyzeStack as never, stackOf(1))).toMatchObject({ details: "no error" });
  });

  test("nothing is remediated", () => {
    expect(answerOf(packOf([small]).handlers.remediate as never, {})).toBeInstanceOf(proto.RemediateResponse);
  });
});

test("the pack's server answers by the rules, and for the rest by the SDK", () => {
  const { addService } = Server.prototype;
  const added: UntypedServiceImplementation[] = [];
  Server.prototype.addService = (_service: ServiceDefinition, handlers: UntypedServiceImplementation): void => void added.push(handlers);
  try {
    serveBy([], PACK);
    const getAnalyzerInfo = (): void => undefined;
    new Server().addService(AnalyzerService as ServiceDefinition, { getAnalyzerInfo, analyze: getAnalyzerInfo });
    expect(added[0]!["getAnalyzerInfo"]).toBe(getAnalyzerInfo);
    expect(added[0]!["analyze"]).not.toBe(getAnalyzerInfo);
  } finally {
    Server.prototype.addService = addService;
  }
});
