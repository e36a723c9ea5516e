/**
 * The gateway before the emulator, on loopback: every client's requests pass it. It finds the account in the access key, refuses what AWS
 * would refuse (rules.ts), and hands everything else on unchanged.
 */
import { createServer, type IncomingMessage, request as httpRequest, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { accountOf } from "../account";
import { type Call, readCall, refusalBody } from "./call";
import { BlockedEncryption } from "./blockedEncryption";
import { clientIdAnswer } from "./clientIds";
import { type AskIam, type RuleContext, refusalOf } from "./rules";

export interface Gateway {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

export interface GatewayOptions {
  /** Port of the emulator on 127.0.0.1. */
  readonly emulatorPort: number;
  readonly defaultAccount: string;
  readonly actions: RuleContext["actions"];
}

/** Bytes of a body that is looked into; policies and queries are far smaller. */
const MAXIMUM_INSPECTED_BYTES = 4 * 1024 * 1024;
/** The emulator takes the account from this header. */
const ACCOUNT_HEADER = "x-moto-account-id";

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const blocked = new BlockedEncryption();
  const context: RuleContext = { ask: askIam(options.emulatorPort), defaultAccount: options.defaultAccount, actions: options.actions };
  const server = createServer((incoming, response) => {
    handle(incoming, response, options, context, blocked).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { "content-type": "text/plain" });
      response.end(`the sandbox's AWS gateway failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}

async function handle(incoming: IncomingMessage, response: ServerResponse, options: GatewayOptions, context: RuleContext, blocked: BlockedEncryption): Promise<void> {
  const account = accountOfRequest(incoming);
  if (blocked.concerns(incoming)) return bucketEncryption(incoming, response, options, account, blocked);
  if (!isInspected(incoming)) return forward(incoming, response, options, account, undefined);
  const body = await readBody(incoming);
  const call = readCall(incoming.headers, body.toString("utf8"), account);
  if (call && (await answerHere(call, response, context))) return;
  // An unsigned call names its account in the role that it wants.
  return forward(incoming, response, options, account ?? roleAccount(call?.parameters.RoleArn), body);
}

/** Reads and writes of a bucket's encryption, with the part that the emulator does not hold. */
async function bucketEncryption(incoming: IncomingMessage, response: ServerResponse, options: GatewayOptions, account: string | undefined, blocked: BlockedEncryption): Promise<void> {
  const body = await readBody(incoming);
  const refused = blocked.heed(incoming, account, body.toString("utf8"));
  if (refused !== undefined) {
    response.writeHead(400, { "content-type": "application/xml" }).end(`<Error><Code>InvalidArgument</Code><Message>${refused}</Message></Error>`);
    return;
  }
  if (incoming.method !== "GET") return forward(incoming, response, options, account, body);
  return forward(incoming, response, options, account, body, (answer) => blocked.completed(incoming, account, answer));
}

/** True when the gateway answered itself, because AWS would refuse the call or the emulator does not know it. */
async function answerHere(call: Call, response: ServerResponse, context: RuleContext): Promise<boolean> {
  const refusal = await refusalOf(call, context);
  if (refusal) {
    const { type, body } = refusalBody(call.service, refusal);
    response.writeHead(refusal.status, { "content-type": type, "x-amzn-errortype": refusal.code }).end(body);
    return true;
  }
  const answer = await clientIdAnswer(call, context.defaultAccount, context.ask);
  if (answer) response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
  return answer !== undefined;
}

/** ECR, IAM and STS speak by POST with a small body; S3's objects pass by. */
function isInspected({ method, headers }: IncomingMessage): boolean {
  return (
    method === "POST" &&
    (headers["x-amz-target"] !== undefined || String(headers["content-type"]).startsWith("application/x-www-form-urlencoded"))
  );
}

function accountOfRequest({ headers }: IncomingMessage): string | undefined {
  const key = /Credential=([^/,\s]+)\//.exec(headers.authorization ?? "")?.[1];
  return key === undefined ? undefined : accountOf(key);
}

function roleAccount(arn: unknown): string | undefined {
  return typeof arn === "string" ? /^arn:[^:]+:iam::(\d{12}):/.exec(arn)?.[1] : undefined;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length;
    if (length > MAXIMUM_INSPECTED_BYTES) throw new Error(`the request's body is larger than ${MAXIMUM_INSPECTED_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Hands the request to the emulator and its answer back. Keys that the sandbox did not make up keep the emulator's own notion of their account. */
function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
  account: string | undefined,
  body: Buffer | undefined,
  change?: (answer: string) => string,
): Promise<void> {
  const headers = { ...incoming.headers, ...(account !== undefined && { [ACCOUNT_HEADER]: account }) };
  return new Promise((resolve, reject) => {
    const target = { host: "127.0.0.1", port: options.emulatorPort, method: incoming.method, path: incoming.url, headers };
    const outgoing = httpRequest(target, (answer) => {
      if (change !== undefined) {
        resolve(changed(answer, response, change));
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once("end", resolve);
      answer.once("error", reject);
    });
    outgoing.once("error", reject);
    if (body) outgoing.end(body);
    else incoming.pipe(outgoing);
  });
}

async function changed(answer: IncomingMessage, response: ServerResponse, change: (text: string) => string): Promise<void> {
  const text = change((await readBody(answer)).toString("utf8"));
  response.writeHead(answer.statusCode ?? 502, { ...answer.headers, "content-length": String(Buffer.byteLength(text)) }).end(text);
}

function askIam(port: number): AskIam {
  return async (account, parameters) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: {
        // The emulator tells services apart by the scope of the credential.
        authorization: "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none",
        [ACCOUNT_HEADER]: account,
      },
      body: new URLSearchParams({ Version: "2010-05-08", ...parameters }),
    });
    return { status: response.status, body: await response.text() };
  };
}
