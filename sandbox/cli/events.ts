/** Engine events, as `--event-log` tells them (sdk/go/common/apitype/events.go and proto/pulumi/events.proto of pulumi/pulumi). */
import { createWriteStream, type WriteStream } from "node:fs";
import { Server, ServerCredentials, type sendUnaryData, type ServerReadableStream } from "@grpc/grpc-js";
import { EventsService, type IEventsServer } from "@pulumi/pulumi/proto/events_grpc_pb";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

export interface EngineEvent {
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string; readonly ephemeral?: boolean };
  readonly policyEvent?: { readonly resourceUrn?: string; readonly message: string; readonly policyName: string; readonly enforcementLevel: string };
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  /** `PolicyPacks`: versions of the packs that judged the run, by name. */
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>>; readonly PolicyPacks?: Readonly<Record<string, string>> };
  readonly errorEvent?: { readonly error: string };
}

/**
 * Hears an engine's events as they happen and keeps them in a file, one JSON object a line.
 *
 * Messages for debugging are not kept: the SDK writes whole answers of providers into them, with secrets in forms that the engine does not know
 * for secrets, such as the Base64 of a Kubernetes Secret. An engine that writes the file itself would leave them on disk.
 */
export class EventStream {
  private readonly file: WriteStream;
  private readonly streams: Promise<unknown>[] = [];
  private heard = 0;
  private server: Server | undefined;

  constructor(
    file: string,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.file = createWriteStream(file, { mode: 0o600 });
  }

  /** What the engine takes for `--event-log`. */
  async listen(): Promise<string> {
    this.server = new Server({ "grpc.max_receive_message_length": -1 });
    this.server.addService(EventsService, { streamEvents: (call, answer) => this.hear(call, answer) } satisfies IEventsServer);
    const port = await new Promise<number>((resolve, reject) => {
      this.server!.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    return `tcp://127.0.0.1:${port}`;
  }

  /** Resolves when all that the engine sent is in the file, with how many events that were. */
  async close(): Promise<number> {
    await Promise.all(this.streams);
    this.server?.forceShutdown();
    await new Promise((resolve) => this.file.end(resolve));
    return this.heard;
  }

  private hear(call: ServerReadableStream<EventRequest, Empty>, answer: sendUnaryData<Empty>): void {
    // An engine that is killed ends its stream with an error; what came before is kept.
    this.streams.push(new Promise((resolve) => call.once("end", resolve).once("error", resolve).once("cancelled", resolve)));
    call.on("data", (request: EventRequest) => this.keep(request.getEvent()));
    call.on("end", () => answer(null, new Empty()));
  }

  private keep(text: string): void {
    const event = JSON.parse(text) as EngineEvent;
    this.heard += 1;
    if (event.diagnosticEvent?.severity === "debug") return;
    this.file.write(`${text.trim()}\n`);
    this.onEvent(event);
  }
}

/** A message without the engine's colour marks, such as `<{%reset%}>`. */
export function plainText(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}

/** `type name` of a URN, for people. */
export function resourceLabel(urn: string): string {
  const [, , qualified = "", ...name] = urn.split("::");
  return `${qualified.slice(qualified.lastIndexOf("$") + 1)} ${name.join("::")}`.trim();
}
