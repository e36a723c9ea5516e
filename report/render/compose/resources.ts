/** The resources that change, folded by component: what a reviewer opens when the rest made them curious. */
import type { ComponentChanges, DriftSection, ResourceChange } from "../../preview/model";
import { counted, paragraph, sentence, strong, text, value, type Block, type Line, type Section } from "../document";
import { propertyBlocks } from "./properties";
import { driftedWords, plannedWords, summed } from "./words";

export function resourcesSection(components: readonly ComponentChanges[]): Section[] {
  if (components.length === 0) return [];
  return [{ id: "resources", title: "Resources", extent: plannedWords(summed(components.map(({ counts }) => counts))), blocks: components.map((component) => componentBlock(component, plannedWords)) }];
}

export function driftSection(drift: DriftSection): Section {
  if (!drift.known) return { id: "drift", title: "Drift", extent: "not looked for", blocks: [paragraph(...sentence(drift.why.sentence))] };
  return {
    id: "drift",
    title: "Drift",
    extent: driftedWords(summed(drift.resources.map(({ counts }) => counts))),
    blocks: [
      paragraph(...sentence(drift.summary.sentence)),
      ...drift.dangers.map(({ severity, sentence: said }) => paragraph(strong(severity), text(": "), ...sentence(said))),
      ...drift.resources.map((component) => componentBlock(component, driftedWords)),
    ],
  };
}

function componentBlock({ component, counts, resources }: ComponentChanges, words: (counts: ComponentChanges["counts"]) => string): Block {
  return { kind: "details", summary: [value(component), text(`: ${words(counts)}`)], blocks: resources.flatMap(resourceBlocks) };
}

function resourceBlocks(change: ResourceChange): Block[] {
  return [paragraph(...sentence(change.summary.sentence), ...notes(change)), ...propertyBlocks(change.resource.name, change.properties)];
}

function notes({ protected: kept, operation, unchangedInMeaning, replacement }: ResourceChange): Line {
  return [
    ...(kept && operation !== "create" ? [text(" It is protected from deletion.")] : []),
    ...(replacement?.deletesFirst === true ? [text(" The old one goes first.")] : []),
    ...(unchangedInMeaning.length > 0 ? [text(` ${counted(unchangedInMeaning.length, "property", "properties")} written otherwise and meaning the same.`)] : []),
  ];
}
