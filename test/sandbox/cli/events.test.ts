/** Events of an engine, sent as the engine sends them. What the engine tells is seen in test/rehearsal. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { EventsClient } from "@pulumi/pulumi/proto/events_grpc_pb";
import { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { EventStream, type EngineEvent } from "../../../sandbox/cli/events";

let directory: string;
let heard: EngineEvent[];
let stream: EventStream;
let client: EventsClient;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "events-"));
  heard = [];
  stream = new EventStream(join(directory, "events.json"), (event) => heard.push(event));
  client = new EventsClient((await stream.listen()).replace("tcp://", ""), credentials.createInsecure());
});
afterEach(() => {
  client.close();
  rmSync(directory, { recursive: true });
});

function request(event: object): EventRequest {
  const message = new EventRequest();
  message.setEvent(`${JSON.stringify(event)}\n`);
  return message;
}

const diagnostic = (severity: string, message: string): object => ({ diagnosticEvent: { severity, message } });
const kept = (): unknown[] => readFileSync(join(directory, "events.json"), "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line) as unknown);

test("every event is told and kept in its order, in a file of its owner's, but for messages for debugging", async () => {
  const answered = new Promise((resolve, reject) => {
    const call = client.streamEvents((error) => (error ? reject(error) : resolve(undefined)));
    for (const [severity, message] of [["info", "one\ntwo"], ["debug", "resp: c2VjcmV0"], ["error", "three"]] as const) call.write(request(diagnostic(severity, message)));
    call.write(request({ summaryEvent: { resourceChanges: { create: 1 } } }));
    call.end();
  });
  await answered;
  expect(await stream.close()).toBe(4);
  expect(kept()).toEqual([diagnostic("info", "one\ntwo"), diagnostic("error", "three"), { summaryEvent: { resourceChanges: { create: 1 } } }]);
  expect(heard).toEqual(kept());
  expect(statSync(join(directory, "events.json")).mode & 0o777).toBe(0o600);
});

test("what an engine told before it was killed is kept", async () => {
  const call = client.streamEvents(() => undefined);
  call.on("error", () => undefined);
  call.write(request(diagnostic("info", "begun")));
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  call.cancel();
  await stream.close();
  expect(kept()).toEqual([diagnostic("info", "begun")]);
});

test("an engine that told nothing leaves an empty file", async () => {
  expect(await stream.close()).toBe(0);
  expect(kept()).toEqual([]);
});
