/**
 * The provider server: one gRPC `ResourceProvider` service per cloud, to which the engine attaches through PULUMI_DEBUG_PROVIDERS.
 * Protocol: proto/pulumi/provider.proto of pulumi/pulumi.
 */
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checkConfig, validConfig } from "./config";
import { compare } from "./compare";
import { withCurrentWork, type Operation } from "./current";
import { ProviderError, serviceError } from "./errors";
import { Instances, type Instance } from "./instances";
import { Journal, type RecordedState, type Report } from "./journal";
import type { CloudProvider, Created, Properties, ResourceKind } from "./kind";
import { processConnectedTo } from "./peer";
import * as resources from "./resources";
import { decode, encode } from "./wire";

export interface ProviderServerOptions {
  /** What the state holds of creates, for undoing those that a killed engine did not record. By default none is undone after its answer. */
  readState?(): Promise<RecordedState>;
  log?(line: string): void;
}

export interface ProviderServer {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

const NOTHING_RECORDED: RecordedState = { pending: new Set(), has: () => false };
/** A Helm release or a cluster description can be larger than gRPC's default of 4 MB; the engine allows 400 MB (rpcutil). */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export async function startProviderServer<Client>(provider: CloudProvider<Client>, options: ProviderServerOptions = {}): Promise<ProviderServer> {
  const server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES, "grpc.max_send_message_length": MAX_MESSAGE_BYTES });
  const log = options.log ?? ((): void => undefined);
  const journal = new Journal(options.readState ?? (async () => NOTHING_RECORDED), log);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const instances = new Instances<Client>(async (peer) => {
    const engine = await processConnectedTo(port, peer);
    if (engine === undefined) log(`no process is seen at port ${peer}: what it leaves behind when it is killed is not undone`);
    return engine;
  });
  server.addService(service.ResourceProviderService, new ProviderService(provider, instances, journal).handlers());
  const stop = async (): Promise<void> => {
    journal.stop();
    instances.cancelAll();
    server.forceShutdown();
  };
  return { port, stop };
}

type Unary<Request, Response> = (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>;

class ProviderService<Client> {
  constructor(
    private readonly provider: CloudProvider<Client>,
    private readonly instances: Instances<Client>,
    private readonly journal: Journal,
  ) {}

  handlers(): UntypedServiceImplementation {
    return {
      handshake: unary((call) => this.handshake(call)),
      attach: unary(() => new Empty()),
      cancel: unary((call) => this.cancel(call)),
      getPluginInfo: unary(() => this.pluginInfo()),
      getSchema: unary(() => this.schema()),
      getMapping: unary(() => new proto.GetMappingResponse()),
      getMappings: unary(() => new proto.GetMappingsResponse()),
      checkConfig: unary((call) => this.checkConfig(call)),
      diffConfig: unary((call) => this.diffConfig(call)),
      configure: unary((call) => this.configure(call)),
      invoke: unary((call) => this.invoke(call)),
      check: unary((call: ServerUnaryCall<proto.CheckRequest, proto.CheckResponse>) => resources.check(this.kind(call.request), call.request)),
      diff: unary((call: ServerUnaryCall<proto.DiffRequest, proto.DiffResponse>) => resources.diff(this.kind(call.request), this.instances.get(call.getPeer())?.client, call.request)),
      create: unary((call) => this.create(call)),
      read: unary((call) => this.read(call)),
      update: unary((call) => this.update(call)),
      delete: unary((call) => this.delete(call)),
      ...Object.fromEntries(["parameterize", "call", "construct"].map((name) => [name, unary(() => unimplemented(name))])),
    };
  }

  private kind(request: { getUrn(): string }): ResourceKind<Client> {
    return resources.kindOf(this.provider, resources.resourceInfo(request.getUrn()).type);
  }

  private instance(call: { getPeer(): string }): Instance<Client> {
    const instance = this.instances.get(call.getPeer());
    if (instance) return instance;
    throw new ProviderError(status.FAILED_PRECONDITION, `this connection to provider ${this.provider.package} has not been configured`);
  }

  private handshake(call: ServerUnaryCall<proto.ProviderHandshakeRequest, proto.ProviderHandshakeResponse>): proto.ProviderHandshakeResponse {
    this.instances.connected(call.getPeer());
    const response = new proto.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    return response;
  }

  /** The engine cancels once for each of its connections, and goes on to wait for what it has asked for. */
  private cancel(call: ServerUnaryCall<unknown, Empty>): Empty {
    this.instances.cancel(call.getPeer());
    return new Empty();
  }

  private pluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(this.provider.version);
    return info;
  }

  private schema(): proto.GetSchemaResponse {
    const response = new proto.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: this.provider.package, version: this.provider.version }));
    return response;
  }

  private checkConfig(call: ServerUnaryCall<proto.CheckRequest, proto.CheckResponse>): proto.CheckResponse {
    const news = decode(call.request.getNews());
    const response = new proto.CheckResponse();
    response.setInputs(encode(news.value, news.secrets));
    response.setFailuresList(checkConfig(this.provider, news.value).findings.map(({ property, reason }) => resources.failure(property, reason)));
    return response;
  }

  private diffConfig(call: ServerUnaryCall<proto.DiffRequest, proto.DiffResponse>): proto.DiffResponse {
    const { request } = call;
    // Engines that keep no old inputs for providers send the configuration only as their outputs.
    const olds = checkConfig(this.provider, decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).value).config;
    const news = checkConfig(this.provider, decode(request.getNews()).value).config;
    const replaceOn = [...(this.provider.configReplaceOn ?? []), ...(this.provider.configReplacements?.(olds, news) ?? [])];
    return resources.diffResponse(compare(olds, news, { replaceOn, ignore: request.getIgnorechangesList() }), false);
  }

  private async configure(call: ServerUnaryCall<proto.ConfigureRequest, proto.ConfigureResponse>): Promise<proto.ConfigureResponse> {
    const config = validConfig(this.provider, decode(call.request.getArgs()).value);
    // Here and not in the handshake, which the engine gives up after ten seconds (pluginRPCConnectionTimeout of plugin.go).
    await this.journal.settle();
    const work = { operation: "configure", type: this.provider.package, urn: "", engine: await this.instances.engineOf(call.getPeer()) } as const;
    await this.instances.set(call.getPeer(), await withCurrentWork(work, () => this.provider.configure(config)));
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  private async invoke(call: ServerUnaryCall<proto.InvokeRequest, proto.InvokeResponse>): Promise<proto.InvokeResponse> {
    const token = call.request.getTok();
    const invoke = this.provider.invokes[token];
    if (!invoke) throw new ProviderError(status.NOT_FOUND, `the sandbox does not know the function '${token}' of package ${this.provider.package}`);
    const { client, engine } = this.instance(call);
    const args = decode(call.request.getArgs());
    const result = await withCurrentWork({ operation: "invoke", type: token, urn: "", engine }, () => invoke(client, args.value));
    const response = new proto.InvokeResponse();
    response.setReturn(encode(result));
    return response;
  }

  private async create(call: ServerUnaryCall<proto.CreateRequest, proto.CreateResponse>): Promise<proto.CreateResponse> {
    const kind = this.kind(call.request);
    if (call.request.getPreview()) return resources.previewCreate(kind, this.instances.get(call.getPeer())?.client, call.request);
    const { client } = this.instance(call);
    const urn = call.request.getUrn();
    return this.working("create", call, (report) =>
      resources.create(kind, client, call.request, (created) => {
        report({ urn, id: created.id, undo: () => this.undo(kind, client, urn, created) });
      }),
    );
  }

  private undo(kind: ResourceKind<Client>, client: Client, urn: string, created: Created<Properties>): Promise<void> {
    const work = { operation: "undo", type: kind.type, urn, engine: undefined } as const;
    return withCurrentWork(work, () => kind.remove(client, created.id, created.outputs, resources.resourceInfo(urn)));
  }

  private async read(call: ServerUnaryCall<proto.ReadRequest, proto.ReadResponse>): Promise<proto.ReadResponse> {
    const { client } = this.instance(call);
    return this.working("read", call, () => resources.read(this.kind(call.request), client, call.request));
  }

  private async update(call: ServerUnaryCall<proto.UpdateRequest, proto.UpdateResponse>): Promise<proto.UpdateResponse> {
    const kind = this.kind(call.request);
    if (call.request.getPreview()) return resources.previewUpdate(kind, this.instances.get(call.getPeer())?.client, call.request);
    const { client } = this.instance(call);
    return this.working("update", call, () => resources.update(kind, client, call.request));
  }

  private async delete(call: ServerUnaryCall<proto.DeleteRequest, Empty>): Promise<Empty> {
    const { client } = this.instance(call);
    await this.working("delete", call, () => resources.remove(this.kind(call.request), client, call.request));
    return new Empty();
  }

  /** Work on a resource, on the books of the engine that asked for it. */
  private working<T, Request extends { getUrn(): string }>(operation: Operation, call: ServerUnaryCall<Request, unknown>, run: (report: Report) => Promise<T>): Promise<T> {
    const { urn, type } = resources.resourceInfo(call.request.getUrn());
    const { engine } = this.instance(call);
    return this.journal.run({ engine, isCutOff: () => call.cancelled }, (report) => withCurrentWork({ operation, type, urn, engine, cancelled: this.instances.cancelled(call.getPeer()) }, () => run(report)));
  }
}

function unimplemented(name: string): never {
  throw new ProviderError(status.UNIMPLEMENTED, `${name} is not part of the sandbox's providers`);
}

/** Every outcome of a handler as the answer of its call; an error that already carries a gRPC status keeps it. */
function unary<Request, Response>(handle: Unary<Request, Response>): (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => void {
  return (call, answer) => {
    void (async () => handle(call))().then(
      (response) => answer(null, response),
      (error: unknown) => answer(isServiceError(error) ? error : serviceError(error)),
    );
  };
}

function isServiceError(error: unknown): error is ReturnType<typeof serviceError> {
  return error instanceof Error && "metadata" in error && "code" in error;
}
