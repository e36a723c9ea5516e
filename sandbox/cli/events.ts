/** Engine events, as `--event-log` writes them: one JSON object a line (sdk/go/common/apitype/events.go of pulumi/pulumi). */
import { open, type FileHandle } from "node:fs/promises";

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

const POLL_MS = 150;

/** Reads a growing file and hands out each whole line as an event, until `finish` is called and the rest is read. */
export class EventLog {
  private position = 0;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: string,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.timer = setInterval(() => this.poll(), POLL_MS);
  }

  async finish(): Promise<void> {
    clearInterval(this.timer);
    this.poll();
    await this.reading;
  }

  private poll(): void {
    this.reading = this.reading.then(() => this.read());
  }

  private async read(): Promise<void> {
    // The engine makes the file with its first event.
    const handle = await open(this.file).catch(() => undefined);
    if (!handle) return;
    try {
      await this.readFrom(handle);
    } finally {
      await handle.close();
    }
  }

  private async readFrom(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(size - this.position);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.position);
    // Cut at the last whole line, so that no character is split.
    const end = buffer.lastIndexOf("\n", bytesRead - 1) + 1;
    this.position += end;
    for (const line of buffer.toString("utf8", 0, end).split("\n")) {
      if (line !== "") this.onEvent(JSON.parse(line) as EngineEvent);
    }
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
