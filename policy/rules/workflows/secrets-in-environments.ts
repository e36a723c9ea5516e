import type { Job } from "../../files/read";
import { workflowRule } from "./workflow-rule";

export const secretsInEnvironments = workflowRule({
  name: "secrets-in-environments",
  title: "Jobs read secrets from environments only",
  severity: "high",
  level: "mandatory",
  holds: "A job that reads a secret names an environment, no secret is handed on as a whole, and no workflow-wide value holds one.",
  why: "Everybody with write access reads the repository's own secrets through a branch; an environment limits which branches get them.",
  fix: "Name the environment that holds the secret on the job that reads it; never write `secrets: inherit`.",
  source: { title: "GitHub: secure use reference; zizmor: secrets-outside-env", url: "https://docs.github.com/actions/reference/security/secure-use" },
  *judge(workflow) {
    const everywhere = secretsIn(Object.entries(workflow.document).filter(([key]) => key !== "jobs"));
    if (everywhere.length > 0) yield { found: `${everywhere.join(", ")} for every job`, wanted: "secrets in the jobs that need them" };
    for (const job of workflow.jobs) {
      if (job.value["secrets"] === "inherit") yield { job, found: "secrets: inherit", wanted: "no secret, as the called workflow names its environment" };
      const secrets = secretsOf(job);
      if (secrets.length > 0 && job.value["environment"] === undefined) yield { job, found: `${secrets.join(", ")} without an environment`, wanted: "the environment that holds them" };
    }
  },
});

/**
 * Names of the secrets that a job's text reads. Handing a secret to a workflow of the same repository reads nothing: the caller has no
 * environment, so the value is empty there, and the called job's environment supplies it.
 */
export function secretsOf(job: Job): readonly string[] {
  const { secrets: handed, ...rest } = job.value;
  const local = typeof job.value["uses"] === "string" && job.value["uses"].startsWith("./");
  return secretsIn(local ? rest : { ...rest, handed });
}

/** Secrets that the expressions in a value name; one that is not named, as in `toJSON(secrets)` or `secrets[inputs.x]`, may be any. */
function secretsIn(value: unknown): readonly string[] {
  const expressions = [...JSON.stringify(value).matchAll(/\$\{\{(.*?)\}\}/gs)].map((match) => match[1]!);
  const named = expressions.flatMap((expression) => [...expression.matchAll(/(?<![.\w'-])secrets\b\s*(?:\.\s*([A-Z_][\w-]*)|\[\s*'([^']+)'\s*\])?/gi)].map((match) => match[1] ?? match[2] ?? "all secrets"));
  return [...new Set(named)].filter((name) => name.toUpperCase() !== "GITHUB_TOKEN");
}
