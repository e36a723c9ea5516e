/** What an engine's run did, gathered from its events. */
import { plainText, resourceLabel, type EngineEvent } from "./events";

/** Operations in the words of a summary line. */
const WORDS: Readonly<Record<string, string>> = { create: "created", update: "updated", delete: "deleted", replace: "replaced", same: "unchanged", read: "read", refresh: "refreshed", import: "imported" };
const PLANNED: Readonly<Record<string, string>> = { create: "to create", update: "to update", delete: "to delete", replace: "to replace", same: "unchanged", read: "to read", refresh: "to refresh", import: "to import" };

export class RunSummary {
  /** Resource counts by operation, as the engine gives them at its end. */
  changes: Readonly<Record<string, number>> = {};
  /** Policy packs that judged the run, each as `NAME VERSION`. */
  packs: readonly string[] = [];
  /** Resources whose operation has ended. */
  done = 0;
  private readonly active = new Map<string, string>();
  private readonly errorLines: string[] = [];
  private readonly adviceLines: string[] = [];

  add(event: EngineEvent): void {
    if (event.summaryEvent) this.addSummary(event.summaryEvent);
    this.addStep(event);
    this.addError(event);
  }

  /** Everything but what stays as it is. */
  get changed(): number {
    return Object.entries(this.changes).reduce((sum, [op, count]) => (op === "same" ? sum : sum + count), 0);
  }

  get total(): number {
    return Object.values(this.changes).reduce((sum, count) => sum + count, 0);
  }

  /** Such as `67 to create, 2 unchanged`. */
  line(kind: "planned" | "done"): string {
    const words = kind === "planned" ? PLANNED : WORDS;
    const parts = Object.entries(this.changes).filter(([, count]) => count > 0).map(([op, count]) => `${count} ${words[op] ?? op}`);
    return parts.length > 0 ? parts.join(", ") : "nothing";
  }

  /** The operation that has been under way longest. */
  current(): string {
    const [first] = this.active;
    return first ? `${first[1]} ${resourceLabel(first[0])}` : "";
  }

  /** Errors and mandatory policy violations, each once, with the resource they are about. */
  errors(): readonly string[] {
    return [...new Set(this.errorLines)];
  }

  /** Advisory policy violations, each once: they stop nothing. */
  advice(): readonly string[] {
    return [...new Set(this.adviceLines)];
  }

  private addSummary({ resourceChanges = {}, PolicyPacks = {} }: NonNullable<EngineEvent["summaryEvent"]>): void {
    this.changes = resourceChanges;
    // A pack from a directory is named NAME|local|DIRECTORY.
    this.packs = Object.entries(PolicyPacks).map(([name, version]) => `${name.split("|")[0]} ${version}`);
  }

  private addStep({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void {
    if (resourcePreEvent) this.active.set(resourcePreEvent.metadata.urn, resourcePreEvent.metadata.op);
    const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (ended && this.active.delete(ended.urn)) this.done += 1;
  }

  private addError({ diagnosticEvent, policyEvent, errorEvent }: EngineEvent): void {
    if (diagnosticEvent?.severity === "error" && !diagnosticEvent.ephemeral) this.errorLines.push(about(diagnosticEvent.urn, diagnosticEvent.message));
    if (policyEvent) this.addViolation(policyEvent);
    if (errorEvent) this.errorLines.push(plainText(errorEvent.error));
  }

  private addViolation({ resourceUrn, policyName, message, enforcementLevel }: NonNullable<EngineEvent["policyEvent"]>): void {
    const lines = enforcementLevel === "mandatory" ? this.errorLines : this.adviceLines;
    lines.push(about(resourceUrn, `policy ${policyName}: ${message}`));
  }
}

function about(urn: string | undefined, message: string): string {
  const text = plainText(message);
  return urn ? `${resourceLabel(urn)}\n${text.replaceAll(/^/gm, "  ")}` : text;
}
