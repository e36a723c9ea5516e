import { pathsIn } from "../../../cli/kit/files";

test.each([
  ["a\nb c\n", ["a", "b c"]],
  ["a\r\nb", ["a", "b"]],
  ["a\0b\nc\0", ["a", "b\nc"]],
  ['"docs/\\303\\244.md"\n"a\\tb\\"c\\\\"\n', ["docs/ä.md", 'a\tb"c\\']],
  ['"not closed\n"a"b"\n', ['"not closed', '"a"b"']],
  ["", []],
])("%j", (text, paths) => expect(pathsIn(text)).toEqual(paths));
