/** The change in the system's own terms: two configs, compared topic by topic. */
import { TOPICS, type SystemChange, type SystemSection, type Topic } from "../model";
import { say, words, type Statement } from "../statement";
import { environments, secrets, trust } from "./access";
import { budget } from "./budget";
import { buildMatrix, deploymentTests, requiredChecks, reviews, schedule, suites, tags, watchedPaths } from "./ci";
import { workflowFiles } from "./files";
import { clusterSettings, gpus, nodePools, registries, runnerClasses } from "./machines";
import { settings } from "./settings";
import type { ConfigSide } from "./side";

export type { ConfigSide, TrustedIdentity } from "./side";

interface Telling {
  readonly title: string;
  readonly tell: (before: ConfigSide, after: ConfigSide) => SystemChange[];
}

const TELLINGS: Readonly<Record<Topic, Telling>> = {
  "required-checks": { title: "Required checks", tell: requiredChecks },
  reviews: { title: "Reviews", tell: reviews },
  "build-matrix": { title: "Build matrix", tell: buildMatrix },
  tags: { title: "Tags", tell: tags },
  "watched-paths": { title: "Watched paths", tell: watchedPaths },
  suites: { title: "Test suites", tell: suites },
  "deployment-tests": { title: "Deployment tests", tell: deploymentTests },
  "runner-classes": { title: "Runner classes", tell: runnerClasses },
  gpus: { title: "GPUs", tell: gpus },
  "node-pools": { title: "Node pools", tell: nodePools },
  budget: { title: "Budget", tell: budget },
  clusters: { title: "Clusters", tell: clusterSettings },
  registries: { title: "Registries", tell: registries },
  schedule: { title: "Nightly run", tell: schedule },
  environments: { title: "Environments", tell: environments },
  trust: { title: "Who can take which identity", tell: trust },
  secrets: { title: "Secrets", tell: secrets },
  "workflow-files": { title: "Files of the repository", tell: workflowFiles },
  settings: { title: "Settings", tell: settings },
};

/** Why two configs cannot be compared. */
export type Incomparable = { readonly reason: "no-base" } | { readonly reason: "unreadable"; readonly side: "before" | "after"; readonly error: string };

/** Compares two configs. */
export function systemSection(before: ConfigSide, after: ConfigSide): SystemSection {
  const topics = TOPICS.map((topic) => ({ topic, title: TELLINGS[topic].title, changes: TELLINGS[topic].tell(before, after) })).filter(({ changes }) => changes.length > 0);
  return { known: true, before: before.ref, after: after.ref, topics, summary: summaryOf(topics) };
}

/** What stands in the place of a comparison that cannot be made. */
export function systemUnknown(why: Incomparable): SystemSection {
  if (why.reason === "no-base") return { known: false, why: { kind: "system-no-base", facts: {}, sentence: say`No base was given, so that there is no config to compare with.` } };
  const { side, error } = why;
  return { known: false, why: { kind: "system-unreadable", facts: { side, error }, sentence: say`The config ${words(side === "before" ? "of the base" : "as it will be")} cannot be read: ${error}` } };
}

function summaryOf(topics: readonly { readonly title: string; readonly changes: readonly SystemChange[] }[]): Statement {
  const changes = topics.reduce((sum, topic) => sum + topic.changes.length, 0);
  if (changes === 0) return { kind: "system-unchanged", facts: { changes }, sentence: say`The two configs say the same.` };
  const titles = topics.map(({ title }) => title);
  return { kind: "system-changed", facts: { changes, topics: titles }, sentence: say`${changes} ${words(changes === 1 ? "thing changes" : "things change")}: ${words(titles.join(", "))}.` };
}
