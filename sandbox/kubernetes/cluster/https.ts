/** One HTTPS request with an authority of our own, kept alive: what etcd and the API servers are asked with. */
import { Agent, request } from "node:https";

export interface TlsIdentity {
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  /** PEM of a client certificate and its key, where the server asks for one. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A pool of connections to one server. */
export class HttpsClient {
  private readonly agent: Agent;

  constructor(identity: TlsIdentity, private readonly timeoutMilliseconds = 30_000) {
    this.agent = new Agent({ keepAlive: true, maxSockets: 16, ca: identity.authority, cert: identity.certificate, key: identity.key, minVersion: "TLSv1.2" });
  }

  /** Rejects only when there is no whole answer: a status of 400 and above is an answer. */
  send({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const call = request(url, { method, agent: this.agent, headers: { ...headers, ...length }, timeout: this.timeoutMilliseconds }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString("utf8") }));
        answer.on("error", reject);
      });
      call.on("timeout", () => call.destroy(new Error(`${method} ${url}: no answer within ${this.timeoutMilliseconds / 1000} s`)));
      call.on("error", reject);
      call.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
