/** What real changes cost: how their file is read, and the sums, done again by hand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readChangeSets } from "../../bench/changes/sets";
import { Spending } from "../../bench/changes/spent";
import { fixture } from "../fixture";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "changes-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(...lines: readonly string[]): string {
  const file = join(folder, "sets.jsonl");
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  return file;
}

test("a rename counts under both names, and every other letter is a change of its own", () => {
  const file = written('{"commit":"a","date":"2026-01-01","files":[["A","a"],["M","b"],["D","c"],["T","d"]]}', "", '{"commit":"b","files":[["R","e","f"],["R097","g"]]}');
  expect(readChangeSets(file)).toEqual([
    { known: true, files: [{ path: "a", status: "added" }, { path: "b", status: "modified" }, { path: "c", status: "removed" }, { path: "d", status: "modified" }] },
    { known: true, files: [{ path: "e", status: "renamed", previousPath: "f" }, { path: "g", status: "modified" }] },
  ]);
});

test("every line that is no change set is named at once", () => {
  const good = '{"commit":"a","files":[["M","a"]]}';
  const file = written(good, "{", '{"commit":"a","files":[["X","a"]]}', '{"commit":"a","files":[["M","a","b"]]}', '{"commit":"a","files":[]}', good);
  expect(() => readChangeSets(file)).toThrow(`${file}: found line 2, 3, 4, 5; allowed are lines of`);
  expect(() => readChangeSets(written())).toThrow("found no change set");
});

const spending = new Spending(fixture());
const spent = (path: string) => spending.of({ known: true, files: [{ path, status: "modified" }] });

test("a document costs a plan and a verdict", () => {
  expect(spent("docs/a.md")).toEqual({ images: 0, gpuJobs: 0, gpuMinutes: 0, feedbackMinutes: expect.closeTo(3.2) });
});

test("a change of one framework costs its images, and two suites on a GPU for each of amd64", () => {
  // Runner 0.3, its image 0.5, the image under test 5; suites of 6 and 14 minutes on two images.
  const gpuMinutes = 2 * (5.8 + 6 + 5.8 + 14);
  // Plan 0.2 + 0.5, build 0.8 + 20, the longer suite, verdict 0.2 + 0.4.
  const feedbackMinutes = 0.7 + 20.8 + 19.8 + 0.6;
  expect(spent("engines/alpha/a.py")).toEqual({ images: 4, gpuJobs: 4, gpuMinutes: expect.closeTo(gpuMinutes), feedbackMinutes: expect.closeTo(feedbackMinutes) });
});
