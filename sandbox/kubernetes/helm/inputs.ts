/** Inputs of `kubernetes:helm.sh/v3:Release`. */
import { z } from "zod";
import type { Properties, ResourceInfo } from "../../provider/kind";
import { randomBytes } from "node:crypto";
import { chartByReference, charts } from "./charts";
import type { Finding, ReleaseFacts } from "./charts/chart";
import type { CachedChart } from "./published/cache";

const flag = z.boolean().optional();

/**
 * Inputs that the sandbox honours, or that change nothing where nothing is rendered. Those that would need the chart itself (`verify`,
 * `postrender`, `valueYamlFiles`, `devel`) are not known and therefore refused.
 */
export const releaseSchema = z.strictObject({
  chart: z.string().min(1),
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "has to be lower-case letters, digits and dashes").max(53, "has at most 53 characters, Helm's limit"),
  namespace: z.string().min(1).max(63).optional(),
  /** Required here: what the newest version is cannot be asked offline. */
  version: z.string().min(1),
  repositoryOpts: z.strictObject({ repo: z.url().optional() }).optional(),
  values: z.record(z.string(), z.unknown()).optional(),
  createNamespace: flag,
  description: z.string().optional(),
  maxHistory: z.int().min(0).optional(),
  skipAwait: flag,
  timeout: z.int().min(0).optional(),
  atomic: flag,
  cleanupOnFail: flag,
  waitForJobs: flag,
  skipCrds: flag,
  disableWebhooks: flag,
  disableCRDHooks: flag,
  disableOpenapiValidation: flag,
  dependencyUpdate: flag,
  lint: flag,
  /** Set by the SDK. */
  compat: z.literal("true").optional(),
});

export type ReleaseInputs = z.infer<typeof releaseSchema> & Properties;

/** The real provider waits five minutes for a release unless told otherwise. */
const defaultTimeoutSeconds = 300;

/** The release's name and timeout where the program gives none, as the real provider fills them in. */
export function releaseDefaults(inputs: Partial<ReleaseInputs>, info: ResourceInfo): Partial<ReleaseInputs> {
  const recorded = info.oldInputs?.["name"];
  const generated = typeof recorded === "string" ? recorded : `${info.name}-${randomBytes(4).toString("hex")}`;
  return {
    ...(inputs.name === undefined ? { name: generated } : {}),
    ...(inputs.skipAwait === true || inputs.timeout !== undefined ? {} : { timeout: defaultTimeoutSeconds }),
  };
}

/**
 * What is wrong with a release whatever the cluster holds: chart, version, values, and the chart's own rules.
 * @param published the release's chart in the cache: Helm judges it where no model is of its version
 */
export function releaseFindings(inputs: ReleaseInputs, published?: CachedChart): readonly Finding[] {
  const chart = chartByReference(inputs.chart);
  if (published !== undefined && chart?.versions.includes(inputs.version) !== true) return [];
  if (chart === undefined) return [{ property: "chart", reason: `"${inputs.chart}" is not known to the sandbox; it knows ${charts.map(({ reference }) => reference).join(", ")}` }];
  const facts = factsOf(inputs, inputs.namespace ?? "");
  const parsed = chart.values.safeParse(facts.values);
  return [
    ...repositoryFindings(inputs, chart.repository),
    ...(chart.versions.includes(inputs.version) ? [] : [{ property: "version", reason: `"${inputs.version}" of chart ${chart.name} cannot be rehearsed: the sandbox models ${chart.versions.join(", ")}. It may well exist; \`make charts\` lets Helm itself install it` }]),
    ...(parsed.success ? (chart.check?.(facts) ?? []) : parsed.error.issues.flatMap(valueFindings)),
  ];
}

export function factsOf(inputs: ReleaseInputs, namespace: string): ReleaseFacts {
  return { name: inputs.name, namespace: inputs.namespace ?? namespace, version: inputs.version, values: inputs.values ?? {} };
}

function repositoryFindings({ chart, repositoryOpts }: ReleaseInputs, wanted: string | undefined): readonly Finding[] {
  if (repositoryOpts?.repo?.replace(/\/$/, "") === wanted) return [];
  const reason = wanted === undefined ? `has to be left out: ${chart} names its registry itself` : `has to be ${wanted} for chart ${chart}`;
  return [{ property: "repositoryOpts.repo", reason }];
}

function valueFindings(issue: z.core.$ZodIssue): readonly Finding[] {
  const at = ["values", ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ property: `${at}.${key}`, reason: "is no value of this chart" }));
  return [{ property: at, reason: issue.message }];
}
