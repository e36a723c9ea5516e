/**
 * Whether a policy pack remediates anything. The engine asks every pack to remediate every resource before it asks what is wrong with it, and a
 * pack without a policy of that level reads all properties to answer with nothing: the proxy can say so itself.
 */
import { AnalyzerInfo, ConfigureAnalyzerRequest, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";

export class Remediations {
  /** Until the pack has said which policies it has. */
  private possible = true;

  /** True when a remediation need not be asked for. */
  get none(): boolean {
    return !this.possible;
  }

  /** @param answer the pack's AnalyzerInfo, serialized */
  declared(answer: Uint8Array): void {
    this.possible = AnalyzerInfo.deserializeBinary(answer).getPoliciesList().some((policy) => policy.getEnforcementlevel() === EnforcementLevel.REMEDIATE);
  }

  /** @param request the engine's ConfigureAnalyzerRequest, serialized: it can raise a policy's level */
  configured(request: Uint8Array): void {
    ConfigureAnalyzerRequest.deserializeBinary(request).getPolicyconfigMap().forEach((policy) => {
      if (policy.getEnforcementlevel() === EnforcementLevel.REMEDIATE) this.possible = true;
    });
  }
}
