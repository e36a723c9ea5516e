/** One comment, one issue, whatever else is there and whoever else writes, against the sandbox's GitHub. */
import { keepComment, type StickyComment } from "../../../cli/github/comments";
import { keepIssue, type StickyIssue } from "../../../cli/github/issues";
import { openRepository, type Repository } from "../../../cli/github/repository";
import { harness, REPO, type Harness } from "../../sandbox/github/harness";

jest.setTimeout(60_000);

const MARKER = "<!-- gpu-cicd/report prod -->";
let github: Harness;
let author: string;
let log: string[];
beforeEach(async () => {
  github = await harness();
  author = (await github.call("GET", "/user")).body.login as string;
  log = [];
});
afterEach(() => github.stop());

function repository(apiUrl = github.server.url): Promise<Repository> {
  return openRepository({ apiUrl, token: github.server.token, owner: "ai-dynamo", name: "dynamo", log: (line) => log.push(line) });
}

/** A pull request of a branch with one commit. */
async function pullRequest(): Promise<number> {
  const { body: main } = await github.call("GET", `${REPO}/git/ref/heads/main`);
  await github.call("POST", `${REPO}/git/refs`, { ref: "refs/heads/change", sha: main.object.sha });
  await github.call("PUT", `${REPO}/contents/a.txt`, { message: "a", branch: "change", content: Buffer.from("a").toString("base64") });
  const { status, body } = await github.call("POST", `${REPO}/pulls`, { title: "Change", head: "change", base: "main" });
  expect(status).toBe(201);
  return body.number as number;
}

async function comments(pull: number): Promise<readonly { id: number; body: string }[]> {
  const pages = await Promise.all([1, 2, 3, 4, 5].map((page) => github.call("GET", `${REPO}/issues/${pull}/comments?per_page=100&page=${page}`)));
  return pages.flatMap(({ body }) => body as { id: number; body: string }[]);
}

const own = (all: readonly { body: string }[]): string[] => all.map(({ body }) => body).filter((body) => body.startsWith(MARKER));
const said = (pull: number, words: string): StickyComment => ({ pull, marker: MARKER, body: `${MARKER}\n${words}`, author });

describe("a comment", () => {
  test("is written once and edited in place, behind 300 others", async () => {
    const pull = await pullRequest();
    for (let index = 0; index < 300; index += 1) await github.call("POST", `${REPO}/issues/${pull}/comments`, { body: `remark ${index}` });
    const first = await keepComment(await repository(), said(pull, "one"));
    expect(first.outcome).toBe("created");
    expect(await keepComment(await repository(), said(pull, "one"))).toEqual({ ...first, outcome: "unchanged" });
    expect(await keepComment(await repository(), said(pull, "two"))).toEqual({ ...first, outcome: "edited" });
    const all = await comments(pull);
    expect(all).toHaveLength(301);
    expect(own(all)).toEqual([`${MARKER}\ntwo`]);
  });

  test("stays one when two runs write at once", async () => {
    const pull = await pullRequest();
    const [a, b] = [await repository(), await repository()];
    await Promise.all([keepComment(a, said(pull, "one")), keepComment(b, said(pull, "two"))]);
    const all = own(await comments(pull));
    expect(all).toHaveLength(1);
    await keepComment(a, said(pull, "three"));
    expect(own(await comments(pull))).toEqual([`${MARKER}\nthree`]);
  });

  test("takes the place of copies that are there already", async () => {
    const pull = await pullRequest();
    for (const words of ["one", "two", "three"]) await github.call("POST", `${REPO}/issues/${pull}/comments`, { body: `${MARKER}\n${words}` });
    expect((await keepComment(await repository(), said(pull, "four"))).outcome).toBe("edited");
    expect(own(await comments(pull))).toEqual([`${MARKER}\nfour`]);
  });

  test("of somebody else that looks alike is left alone", async () => {
    const pull = await pullRequest();
    await github.call("POST", `${REPO}/issues/${pull}/comments`, { body: `${MARKER}\nforged` });
    await keepComment(await repository(), { ...said(pull, "real"), author: "somebody[bot]" });
    expect(own(await comments(pull))).toEqual([`${MARKER}\nforged`, `${MARKER}\nreal`]);
  });

  test("waits when GitHub asks it to", async () => {
    const pull = await pullRequest();
    const limited = await proxied(github.server.url, 1);
    try {
      expect((await keepComment(await repository(limited.url), said(pull, "one"))).outcome).toBe("created");
    } finally {
      await limited.close();
    }
    expect(own(await comments(pull))).toEqual([`${MARKER}\none`]);
    expect(log.join("\n")).toMatch(/rate limit asks to wait 1 s before POST .*: waiting/);
  });

  test("that GitHub refuses is an error that says so", async () => {
    const pull = await pullRequest();
    await expect(keepComment(await repository(), said(pull, "x".repeat(70_000)))).rejects.toThrow("body is too long (maximum is 65536 characters)");
    await expect(keepComment(await repository(), said(999, "one"))).rejects.toThrow("Not Found");
    await expect(keepComment(await repository(), { ...said(pull, "one"), body: "no marker" })).rejects.toThrow("has to begin with");
    expect(own(await comments(pull))).toEqual([]);
  });
});

describe("an issue", () => {
  const drift = (body: string | undefined, title = "Drift in prod"): StickyIssue => ({ marker: "<!-- gpu-cicd/drift prod -->", title, author, body: body === undefined ? undefined : `<!-- gpu-cicd/drift prod -->\n${body}` });
  const open = async (): Promise<readonly { title: string; body: string }[]> => (await github.call("GET", `${REPO}/issues?state=open`)).body;

  test("is opened, kept up to date, closed when it is over, and opened anew", async () => {
    const client = await repository();
    expect(await keepIssue(client, drift(undefined))).toBeUndefined();
    const first = await keepIssue(client, drift("1 resource"));
    expect(first!.outcome).toBe("opened");
    expect(await keepIssue(client, drift("1 resource"))).toEqual({ ...first, outcome: "unchanged" });
    expect(await keepIssue(client, drift("2 resources"))).toEqual({ ...first, outcome: "edited" });
    expect((await open()).map(({ body }) => body.split("\n")[1])).toEqual(["2 resources"]);
    expect(await keepIssue(client, drift(undefined))).toEqual({ ...first, outcome: "closed" });
    expect(await open()).toEqual([]);
    expect((await keepIssue(client, drift("again")))!.number).toBe(first!.number + 1);
  });

  test("is one among pull requests and issues of others", async () => {
    await pullRequest();
    await github.call("POST", `${REPO}/issues`, { title: "Drift in prod", body: "by a person" });
    for (const body of ["old", "older"]) await github.call("POST", `${REPO}/issues`, { title: "Drift", body: drift(body).body });
    expect((await keepIssue(await repository(), drift("now")))!.outcome).toBe("edited");
    expect((await open()).filter(({ body }) => body?.startsWith("<!-- gpu-cicd/drift")).map(({ body }) => body.split("\n")[1])).toEqual(["now"]);
  });
});

/** A server in front of GitHub's that answers the first `times` writes with a rate limit, as GitHub does. */
async function proxied(target: string, times: number): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { createServer } = await import("node:http");
  let left = times;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "POST" && left-- > 0) {
        response.writeHead(403, { "content-type": "application/json", "retry-after": "1" }).end(JSON.stringify({ message: "You have exceeded a secondary rate limit." }));
        return;
      }
      const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
      fetch(`${target}${request.url}`, { method: request.method!, headers: { authorization: request.headers.authorization!, "content-type": "application/json" }, ...body })
        .then(async (answer) => response.writeHead(answer.status, { "content-type": "application/json" }).end(Buffer.from(await answer.arrayBuffer())))
        .catch((error: unknown) => response.destroy(error as Error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
