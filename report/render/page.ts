/** A report as a page: verdict and counts, dangers first, then what it means, what it costs, and at last the resources. */
import type { Provenance, Report } from "../preview/model";
import { capacitySection, costSection } from "./compose/cost";
import { dangersSection, diagnosticsSection, failureSection, policiesSection } from "./compose/findings";
import { driftSection, resourcesSection } from "./compose/resources";
import { systemSection } from "./compose/system";
import { countsLine, refLine, VERDICTS } from "./compose/words";
import { sentence, strong, text, value, type Line, type Page } from "./document";

/** Sections that a comment keeps however long it is, in their order. */
export const KEPT_SECTIONS: readonly string[] = ["failure", "dangers"];

export function composePage(report: Report): Page {
  const { headline, provenance } = report;
  const { tone, words } = VERDICTS[headline.verdict];
  return {
    title: `${provenance.stack}: ${words}`,
    tone,
    heading: [value(provenance.stack), text(`: ${words}`)],
    head: [{ kind: "callout", tone, lines: [sentence(headline.summary.sentence), countsLine(headline.counts), ...(headline.complete ? [] : [INCOMPLETE]), ...driftLine(report)] }],
    sections: [
      ...(report.failure === undefined ? [] : [failureSection(report.failure)]),
      ...dangersSection(report.dangers),
      systemSection(report.system),
      costSection(report.cost),
      ...(report.capacity === undefined ? [] : [capacitySection(report.capacity)]),
      policiesSection(report.policies),
      ...resourcesSection(report.resources),
      driftSection(report.drift),
      ...diagnosticsSection(report.diagnostics),
    ],
    foot: foot(provenance),
  };
}

/** Drift stands at the end of a page; who reads only its head is to know that there is any. */
function driftLine({ drift }: Report): Line[] {
  return drift.known && drift.resources.length > 0 ? [[strong("Drift"), text(": "), ...sentence(drift.summary.sentence)]] : [];
}

/** The drift of a stack by itself. */
export function composeDriftPage({ drift, provenance }: Report): Page {
  const section = driftSection(drift);
  return {
    title: `${provenance.stack}: drift`,
    tone: "warning",
    heading: [value(provenance.stack), text(": drift")],
    head: [{ kind: "callout", tone: "warning", lines: [DRIFT_MEANS, [strong(section.extent)]] }],
    sections: [section],
    foot: foot(provenance),
  };
}

const DRIFT_MEANS: Line = [text("The clouds hold what the stack's state does not say: somebody or something changed them behind its back. An apply with a refresh puts it right; a change that is wanted belongs into the stack.")];

const INCOMPLETE: Line = [text("The preview did not finish: this covers only what it reached.")];

function foot({ project, stack, base, head, engine, policyPacks, date, fingerprint }: Provenance): Line[] {
  const packs = Object.entries(policyPacks).flatMap(([name, version]): Line => [text(", policy pack "), value(name), text(" "), value(version)]);
  return [
    [
      text("Stack "),
      value(stack),
      text(" of "),
      value(project),
      ...(base === undefined ? [] : [text(", from "), ...refLine(base)]),
      ...(head === undefined ? [] : [text(", to "), ...refLine(head)]),
      text(", "),
      value(date),
      text("."),
    ],
    [text("Pulumi "), value(engine.version ?? "of an unknown version"), ...packs, text(". Fingerprint of the change: "), value(fingerprint.slice(0, 16)), text(".")],
  ];
}
