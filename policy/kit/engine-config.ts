/**
 * Holds the config that the engine hands to the pack. The engine checks values against the rules' schemas, and refuses a rule that it does not
 * know; but it passes keys that nobody declared on to nobody, and lets a config lower a policy's level: both would switch a policy off without a
 * word.
 */
import { Server, status, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { PackConfigError, packConfigFindings } from "./config";
import type { Rule } from "./rule";

/** Levels as the engine numbers them. Source: sdk/proto/analyzer.proto of pulumi/pulumi. */
const LEVELS: readonly string[] = ["advisory", "mandatory", "disabled", "remediate"];

type Configure = (call: ServerUnaryCall<ConfigureAnalyzerRequest, unknown>, answer: sendUnaryData<unknown>) => void;

/**
 * Makes the pack refuse a wrong config with one error that lists every finding. The SDK keeps the pack's server and its handlers to itself: they
 * can be reached where the server is told of them. Call it before the pack is made.
 */
export function refuseWrongConfig(rules: readonly Rule[]): void {
  const { addService } = Server.prototype;
  Server.prototype.addService = function (this: Server, service, handlers: UntypedServiceImplementation) {
    addService.call(this, service, { ...handlers, configure: checked(rules, handlers["configure"] as Configure) });
  };
}

/** Answers with the findings, if there are any, in the place of the pack. */
export function checked(rules: readonly Rule[], configure: Configure): Configure {
  return (call, answer) => {
    const findings = requestFindings(rules, call.request);
    if (findings.length === 0) configure(call, answer);
    else answer({ code: status.INVALID_ARGUMENT, details: new PackConfigError(findings).message });
  };
}

/** What is wrong with a request to configure the pack. */
export function requestFindings(rules: readonly Rule[], request: ConfigureAnalyzerRequest): readonly string[] {
  return [...request.getPolicyconfigMap().entries()].flatMap(([name, chosen]) => {
    const wrong = packConfigFindings(rules, { [name]: chosen.getProperties()?.toJavaScript() ?? {} });
    const level = LEVELS[chosen.getEnforcementlevel()];
    const wanted = rules.find((rule) => rule.name === name)?.level;
    return wanted === undefined || level === wanted ? wrong : [...wrong, `${name}: found level ${level}; wanted ${wanted}`];
  });
}
