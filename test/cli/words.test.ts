import * as fc from "fast-check";
import { words } from "../../cli/words";

test.each<[string, string[]]>([
  ["", []],
  ["  \n\t ", []],
  ["lib/a.rs docs/b.md", ["lib/a.rs", "docs/b.md"]],
  ["a\nb\r\nc\td", ["a", "b", "c", "d"]],
  [`'with space.md' "and another.md" back\\ slash.md`, ["with space.md", "and another.md", "back slash.md"]],
  [`"it's" 'say "x"' "a\\"b" 'a\\b'`, ["it's", 'say "x"', 'a"b', "a\\b"]],
  ["a$b ;c `d` $(e) *.rs #f ~/g", ["a$b", ";c", "`d`", "$(e)", "*.rs", "#f", "~/g"]],
  [`lib/'a b'/"c d".rs`, ["lib/a b/c d.rs"]],
  [`''`, [""]],
])("%j", (text, expected) => expect(words(text, "FILES")).toEqual(expected));

test.each([
  ["docs/x.md 'open", "FILES: the quote ' at character 11 has no end"],
  ['"', 'FILES: the quote " at character 1 has no end'],
  ["a\\", "FILES: nothing comes behind the backslash at character 2"],
])("%j is refused", (text, message) => expect(() => words(text, "FILES")).toThrow(message));

test("any names come back from quotes as they went in", () => {
  const quoted = (name: string): string => `'${name.replaceAll("'", `'\\''`)}'`;
  const escaped = (name: string): string => `"${name.replace(/[\\"]/g, "\\$&")}"`;
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), fc.constantFrom(quoted, escaped), fc.constantFrom(" ", "\n", "\t  "), (names, write, between) => {
      expect(words(names.map(write).join(between), "FILES")).toEqual(names);
    }),
  );
});
