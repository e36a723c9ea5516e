/** History in a bucket, by AWS' own client against an emulator of S3. */
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { CreateBucketCommand, DeleteObjectsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ALL_TABLES, PLACE_FORM, openPlace } from "../../history/place";
import { startAws, START_LIMIT, type TestAws } from "../sandbox/aws/support";
import { FIRST_DAY, writeMonth } from "./month";

jest.setTimeout(120_000);

const PLACE = "s3://history/of/prod";

let aws: TestAws;
let client: S3Client;
beforeAll(async () => {
  aws = await startAws();
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = aws.cloud.environment as Record<string, string>;
  client = new S3Client({ endpoint: endpoint!, region: region!, forcePathStyle: true, credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! } });
  await client.send(new CreateBucketCommand({ Bucket: "history", CreateBucketConfiguration: { LocationConstraint: region as never } }));
}, START_LIMIT);
afterAll(async () => {
  client?.destroy();
  await aws?.stop();
});

async function keys(): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "history" }));
  return Contents.map(({ Key }) => Key!);
}

test("what one command wrote, the next one reads, and sends again nothing", async () => {
  const first = await openPlace(PLACE, { since: FIRST_DAY, tables: ["runs"] }, client);
  const made = await writeMonth(first.store);
  expect(await first.save()).toBe(4 * 28);
  await first.close();
  expect(await keys()).toContain(`of/prod/cases/day=${FIRST_DAY}/day-0.parquet`);
  const second = await openPlace(PLACE, { since: FIRST_DAY, tables: ALL_TABLES }, client);
  await second.store.view(FIRST_DAY);
  expect(await second.store.ask("SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM cases) AS cases")).toEqual([{ runs: made.runs, cases: made.cases }]);
  expect(await second.save()).toBe(0);
  await second.close();
});

test("only the days and tables that are asked for are fetched", async () => {
  const some = await openPlace(PLACE, { since: "2026-11-28", tables: ["runs"] }, client);
  expect(await readdir(`${some.store.folder}/runs`)).toEqual(["day=2026-11-28", "day=2026-11-29"]);
  await expect(readdir(`${some.store.folder}/cases`)).rejects.toThrow("ENOENT");
  await some.close();
  await expect(readdir(some.store.folder)).rejects.toThrow("ENOENT");
});

test("runs are sent last, so that a batch that was sent in part does not count", async () => {
  await client.send(new DeleteObjectsCommand({ Bucket: "history", Delete: { Objects: (await keys()).map((Key) => ({ Key })) } }));
  const sent: string[] = [];
  client.middlewareStack.add((next, context) => async (args) => {
    if (context.commandName === "PutObjectCommand") sent.push(String((args.input as { Key?: string }).Key).split("/")[2]!);
    return next(args);
  }, { step: "initialize", name: "watch" });
  const open = await openPlace(PLACE, { since: FIRST_DAY, tables: ["runs"] }, client);
  await writeMonth(open.store);
  await open.save();
  await open.close();
  client.middlewareStack.remove("watch");
  expect(sent.lastIndexOf("cases")).toBeLessThan(sent.indexOf("runs"));
  expect(sent.lastIndexOf("jobs")).toBeLessThan(sent.indexOf("runs"));
});

test("a bucket that is not there is an error, and leaves no folder", async () => {
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith("gpu-cicd-history-"));
  await expect(openPlace("s3://nobody-has-it", { since: FIRST_DAY, tables: ALL_TABLES }, client)).rejects.toThrow(/bucket/i);
  expect((await readdir(tmpdir())).filter((name) => name.startsWith("gpu-cicd-history-"))).toEqual(before);
});

test.each([["history", true], ["./a b", true], ["s3://history", true], ["s3://history/of/prod/", true], ["s3://", false], ["s3://A_B", false]])("%s names a place: %s", (place, is) => {
  expect(PLACE_FORM.test(place)).toBe(is);
});
