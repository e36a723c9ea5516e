/**
 * Stands between the engine and a policy pack. The engine configures a pack over gRPC after it has started, but a pack reads its
 * configuration from the environment when it starts; so the engine talks to this proxy, which starts the pack in between.
 */
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { Client, credentials, Server, ServerCredentials, status, type handleUnaryCall, type MethodDefinition, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerHandshakeResponse, AnalyzerStackConfigureResponse, type AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { deferred } from "./deferred";
import { Remediations } from "./remediations";

export interface PolicyProxy {
  readonly port: number;
  /** What the engine said of the stack; undefined when it asked something else first, as `pulumi policy publish` does. */
  readonly configuration: Promise<AnalyzerStackConfigureRequest | undefined>;
  /** Connects to the pack whose first line of output is its port, and passes on everything it says after that. */
  attach(output: Readable, passOn: (text: string) => void): void;
  /** Fails the calls that still wait for the pack. */
  packEnded(): void;
  stop(): void;
}

/** A pack's answer can hold a whole stack's violations. */
const NO_LIMIT = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

export async function startPolicyProxy(): Promise<PolicyProxy> {
  const configured = deferred<AnalyzerStackConfigureRequest | undefined>();
  const pack = deferred<Client>();
  // Calls that come later see the rejection; without one it must not end the process.
  pack.promise.catch(() => undefined);
  const server = new Server(NO_LIMIT);
  server.addService(service, handlers(configured.resolve, pack.promise));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    port,
    configuration: configured.promise,
    attach(output, passOn) {
      const lines = createInterface({ input: output });
      lines.once("line", (line) => {
        pack.resolve(connect(line));
        lines.on("line", (text) => passOn(`${text}\n`));
      });
    },
    packEnded: () => pack.reject(Object.assign(new Error("the policy pack ended before it served"), { code: status.UNAVAILABLE })),
    stop() {
      configured.resolve(undefined);
      server.forceShutdown();
    },
  };
}

function connect(portLine: string): Client {
  return new Client(`127.0.0.1:${portLine.trim()}`, credentials.createInsecure(), NO_LIMIT);
}

/** The calls that the proxy answers itself; all others pass through it unread, as reading a stack's resources costs more than judging them. */
const OWN_CALLS = ["handshake", "configureStack"];
const methods = Object.entries(AnalyzerService as ServiceDefinition);
const forwardedMethods = methods.filter(([name]) => !OWN_CALLS.includes(name)).map(([name, method]) => [name, unread(method)] as const);
const service = { ...Object.fromEntries(methods), ...Object.fromEntries(forwardedMethods) };

type RawMethod = MethodDefinition<Buffer, Buffer>;

function unread({ path, requestStream, responseStream }: Pick<RawMethod, "path" | "requestStream" | "responseStream">): RawMethod {
  const same = (bytes: Buffer): Buffer => bytes;
  return { path, requestStream, responseStream, requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
}

function handlers(configure: (request: AnalyzerStackConfigureRequest | undefined) => void, pack: Promise<Client>): UntypedServiceImplementation {
  const forwarded = Object.fromEntries(forwardedMethods.map(([name, method]) => [name, forward(method, configure, pack)] as const));
  const handshake: handleUnaryCall<unknown, AnalyzerHandshakeResponse> = (_call, answer) => answer(null, new AnalyzerHandshakeResponse());
  const configureStack: handleUnaryCall<AnalyzerStackConfigureRequest, AnalyzerStackConfigureResponse> = (call, answer) => {
    configure(call.request);
    void tellPack(call.request, pack);
    answer(null, new AnalyzerStackConfigureResponse());
  };
  return { ...forwarded, ...withoutIdleRemediations(forwarded), handshake, configureStack };
}

type Handler = handleUnaryCall<Buffer, Buffer>;

/** An empty message. */
const NOTHING = Buffer.alloc(0);

/** Handlers that pass calls on like the given ones, but for remediations by a pack that has none. */
function withoutIdleRemediations({ getAnalyzerInfo, configure, remediate }: Readonly<Record<string, Handler>>): Record<string, Handler> {
  const remediations = new Remediations();
  return {
    getAnalyzerInfo: (call, answer) =>
      getAnalyzerInfo!(call, (error, response, ...rest) => {
        if (response) remediations.declared(response);
        answer(error, response, ...rest);
      }),
    configure(call, answer) {
      remediations.configured(call.request);
      configure!(call, answer);
    },
    remediate: (call, answer) => (remediations.none ? answer(null, NOTHING) : remediate!(call, answer)),
  };
}

function forward(method: RawMethod, configure: (request: undefined) => void, pack: Promise<Client>): Handler {
  return (call, answer) => {
    configure(undefined);
    pack.then(
      (client) => client.makeUnaryRequest(method.path, method.requestSerialize, method.responseDeserialize, call.request, (error, response) => answer(error, response)),
      (error: Error) => answer({ code: status.UNAVAILABLE, details: error.message }),
    );
  };
}

/** Packs of older SDKs do not know the call; the environment has told them all there is. */
async function tellPack(request: AnalyzerStackConfigureRequest, pack: Promise<Client>): Promise<void> {
  const client = await pack.catch(() => undefined);
  const { path, requestSerialize, responseDeserialize } = AnalyzerService.configureStack;
  client?.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, () => undefined);
}
