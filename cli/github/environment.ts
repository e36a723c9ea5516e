/** What the jobs of the infrastructure repository are told by GitHub and by their workflow, all in one place and checked at once. */
import { openRepository, type Repository } from "./repository";

export type Variables = Readonly<Record<string, string | undefined>>;

/** The login under which a job's own token writes. Source: docs.github.com, "Automatic token authentication". */
export const JOB_LOGIN = "github-actions[bot]";

/** @throws Error that names every variable that is missing or of the wrong form */
export function required<Names extends string>(variables: Variables, forms: Readonly<Record<Names, RegExp>>): Record<Names, string> {
  const names = Object.keys(forms) as Names[];
  const wrong = names.filter((name) => !forms[name].test(variables[name] ?? ""));
  if (wrong.length > 0) throw new Error(wrong.map((name) => `${name} is ${JSON.stringify(variables[name] ?? "")}: allowed is what fits ${String(forms[name])}`).join("\n"));
  return Object.fromEntries(names.map((name) => [name, variables[name]])) as Record<Names, string>;
}

export const FORMS = {
  url: /^https?:\/\/\S+$/,
  repository: /^[\w.-]+\/[\w.-]+$/,
  commit: /^[0-9a-f]{40}$/,
  number: /^[1-9]\d*$/,
  text: /./,
} as const;

/** What `jobRepository` and `runUrl` read, for the help of commands. GitHub sets all but the token. */
export const JOB_ENVIRONMENT: Readonly<Record<string, string>> = {
  GITHUB_TOKEN: "token of the job; only in the environment, as other processes can see arguments",
  GITHUB_API_URL: "as GitHub sets it",
  GITHUB_REPOSITORY: "as GitHub sets it",
};

/** The repository of the job, with the job's token. */
export async function jobRepository(variables: Variables, log: (line: string) => void): Promise<Repository> {
  const { GITHUB_API_URL: apiUrl, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = required(variables, { GITHUB_API_URL: FORMS.url, GITHUB_REPOSITORY: FORMS.repository, GITHUB_TOKEN: FORMS.text });
  const [owner = "", name = ""] = repository.split("/");
  return openRepository({ apiUrl, token, owner, name, log });
}

/** The page of the run that this job belongs to; undefined outside of GitHub Actions. */
export function runUrl({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }: Variables): string | undefined {
  return server === undefined || repository === undefined || run === undefined ? undefined : `${server}/${repository}/actions/runs/${run}`;
}
