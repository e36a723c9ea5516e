/**
 * The pack's side of the engine's protocol (proto/pulumi/analyzer.proto of pulumi/pulumi). The SDK's own service decodes all properties anew for each policy:
 * forty times those of each resource, thirty times those of the whole stack. This one decodes them once, and not before they are needed.
 *
 * It also holds the config that the engine hands to the pack: the engine checks values against the rules' schemas, but passes keys that nobody declared on to
 * nobody, and lets a config lower a policy's level: both would switch a policy off without a word.
 */
import { Server, status, type sendUnaryData, type ServerUnaryCall, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { deserializeProperties } from "@pulumi/policy/deserialize";
import { makeAnalyzeResponse } from "@pulumi/policy/protoutil";
import { unknownCheckingProxy } from "@pulumi/policy/proxy";
import {
  AnalyzeRequest,
  PolicyNotApplicable,
  RemediateResponse,
  type AnalyzerResource,
  type AnalyzerStackConfigureRequest,
  type AnalyzeResponse,
  type AnalyzeStackRequest,
  type ConfigureAnalyzerRequest,
  type PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { PackConfigError, packConfigFindings } from "./config";
import type { Rule, RuleConfig, Subject } from "./rule";
import { Run, type Told, type Verdict } from "./run";

declare module "@pulumi/policy/deserialize" {
  export function deserializeProperties(properties: unknown, proxySecrets: boolean): Record<string, unknown>;
}
declare module "@pulumi/policy/protoutil" {
  export function makeAnalyzeResponse(diagnostics: readonly object[], notApplicable: readonly PolicyNotApplicable[]): AnalyzeResponse;
}

/** Name and version of the pack, which every violation carries. */
export interface PackFacts {
  readonly name: string;
  readonly version: string;
}

type Handler<Request, Response> = (call: Pick<ServerUnaryCall<Request, Response>, "request">, answer: sendUnaryData<Response>) => void;

/** The calls of the engine that this pack answers itself. The others are the SDK's. */
export interface Handlers {
  readonly configure: Handler<ConfigureAnalyzerRequest, unknown>;
  readonly configureStack: Handler<AnalyzerStackConfigureRequest, unknown>;
  readonly analyze: Handler<AnalyzeRequest, AnalyzeResponse>;
  readonly analyzeStack: Handler<AnalyzeStackRequest, AnalyzeResponse>;
  readonly remediate: Handler<unknown, RemediateResponse>;
}

/** Handlers of the SDK that these ones go on to. */
export type Configuring = Pick<Handlers, "configure" | "configureStack">;

/**
 * Has the pack's server answer by the rules. The SDK keeps the server and its handlers to itself: they can be reached where the server is told of them. Call it
 * before the pack is made.
 */
export function serveBy(rules: readonly Rule[], facts: PackFacts): void {
  const { addService } = Server.prototype;
  Server.prototype.addService = function (this: Server, service: ServiceDefinition, handlers: UntypedServiceImplementation) {
    const own = handlersOf(rules, facts, handlers as unknown as Configuring);
    addService.call(this, service, { ...handlers, ...own } as UntypedServiceImplementation);
  };
}

/** @param sdk is told of every sound config too */
export function handlersOf(rules: readonly Rule[], facts: PackFacts, sdk: Configuring): Handlers {
  const given = new Map<string, RuleConfig>();
  let run = new Run(rules, given, false);
  return {
    configure(call, answer) {
      const chosen = new Map([...call.request.getPolicyconfigMap().entries()].map(([name, config]) => [name, { config, values: propertiesOf(config) }]));
      const findings = [...chosen].flatMap(([name, { config, values }]) => configFindings(rules, name, config, values));
      if (findings.length > 0) return answer({ code: status.INVALID_ARGUMENT, details: new PackConfigError(findings).message });
      for (const [name, { values }] of chosen) given.set(name, values);
      sdk.configure(call, answer);
    },
    configureStack(call, answer) {
      run = new Run(rules, given, call.request.getDryRun());
      sdk.configureStack(call, answer);
    },
    analyze: answering(
      ({ request }) => responseOf(run.register(new Decoded(request)), facts),
      () => run.askAhead(),
    ),
    analyzeStack: answering(({ request }) => {
      const { told, silent } = run.judge(request.getResourcesList().map((resource) => new Decoded(resource)));
      return responseOf(told, facts, silent);
    }),
    // No rule remediates; the SDK would read all properties to say so.
    remediate: answering(() => new RemediateResponse()),
  };
}

/**
 * A mistake of a rule ends the run: the engine shows what the pack answers.
 * @param afterwards runs when the answer is on its way. What it throws is thrown again, and told, when the stack is judged.
 */
function answering<Request, Response>(handle: (call: { readonly request: Request }) => Response, afterwards?: () => void): Handler<Request, Response> {
  return (call, answer) => {
    try {
      answer(null, handle(call));
      if (afterwards !== undefined) setImmediate(attempted, afterwards);
    } catch (error) {
      answer({ code: status.UNKNOWN, details: String(error instanceof Error ? error.stack : error) });
    }
  };
}

function attempted(work: () => void): void {
  try {
    work();
  } catch {
    // The same question fails again at the end, where there is a call to answer.
  }
}

/** Levels as the engine numbers them. Source: sdk/proto/analyzer.proto of pulumi/pulumi. */
const LEVELS: readonly string[] = ["advisory", "mandatory", "disabled", "remediate"];

function configFindings(rules: readonly Rule[], name: string, config: PolicyConfig, values: RuleConfig): readonly string[] {
  const wrong = packConfigFindings(rules, { [name]: values });
  const level = LEVELS[config.getEnforcementlevel()];
  const wanted = rules.find((rule) => rule.name === name)?.level;
  return wanted === undefined || level === wanted ? wrong : [...wrong, `${name}: found level ${level}; wanted ${wanted}`];
}

function propertiesOf(config: PolicyConfig): RuleConfig {
  return config.getProperties()?.toJavaScript() ?? {};
}

function responseOf(told: readonly Told[], { name, version }: PackFacts, silent: Verdict["silent"] = new Map()): AnalyzeResponse {
  const diagnostics = told.map(({ rule, urn, text }) => ({
    policyName: rule.name,
    policyPackName: name,
    policyPackVersion: version,
    description: rule.holds,
    message: `${rule.holds}\n${text}`,
    enforcementLevel: rule.level,
    severity: rule.severity,
    urn,
  }));
  const notApplicable = [...silent].map(([rule, by]) => {
    const told = new PolicyNotApplicable();
    told.setPolicyName(rule.name);
    told.setReason(`${by} tells what it found`);
    return told;
  });
  return makeAnalyzeResponse(diagnostics, notApplicable);
}

/** A resource as the engine tells it, decoded where it is read. Reading a value that is not known throws. */
class Decoded implements Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly protect: boolean;
  private decoded: Subject["props"] | undefined;
  private optionsRead: Subject["options"] | undefined;
  private sourcesRead: Subject["sources"] | undefined;

  constructor(private readonly resource: AnalyzeRequest | AnalyzerResource) {
    this.type = resource.getType();
    this.name = resource.getName();
    this.urn = resource.getUrn();
    this.protect = resource.getOptions()?.getProtect() ?? false;
  }

  get props(): Subject["props"] {
    return (this.decoded ??= unknownCheckingProxy(deserializeProperties(this.resource.getProperties(), false)) as Subject["props"]);
  }

  get outputs(): Subject["outputs"] {
    return this.resource instanceof AnalyzeRequest ? undefined : this.props;
  }

  get sources(): Subject["sources"] {
    if (this.resource instanceof AnalyzeRequest) return {};
    return (this.sourcesRead ??= Object.fromEntries(
      [...this.resource.getPropertydependenciesMap().entries()].map(([property, from]) => [property, from.getUrnsList()]),
    ));
  }

  get options(): Subject["options"] {
    return (this.optionsRead ??= optionsOf(this.resource));
  }
}

function optionsOf(resource: AnalyzeRequest | AnalyzerResource): NonNullable<Subject["options"]> {
  const provider = resource.getProvider()?.getUrn();
  const options = resource.getOptions();
  if (options === undefined) return { provider };
  const timeouts = options.getCustomtimeouts();
  const parent = options.getParent();
  return {
    provider,
    parent: parent === "" ? undefined : parent,
    ignoreChanges: options.getIgnorechangesList(),
    aliases: options.getAliasesList(),
    additionalSecretOutputs: options.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: options.getDeletebeforereplacedefined() ? options.getDeletebeforereplace() : undefined,
    customTimeouts: { create: timeouts?.getCreate() ?? 0, update: timeouts?.getUpdate() ?? 0, delete: timeouts?.getDelete() ?? 0 },
  };
}
