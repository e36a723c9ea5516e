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
    for (const job of workflow.jobs) {
      if (job.value["secrets"] === "inherit") yield { job, found: "secrets: inherit", wanted: "no secret, as the called workflow names its environment" };
      const secrets = secretsOf(job);
      if (secrets.length > 0 && job.value["environment"] === undefined) yield { job, found: `${secrets.join(", ")} without an environment`, wanted: "the environment that holds them" };
    }
  },
});

/**
 * Names of the secrets that a job's text reads; `toJSON(secrets)` reads all. Handing a secret to a workflow of the same repository reads
 * nothing: the caller has no environment, so the value is empty there, and the called job's environment supplies it.
 */
export function secretsOf(job: Job): readonly string[] {
  const { secrets: handed, ...rest } = job.value;
  const local = typeof job.value["uses"] === "string" && job.value["uses"].startsWith("./");
  const text = JSON.stringify(local ? rest : { ...rest, handed });
  const expressions = [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].map((match) => match[1]!);
  const named = expressions.flatMap((expression) => [...expression.matchAll(/\bsecrets\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']+)'\s*\])/g)].map((match) => match[1] ?? match[2]!));
  const whole = expressions.some((expression) => /\bsecrets\b(?!\s*[.[])/.test(expression)) ? ["all secrets"] : [];
  return [...new Set([...named, ...whole])].filter((name) => name !== "GITHUB_TOKEN");
}
