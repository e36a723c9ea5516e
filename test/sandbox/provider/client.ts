/** A client of the provider server that speaks as the engine does. */
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { decode, encode, type Decoded } from "../../../sandbox/provider/wire";
import type { Path } from "../../../sandbox/provider/paths";
import type { Properties } from "../../../sandbox/provider/kind";

export const URN = "urn:pulumi:test::project::component$toy:index:Thing::thing";

type Method = keyof typeof ResourceProviderService;

export class Engine {
  private readonly client: Client;

  constructor(port: number) {
    // A connection of its own for each client, as the engine has one for each provider instance.
    this.client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  }

  static async configured(port: number, config: Properties = { zone: "z1" }): Promise<Engine> {
    const engine = new Engine(port);
    await engine.call("handshake", new proto.ProviderHandshakeRequest());
    const request = new proto.ConfigureRequest();
    request.setArgs(encode(config));
    await engine.call("configure", request);
    return engine;
  }

  call<Request, Response>(method: Method, request: Request): Promise<Response> {
    return this.start<Request, Response>(method, request).answer;
  }

  /** A call that can be cut off. */
  start<Request, Response>(method: Method, request: Request): { answer: Promise<Response>; cancel(): void } {
    const { path, requestSerialize, responseDeserialize } = ResourceProviderService[method] as unknown as {
      path: string;
      requestSerialize: (value: Request) => Buffer;
      responseDeserialize: (bytes: Buffer) => Response;
    };
    let cancel = (): void => undefined;
    const answer = new Promise<Response>((resolve, reject) => {
      const call = this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, response) => (error ? reject(error) : resolve(response!)));
      cancel = () => call.cancel();
    });
    return { answer, cancel };
  }

  close(): void {
    this.client.close();
  }

  async check(news: Properties, olds?: Properties, secrets: readonly Path[] = []): Promise<Decoded & { failures: Record<string, string> }> {
    const request = new proto.CheckRequest();
    request.setUrn(URN);
    request.setNews(encode(news, secrets));
    if (olds) request.setOlds(encode(olds));
    const response = await this.call<proto.CheckRequest, proto.CheckResponse>("check", request);
    return { ...decode(response.getInputs()), failures: Object.fromEntries(response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()])) };
  }

  /** The detailed diff by path, such as `{ size: "UPDATE" }`, and what it says as a whole. */
  async diff(olds: Properties, news: Properties, ignore: string[] = []): Promise<{ detail: Record<string, string>; replaces: string[]; deleteFirst: boolean; changes: number }> {
    const request = new proto.DiffRequest();
    request.setUrn(URN);
    request.setOldInputs(encode(olds));
    request.setOlds(encode(olds));
    request.setNews(encode(news));
    request.setIgnorechangesList(ignore);
    const response = await this.call<proto.DiffRequest, proto.DiffResponse>("diff", request);
    const kinds = Object.entries(proto.PropertyDiff.Kind);
    const detail = [...response.getDetaileddiffMap().entries()].map(([path, change]) => [path, kinds.find(([, kind]) => kind === change.getKind())?.[0] ?? ""] as const);
    return { detail: Object.fromEntries(detail), replaces: response.getReplacesList(), deleteFirst: response.getDeletebeforereplace(), changes: response.getChanges() };
  }

  createRequest(inputs: Properties, secrets: readonly Path[] = [], preview = false): proto.CreateRequest {
    const request = new proto.CreateRequest();
    request.setUrn(URN);
    request.setProperties(encode(inputs, secrets));
    request.setPreview(preview);
    return request;
  }

  async create(inputs: Properties, secrets: readonly Path[] = [], preview = false): Promise<Decoded & { id: string }> {
    const response = await this.call<proto.CreateRequest, proto.CreateResponse>("create", this.createRequest(inputs, secrets, preview));
    return { id: response.getId(), ...decode(response.getProperties()) };
  }

  async read(id: string, inputs: Properties, state: Properties, secrets: readonly Path[] = []): Promise<{ id: string; inputs: Decoded; outputs: Decoded }> {
    const request = new proto.ReadRequest();
    request.setUrn(URN);
    request.setId(id);
    request.setInputs(encode(inputs, secrets));
    request.setProperties(encode(state, secrets));
    const response = await this.call<proto.ReadRequest, proto.ReadResponse>("read", request);
    return { id: response.getId(), inputs: decode(response.getInputs()), outputs: decode(response.getProperties()) };
  }

  async update(id: string, oldInputs: Properties, olds: Properties, news: Properties, preview = false): Promise<Decoded> {
    const request = new proto.UpdateRequest();
    request.setUrn(URN);
    request.setId(id);
    request.setOldInputs(encode(oldInputs));
    request.setOlds(encode(olds));
    request.setNews(encode(news));
    request.setPreview(preview);
    return decode((await this.call<proto.UpdateRequest, proto.UpdateResponse>("update", request)).getProperties());
  }

  async invoke(token: string): Promise<Properties> {
    const request = new proto.InvokeRequest();
    request.setTok(token);
    return decode((await this.call<proto.InvokeRequest, proto.InvokeResponse>("invoke", request)).getReturn()).value;
  }
}

/** The half-made resource that an error carries. */
export function initFailure(error: ServiceError): { id: string; outputs: Decoded; reasons: string[] } {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const [any] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
  const detail = proto.ErrorResourceInitFailed.deserializeBinary(any!.getValue_asU8());
  return { id: detail.getId(), outputs: decode(detail.getProperties()), reasons: detail.getReasonsList() };
}
