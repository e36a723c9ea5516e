/** Whether an apply would take rules of the product repository's own CODEOWNERS out of force: GitHub reads only one such file, the first that it finds, and the stack delivers that one. */
import { CODEOWNERS_PATHS } from "../../fit/read/governance";
import { CODEOWNERS_PATH, lostOwnerRules } from "../../workflows/documents/codeowners";
import type { RenderedFile } from "../../workflows/settings";
import type { Repository } from "../github/repository";

/** Rules that are named; the rest is counted. */
const SHOWN = 5;

/**
 * What would be lost, as a sentence for people; undefined where nothing would.
 * @param repository the product repository
 * @param log told where the repository cannot be looked at: one that is not public takes `make fit` by hand
 */
export async function ownersObjection(repository: Repository, branch: string, files: readonly RenderedFile[], log: (line: string) => void): Promise<string | undefined> {
  const delivered = files.find(({ path }) => path === CODEOWNERS_PATH)?.content;
  if (delivered === undefined) return undefined;
  if (!(await visible(repository))) {
    log(`${repository.owner}/${repository.repo} cannot be read with this job's token: whether it has a CODEOWNERS of its own is not looked at. make fit does, in a checkout.`);
    return undefined;
  }
  for (const path of CODEOWNERS_PATHS) {
    const text = await textOf(repository, path, branch);
    const lost = text === undefined ? [] : lostOwnerRules(text, delivered);
    if (lost.length > 0) return objection(path, lost);
  }
  return undefined;
}

function objection(path: string, lost: readonly string[]): string {
  const rest = lost.length > SHOWN ? [`  and ${lost.length - SHOWN} more`] : [];
  return [
    `GitHub would not read ${lost.length} ${lost.length === 1 ? "rule" : "rules"} of the repository's own ${path} any more, beside the ${CODEOWNERS_PATH} that the stack delivers:`,
    ...lost.slice(0, SHOWN).map((rule) => `  ${rule}`),
    ...rest,
    "Write that file's lines into `ownerRules` of the stack's config: the delivered file then holds them. Nothing was applied.",
  ].join("\n");
}

async function visible({ owner, repo, request }: Repository): Promise<boolean> {
  return request("GET /repos/{owner}/{repo}", { owner, repo }).then(() => true, refused);
}

async function textOf({ owner, repo, request }: Repository, path: string, ref: string): Promise<string | undefined> {
  const answer = await request("GET /repos/{owner}/{repo}/contents/{path}", { owner, repo, path, ref }).catch(refused);
  const content = answer === false ? undefined : (answer.data as { readonly content?: string }).content;
  return content === undefined ? undefined : Buffer.from(content, "base64").toString("utf8");
}

/** Not there, or not this token's to see. */
function refused(error: { readonly status?: number }): false {
  if (error.status === 404 || error.status === 403) return false;
  throw error;
}
