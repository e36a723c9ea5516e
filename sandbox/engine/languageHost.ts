/**
 * A language host for Node: the `LanguageRuntime` service behind which the engine starts programs and policy packs. It serves where the
 * Pulumi CLI was built from its Go module, which brings no language host; a full installation uses its own pulumi-language-nodejs.
 * Protocol: proto/pulumi/language.proto of pulumi/pulumi.
 */
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall, type ServerWritableStream, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { interruptAll } from "./child";
import { installDependencies } from "./install";
import { programDependencies, requiredPackages } from "./packages";
import { runPlugin } from "./plugin";
import { run } from "./run";

export interface LanguageHost {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): void;
}

/** `engineAddress` is empty for a host that engines attach to: they tell it in their handshake. */
export async function startLanguageHost(engineAddress: string, version: string): Promise<LanguageHost> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(LanguageRuntimeService, handlers(engineAddress, version));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const stop = (): void => {
    interruptAll();
    server.forceShutdown();
  };
  return { port, stop };
}

function handlers(ownEngine: string, version: string): UntypedServiceImplementation {
  const engines = new Map<string, string>();
  return {
    handshake: unary((call: ServerUnaryCall<proto.LanguageHandshakeRequest, proto.LanguageHandshakeResponse>) => {
      engines.set(call.getPeer(), call.request.getEngineAddress());
      return new proto.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getRequiredPackages: unary(async (call: ServerUnaryCall<proto.GetRequiredPackagesRequest, proto.GetRequiredPackagesResponse>) => {
      const response = new proto.GetRequiredPackagesResponse();
      response.setPackagesList([...(await requiredPackages(call.request.getInfo()?.getProgramDirectory() ?? "."))]);
      return response;
    }),
    getProgramDependencies: unary(async (call: ServerUnaryCall<proto.GetProgramDependenciesRequest, proto.GetProgramDependenciesResponse>) => {
      const response = new proto.GetProgramDependenciesResponse();
      response.setDependenciesList([...(await programDependencies(call.request))]);
      return response;
    }),
    run: unary((call: ServerUnaryCall<proto.RunRequest, proto.RunResponse>) => run(call, engines.get(call.getPeer()) ?? ownEngine)),
    about: unary(() => {
      const response = new proto.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      return response;
    }),
    runtimeOptionsPrompts: unary(() => new proto.RuntimeOptionsResponse()),
    template: unary(() => new proto.TemplateResponse()),
    cancel: unary(() => {
      interruptAll();
      return new Empty();
    }),
    installDependencies: streaming(installDependencies),
    runPlugin: streaming(runPlugin),
  };
}

function unary<Request, Response>(handle: (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>): (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => void {
  return (call, answer) => {
    void (async () => handle(call))().then(
      (response) => answer(null, response),
      (error: unknown) => answer(failed(error)),
    );
  };
}

function streaming<Request, Response>(handle: (stream: ServerWritableStream<Request, Response>) => Promise<void>): (stream: ServerWritableStream<Request, Response>) => void {
  return (stream) => {
    handle(stream).catch((error: unknown) => stream.emit("error", failed(error)));
  };
}

function failed(error: unknown): Error & { code: status; details: string } {
  const details = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(details), { code: status.UNKNOWN, details });
}
