/**
 * Holds the config that the engine hands to the pack. The engine checks values against the rules' schemas, but passes names of rules and
 * keys that nobody declares on to nobody, and lets a config lower a policy's level: both would switch a policy off without a word.
 */
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { PackConfigError, packConfigFindings } from "./config";
import type { Rule } from "./rule";

/** Levels as the engine numbers them. Source: sdk/proto/analyzer.proto of pulumi/pulumi. */
const LEVELS: readonly string[] = ["advisory", "mandatory", "disabled", "remediate"];

/**
 * Makes the pack refuse a wrong config with one error that lists every finding. The pack's server reads a request through the service's
 * description, and its handlers cannot be reached: the description is where a request can be looked at. Call it before the pack is made.
 */
export function refuseWrongConfig(rules: readonly Rule[]): void {
  const { configure } = AnalyzerService;
  const deserialize = configure.requestDeserialize;
  configure.requestDeserialize = (bytes: Buffer) => {
    const request = deserialize(bytes);
    const findings = requestFindings(rules, request);
    if (findings.length > 0) throw new PackConfigError(findings);
    return request;
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
