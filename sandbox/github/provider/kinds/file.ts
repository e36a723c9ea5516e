/** `RepositoryFile`: one file on one branch, each change of which is a commit. */
import { z } from "zod";
import { CloudError } from "../../../provider/kind";
import { type GitHubClient, unlessMissing } from "../client";
import { defined, joinId, type Kind, splitId } from "./common";

interface FileInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly file: string;
  readonly content: string;
  readonly branch?: string;
  readonly commitMessage?: string;
  readonly commitAuthor?: string;
  readonly commitEmail?: string;
  readonly overwriteOnCreate?: boolean;
  readonly autocreateBranch?: boolean;
  readonly autocreateBranchSourceBranch?: string;
  readonly autocreateBranchSourceSha?: string;
}

interface FileOutputs extends FileInputs {
  readonly branch: string;
  readonly commitMessage: string;
  readonly commitSha: string;
  readonly ref: string;
  readonly sha: string;
  readonly repositoryId: number;
  readonly overwriteOnCreate: boolean;
}

interface Found {
  readonly content: string;
  readonly sha: string;
}

export const repositoryFile: Kind<FileInputs, FileOutputs> = {
  type: "github:index/repositoryFile:RepositoryFile",
  schema: z.strictObject({
    repository: z.string(),
    file: z.string().min(1),
    content: z.string(),
    branch: z.string().optional(),
    commitMessage: z.string().optional(),
    commitAuthor: z.string().optional(),
    commitEmail: z.string().optional(),
    overwriteOnCreate: z.boolean().optional(),
    autocreateBranch: z.boolean().optional(),
    autocreateBranchSourceBranch: z.string().optional(),
    autocreateBranchSourceSha: z.string().optional(),
  }),
  replaceOn: ["repository", "file", "branch"],
  // How a commit is made is no property of the file; the branch is a part of the id and cannot drift.
  writeOnly: [
    "branch",
    "commitMessage",
    "commitAuthor",
    "commitEmail",
    "overwriteOnCreate",
    "autocreateBranch",
    "autocreateBranchSourceBranch",
    "autocreateBranchSourceSha",
  ],
  volatileOutputs: ["sha", "commitSha"],
  check: ({ commitAuthor, commitEmail, autocreateBranch, autocreateBranchSourceBranch, autocreateBranchSourceSha }) => [
    ...((commitAuthor === undefined) === (commitEmail === undefined)
      ? []
      : [{ property: "commitAuthor", reason: "commitAuthor and commitEmail must be set together" }]),
    ...(autocreateBranch === undefined && (autocreateBranchSourceBranch ?? autocreateBranchSourceSha) !== undefined
      ? [{ property: "autocreateBranch", reason: "must be set with autocreateBranchSourceBranch and autocreateBranchSourceSha" }]
      : []),
  ],

  async create(client, inputs) {
    const { data: repository } = await client.request("GET /repos/{owner}/{repo}", { owner: client.owner, repo: inputs.repository });
    const branch = inputs.branch ?? repository.default_branch;
    if (inputs.branch !== undefined) await holdBranch(client, inputs, inputs.branch);
    const existing = await contentOf(client, inputs.repository, inputs.file, branch);
    if (existing && inputs.overwriteOnCreate !== true) {
      throw new Error(
        `refusing to overwrite existing file ${inputs.file} on branch ${branch}: configure \`overwriteOnCreate\` to \`true\` to override`,
      );
    }
    const message = inputs.commitMessage ?? `Add ${inputs.file}`;
    const written = await write(client, inputs, branch, message, existing?.sha);
    return {
      id: joinId(inputs.repository, inputs.file, branch),
      outputs: outputsOf(inputs, branch, message, written, Number(repository.id)),
    };
  },

  async read(client, id, known) {
    const [repository, file, givenBranch] = splitId(id, "repository", "file path", "branch") as [string, string, string];
    const answer = await unlessMissing(() => client.request("GET /repos/{owner}/{repo}", { owner: client.owner, repo: repository }));
    if (!answer) return undefined;
    const branch = givenBranch || answer.data.default_branch;
    const found = await contentOf(client, repository, file, branch);
    if (!found) return undefined;
    const commit = known ? { sha: known.commitSha, message: known.commitMessage } : await lastCommit(client, repository, file, branch);
    const inputs: FileInputs = { repository, file, content: found.content, ...(!known && { branch, overwriteOnCreate: false }) };
    const outputs = outputsOf(
      { ...known, ...inputs },
      branch,
      commit.message,
      { sha: found.sha, commitSha: commit.sha },
      Number(answer.data.id),
    );
    return { id: joinId(repository, file, branch), inputs, outputs };
  },

  async update(client, _id, old, inputs) {
    const message = inputs.commitMessage ?? `Update ${inputs.file}`;
    const written = await write(client, inputs, old.branch, message, old.sha).catch((error: unknown) =>
      unrecorded(client, old, inputs, error),
    );
    return outputsOf(inputs, old.branch, message, written, old.repositoryId);
  },

  async remove(client, _id, { repository, file, branch, sha, commitMessage, commitAuthor, commitEmail }) {
    const message = commitMessage === `Add ${file}` ? `Delete ${file}` : commitMessage;
    await unlessMissing(() =>
      client.request("DELETE /repos/{owner}/{repo}/contents/{path}", {
        owner: client.owner,
        repo: repository,
        path: file,
        message,
        sha,
        branch,
        ...author({ commitAuthor, commitEmail }),
      }),
    );
  },
};

/**
 * GitHub refuses to change a file that is not what the state says. When it has the wanted content already, an update before this one was written and
 * not recorded, and there is nothing left to do; any other content is somebody's edit, which only a refresh may let go of.
 */
async function unrecorded(
  client: GitHubClient,
  old: FileOutputs,
  inputs: FileInputs,
  error: unknown,
): Promise<{ sha: string; commitSha: string }> {
  if (!(error instanceof CloudError) || error.status !== 409) throw error;
  const current = await contentOf(client, old.repository, old.file, old.branch);
  if (current?.content !== inputs.content) throw error;
  const commit = await lastCommit(client, old.repository, old.file, old.branch);
  return { sha: current.sha, commitSha: commit.sha };
}

function outputsOf(
  inputs: FileInputs,
  branch: string,
  message: string,
  written: { sha: string; commitSha: string },
  repositoryId: number,
): FileOutputs {
  const { sha, commitSha } = written;
  return defined({
    ...inputs,
    branch,
    commitMessage: message,
    overwriteOnCreate: inputs.overwriteOnCreate ?? false,
    ref: branch,
    sha,
    commitSha,
    repositoryId,
  });
}

async function write(
  client: GitHubClient,
  inputs: FileInputs,
  branch: string,
  message: string,
  sha: string | undefined,
): Promise<{ sha: string; commitSha: string }> {
  const { data } = await client.request("PUT /repos/{owner}/{repo}/contents/{path}", {
    owner: client.owner,
    repo: inputs.repository,
    path: inputs.file,
    message,
    content: Buffer.from(inputs.content).toString("base64"),
    branch,
    ...(sha !== undefined && { sha }),
    ...author(inputs),
  });
  return { sha: data.content?.sha ?? "", commitSha: data.commit.sha ?? "" };
}

/** Left out, GitHub signs the commit as the app's own. */
function author({ commitAuthor, commitEmail }: Pick<FileInputs, "commitAuthor" | "commitEmail">): object {
  if (commitAuthor === undefined || commitEmail === undefined) return {};
  const person = { name: commitAuthor, email: commitEmail };
  return { author: person, committer: person };
}

async function contentOf(client: GitHubClient, repository: string, file: string, branch: string): Promise<Found | undefined> {
  const answer = await unlessMissing(() =>
    client.request("GET /repos/{owner}/{repo}/contents/{path}", { owner: client.owner, repo: repository, path: file, ref: branch }),
  );
  if (!answer) return undefined;
  const { data } = answer;
  if (Array.isArray(data) || data.type !== "file") throw new Error(`${file} is not a file in repository ${client.owner}/${repository}`);
  return { content: Buffer.from(data.content, "base64").toString("utf8"), sha: data.sha };
}

async function lastCommit(
  client: GitHubClient,
  repository: string,
  file: string,
  branch: string,
): Promise<{ sha: string; message: string }> {
  const { data } = await client.request("GET /repos/{owner}/{repo}/commits", {
    owner: client.owner,
    repo: repository,
    path: file,
    sha: branch,
    per_page: 1,
  });
  const commit = data[0];
  if (!commit) throw new Error(`no commit of ${file} on branch ${branch} of ${client.owner}/${repository}`);
  return { sha: commit.sha, message: commit.commit.message };
}

/** The branch must be there, or be made from the source that the inputs name. */
async function holdBranch(client: GitHubClient, inputs: FileInputs, branch: string): Promise<void> {
  const at = { owner: client.owner, repo: inputs.repository };
  if (await unlessMissing(() => client.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...at, branch }))) return;
  if (inputs.autocreateBranch !== true) {
    throw new CloudError(
      "GET /repos/{owner}/{repo}/branches/{branch}",
      404,
      "NotFound",
      `Branch ${branch} not found in ${client.owner}/${inputs.repository}`,
    );
  }
  const source = inputs.autocreateBranchSourceBranch ?? "main";
  const sha =
    inputs.autocreateBranchSourceSha ??
    (await client.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${source}` })).data.object.sha;
  await client.request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: `refs/heads/${branch}`, sha });
}
