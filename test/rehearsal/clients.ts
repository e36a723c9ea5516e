/** Plain clients of the four clouds: what somebody who knows nothing of Pulumi would use to look at them. */
import { request as httpsRequest } from "node:https";
import { readFile } from "node:fs/promises";
import { ECR } from "@aws-sdk/client-ecr";
import { STS } from "@aws-sdk/client-sts";
import { parse } from "yaml";
import type { Rehearsal } from "./harness";

/** What stands in a document that a cloud answers with, at any depth. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export class Clients {
  private constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /** Clients for the clouds as they are now: a cluster that is made later needs new ones. */
  static async of(rehearsal: Rehearsal): Promise<Clients> {
    return new Clients(await rehearsal.environment());
  }

  ecr(): ECR {
    return new ECR(this.aws());
  }

  /** Its calls with a web identity carry no credentials. */
  sts(): STS {
    return new STS(this.aws());
  }

  /** A request to GitHub's REST API; the path begins with a slash. */
  async github(method: string, path: string, body?: unknown): Promise<Answer> {
    return send(method, `${this.variable("GITHUB_API_URL")}${path}`, await this.secret("GITHUB_TOKEN_FILE"), body);
  }

  /** Text of a file on a branch. */
  async file(repository: string, path: string, branch = "main"): Promise<string> {
    const { body } = await this.github("GET", `/repos/${repository}/contents/${path}?ref=${branch}`);
    return Buffer.from(body.content, "base64").toString("utf8");
  }

  /** A request to ARM; the path begins with `/subscriptions`. */
  async arm(method: string, path: string, apiVersion: string, body?: unknown): Promise<Answer> {
    return send(method, `${this.variable("ARM_ENDPOINT")}${path}?api-version=${apiVersion}`, await this.secret("ARM_ACCESS_TOKEN_FILE"), body);
  }

  /** The cluster of a context of the sandbox's kubeconfig, spoken to with the applying identity's token. */
  async cluster(rehearsal: Rehearsal, context: string): Promise<ClusterClient> {
    const { clusters, users } = parse(await readFile(this.variable("KUBECONFIG"), "utf8"));
    const { cluster } = clusters.find(({ name }: { name: string }) => name === context);
    const { command, args } = users[0].user.exec;
    const credential = JSON.parse(await rehearsal.command(command, ...args));
    const authority = Buffer.from(cluster["certificate-authority-data"], "base64").toString("utf8");
    return new ClusterClient(context, cluster.server, authority, credential.status.token);
  }

  private aws(): { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } } {
    const credentials = { accessKeyId: this.variable("AWS_ACCESS_KEY_ID"), secretAccessKey: this.variable("AWS_SECRET_ACCESS_KEY") };
    return { endpoint: this.variable("AWS_ENDPOINT_URL"), region: this.variable("AWS_REGION"), credentials };
  }

  private async secret(name: string): Promise<string> {
    return (await readFile(this.variable(name), "utf8")).trim();
  }

  private variable(name: string): string {
    const value = this.environment[name];
    if (value === undefined) throw new Error(`the sandbox's environment has no ${name}`);
    return value;
  }
}

/** One API server, as one user. */
export class ClusterClient {
  constructor(
    readonly context: string,
    private readonly server: string,
    private readonly authority: string,
    private readonly token: string,
    private readonly user?: string,
  ) {}

  /** The same API server as somebody else, by impersonation: authorization and admission see only that user. */
  as(user: string): ClusterClient {
    return new ClusterClient(this.context, this.server, this.authority, this.token, user);
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  create(path: string, body: unknown): Promise<Answer> {
    return this.send("POST", path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.send("DELETE", path);
  }

  /** Objects of a collection, such as `/api/v1/namespaces`. */
  async list(path: string): Promise<readonly Json[]> {
    const { status, body } = await this.get(path);
    if (status !== 200) throw new Error(`${path} of ${this.context}: ${status} ${body.message}`);
    return body.items;
  }

  private send(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(this.user === undefined ? {} : { "impersonate-user": this.user }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    return new Promise((resolve, reject) => {
      const request = httpsRequest(`${this.server}${path}`, { method, headers, ca: this.authority, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part)).once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString("utf8")) }));
      });
      request.once("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

async function send(method: string, url: string, token: string, body: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** A token of GitHub's for a job, unsigned: AWS's stand-in reads its claims and cannot verify a signature of GitHub's. */
export function jobToken(claims: Readonly<Record<string, unknown>>): string {
  const seconds = Math.floor(Date.now() / 1000);
  const all = { iss: "https://token.actions.githubusercontent.com", aud: "sts.amazonaws.com", iat: seconds, exp: seconds + 300, ...claims };
  return [{ alg: "RS256", typ: "JWT" }, all, "unsigned"].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}
