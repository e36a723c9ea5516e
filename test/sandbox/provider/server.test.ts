/** The provider server as the engine sees it. Not proved here: what the engine makes of the answers (test/sandbox/engine). */
import type { ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { pauseInWork } from "../../../sandbox/provider/current";
import { startProviderServer, type ProviderServer } from "../../../sandbox/provider/server";
import { encode, UNKNOWN } from "../../../sandbox/provider/wire";
import { Engine, initFailure } from "./client";
import { ToyCloud, toyProvider } from "./toyCloud";

let cloud: ToyCloud;
let server: ProviderServer;
let engine: Engine;

beforeEach(async () => {
  cloud = new ToyCloud();
  server = await startProviderServer(toyProvider(cloud));
  engine = await Engine.configured(server.port);
});

afterEach(async () => {
  engine.close();
  await server.stop();
});

describe("check", () => {
  test("fills in defaults and keeps secrets secret", async () => {
    const checked = await engine.check({ name: "a", password: "hunter2hunter2" }, undefined, [["password"]]);
    expect(checked).toEqual({ value: { name: "a", size: 1, password: "hunter2hunter2" }, secrets: [["password"]], failures: {} });
  });

  test("names every finding at once, by property", async () => {
    const { failures } = await engine.check({ name: "BAD", region: "north", colour: "red", steps: [{ run: "x", colour: 1 }, {}] });
    expect(failures).toEqual({
      name: "must be lower case letters and dashes",
      region: 'Invalid option: expected one of "east"|"west"',
      colour: "is not known here",
      "steps[0].colour": "is not known here",
      "steps[1].run": "is required (string)",
    });
  });

  test("passes over what is unknown, and still finds what is not", async () => {
    const checked = await engine.check({ name: UNKNOWN, size: UNKNOWN, colour: "red" });
    expect(checked.failures).toEqual({ colour: "is not known here" });
    expect(checked.value).toEqual({ name: UNKNOWN, size: UNKNOWN, colour: "red" });
  });

  test("runs the kind's own rules on known values and puts off those on unknown ones", async () => {
    expect((await engine.check({ name: "a", size: 11 })).failures).toEqual({ size: "must be at most 10, found 11" });
    expect((await engine.check({ name: "a", size: UNKNOWN })).failures).toEqual({});
  });
});

describe("diff", () => {
  const base = { name: "a", size: 1 };
  const cases: readonly [string, object, object, object][] = [
    ["nothing", base, base, { detail: {}, changes: 1, replaces: [], deleteFirst: false }],
    ["an added property", base, { ...base, tags: { a: "1" } }, { detail: { tags: "ADD" }, changes: 2 }],
    ["a deleted property", { ...base, tags: { a: "1" } }, base, { detail: { tags: "DELETE" } }],
    ["a changed property", base, { ...base, size: 2 }, { detail: { size: "UPDATE" }, replaces: [], deleteFirst: false }],
    ["a nested change", { ...base, tags: { a: "1", b: "2" } }, { ...base, tags: { a: "1", b: "3", "c.d": "4" } }, { detail: { "tags.b": "UPDATE", 'tags["c.d"]': "ADD" } }],
    ["a change in a list", { ...base, steps: [{ run: "x" }, { run: "y" }] }, { ...base, steps: [{ run: "x" }, { run: "z" }, { run: "w" }] }, { detail: { "steps[1].run": "UPDATE", "steps[2]": "ADD" } }],
    ["the order of a set", { ...base, members: ["x", "y"] }, { ...base, members: ["y", "x"] }, { detail: {}, changes: 1 }],
    ["a member of a set", { ...base, members: ["x", "y"] }, { ...base, members: ["z", "x", "y"] }, { detail: { "members[0]": "ADD" } }],
    ["a replacement", base, { ...base, name: "b" }, { detail: { name: "UPDATE_REPLACE" }, replaces: ["name"], deleteFirst: true }],
    ["a replacement by an added property", base, { ...base, region: "east", size: 2 }, { detail: { region: "ADD_REPLACE", size: "UPDATE" }, replaces: ["region"] }],
    ["a replacement by a deleted property", { ...base, region: "east" }, base, { detail: { region: "DELETE_REPLACE" }, replaces: ["region"] }],
    ["an unknown value", base, { ...base, size: UNKNOWN }, { detail: { size: "UPDATE" } }],
    ["an unknown value that forces a replacement", base, { ...base, name: UNKNOWN }, { detail: { name: "UPDATE_REPLACE" } }],
  ];
  test.each(cases)("%s", async (_name, olds, news, expected) => {
    expect(await engine.diff(olds as Record<string, unknown>, news as Record<string, unknown>)).toMatchObject(expected);
    const { detail } = expected as { detail: object };
    expect((await engine.diff(olds as Record<string, unknown>, news as Record<string, unknown>)).detail).toEqual(detail);
  });

  test("passes over what is to be ignored", async () => {
    expect((await engine.diff(base, { ...base, size: 2, tags: { a: "1" } }, ["size"])).detail).toEqual({ tags: "ADD" });
  });
});

describe("create and update", () => {
  test("a preview answers with the inputs alone and touches nothing", async () => {
    expect(await engine.create({ name: "a", size: 1, tags: { of: UNKNOWN } }, [], true)).toEqual({ id: "", value: { name: "a", size: 1, tags: { of: UNKNOWN } }, secrets: [] });
    expect(cloud.calls).toEqual([]);
  });

  test("outputs carry the inputs; secret inputs and secret outputs stay secret", async () => {
    const created = await engine.create({ name: "a", size: 1, password: "hunter2hunter2" }, [["password"]]);
    expect(created.id).toBe("z1/a");
    expect(created.value).toEqual({ name: "a", size: 1, password: "hunter2hunter2", serial: "s-z1/a", revision: 1, token: "t0ken-of-z1/a" });
    expect(new Set(created.secrets.map((path) => path.join(".")))).toEqual(new Set(["password", "token"]));
  });

  test("the preview of an update keeps outputs but for the volatile ones", async () => {
    const state = { name: "a", size: 1, tags: { a: "1" }, serial: "s", revision: 4, token: "t" };
    const { value } = await engine.update("z1/a", { name: "a", size: 1, tags: { a: "1" } }, state, { name: "a", size: 2 }, true);
    expect(value).toEqual({ name: "a", size: 2, serial: "s", revision: UNKNOWN, token: "t" });
    expect(cloud.calls).toEqual([]);
  });

  test("an update changes the thing and answers with its new outputs", async () => {
    const { value: state } = await engine.create({ name: "a", size: 1 });
    const { value } = await engine.update("z1/a", { name: "a", size: 1 }, state, { name: "a", size: 3 });
    expect(value).toMatchObject({ size: 3, revision: 2 });
    expect(cloud.things.get("z1/a")?.inputs).toEqual({ name: "a", size: 3 });
  });

  test("an error of the cloud is one line of text", async () => {
    await engine.create({ name: "a", size: 1 });
    await expect(engine.create({ name: "a", size: 1 })).rejects.toMatchObject({ details: "CreateThing: 409 Conflict: thing z1/a exists already" });
  });

  test("what is half made is reported with its id, its outputs and the reason", async () => {
    const error = await engine.create({ name: "a", size: 1, half: true, password: "hunter2hunter2" }, [["password"]]).catch((caught: ServiceError) => caught);
    const half = initFailure(error as ServiceError);
    expect(half).toMatchObject({ id: "z1/a", reasons: ["only half of it was made"], outputs: { value: { serial: "s-z1/a", name: "a" } } });
    expect(half.outputs.secrets).toContainEqual(["password"]);
  });

  test("a type that nobody knows is an error that names it", async () => {
    const request = new proto.CheckRequest();
    request.setUrn("urn:pulumi:test::project::toy:index:Nothing::thing");
    await expect(engine.call("check", request)).rejects.toMatchObject({ details: "the sandbox does not know the resource type 'toy:index:Nothing' of package toy" });
  });
});

describe("read", () => {
  const inputs = { name: "a", size: 1, members: ["x", "y"], password: "hunter2hunter2" };
  let state: Record<string, unknown>;
  beforeEach(async () => {
    state = (await engine.create(inputs, [["password"]])).value;
  });

  test("what did not change reads back as the state has it, whatever the cloud's order and empty values", async () => {
    cloud.things.get("z1/a")!.inputs.members = ["y", "x"];
    const { inputs: found } = await engine.read("z1/a", inputs, state, [["password"]]);
    expect(found).toEqual({ value: inputs, secrets: [["password"]] });
  });

  test("drift shows in exactly the properties that drifted", async () => {
    Object.assign(cloud.things.get("z1/a")!.inputs, { size: 7, members: ["w", "y", "x"], tags: { added: "outside" } });
    const { inputs: found } = await engine.read("z1/a", inputs, state, [["password"]]);
    expect(found.value).toEqual({ ...inputs, size: 7, members: ["x", "y", "w"], tags: { added: "outside" } });
    expect((await engine.diff(found.value, inputs)).detail).toEqual({ size: "UPDATE", "members[2]": "DELETE", tags: "DELETE" });
  });

  test("an import has all that the cloud holds, and no secret that it does not tell", async () => {
    const { id, inputs: found, outputs } = await engine.read("z1/a", {}, {});
    expect(id).toBe("z1/a");
    expect(found.value).toEqual({ name: "a", size: 1, members: ["x", "y"], tags: {} });
    expect(outputs.secrets).toEqual([["token"]]);
  });

  test("what is gone is answered with no id", async () => {
    cloud.things.clear();
    expect((await engine.read("z1/a", inputs, state)).id).toBe("");
  });
});

describe("instances", () => {
  test("two connections are two instances", async () => {
    const other = await Engine.configured(server.port, { zone: "z2", retries: "3" });
    await engine.create({ name: "a", size: 1 });
    await other.create({ name: "a", size: 1 });
    await other.create({ name: "b", size: 1 });
    expect([...cloud.things.keys()]).toEqual(["z1/a", "z2/a", "z2/b"]);
    expect([await engine.invoke("toy:index:count"), await other.invoke("toy:index:count")]).toEqual([{ count: 1 }, { count: 2 }]);
    other.close();
  });

  test("a connection that was never configured is told so", async () => {
    const other = new Engine(server.port);
    await expect(other.create({ name: "a" })).rejects.toMatchObject({ details: "this connection to provider toy has not been configured" });
    other.close();
  });

  test("a bad configuration names every finding, and no value of it", async () => {
    const request = new proto.ConfigureRequest();
    request.setArgs(encode({ retries: "many", secretish: "do-not-print" }));
    const error = await new Engine(server.port).call("configure", request).catch((caught: ServiceError) => caught.details);
    expect(error).toBe("configuration of provider toy: zone: is required (string); retries: Invalid input: expected number, received string; secretish: is not known here");
  });

  test("a changed zone replaces what the instance made, other configuration does not", async () => {
    const diffConfig = async (news: Record<string, unknown>): Promise<string[]> => {
      const request = new proto.DiffRequest();
      request.setOldInputs(encode({ zone: "z1", retries: "3" }));
      request.setNews(encode(news));
      return (await engine.call<proto.DiffRequest, proto.DiffResponse>("diffConfig", request)).getReplacesList();
    };
    expect([await diffConfig({ zone: "z2", retries: "3" }), await diffConfig({ zone: "z1", retries: "4" })]).toEqual([["zone"], []]);
  });

  test("a function that nobody knows is an error that names it", async () => {
    await expect(engine.invoke("toy:index:nothing")).rejects.toMatchObject({ details: "the sandbox does not know the function 'toy:index:nothing' of package toy" });
  });
});

describe("an engine that dies", () => {
  test("a wait ends as soon as its engine cancels, and no other engine's does", async () => {
    cloud.before = (call) => (call.startsWith("create ") ? pauseInWork(call === "create long" ? 60_000 : 300, call) : Promise.resolve());
    const other = await Engine.configured(server.port);
    const [long, short] = [engine.create({ name: "long" }), other.create({ name: "short" })];
    const answers = Promise.allSettled([long, short]);
    while (cloud.calls.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await engine.call("cancel", new Empty());
    const [cancelled, made] = await answers;
    other.close();
    expect(cancelled).toMatchObject({ status: "rejected", reason: { details: "create long: 499 Cancelled: the engine cancelled while this waited; what was begun in the cloud goes on" } });
    expect(made).toMatchObject({ status: "fulfilled", value: { id: "z1/short" } });
  });

  test("a create whose call is cut off is undone before the next engine begins", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    cloud.before = async (call) => (call === "created a" ? held : undefined);
    const call = engine.start("create", engine.createRequest({ name: "a", size: 1 }));
    call.answer.catch(() => undefined);
    while (!cloud.things.has("z1/a")) await new Promise((resolve) => setTimeout(resolve, 10));
    call.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const next = Engine.configured(server.port);
    release();
    (await next).close();
    expect([...cloud.things.keys()]).toEqual([]);
    expect(cloud.calls).toEqual(["create a", "created a", "remove z1/a"]);
  });
});
