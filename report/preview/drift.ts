/** What the clouds hold that the state does not say, read from `pulumi refresh --preview-only --json`. */
import { topLevel } from "./diff/paths";
import { difference } from "./diff/properties";
import { dangersOf } from "./dangers";
import type { Danger, DriftSection } from "./model";
import type { Preview, Step } from "./read";
import type { Change } from "./resources/change";
import { changeOf } from "./resources/changes";
import { changedCount, countsOf } from "./resources/counts";
import { componentChanges, Components } from "./resources/groups";
import { say, words, type Statement } from "./statement";
import { equalValues } from "./value";

/**
 * What a refresh found, and what it means.
 * @param refresh the preview of a refresh; undefined when none was run
 * @param azureRoles names of Azure's built-in roles by the id of their definition
 */
export function driftSection(refresh: Preview | undefined, azureRoles: Readonly<Record<string, string>>): DriftSection {
  if (refresh === undefined) return { known: false, why: { kind: "drift-not-sought", facts: {}, sentence: say`No drift was looked for.` } };
  if (refresh.found === undefined || refresh.result !== "succeeded") {
    const error = refresh.messages.find(({ severity }) => severity === "error")?.text ?? "it found nothing and said no error";
    return { known: false, why: { kind: "drift-not-found-out", facts: { error }, sentence: say`The refresh did not come to its end: ${error}` } };
  }
  const changes = refresh.found.map(driftOf).filter((change) => change !== undefined);
  const dangers = dangersOf(changes.map(asHeld), azureRoles);
  return { known: true, resources: componentChanges(changes, new Components(refresh.found)), dangers, summary: summaryOf(changes, dangers) };
}

/** Drift of a resource: it is gone, or the cloud holds other properties. Undefined for one that is as the state says. */
function driftOf(step: Step): Change | undefined {
  if (step.operation !== "update" && step.operation !== "delete") return undefined;
  const change = changeOf(step);
  if (step.operation === "delete") return change;
  // Providers put what they read into outputs; inputs follow only with some of them. What they do not name changes by itself, as times do.
  const outputs = difference(step.type, step.old?.outputs ?? {}, step.new?.outputs ?? {});
  const named = new Set([...(step.differs?.keys() ?? step.differing)].map(topLevel));
  const seen = new Set(change.properties.map(({ path }) => topLevel(path)));
  const others = outputs.changes.filter(({ path }) => named.has(topLevel(path)) && !seen.has(topLevel(path)));
  const properties = [...change.properties, ...others];
  return properties.length === 0 ? undefined : { ...change, operation: "update", properties };
}

/** Inputs say what is meant where a provider reads them; where it reads only outputs, these say what the cloud holds now. */
function asHeld(change: Change): Change {
  const { old, new: now } = change.step;
  if (change.operation !== "update" || old === undefined || now === undefined || !equalValues(old.inputs, now.inputs)) return change;
  return { ...change, before: { ...old.outputs }, after: { ...now.outputs } };
}

function summaryOf(changes: readonly Change[], dangers: readonly Danger[]): Statement {
  const counts = countsOf(changes);
  const drifted = changedCount(counts);
  if (drifted === 0) return { kind: "drift-none", facts: { drifted }, sentence: say`The clouds hold what the state says.` };
  const critical = dangers.filter(({ severity }) => severity === "critical").length;
  const facts = { drifted, changed: counts.update, gone: counts.delete, dangers: dangers.length, critical };
  const meaning = dangers.length === 0 ? words("") : say` ${dangers.length} ${words(dangers.length === 1 ? "danger" : "dangers")}, ${critical} critical.`;
  return { kind: "drift-found", facts, sentence: say`${drifted} ${words(drifted === 1 ? "resource is" : "resources are")} not as the state says: ${counts.update} changed, ${counts.delete} gone.${meaning}` };
}
