/**
 * Test cases of a JUnit report, read as what it is: a file that any pull request may have written. Nothing is resolved, everything is bounded.
 *
 * The form is pytest's and cargo-nextest's: `testcase` with `failure`, `error` or `skipped`, and Surefire's `flakyFailure` and `rerunFailure` for
 * tries before the last (maven.apache.org/surefire/maven-surefire-plugin/examples/rerun-failing-tests.html).
 */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { Outcome } from "./tables";

export interface TestCase {
  /** `classname::name`. */
  readonly test: string;
  readonly outcome: Outcome;
  readonly tries: number;
  readonly seconds: number;
  /** The failure's first lines; undefined for what did not fail. */
  readonly message: string | undefined;
}

/** A report that says nothing that could be trusted to be whole. The message says why. */
export class UnreadableReport extends Error {
  override readonly name = "UnreadableReport";
}

/** Most characters of a name, and of a message. A page shows less. */
export const LONGEST_NAME = 500;
export const LONGEST_MESSAGE = 2_000;
/** Most test cases of one report. The whole repository has some 4,000 for an image. */
export const MOST_CASES = 100_000;
const DEEPEST = 32;
/** A day of years: more is a broken clock. */
const LONGEST_SECONDS = 86_400;

/** A test case while its element is open. */
type OpenCase = { -readonly [Key in keyof TestCase]: TestCase[Key] };

/** @throws UnreadableReport for what is not XML, has a document type, no test suite, or more than a report can have */
export class JUnitReader {
  readonly #parser = new SaxesParser();
  readonly #cases: TestCase[] = [];
  #depth = 0;
  #root: string | undefined;
  #case: OpenCase | undefined;
  /** Text of the element that tells of a failure, while it is open. */
  #telling: string | undefined;

  /** @param clean takes out of a text what nobody may read, before its end is cut off */
  constructor(private readonly clean: (text: string) => string = (text) => text) {
    const refuse = (why: string): never => {
      throw new UnreadableReport(why);
    };
    this.#parser.on("error", (error) => refuse(`it is not well-formed XML: ${clipped(error.message, 200)}`));
    // A document type is where entities come from, a billion of them if need be. No report has one.
    this.#parser.on("doctype", () => refuse("it has a document type"));
    this.#parser.on("opentag", (tag) => this.#open(tag));
    this.#parser.on("closetag", (tag) => this.#close(tag.name));
    this.#parser.on("text", (text) => this.#text(text));
    this.#parser.on("cdata", (text) => this.#text(text));
  }

  write(chunk: string): this {
    this.#parser.write(chunk);
    return this;
  }

  end(): readonly TestCase[] {
    this.#parser.close();
    if (this.#root !== "testsuites" && this.#root !== "testsuite") throw new UnreadableReport(`its root is ${JSON.stringify(this.#root ?? "")}, not testsuites`);
    return this.#cases;
  }

  #open({ name, attributes }: SaxesTagPlain): void {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new UnreadableReport(`its elements are more than ${DEEPEST} deep`);
    this.#root ??= name;
    if (name === "testcase") this.#begin(attributes);
    else if (this.#case !== undefined) this.#tell(name, attributes, this.#case);
  }

  #begin({ classname = "", name = "", time = "0" }: Readonly<Record<string, string>>): void {
    if (this.#cases.length >= MOST_CASES) throw new UnreadableReport(`it has more than ${MOST_CASES} test cases`);
    const seconds = Number(time.replaceAll(",", ""));
    this.#case = {
      test: clipped(this.clean(classname === "" ? name : `${classname}::${name}`), LONGEST_NAME),
      seconds: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_SECONDS) : 0,
      outcome: "passed",
      tries: 1,
      message: undefined,
    };
  }

  #tell(name: string, { message = "" }: Readonly<Record<string, string>>, of: OpenCase): void {
    if (name === "failure" || name === "error") {
      of.outcome = "failed";
      of.message ??= clipped(this.clean(message), LONGEST_MESSAGE);
      this.#telling = of.message;
    } else if (name === "skipped" && of.outcome === "passed") of.outcome = "skipped";
    else if (name === "flakyFailure" || name === "flakyError" || name === "rerunFailure" || name === "rerunError") {
      of.tries += 1;
      of.message ??= clipped(this.clean(message), LONGEST_MESSAGE);
    }
  }

  #text(text: string): void {
    if (this.#telling === undefined || this.#telling.length >= LONGEST_MESSAGE) return;
    this.#telling = clipped(`${this.#telling}\n${this.clean(text)}`, LONGEST_MESSAGE);
  }

  #close(name: string): void {
    this.#depth -= 1;
    if (this.#case === undefined) return;
    if ((name === "failure" || name === "error") && this.#telling !== undefined) {
      this.#case.message = this.#telling.trim();
      this.#telling = undefined;
    }
    if (name !== "testcase") return;
    this.#cases.push(this.#case);
    this.#case = undefined;
  }
}

/** A text's beginning. Never half of a character, which no file could hold. */
export function clipped(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "");
}
