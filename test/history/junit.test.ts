/** Reports of tests as anybody may have written them. */
import { deflateRawSync, crc32 } from "node:zlib";
import { ZipFile } from "yazl";
import { buffer } from "node:stream/consumers";
import { casesOf } from "../../history/archive";
import { JUnitReader, LONGEST_MESSAGE, LONGEST_NAME } from "../../history/junit";
import { masked } from "../../history/mask";

jest.setTimeout(60_000);

const read = (xml: string) => new JUnitReader().write(xml).end();

async function zipped(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

test("pytest's report", () => {
  const cases = read(`<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.5">
    <testcase classname="tests.serve.test_a" name="test_good" time="1.25"/>
    <testcase classname="tests.serve.test_a" name="test_bad[x-1]" time="0.5"><failure message="AssertionError: assert 1 == 2">def test_bad():
E   assert 1 == 2</failure></testcase>
    <testcase classname="tests.serve.test_a" name="test_setup" time="0"><error message="failed on setup">trace</error></testcase>
    <testcase classname="tests.serve.test_a" name="test_no" time="0"><skipped type="pytest.skip" message="no GPU">here</skipped></testcase>
  </testsuite></testsuites>`);
  expect(cases.map(({ test, outcome, seconds }) => [test, outcome, seconds])).toEqual([
    ["tests.serve.test_a::test_good", "passed", 1.25],
    ["tests.serve.test_a::test_bad[x-1]", "failed", 0.5],
    ["tests.serve.test_a::test_setup", "failed", 0],
    ["tests.serve.test_a::test_no", "skipped", 0],
  ]);
  expect(cases[1]!.message).toBe("AssertionError: assert 1 == 2\ndef test_bad():\nE   assert 1 == 2");
  expect(cases[3]!.message).toBeUndefined();
});

test("tries before the last, as Surefire and nextest write them", () => {
  const cases = read(`<testsuite><testcase name="a" time="1"><flakyFailure message="once"/><flakyFailure message="twice"/></testcase>
    <testcase name="b"><failure message="last"/><rerunFailure message="first"/></testcase></testsuite>`);
  expect(cases).toMatchObject([{ test: "a", outcome: "passed", tries: 3, message: "once" }, { test: "b", outcome: "failed", tries: 2, message: "last" }]);
});

test.each<[string, string, RegExp]>([
  ["a billion laughs", `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><testsuites>&lol2;</testsuites>`, /document type/],
  ["an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuites><testcase name="&x;"/></testsuites>`, /document type/],
  ["an unknown entity", `<testsuites><testcase name="&x;"/></testsuites>`, /not well-formed/],
  ["half a report", `<testsuites><testcase name="a">`, /not well-formed/],
  ["nothing", "", /not well-formed|root/],
  ["a page", `<html><body>Sign in</body></html>`, /root is "html"/],
  ["elements without end", `<testsuites>${"<testsuite>".repeat(100_000)}`, /deep/],
  ["a control character", `<testsuites><testcase name="a\u0000"/></testsuites>`, /not well-formed/],
])("%s is no report", (_, xml, why) => {
  expect(() => read(xml)).toThrow(why);
});

test("cases without end are no report", () => {
  expect(() => read(`<testsuite>${`<testcase name="a"/>`.repeat(100_001)}`)).toThrow(/more than 100000/);
});

test("names and messages are bounded, whatever is in them", () => {
  const long = "\u{1F600}".repeat(500_000);
  const [only] = read(`<testsuite><testcase classname="${long}" name="a" time="1e99"><failure message="${long}">${long}</failure></testcase></testsuite>`);
  expect([only!.test.length, only!.message!.length <= LONGEST_MESSAGE, only!.seconds]).toEqual([LONGEST_NAME, true, 86_400]);
  // No half of a character: Parquet holds UTF-8.
  for (const text of [only!.test, only!.message!]) expect(Buffer.from(text, "utf8").toString("utf8")).toBe(text);
  expect(read(`<testsuite><testcase name="a" time="NaN"/><testcase name="b" time="-5"/><testcase name="c" time="1,234.5"/></testsuite>`).map(({ seconds }) => seconds)).toEqual([0, 0, 1234.5]);
});

test("a secret is masked before a message is cut off", () => {
  const secret = "correct-horse-battery";
  const clean = (text: string): string => masked(text, [secret]);
  const filler = "x".repeat(LONGEST_MESSAGE - 8);
  const [only] = new JUnitReader(clean).write(`<testsuite><testcase name="with ${secret}"><failure message="${filler}${secret}">${secret} hf_${"a".repeat(34)}</failure></testcase></testsuite>`).end();
  expect(JSON.stringify(only)).not.toMatch(/correct|hf_a/);
});

describe("an archive", () => {
  test("gives the cases of all its reports", async () => {
    const cases = await casesOf(await zipped({ "a.xml": `<testsuite><testcase name="a"/></testsuite>`, "b/b.xml": `<testsuite><testcase name="b"/></testsuite>`, "log.txt": "no report" }));
    expect(cases.map(({ test }) => test)).toEqual(["a", "b"]);
  });

  test("that is a bomb is not unpacked", async () => {
    // 300 MiB of blanks in 300 kB.
    const bomb = Buffer.concat([Buffer.from("<testsuite>"), Buffer.alloc(300 * 2 ** 20, 0x20), Buffer.from("</testsuite>")]);
    const before = process.memoryUsage().rss;
    await expect(casesOf(await zipped({ "a.xml": bomb }))).rejects.toThrow(/holds more than/);
    expect(process.memoryUsage().rss - before).toBeLessThan(900 * 2 ** 20);
  });

  test("whose directory lies about a size is not believed", async () => {
    const content = Buffer.from(`<testsuite>${" ".repeat(1_000_000)}</testsuite>`);
    await expect(casesOf(lyingZip("a.xml", content, 20))).rejects.toThrow(/cannot be read/);
  });

  test.each<[string, Buffer, RegExp]>([
    ["no zip", Buffer.from("<html>Sign in</html>"), /cannot be read/],
    ["nothing", Buffer.alloc(0), /cannot be read/],
  ])("that is %s is named", async (_, archive, why) => {
    await expect(casesOf(archive)).rejects.toThrow(why);
  });

  test("with too many files, or none, is refused", async () => {
    await expect(casesOf(await zipped(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`${index}.xml`, `<testsuite/>`]))))).rejects.toThrow(/more than 64 files/);
    await expect(casesOf(await zipped({}))).rejects.toThrow(/empty/);
  });

  test("with one bad report among good ones says so: half of the truth is none", async () => {
    await expect(casesOf(await zipped({ "a.xml": `<testsuite><testcase name="a"/></testsuite>`, "b.xml": "<oops" }))).rejects.toThrow(/not well-formed/);
  });
});

/** A zip of one deflated file whose sizes are claimed to be others. */
function lyingZip(name: string, content: Buffer, claimed: number): Buffer {
  const packed = deflateRawSync(content);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(content), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(claimed, 8);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(name.length, 0);
  const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0]), sizes, lengths, Buffer.from(name), packed]);
  const central = Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0]), sizes, lengths, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
