import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf, __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJS = (cb, mod) => function() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from == "object" || typeof from == "function")
    for (let key of __getOwnPropNames(from))
      !__hasOwnProp.call(to, key) && key !== except && __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: !0 }) : target,
  mod
));

// node_modules/picomatch/lib/constants.js
var require_constants = __commonJS({
  "node_modules/picomatch/lib/constants.js"(exports, module) {
    "use strict";
    var WIN_NO_SLASH = "[^\\\\/]", ONE_CHAR = "(?=.)", QMARK = "[^/]", END_ANCHOR = "(?:\\/|$)", START_ANCHOR = "(?:^|\\/)", DOTS_SLASH = `\\.{1,2}${END_ANCHOR}`, NO_DOT = "(?!\\.)", NO_DOTS = `(?!${START_ANCHOR}${DOTS_SLASH})`, NO_DOT_SLASH = `(?!\\.{0,1}${END_ANCHOR})`, NO_DOTS_SLASH = `(?!${DOTS_SLASH})`, QMARK_NO_DOT = "[^.\\/]", STAR = `${QMARK}*?`, SEP = "/", POSIX_CHARS = {
      DOT_LITERAL: "\\.",
      PLUS_LITERAL: "\\+",
      QMARK_LITERAL: "\\?",
      SLASH_LITERAL: "\\/",
      ONE_CHAR,
      QMARK,
      END_ANCHOR,
      DOTS_SLASH,
      NO_DOT,
      NO_DOTS,
      NO_DOT_SLASH,
      NO_DOTS_SLASH,
      QMARK_NO_DOT,
      STAR,
      START_ANCHOR,
      SEP
    }, WINDOWS_CHARS = {
      ...POSIX_CHARS,
      SLASH_LITERAL: "[\\\\/]",
      QMARK: WIN_NO_SLASH,
      STAR: `${WIN_NO_SLASH}*?`,
      DOTS_SLASH: "\\.{1,2}(?:[\\\\/]|$)",
      NO_DOT: "(?!\\.)",
      NO_DOTS: "(?!(?:^|[\\\\/])\\.{1,2}(?:[\\\\/]|$))",
      NO_DOT_SLASH: "(?!\\.{0,1}(?:[\\\\/]|$))",
      NO_DOTS_SLASH: "(?!\\.{1,2}(?:[\\\\/]|$))",
      QMARK_NO_DOT: "[^.\\\\/]",
      START_ANCHOR: "(?:^|[\\\\/])",
      END_ANCHOR: "(?:[\\\\/]|$)",
      SEP: "\\"
    }, POSIX_REGEX_SOURCE = {
      __proto__: null,
      alnum: "a-zA-Z0-9",
      alpha: "a-zA-Z",
      ascii: "\\x00-\\x7F",
      blank: " \\t",
      cntrl: "\\x00-\\x1F\\x7F",
      digit: "0-9",
      graph: "\\x21-\\x7E",
      lower: "a-z",
      print: "\\x20-\\x7E ",
      punct: "\\-!\"#$%&'()\\*+,./:;<=>?@[\\]^_`{|}~",
      space: " \\t\\r\\n\\v\\f",
      upper: "A-Z",
      word: "A-Za-z0-9_",
      xdigit: "A-Fa-f0-9"
    };
    module.exports = {
      DEFAULT_MAX_EXTGLOB_RECURSION: 0,
      MAX_LENGTH: 1024 * 64,
      POSIX_REGEX_SOURCE,
      // regular expressions
      REGEX_BACKSLASH: /\\(?![*+?^${}(|)[\]])/g,
      REGEX_NON_SPECIAL_CHARS: /^[^@![\].,$*+?^{}()|\\/]+/,
      REGEX_SPECIAL_CHARS: /[-*+?.^${}(|)[\]]/,
      REGEX_SPECIAL_CHARS_BACKREF: /(\\?)((\W)(\3*))/g,
      REGEX_SPECIAL_CHARS_GLOBAL: /([-*+?.^${}(|)[\]])/g,
      REGEX_REMOVE_BACKSLASH: /(?:\[.*?[^\\]\]|\\(?=.))/g,
      // Replace globs with equivalent patterns to reduce parsing time.
      REPLACEMENTS: {
        __proto__: null,
        "***": "*",
        "**/**": "**",
        "**/**/**": "**"
      },
      // Digits
      CHAR_0: 48,
      /* 0 */
      CHAR_9: 57,
      /* 9 */
      // Alphabet chars.
      CHAR_UPPERCASE_A: 65,
      /* A */
      CHAR_LOWERCASE_A: 97,
      /* a */
      CHAR_UPPERCASE_Z: 90,
      /* Z */
      CHAR_LOWERCASE_Z: 122,
      /* z */
      CHAR_LEFT_PARENTHESES: 40,
      /* ( */
      CHAR_RIGHT_PARENTHESES: 41,
      /* ) */
      CHAR_ASTERISK: 42,
      /* * */
      // Non-alphabetic chars.
      CHAR_AMPERSAND: 38,
      /* & */
      CHAR_AT: 64,
      /* @ */
      CHAR_BACKWARD_SLASH: 92,
      /* \ */
      CHAR_CARRIAGE_RETURN: 13,
      /* \r */
      CHAR_CIRCUMFLEX_ACCENT: 94,
      /* ^ */
      CHAR_COLON: 58,
      /* : */
      CHAR_COMMA: 44,
      /* , */
      CHAR_DOT: 46,
      /* . */
      CHAR_DOUBLE_QUOTE: 34,
      /* " */
      CHAR_EQUAL: 61,
      /* = */
      CHAR_EXCLAMATION_MARK: 33,
      /* ! */
      CHAR_FORM_FEED: 12,
      /* \f */
      CHAR_FORWARD_SLASH: 47,
      /* / */
      CHAR_GRAVE_ACCENT: 96,
      /* ` */
      CHAR_HASH: 35,
      /* # */
      CHAR_HYPHEN_MINUS: 45,
      /* - */
      CHAR_LEFT_ANGLE_BRACKET: 60,
      /* < */
      CHAR_LEFT_CURLY_BRACE: 123,
      /* { */
      CHAR_LEFT_SQUARE_BRACKET: 91,
      /* [ */
      CHAR_LINE_FEED: 10,
      /* \n */
      CHAR_NO_BREAK_SPACE: 160,
      /* \u00A0 */
      CHAR_PERCENT: 37,
      /* % */
      CHAR_PLUS: 43,
      /* + */
      CHAR_QUESTION_MARK: 63,
      /* ? */
      CHAR_RIGHT_ANGLE_BRACKET: 62,
      /* > */
      CHAR_RIGHT_CURLY_BRACE: 125,
      /* } */
      CHAR_RIGHT_SQUARE_BRACKET: 93,
      /* ] */
      CHAR_SEMICOLON: 59,
      /* ; */
      CHAR_SINGLE_QUOTE: 39,
      /* ' */
      CHAR_SPACE: 32,
      /*   */
      CHAR_TAB: 9,
      /* \t */
      CHAR_UNDERSCORE: 95,
      /* _ */
      CHAR_VERTICAL_LINE: 124,
      /* | */
      CHAR_ZERO_WIDTH_NOBREAK_SPACE: 65279,
      /* \uFEFF */
      /**
       * Create EXTGLOB_CHARS
       */
      extglobChars(chars) {
        return {
          "!": { type: "negate", open: "(?:(?!(?:", close: `))${chars.STAR})` },
          "?": { type: "qmark", open: "(?:", close: ")?" },
          "+": { type: "plus", open: "(?:", close: ")+" },
          "*": { type: "star", open: "(?:", close: ")*" },
          "@": { type: "at", open: "(?:", close: ")" }
        };
      },
      /**
       * Create GLOB_CHARS
       */
      globChars(win32) {
        return win32 === !0 ? WINDOWS_CHARS : POSIX_CHARS;
      }
    };
  }
});

// node_modules/picomatch/lib/utils.js
var require_utils = __commonJS({
  "node_modules/picomatch/lib/utils.js"(exports) {
    "use strict";
    var {
      REGEX_BACKSLASH,
      REGEX_REMOVE_BACKSLASH,
      REGEX_SPECIAL_CHARS,
      REGEX_SPECIAL_CHARS_GLOBAL
    } = require_constants();
    exports.isObject = (val) => val !== null && typeof val == "object" && !Array.isArray(val);
    exports.hasRegexChars = (str) => REGEX_SPECIAL_CHARS.test(str);
    exports.isRegexChar = (str) => str.length === 1 && exports.hasRegexChars(str);
    exports.escapeRegex = (str) => str.replace(REGEX_SPECIAL_CHARS_GLOBAL, "\\$1");
    exports.toPosixSlashes = (str) => str.replace(REGEX_BACKSLASH, "/");
    exports.isWindows = () => {
      if (typeof navigator < "u" && navigator.platform) {
        let platform = navigator.platform.toLowerCase();
        return platform === "win32" || platform === "windows";
      }
      return typeof process < "u" && process.platform ? process.platform === "win32" : !1;
    };
    exports.removeBackslashes = (str) => str.replace(REGEX_REMOVE_BACKSLASH, (match) => match === "\\" ? "" : match);
    exports.escapeLast = (input, char, lastIdx) => {
      let idx = input.lastIndexOf(char, lastIdx);
      return idx === -1 ? input : input[idx - 1] === "\\" ? exports.escapeLast(input, char, idx - 1) : `${input.slice(0, idx)}\\${input.slice(idx)}`;
    };
    exports.removePrefix = (input, state = {}) => {
      let output = input;
      return output.startsWith("./") && (output = output.slice(2), state.prefix = "./"), output;
    };
    exports.wrapOutput = (input, state = {}, options = {}) => {
      let prepend = options.contains ? "" : "^", append = options.contains ? "" : "$", output = `${prepend}(?:${input})${append}`;
      return state.negated === !0 && (output = `(?:^(?!${output}).*$)`), output;
    };
    exports.basename = (path, { windows } = {}) => {
      let segs = path.split(windows ? /[\\/]/ : "/"), last = segs[segs.length - 1];
      return last === "" ? segs[segs.length - 2] : last;
    };
  }
});

// node_modules/picomatch/lib/scan.js
var require_scan = __commonJS({
  "node_modules/picomatch/lib/scan.js"(exports, module) {
    "use strict";
    var utils = require_utils(), {
      CHAR_ASTERISK,
      /* * */
      CHAR_AT,
      /* @ */
      CHAR_BACKWARD_SLASH,
      /* \ */
      CHAR_COMMA,
      /* , */
      CHAR_DOT,
      /* . */
      CHAR_EXCLAMATION_MARK,
      /* ! */
      CHAR_FORWARD_SLASH,
      /* / */
      CHAR_LEFT_CURLY_BRACE,
      /* { */
      CHAR_LEFT_PARENTHESES,
      /* ( */
      CHAR_LEFT_SQUARE_BRACKET,
      /* [ */
      CHAR_PLUS,
      /* + */
      CHAR_QUESTION_MARK,
      /* ? */
      CHAR_RIGHT_CURLY_BRACE,
      /* } */
      CHAR_RIGHT_PARENTHESES,
      /* ) */
      CHAR_RIGHT_SQUARE_BRACKET
      /* ] */
    } = require_constants(), isPathSeparator = (code) => code === CHAR_FORWARD_SLASH || code === CHAR_BACKWARD_SLASH, depth = (token) => {
      token.isPrefix !== !0 && (token.depth = token.isGlobstar ? 1 / 0 : 1);
    }, scan = (input, options) => {
      let opts = options || {}, length = input.length - 1, scanToEnd = opts.parts === !0 || opts.tokens === !0 || opts.scanToEnd === !0, slashes = [], tokens = [], parts = [], str = input, index = -1, start = 0, lastIndex = 0, isBrace = !1, isBracket = !1, isGlob = !1, isExtglob = !1, isGlobstar = !1, braceEscaped = !1, backslashes = !1, negated = !1, negatedExtglob = !1, finished = !1, braces = 0, prev, code, token = { value: "", depth: 0, isGlob: !1 }, eos = () => index >= length, peek = () => str.charCodeAt(index + 1), advance = () => (prev = code, str.charCodeAt(++index));
      for (; index < length; ) {
        code = advance();
        let next;
        if (code === CHAR_BACKWARD_SLASH) {
          backslashes = token.backslashes = !0, code = advance(), code === CHAR_LEFT_CURLY_BRACE && (braceEscaped = !0);
          continue;
        }
        if (braceEscaped === !0 || code === CHAR_LEFT_CURLY_BRACE) {
          for (braces++; eos() !== !0 && (code = advance()); ) {
            if (code === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = !0, advance();
              continue;
            }
            if (code === CHAR_LEFT_CURLY_BRACE) {
              braces++;
              continue;
            }
            if (braceEscaped !== !0 && code === CHAR_DOT && (code = advance()) === CHAR_DOT) {
              if (isBrace = token.isBrace = !0, isGlob = token.isGlob = !0, finished = !0, scanToEnd === !0)
                continue;
              break;
            }
            if (braceEscaped !== !0 && code === CHAR_COMMA) {
              if (isBrace = token.isBrace = !0, isGlob = token.isGlob = !0, finished = !0, scanToEnd === !0)
                continue;
              break;
            }
            if (code === CHAR_RIGHT_CURLY_BRACE && (braces--, braces === 0)) {
              braceEscaped = !1, isBrace = token.isBrace = !0, finished = !0;
              break;
            }
          }
          if (scanToEnd === !0)
            continue;
          break;
        }
        if (code === CHAR_FORWARD_SLASH) {
          if (slashes.push(index), tokens.push(token), token = { value: "", depth: 0, isGlob: !1 }, finished === !0) continue;
          if (prev === CHAR_DOT && index === start + 1) {
            start += 2;
            continue;
          }
          lastIndex = index + 1;
          continue;
        }
        if (opts.noext !== !0 && (code === CHAR_PLUS || code === CHAR_AT || code === CHAR_ASTERISK || code === CHAR_QUESTION_MARK || code === CHAR_EXCLAMATION_MARK) === !0 && peek() === CHAR_LEFT_PARENTHESES) {
          if (isGlob = token.isGlob = !0, isExtglob = token.isExtglob = !0, finished = !0, code === CHAR_EXCLAMATION_MARK && index === start && (negatedExtglob = !0), scanToEnd === !0) {
            let parens = 0;
            for (; eos() !== !0 && (code = advance()); ) {
              if (code === CHAR_BACKWARD_SLASH) {
                backslashes = token.backslashes = !0, advance();
                continue;
              }
              if (code === CHAR_LEFT_PARENTHESES) {
                parens++;
                continue;
              }
              if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
                finished = !0;
                break;
              }
            }
            continue;
          }
          break;
        }
        if (code === CHAR_ASTERISK) {
          if (prev === CHAR_ASTERISK && (isGlobstar = token.isGlobstar = !0), isGlob = token.isGlob = !0, finished = !0, scanToEnd === !0)
            continue;
          break;
        }
        if (code === CHAR_QUESTION_MARK) {
          if (isGlob = token.isGlob = !0, finished = !0, scanToEnd === !0)
            continue;
          break;
        }
        if (code === CHAR_LEFT_SQUARE_BRACKET) {
          for (; eos() !== !0 && (next = advance()); ) {
            if (next === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = !0, advance();
              continue;
            }
            if (next === CHAR_RIGHT_SQUARE_BRACKET) {
              isBracket = token.isBracket = !0, isGlob = token.isGlob = !0, finished = !0;
              break;
            }
          }
          if (scanToEnd === !0)
            continue;
          break;
        }
        if (opts.nonegate !== !0 && code === CHAR_EXCLAMATION_MARK && index === start) {
          negated = token.negated = !0, start++;
          continue;
        }
        if (opts.noparen !== !0 && code === CHAR_LEFT_PARENTHESES) {
          if (isGlob = token.isGlob = !0, scanToEnd === !0) {
            let parens = 1;
            for (; eos() !== !0 && (code = advance()); ) {
              if (code === CHAR_BACKWARD_SLASH) {
                backslashes = token.backslashes = !0, advance();
                continue;
              }
              if (code === CHAR_LEFT_PARENTHESES) {
                parens++;
                continue;
              }
              if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
                finished = !0;
                break;
              }
            }
            continue;
          }
          break;
        }
        if (isGlob === !0) {
          if (finished = !0, scanToEnd === !0)
            continue;
          break;
        }
      }
      opts.noext === !0 && (isExtglob = !1, isGlob = !1);
      let base = str, prefix = "", glob = "";
      start > 0 && (prefix = str.slice(0, start), str = str.slice(start), lastIndex -= start), base && isGlob === !0 && lastIndex > 0 ? (base = str.slice(0, lastIndex), glob = str.slice(lastIndex)) : isGlob === !0 ? (base = "", glob = str) : base = str, base && base !== "" && base !== "/" && base !== str && isPathSeparator(base.charCodeAt(base.length - 1)) && (base = base.slice(0, -1)), opts.unescape === !0 && (glob && (glob = utils.removeBackslashes(glob)), base && backslashes === !0 && (base = utils.removeBackslashes(base)));
      let state = {
        prefix,
        input,
        start,
        base,
        glob,
        isBrace,
        isBracket,
        isGlob,
        isExtglob,
        isGlobstar,
        negated,
        negatedExtglob
      };
      if (opts.tokens === !0 && (state.maxDepth = 0, isPathSeparator(code) || tokens.push(token), state.tokens = tokens), opts.parts === !0 || opts.tokens === !0) {
        let prevIndex;
        for (let idx = 0; idx < slashes.length; idx++) {
          let n2 = prevIndex !== void 0 ? prevIndex + 1 : start, i = slashes[idx], value2 = input.slice(n2, i);
          opts.tokens && (idx === 0 && start !== 0 ? (tokens[idx].isPrefix = !0, tokens[idx].value = prefix) : tokens[idx].value = value2, depth(tokens[idx]), state.maxDepth += tokens[idx].depth), i >= start && (parts.push(value2), prevIndex = i);
        }
        let n = prevIndex !== void 0 ? prevIndex + 1 : start, value = input.slice(n);
        parts.push(value), opts.tokens && prevIndex && prevIndex + 1 < input.length && (tokens[tokens.length - 1].value = value, depth(tokens[tokens.length - 1]), state.maxDepth += tokens[tokens.length - 1].depth), state.slashes = slashes, state.parts = parts;
      }
      return state;
    };
    module.exports = scan;
  }
});

// node_modules/picomatch/lib/parse.js
var require_parse = __commonJS({
  "node_modules/picomatch/lib/parse.js"(exports, module) {
    "use strict";
    var constants = require_constants(), utils = require_utils(), {
      MAX_LENGTH,
      POSIX_REGEX_SOURCE,
      REGEX_NON_SPECIAL_CHARS,
      REGEX_SPECIAL_CHARS_BACKREF,
      REPLACEMENTS
    } = constants, expandRange = (args, options) => {
      if (typeof options.expandRange == "function")
        return options.expandRange(...args, options);
      args.sort();
      let value = `[${args.join("-")}]`;
      try {
        new RegExp(value);
      } catch {
        return args.map((v) => utils.escapeRegex(v)).join("..");
      }
      return value;
    }, syntaxError = (type, char) => `Missing ${type}: "${char}" - use "\\\\${char}" to match literal characters`, splitTopLevel = (input) => {
      let parts = [], bracket = 0, paren = 0, quote = 0, value = "", escaped = !1;
      for (let ch of input) {
        if (escaped === !0) {
          value += ch, escaped = !1;
          continue;
        }
        if (ch === "\\") {
          value += ch, escaped = !0;
          continue;
        }
        if (ch === '"') {
          quote = quote === 1 ? 0 : 1, value += ch;
          continue;
        }
        if (quote === 0) {
          if (ch === "[")
            bracket++;
          else if (ch === "]" && bracket > 0)
            bracket--;
          else if (bracket === 0) {
            if (ch === "(")
              paren++;
            else if (ch === ")" && paren > 0)
              paren--;
            else if (ch === "|" && paren === 0) {
              parts.push(value), value = "";
              continue;
            }
          }
        }
        value += ch;
      }
      return parts.push(value), parts;
    }, isPlainBranch = (branch) => {
      let escaped = !1;
      for (let ch of branch) {
        if (escaped === !0) {
          escaped = !1;
          continue;
        }
        if (ch === "\\") {
          escaped = !0;
          continue;
        }
        if (/[?*+@!()[\]{}]/.test(ch))
          return !1;
      }
      return !0;
    }, normalizeSimpleBranch = (branch) => {
      let value = branch.trim(), changed = !0;
      for (; changed === !0; )
        changed = !1, /^@\([^\\()[\]{}|]+\)$/.test(value) && (value = value.slice(2, -1), changed = !0);
      if (isPlainBranch(value))
        return value.replace(/\\(.)/g, "$1");
    }, hasRepeatedCharPrefixOverlap = (branches) => {
      let values = branches.map(normalizeSimpleBranch).filter(Boolean);
      for (let i = 0; i < values.length; i++)
        for (let j = i + 1; j < values.length; j++) {
          let a = values[i], b = values[j], char = a[0];
          if (!(!char || a !== char.repeat(a.length) || b !== char.repeat(b.length)) && (a === b || a.startsWith(b) || b.startsWith(a)))
            return !0;
        }
      return !1;
    }, parseRepeatedExtglob = (pattern, requireEnd = !0) => {
      if (pattern[0] !== "+" && pattern[0] !== "*" || pattern[1] !== "(")
        return;
      let bracket = 0, paren = 0, quote = 0, escaped = !1;
      for (let i = 1; i < pattern.length; i++) {
        let ch = pattern[i];
        if (escaped === !0) {
          escaped = !1;
          continue;
        }
        if (ch === "\\") {
          escaped = !0;
          continue;
        }
        if (ch === '"') {
          quote = quote === 1 ? 0 : 1;
          continue;
        }
        if (quote !== 1) {
          if (ch === "[") {
            bracket++;
            continue;
          }
          if (ch === "]" && bracket > 0) {
            bracket--;
            continue;
          }
          if (!(bracket > 0)) {
            if (ch === "(") {
              paren++;
              continue;
            }
            if (ch === ")" && (paren--, paren === 0))
              return requireEnd === !0 && i !== pattern.length - 1 ? void 0 : {
                type: pattern[0],
                body: pattern.slice(2, i),
                end: i
              };
          }
        }
      }
    }, buildCharClassStar = (chars) => `${chars.length === 1 ? utils.escapeRegex(chars[0]) : `[${chars.map((ch) => utils.escapeRegex(ch)).join("")}]`}*`, getStarExtglobSequenceChars = (pattern) => {
      let index = 0, chars = [];
      for (; index < pattern.length; ) {
        let match = parseRepeatedExtglob(pattern.slice(index), !1);
        if (!match || match.type !== "*")
          return;
        let branches = splitTopLevel(match.body).map((branch2) => branch2.trim());
        if (branches.length !== 1)
          return;
        let branch = normalizeSimpleBranch(branches[0]);
        if (!branch || branch.length !== 1)
          return;
        chars.push(branch), index += match.end + 1;
      }
      if (!(chars.length < 1))
        return chars;
    }, repeatedExtglobRecursion = (pattern) => {
      let depth = 0, value = pattern.trim(), match = parseRepeatedExtglob(value);
      for (; match; )
        depth++, value = match.body.trim(), match = parseRepeatedExtglob(value);
      return depth;
    }, analyzeRepeatedExtglob = (body, options) => {
      if (options.maxExtglobRecursion === !1)
        return { risky: !1 };
      let max = typeof options.maxExtglobRecursion == "number" ? options.maxExtglobRecursion : constants.DEFAULT_MAX_EXTGLOB_RECURSION, branches = splitTopLevel(body).map((branch) => branch.trim());
      if (branches.length > 1 && (branches.some((branch) => branch === "") || branches.some((branch) => /^[*?]+$/.test(branch)) || hasRepeatedCharPrefixOverlap(branches)))
        return { risky: !0 };
      let safeChars = [], sawStarSequence = !1, combinable = !0;
      for (let branch of branches) {
        let chars = getStarExtglobSequenceChars(branch);
        if (chars) {
          sawStarSequence = !0, safeChars.push(...chars);
          continue;
        }
        let literal = normalizeSimpleBranch(branch);
        if (literal && literal.length === 1) {
          safeChars.push(literal);
          continue;
        }
        if (combinable = !1, repeatedExtglobRecursion(branch) > max)
          return { risky: !0 };
      }
      return sawStarSequence ? combinable ? { risky: !0, safeOutput: buildCharClassStar([...new Set(safeChars)]) } : { risky: !0 } : { risky: !1 };
    }, parse2 = (input, options) => {
      if (typeof input != "string")
        throw new TypeError("Expected a string");
      input = REPLACEMENTS[input] || input;
      let opts = { ...options }, max = typeof opts.maxLength == "number" ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH, len = input.length;
      if (len > max)
        throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
      let bos = { type: "bos", value: "", output: opts.prepend || "" }, tokens = [bos], capture = opts.capture ? "" : "?:", PLATFORM_CHARS = constants.globChars(opts.windows), EXTGLOB_CHARS = constants.extglobChars(PLATFORM_CHARS), {
        DOT_LITERAL,
        PLUS_LITERAL,
        SLASH_LITERAL,
        ONE_CHAR,
        DOTS_SLASH,
        NO_DOT,
        NO_DOT_SLASH,
        NO_DOTS_SLASH,
        QMARK,
        QMARK_NO_DOT,
        STAR,
        START_ANCHOR
      } = PLATFORM_CHARS, globstar = (opts2) => `(${capture}(?:(?!${START_ANCHOR}${opts2.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`, nodot = opts.dot ? "" : NO_DOT, qmarkNoDot = opts.dot ? QMARK : QMARK_NO_DOT, star = opts.bash === !0 ? globstar(opts) : STAR;
      opts.capture && (star = `(${star})`), typeof opts.noext == "boolean" && (opts.noextglob = opts.noext);
      let state = {
        input,
        index: -1,
        start: 0,
        dot: opts.dot === !0,
        consumed: "",
        output: "",
        prefix: "",
        backtrack: !1,
        negated: !1,
        brackets: 0,
        braces: 0,
        parens: 0,
        quotes: 0,
        globstar: !1,
        tokens
      };
      input = utils.removePrefix(input, state), len = input.length;
      let extglobs = [], braces = [], stack = [], prev = bos, value, eos = () => state.index === len - 1, peek = state.peek = (n = 1) => input[state.index + n], advance = state.advance = () => input[++state.index] || "", remaining = () => input.slice(state.index + 1), consume = (value2 = "", num = 0) => {
        state.consumed += value2, state.index += num;
      }, append = (token) => {
        state.output += token.output != null ? token.output : token.value, consume(token.value);
      }, negate = () => {
        let count = 1;
        for (; peek() === "!" && (peek(2) !== "(" || peek(3) === "?"); )
          advance(), state.start++, count++;
        return count % 2 === 0 ? !1 : (state.negated = !0, state.start++, !0);
      }, increment = (type) => {
        state[type]++, stack.push(type);
      }, decrement = (type) => {
        state[type]--, stack.pop();
      }, push = (tok) => {
        if (prev.type === "globstar") {
          let isBrace = state.braces > 0 && (tok.type === "comma" || tok.type === "brace"), isExtglob = tok.extglob === !0 || extglobs.length && (tok.type === "pipe" || tok.type === "paren");
          tok.type !== "slash" && tok.type !== "paren" && !isBrace && !isExtglob && (state.output = state.output.slice(0, -prev.output.length), prev.type = "star", prev.value = "*", prev.output = star, state.output += prev.output);
        }
        if (extglobs.length && tok.type !== "paren" && (extglobs[extglobs.length - 1].inner += tok.value), (tok.value || tok.output) && append(tok), prev && prev.type === "text" && tok.type === "text") {
          prev.output = (prev.output || prev.value) + tok.value, prev.value += tok.value;
          return;
        }
        tok.prev = prev, tokens.push(tok), prev = tok;
      }, extglobOpen = (type, value2) => {
        let token = { ...EXTGLOB_CHARS[value2], conditions: 1, inner: "" };
        token.prev = prev, token.parens = state.parens, token.output = state.output, token.startIndex = state.index, token.tokensIndex = tokens.length;
        let output = (opts.capture ? "(" : "") + token.open;
        increment("parens"), push({ type, value: value2, output: state.output ? "" : ONE_CHAR }), push({ type: "paren", extglob: !0, value: advance(), output }), extglobs.push(token);
      }, extglobClose = (token) => {
        let literal = input.slice(token.startIndex, state.index + 1), body = input.slice(token.startIndex + 2, state.index), analysis = analyzeRepeatedExtglob(body, opts);
        if ((token.type === "plus" || token.type === "star") && analysis.risky) {
          let safeOutput = analysis.safeOutput ? (token.output ? "" : ONE_CHAR) + (opts.capture ? `(${analysis.safeOutput})` : analysis.safeOutput) : void 0, open = tokens[token.tokensIndex];
          open.type = "text", open.value = literal, open.output = safeOutput || utils.escapeRegex(literal);
          for (let i = token.tokensIndex + 1; i < tokens.length; i++)
            tokens[i].value = "", tokens[i].output = "", delete tokens[i].suffix;
          state.output = token.output + open.output, state.backtrack = !0, push({ type: "paren", extglob: !0, value, output: "" }), decrement("parens");
          return;
        }
        let output = token.close + (opts.capture ? ")" : ""), rest;
        if (token.type === "negate") {
          let extglobStar = star;
          if (token.inner && token.inner.length > 1 && token.inner.includes("/") && (extglobStar = globstar(opts)), (extglobStar !== star || eos() || /^\)+$/.test(remaining())) && (output = token.close = `)$))${extglobStar}`), token.inner.includes("*") && (rest = remaining()) && /^\.[^\\/.]+$/.test(rest)) {
            let expression = parse2(rest, { ...options, fastpaths: !1 }).output;
            output = token.close = `)${expression})${extglobStar})`;
          }
          token.prev.type === "bos" && (state.negatedExtglob = !0);
        }
        push({ type: "paren", extglob: !0, value, output }), decrement("parens");
      };
      if (opts.fastpaths !== !1 && !/(^[*!]|[/()[\]{}"])/.test(input)) {
        let backslashes = !1, output = input.replace(REGEX_SPECIAL_CHARS_BACKREF, (m, esc, chars, first, rest, index) => first === "\\" ? (backslashes = !0, m) : first === "?" ? esc ? esc + first + (rest ? QMARK.repeat(rest.length) : "") : index === 0 ? qmarkNoDot + (rest ? QMARK.repeat(rest.length) : "") : QMARK.repeat(chars.length) : first === "." ? DOT_LITERAL.repeat(chars.length) : first === "*" ? esc ? esc + first + (rest ? star : "") : star : esc ? m : `\\${m}`);
        return backslashes === !0 && (opts.unescape === !0 ? output = output.replace(/\\/g, "") : output = output.replace(/\\+/g, (m) => m.length % 2 === 0 ? "\\\\" : m ? "\\" : "")), output === input && opts.contains === !0 ? (state.output = input, state) : (state.output = utils.wrapOutput(output, state, options), state);
      }
      for (; !eos(); ) {
        if (value = advance(), value === "\0")
          continue;
        if (value === "\\") {
          let next = peek();
          if (next === "/" && opts.bash !== !0 || next === "." || next === ";")
            continue;
          if (!next) {
            value += "\\", push({ type: "text", value });
            continue;
          }
          let match = /^\\+/.exec(remaining()), slashes = 0;
          if (match && match[0].length > 2 && (slashes = match[0].length, state.index += slashes, slashes % 2 !== 0 && (value += "\\")), opts.unescape === !0 ? value = advance() : value += advance(), state.brackets === 0) {
            push({ type: "text", value });
            continue;
          }
        }
        if (state.brackets > 0 && (value !== "]" || prev.value === "[" || prev.value === "[^")) {
          if (opts.posix !== !1 && value === ":") {
            let inner = prev.value.slice(1);
            if (inner.includes("[") && (prev.posix = !0, inner.includes(":"))) {
              let idx = prev.value.lastIndexOf("["), pre = prev.value.slice(0, idx), rest2 = prev.value.slice(idx + 2), posix = POSIX_REGEX_SOURCE[rest2];
              if (posix) {
                prev.value = pre + posix, state.backtrack = !0, advance(), !bos.output && tokens.indexOf(prev) === 1 && (bos.output = ONE_CHAR);
                continue;
              }
            }
          }
          (value === "[" && peek() !== ":" || value === "-" && peek() === "]") && (value = `\\${value}`), value === "]" && (prev.value === "[" || prev.value === "[^") && (value = `\\${value}`), opts.posix === !0 && value === "!" && prev.value === "[" && (value = "^"), prev.value += value, append({ value });
          continue;
        }
        if (state.quotes === 1 && value !== '"') {
          value = utils.escapeRegex(value), prev.value += value, append({ value });
          continue;
        }
        if (value === '"') {
          state.quotes = state.quotes === 1 ? 0 : 1, opts.keepQuotes === !0 && push({ type: "text", value });
          continue;
        }
        if (value === "(") {
          increment("parens"), push({ type: "paren", value });
          continue;
        }
        if (value === ")") {
          if (state.parens === 0 && opts.strictBrackets === !0)
            throw new SyntaxError(syntaxError("opening", "("));
          let extglob = extglobs[extglobs.length - 1];
          if (extglob && state.parens === extglob.parens + 1) {
            extglobClose(extglobs.pop());
            continue;
          }
          push({ type: "paren", value, output: state.parens ? ")" : "\\)" }), decrement("parens");
          continue;
        }
        if (value === "[") {
          if (opts.nobracket === !0 || !remaining().includes("]")) {
            if (opts.nobracket !== !0 && opts.strictBrackets === !0)
              throw new SyntaxError(syntaxError("closing", "]"));
            value = `\\${value}`;
          } else
            increment("brackets");
          push({ type: "bracket", value });
          continue;
        }
        if (value === "]") {
          if (opts.nobracket === !0 || prev && prev.type === "bracket" && prev.value.length === 1) {
            push({ type: "text", value, output: `\\${value}` });
            continue;
          }
          if (state.brackets === 0) {
            if (opts.strictBrackets === !0)
              throw new SyntaxError(syntaxError("opening", "["));
            push({ type: "text", value, output: `\\${value}` });
            continue;
          }
          decrement("brackets");
          let prevValue = prev.value.slice(1);
          if (prev.posix !== !0 && prevValue[0] === "^" && !prevValue.includes("/") && (value = `/${value}`), prev.value += value, append({ value }), opts.literalBrackets === !1 || utils.hasRegexChars(prevValue))
            continue;
          let escaped = utils.escapeRegex(prev.value);
          if (state.output = state.output.slice(0, -prev.value.length), opts.literalBrackets === !0) {
            state.output += escaped, prev.value = escaped;
            continue;
          }
          prev.value = `(${capture}${escaped}|${prev.value})`, state.output += prev.value;
          continue;
        }
        if (value === "{" && opts.nobrace !== !0) {
          increment("braces");
          let open = {
            type: "brace",
            value,
            output: "(",
            outputIndex: state.output.length,
            tokensIndex: state.tokens.length
          };
          braces.push(open), push(open);
          continue;
        }
        if (value === "}") {
          let brace = braces[braces.length - 1];
          if (opts.nobrace === !0 || !brace) {
            push({ type: "text", value, output: value });
            continue;
          }
          let output = ")";
          if (brace.dots === !0) {
            let arr = tokens.slice(), range = [];
            for (let i = arr.length - 1; i >= 0 && (tokens.pop(), arr[i].type !== "brace"); i--)
              arr[i].type !== "dots" && range.unshift(arr[i].value);
            output = expandRange(range, opts), state.backtrack = !0;
          }
          if (brace.comma !== !0 && brace.dots !== !0) {
            let out = state.output.slice(0, brace.outputIndex), toks = state.tokens.slice(brace.tokensIndex);
            brace.value = brace.output = "\\{", value = output = "\\}", state.output = out;
            for (let t of toks)
              state.output += t.output || t.value;
          }
          push({ type: "brace", value, output }), decrement("braces"), braces.pop();
          continue;
        }
        if (value === "|") {
          extglobs.length > 0 && extglobs[extglobs.length - 1].conditions++, push({ type: "text", value });
          continue;
        }
        if (value === ",") {
          let output = value, brace = braces[braces.length - 1];
          brace && stack[stack.length - 1] === "braces" && (brace.comma = !0, output = "|"), push({ type: "comma", value, output });
          continue;
        }
        if (value === "/") {
          if (prev.type === "dot" && state.index === state.start + 1) {
            state.start = state.index + 1, state.consumed = "", state.output = "", tokens.pop(), prev = bos;
            continue;
          }
          push({ type: "slash", value, output: SLASH_LITERAL });
          continue;
        }
        if (value === ".") {
          if (state.braces > 0 && prev.type === "dot") {
            prev.value === "." && (prev.output = DOT_LITERAL);
            let brace = braces[braces.length - 1];
            prev.type = "dots", prev.output += value, prev.value += value, brace.dots = !0;
            continue;
          }
          if (state.braces + state.parens === 0 && prev.type !== "bos" && prev.type !== "slash") {
            push({ type: "text", value, output: DOT_LITERAL });
            continue;
          }
          push({ type: "dot", value, output: DOT_LITERAL });
          continue;
        }
        if (value === "?") {
          if (!(prev && prev.value === "(") && opts.noextglob !== !0 && peek() === "(" && peek(2) !== "?") {
            extglobOpen("qmark", value);
            continue;
          }
          if (prev && prev.type === "paren") {
            let next = peek(), output = value;
            (prev.value === "(" && !/[!=<:]/.test(next) || next === "<" && !/<([!=]|\w+>)/.test(remaining())) && (output = `\\${value}`), push({ type: "text", value, output });
            continue;
          }
          if (opts.dot !== !0 && (prev.type === "slash" || prev.type === "bos")) {
            push({ type: "qmark", value, output: QMARK_NO_DOT });
            continue;
          }
          push({ type: "qmark", value, output: QMARK });
          continue;
        }
        if (value === "!") {
          if (opts.noextglob !== !0 && peek() === "(" && (peek(2) !== "?" || !/[!=<:]/.test(peek(3)))) {
            extglobOpen("negate", value);
            continue;
          }
          if (opts.nonegate !== !0 && state.index === 0) {
            negate();
            continue;
          }
        }
        if (value === "+") {
          if (opts.noextglob !== !0 && peek() === "(" && peek(2) !== "?") {
            extglobOpen("plus", value);
            continue;
          }
          if (prev && prev.value === "(" || opts.regex === !1) {
            push({ type: "plus", value, output: PLUS_LITERAL });
            continue;
          }
          if (prev && (prev.type === "bracket" || prev.type === "paren" || prev.type === "brace") || state.parens > 0) {
            push({ type: "plus", value });
            continue;
          }
          push({ type: "plus", value: PLUS_LITERAL });
          continue;
        }
        if (value === "@") {
          if (opts.noextglob !== !0 && peek() === "(" && peek(2) !== "?") {
            push({ type: "at", extglob: !0, value, output: "" });
            continue;
          }
          push({ type: "text", value });
          continue;
        }
        if (value !== "*") {
          (value === "$" || value === "^") && (value = `\\${value}`);
          let match = REGEX_NON_SPECIAL_CHARS.exec(remaining());
          match && (value += match[0], state.index += match[0].length), push({ type: "text", value });
          continue;
        }
        if (prev && (prev.type === "globstar" || prev.star === !0)) {
          prev.type = "star", prev.star = !0, prev.value += value, prev.output = star, state.backtrack = !0, state.globstar = !0, consume(value);
          continue;
        }
        let rest = remaining();
        if (opts.noextglob !== !0 && /^\([^?]/.test(rest)) {
          extglobOpen("star", value);
          continue;
        }
        if (prev.type === "star") {
          if (opts.noglobstar === !0) {
            consume(value);
            continue;
          }
          let prior = prev.prev, before = prior.prev, isStart = prior.type === "slash" || prior.type === "bos", afterStar = before && (before.type === "star" || before.type === "globstar");
          if (opts.bash === !0 && (!isStart || rest[0] && rest[0] !== "/")) {
            push({ type: "star", value, output: "" });
            continue;
          }
          let isBrace = state.braces > 0 && (prior.type === "comma" || prior.type === "brace"), isExtglob = extglobs.length && (prior.type === "pipe" || prior.type === "paren");
          if (!isStart && prior.type !== "paren" && !isBrace && !isExtglob) {
            push({ type: "star", value, output: "" });
            continue;
          }
          for (; rest.slice(0, 3) === "/**"; ) {
            let after = input[state.index + 4];
            if (after && after !== "/")
              break;
            rest = rest.slice(3), consume("/**", 3);
          }
          let isEnd = eos() || state.parens > 0 && rest === ")".repeat(state.parens) && !extglobs.some((extglob) => extglob.type === "negate");
          if (prior.type === "bos" && eos()) {
            prev.type = "globstar", prev.value += value, prev.output = globstar(opts), state.output = prev.output, state.globstar = !0, consume(value);
            continue;
          }
          if (prior.type === "slash" && prior.prev.type !== "bos" && !afterStar && isEnd) {
            state.output = state.output.slice(0, -(prior.output + prev.output).length), prior.output = `(?:${prior.output}`, prev.type = "globstar", prev.output = globstar(opts) + (opts.strictSlashes ? ")" : "|$)"), prev.value += value, state.globstar = !0, state.output += prior.output + prev.output, consume(value);
            continue;
          }
          if (prior.type === "slash" && prior.prev.type !== "bos" && rest[0] === "/") {
            let end = rest[1] !== void 0 ? "|$" : "";
            state.output = state.output.slice(0, -(prior.output + prev.output).length), prior.output = `(?:${prior.output}`, prev.type = "globstar", prev.output = `${globstar(opts)}${SLASH_LITERAL}|${SLASH_LITERAL}${end})`, prev.value += value, state.output += prior.output + prev.output, state.globstar = !0, consume(value + advance()), push({ type: "slash", value: "/", output: "" });
            continue;
          }
          if (prior.type === "bos" && rest[0] === "/") {
            prev.type = "globstar", prev.value += value, prev.output = `(?:^|${SLASH_LITERAL}|${globstar(opts)}${SLASH_LITERAL})`, state.output = prev.output, state.globstar = !0, consume(value + advance()), push({ type: "slash", value: "/", output: "" });
            continue;
          }
          state.output = state.output.slice(0, -prev.output.length), prev.type = "globstar", prev.output = globstar(opts), prev.value += value, state.output += prev.output, state.globstar = !0, consume(value);
          continue;
        }
        let token = { type: "star", value, output: star };
        if (opts.bash === !0) {
          token.output = ".*?", (prev.type === "bos" || prev.type === "slash") && (token.output = nodot + token.output), push(token);
          continue;
        }
        if (prev && (prev.type === "bracket" || prev.type === "paren") && opts.regex === !0) {
          token.output = value, push(token);
          continue;
        }
        (state.index === state.start || prev.type === "slash" || prev.type === "dot") && (prev.type === "dot" ? (state.output += NO_DOT_SLASH, prev.output += NO_DOT_SLASH) : opts.dot === !0 ? (state.output += NO_DOTS_SLASH, prev.output += NO_DOTS_SLASH) : (state.output += nodot, prev.output += nodot), peek() !== "*" && (state.output += ONE_CHAR, prev.output += ONE_CHAR)), push(token);
      }
      for (; state.brackets > 0; ) {
        if (opts.strictBrackets === !0) throw new SyntaxError(syntaxError("closing", "]"));
        state.output = utils.escapeLast(state.output, "["), decrement("brackets");
      }
      for (; state.parens > 0; ) {
        if (opts.strictBrackets === !0) throw new SyntaxError(syntaxError("closing", ")"));
        state.output = utils.escapeLast(state.output, "("), decrement("parens");
      }
      for (; state.braces > 0; ) {
        if (opts.strictBrackets === !0) throw new SyntaxError(syntaxError("closing", "}"));
        state.output = utils.escapeLast(state.output, "{"), decrement("braces");
      }
      if (opts.strictSlashes !== !0 && (prev.type === "star" || prev.type === "bracket") && push({ type: "maybe_slash", value: "", output: `${SLASH_LITERAL}?` }), state.backtrack === !0) {
        state.output = "";
        for (let token of state.tokens)
          state.output += token.output != null ? token.output : token.value, token.suffix && (state.output += token.suffix);
      }
      return state;
    };
    parse2.fastpaths = (input, options) => {
      let opts = { ...options }, max = typeof opts.maxLength == "number" ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH, len = input.length;
      if (len > max)
        throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
      input = REPLACEMENTS[input] || input;
      let {
        DOT_LITERAL,
        SLASH_LITERAL,
        ONE_CHAR,
        DOTS_SLASH,
        NO_DOT,
        NO_DOTS,
        NO_DOTS_SLASH,
        STAR,
        START_ANCHOR
      } = constants.globChars(opts.windows), nodot = opts.dot ? NO_DOTS : NO_DOT, slashDot = opts.dot ? NO_DOTS_SLASH : NO_DOT, capture = opts.capture ? "" : "?:", state = { negated: !1, prefix: "" }, star = opts.bash === !0 ? ".*?" : STAR;
      opts.capture && (star = `(${star})`);
      let globstar = (opts2) => opts2.noglobstar === !0 ? star : `(${capture}(?:(?!${START_ANCHOR}${opts2.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`, create = (str) => {
        switch (str) {
          case "*":
            return `${nodot}${ONE_CHAR}${star}`;
          case ".*":
            return `${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "*.*":
            return `${nodot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "*/*":
            return `${nodot}${star}${SLASH_LITERAL}${ONE_CHAR}${slashDot}${star}`;
          case "**":
            return nodot + globstar(opts);
          case "**/*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${ONE_CHAR}${star}`;
          case "**/*.*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "**/.*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${DOT_LITERAL}${ONE_CHAR}${star}`;
          default: {
            let match = /^(.*?)\.(\w+)$/.exec(str);
            if (!match) return;
            let source2 = create(match[1]);
            return source2 ? source2 + DOT_LITERAL + match[2] : void 0;
          }
        }
      }, output = utils.removePrefix(input, state), source = create(output);
      return source && opts.strictSlashes !== !0 && (source += `${SLASH_LITERAL}?`), source;
    };
    module.exports = parse2;
  }
});

// node_modules/picomatch/lib/picomatch.js
var require_picomatch = __commonJS({
  "node_modules/picomatch/lib/picomatch.js"(exports, module) {
    "use strict";
    var scan = require_scan(), parse2 = require_parse(), utils = require_utils(), constants = require_constants(), isObject = (val) => val && typeof val == "object" && !Array.isArray(val), picomatch2 = (glob, options, returnState = !1) => {
      if (Array.isArray(glob)) {
        let fns = glob.map((input) => picomatch2(input, options, returnState));
        return (str) => {
          for (let isMatch of fns) {
            let state2 = isMatch(str);
            if (state2) return state2;
          }
          return !1;
        };
      }
      let isState = isObject(glob) && glob.tokens && glob.input;
      if (glob === "" || typeof glob != "string" && !isState)
        throw new TypeError("Expected pattern to be a non-empty string");
      let opts = options || {}, posix = opts.windows, regex = isState ? picomatch2.compileRe(glob, options) : picomatch2.makeRe(glob, options, !1, !0), state = regex.state;
      delete regex.state;
      let isIgnored = () => !1;
      if (opts.ignore) {
        let ignoreOpts = { ...options, ignore: null, onMatch: null, onResult: null };
        isIgnored = picomatch2(opts.ignore, ignoreOpts, returnState);
      }
      let matcher = (input, returnObject = !1) => {
        let { isMatch, match, output } = picomatch2.test(input, regex, options, { glob, posix }), result = { glob, state, regex, posix, input, output, match, isMatch };
        return typeof opts.onResult == "function" && opts.onResult(result), isMatch === !1 ? (result.isMatch = !1, returnObject ? result : !1) : isIgnored(input) ? (typeof opts.onIgnore == "function" && opts.onIgnore(result), result.isMatch = !1, returnObject ? result : !1) : (typeof opts.onMatch == "function" && opts.onMatch(result), returnObject ? result : !0);
      };
      return returnState && (matcher.state = state), matcher;
    };
    picomatch2.test = (input, regex, options, { glob, posix } = {}) => {
      if (typeof input != "string")
        throw new TypeError("Expected input to be a string");
      if (input === "")
        return { isMatch: !1, output: "" };
      let opts = options || {}, format = opts.format || (posix ? utils.toPosixSlashes : null), match = input === glob, output = match && format ? format(input) : input;
      return match === !1 && (output = format ? format(input) : input, match = output === glob), (match === !1 || opts.capture === !0) && (opts.matchBase === !0 || opts.basename === !0 ? match = picomatch2.matchBase(input, regex, options, posix) : match = regex.exec(output)), { isMatch: !!match, match, output };
    };
    picomatch2.matchBase = (input, glob, options, posix = options && options.windows) => (glob instanceof RegExp ? glob : picomatch2.makeRe(glob, options)).test(utils.basename(input, { windows: posix }));
    picomatch2.isMatch = (str, patterns, options) => picomatch2(patterns, options)(str);
    picomatch2.parse = (pattern, options) => Array.isArray(pattern) ? pattern.map((p) => picomatch2.parse(p, options)) : parse2(pattern, { ...options, fastpaths: !1 });
    picomatch2.scan = (input, options) => scan(input, options);
    picomatch2.compileRe = (state, options, returnOutput = !1, returnState = !1) => {
      if (returnOutput === !0)
        return state.output;
      let opts = options || {}, prepend = opts.contains ? "" : "^", append = opts.contains ? "" : "$", source = `${prepend}(?:${state.output})${append}`;
      state && state.negated === !0 && (source = `^(?!${source}).*$`);
      let regex = picomatch2.toRegex(source, options);
      return returnState === !0 && (regex.state = state), regex;
    };
    picomatch2.makeRe = (input, options = {}, returnOutput = !1, returnState = !1) => {
      if (!input || typeof input != "string")
        throw new TypeError("Expected a non-empty string");
      let parsed = { negated: !1, fastpaths: !0 };
      return options.fastpaths !== !1 && (input[0] === "." || input[0] === "*") && (parsed.output = parse2.fastpaths(input, options)), parsed.output || (parsed = parse2(input, options)), picomatch2.compileRe(parsed, options, returnOutput, returnState);
    };
    picomatch2.toRegex = (source, options) => {
      try {
        let opts = options || {};
        return new RegExp(source, opts.flags || (opts.nocase ? "i" : ""));
      } catch (err) {
        if (options && options.debug === !0) throw err;
        return /$^/;
      }
    };
    picomatch2.constants = constants;
    module.exports = picomatch2;
  }
});

// node_modules/picomatch/index.js
var require_picomatch2 = __commonJS({
  "node_modules/picomatch/index.js"(exports, module) {
    "use strict";
    var pico = require_picomatch(), utils = require_utils();
    function picomatch2(glob, options, returnState = !1) {
      return options && (options.windows === null || options.windows === void 0) && (options = { ...options, windows: utils.isWindows() }), pico(glob, options, returnState);
    }
    Object.assign(picomatch2, pico);
    module.exports = picomatch2;
  }
});

// pipeline/secrets.ts
var VERDICT_SECRET = "VERDICT_APP_PRIVATE_KEY";

// workflows/paths.ts
var PROGRAM_FOLDER = ".github/ci", PIPELINE_PATH = `${PROGRAM_FOLDER}/pipeline.json`;

// workflows/runtime/app-token.ts
import { createSign } from "node:crypto";

// workflows/runtime/environment.ts
import { appendFileSync, readFileSync } from "node:fs";
var ProgramError = class extends Error {
  name = "ProgramError";
};
function required(env, name) {
  let value = env[name];
  if (value === void 0 || value === "") throw new ProgramError(`the environment variable ${name} is not set`);
  return value;
}
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ProgramError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
function addSummary(env, markdown) {
  appendFileSync(required(env, "GITHUB_STEP_SUMMARY"), markdown.endsWith(`
`) ? markdown : `${markdown}
`);
}
function annotate(kind, title2, text) {
  let message = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll(`
`, "%0A");
  console.log(`::${kind} title=${title2.replace(/[:,%\r\n]/g, " ")}::${message}`);
}
async function main(title2, run3) {
  try {
    await run3();
  } catch (error) {
    annotate("error", title2, error instanceof Error ? error.message : String(error)), process.exitCode = 1;
  }
}

// workflows/runtime/github.ts
var ApiError = class extends Error {
  constructor(status, path) {
    super(`GitHub answered ${status} to ${path}`);
    this.status = status;
  }
  status;
  name = "ApiError";
}, TIMEOUT_SECONDS = 20, ATTEMPTS = 3, GitHub = class {
  base;
  token;
  constructor(env, token = required(env, "GITHUB_TOKEN")) {
    this.base = required(env, "GITHUB_API_URL").replace(/\/$/, ""), this.token = token;
  }
  /** Asks for a resource. @throws ApiError when GitHub refuses, or fails three times */
  async get(path) {
    return this.call("GET", path);
  }
  /** Sends a request. Answers of the server's own failure are tried again; refusals are not. */
  async call(method, path, body) {
    for (let attempt = 1; ; attempt++) {
      let response = await this.send(method, path, body).catch((error) => {
        if (attempt === ATTEMPTS) throw error;
      });
      if (response?.ok) return response.status === 204 ? void 0 : await response.json();
      if (response && (response.status < 500 || attempt === ATTEMPTS)) throw new ApiError(response.status, path);
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
  async send(method, path, body) {
    return fetch(`${this.base}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "x-github-api-version": "2022-11-28",
        ...body === void 0 ? {} : { "content-type": "application/json" }
      },
      ...body === void 0 ? {} : { body: JSON.stringify(body) },
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1e3)
    });
  }
};

// workflows/runtime/app-token.ts
var LIFETIME_SECONDS = 300, SKEW_SECONDS = 60;
async function appToken(env, app) {
  let github = new GitHub(env, signedClaim(app, Math.floor(Date.now() / 1e3))), { id } = await github.get(`/repos/${app.repository}/installation`), [, name] = app.repository.split("/"), { token } = await github.call("POST", `/app/installations/${id}/access_tokens`, { repositories: [name], permissions: app.permissions });
  return console.log(`::add-mask::${token}`), token;
}
function signedClaim({ appId, privateKey }, now) {
  let part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url"), content = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: String(appId), iat: now - SKEW_SECONDS, exp: now + LIFETIME_SECONDS })}`;
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey, "base64url")}`;
}

// pipeline/workflow-files.ts
var WORKFLOWS = {
  direct: { file: "dynamo-status-check.yml", name: "Core container" },
  backend: { file: "pr.yaml", name: "PR" },
  suite: { file: "ci-test-suite.yml", name: "CI test suite" },
  image: { file: "image.yml", name: "Image" },
  imagePublish: { file: "image-publish.yml", name: "Image, published" },
  deployment: { file: "deployment-test.yml", name: "Deployment test" },
  verdicts: { file: "verdicts.yml", name: "Verdicts" },
  mirror: { file: "mirror-bot.yml", name: "Mirror bot" }
}, WORKFLOW_FILES = { direct: WORKFLOWS.direct.file, backend: WORKFLOWS.backend.file, suite: WORKFLOWS.suite.file };

// pipeline/checks.ts
function isReportedByJob(check) {
  return check.kind !== "app";
}
function reportedByJobs({ requiredChecks }) {
  return requiredChecks.filter(isReportedByJob);
}
function verdictCheck({ requiredChecks }, of) {
  return requiredChecks.find((check) => check.kind === "verdict" && check.of === of);
}
function workflowFileOf(check) {
  return check.kind === "verdict" ? WORKFLOW_FILES[check.of] : `${check.context.toLowerCase().replace(/[^a-z0-9._-]+/g, "-")}.yml`;
}

// pipeline/filters.ts
var import_picomatch = __toESM(require_picomatch2()), MATCH_OPTIONS = { dot: !0, nobrace: !0, noextglob: !0, nonegate: !0, literalBrackets: !1 };
function readPattern(pattern) {
  return pattern.startsWith("!") ? { glob: pattern.slice(1), negated: !0 } : { glob: pattern, negated: !1 };
}
function compilePatterns(patterns) {
  let lastFirst = patterns.map((pattern) => {
    let { glob, negated } = readPattern(pattern);
    return { regex: import_picomatch.default.makeRe(filesOf(glob), MATCH_OPTIONS), negated };
  }).reverse();
  return (path) => {
    let deciding = lastFirst.find(({ regex }) => regex.test(path));
    return deciding !== void 0 && !deciding.negated;
  };
}
function filesOf(glob) {
  return glob.endsWith("/**") ? `${glob}/*` : glob;
}
function compileFilters(filters) {
  return filters.map((filter) => ({ filter, matches: compilePatterns(filter.patterns) }));
}

// pipeline/events.ts
var BRANCH = "refs/heads/", QUEUE_BRANCH = "gh-readonly-queue/", UnknownEventError = class extends Error {
  name = "UnknownEventError";
};
function refKind(repository, ref) {
  if (!ref.startsWith(BRANCH)) return "other";
  let branch = ref.slice(BRANCH.length);
  return branch === repository.defaultBranch ? "main" : isMirrorBranch(repository, branch) ? "mirror" : branch.startsWith(queueBranch(repository, "")) ? "queue" : compilePatterns([repository.releaseBranches])(branch) ? "release" : "other";
}
function queueBranch({ defaultBranch }, entry) {
  return `${QUEUE_BRANCH}${defaultBranch}/${entry}`;
}
function queuedPullRequest(repository, ref) {
  let start = `${BRANCH}${queueBranch(repository, "pr-")}`, number = ref.startsWith(start) ? /^([0-9]+)-/.exec(ref.slice(start.length))?.[1] : void 0;
  return number === void 0 ? void 0 : Number(number);
}
function occasionOf(pipeline, event) {
  let ref = refKind(pipeline.repository, event.ref), { tagPrefixes, releaseTagPrefix } = pipeline, pullRequest = { event, ref, mode: "pull-request", tagPrefix: tagPrefixes["pull-request"] }, postMerge = { event, ref, mode: "post-merge", trust: "protected" }, direct = verdictCheck(pipeline, "direct") === void 0 ? [] : ["direct"];
  switch (event.name) {
    case "pull_request":
      return { ...pullRequest, trust: "fork", scopes: direct };
    case "merge_group":
      if (pipeline.mergeQueue !== void 0 && ref === "queue") return { ...pullRequest, trust: "fork", scopes: [...direct, "backend"] };
      break;
    case "push":
      if (ref === "mirror") return { ...pullRequest, trust: "mirror", scopes: ["backend"] };
      if (ref === "main") return { ...postMerge, tagPrefix: tagPrefixes["post-merge"], scopes: ["backend", "suite"] };
      if (ref === "release") return { ...postMerge, tagPrefix: releaseTagPrefix, scopes: ["suite"] };
      break;
    case "schedule":
    case "workflow_dispatch":
      if (ref === "main") return { event, ref, mode: "nightly", trust: "protected", tagPrefix: tagPrefixes.nightly, scopes: ["suite"] };
      break;
  }
  throw new UnknownEventError(
    `event ${JSON.stringify(event.name)} on ref ${JSON.stringify(event.ref)}: allowed are ${allowedEvents(pipeline)}`
  );
}
function isMirrorBranch(repository, branch) {
  let prefix = repository.mirrorBranchPrefix;
  return branch.startsWith(prefix) && /^[0-9]+$/.test(branch.slice(prefix.length));
}
function allowedEvents({ repository, mergeQueue }) {
  let { defaultBranch, releaseBranches, mirrorBranchPrefix } = repository;
  return [
    "pull_request",
    ...mergeQueue === void 0 ? [] : [`merge_group on ${queueBranch(repository, "pr-N-COMMIT")}`],
    `push to ${defaultBranch}, ${releaseBranches} or ${mirrorBranchPrefix}N`,
    `schedule and workflow_dispatch on ${defaultBranch}`
  ].join("; ");
}

// pipeline/images.ts
function images(pipeline, mode, prefix = pipeline.tagPrefixes[mode]) {
  return pipeline.frameworks.flatMap(
    (framework) => framework.cuda[mode].flatMap((cuda) => framework.architectures.map((arch) => frameworkImage(framework, cuda, arch, prefix)))
  );
}
function componentImages(pipeline, mode, prefix = pipeline.tagPrefixes[mode]) {
  return pipeline.components.filter((component) => component.modes.includes(mode)).flatMap((component) => component.architectures.map((arch) => componentImage(component, arch, prefix)));
}
function baseImages(pipeline, made, prefix) {
  let bases = /* @__PURE__ */ new Map(), open = [...made];
  for (let image = open.pop(); image !== void 0; image = open.pop())
    for (let { image: base } of parentsOf(pipeline, image, prefix))
      base.subject.kind !== "base" || bases.has(base.id) || (bases.set(base.id, base), open.push(base));
  return [...bases.values()].sort((a, b) => a.id < b.id ? -1 : 1);
}
function parentsOf(pipeline, image, prefix = "") {
  return (contractOf(pipeline, image)?.from ?? []).flatMap(({ arg, image: id, target }) => {
    let parent = parentImage(pipeline, id, target, image.arch, prefix);
    return parent === void 0 ? [] : [{ arg, image: parent }];
  });
}
function parentImage({ core, components }, id, target, arch, prefix) {
  let component = components.find((each) => each.id === id);
  if (component !== void 0 && (target === void 0 || target === component.build.target)) return componentImage(component, arch, prefix);
  if (component !== void 0) return baseImage(component.id, `${component.id}-${target}`, arch, target ?? component.build.target, prefix);
  if (id !== core.id) return;
  let stage = target ?? core.build.target;
  return baseImage(core.id, stage === core.build.target ? core.id : `${core.id}-${stage}`, arch, stage, prefix);
}
function baseImage(of, name, arch, stage, prefix) {
  let id = `${name.toLowerCase()}-${arch}`;
  return { id, subject: { kind: "base", id: of }, arch, stage, tag: prefix + id };
}
function contractOf({ frameworks, components, core }, { subject, stage }) {
  let build = (subject.kind === "framework" ? frameworks : [core, ...components]).find(({ id }) => id === subject.id)?.build;
  return build === void 0 || stage === void 0 || stage === build.target ? build : { ...Object.fromEntries(Object.entries(build).filter(([field]) => field !== "testTarget" && field !== "testDockerfile")), target: stage };
}
function cudaTagPart(cuda) {
  let [major] = cuda.split(".");
  return major === "12" ? "" : `-cuda${major}`;
}
function frameworkImage(framework, cuda, arch, prefix) {
  let id = `${framework.id}${cudaTagPart(cuda)}-${arch}`;
  return { id, subject: { kind: "framework", id: framework.id }, cuda, arch, tag: prefix + id };
}
function componentImage(component, arch, prefix) {
  let id = `${component.id}-${arch}`;
  return { id, subject: { kind: "component", id: component.id }, arch, tag: prefix + id };
}

// pipeline/impact.ts
function impactOf(pipeline, changes) {
  if (!changes.known) return unknownImpact(changes.why);
  let claims = compiledClaims(pipeline), tally = new Tally();
  for (let path of pathsOf(changes.files)) tallyPath(claims, path, tally);
  return impactOfTally(pipeline, tally);
}
function pathsOf(files) {
  let paths = files.flatMap((file) => file.previousPath === void 0 ? [file.path] : [file.path, file.previousPath]);
  return [...new Set(paths)].sort();
}
function shownPath(path) {
  return /^[\w./@+*,=~%#()[\]{} -]+$/.test(path) ? path : JSON.stringify(path);
}
var compiled = /* @__PURE__ */ new WeakMap();
function compiledClaims(pipeline) {
  let known = compiled.get(pipeline);
  if (known) return known;
  let claims = {
    filters: compileFilters(pipeline.filters),
    owners: pipeline.frameworks.map(({ id, owns }) => ({ framework: id, owns: compilePatterns(owns) }))
  };
  return compiled.set(pipeline, claims), claims;
}
var Tally = class {
  paths = /* @__PURE__ */ new Map();
  add(key, path) {
    let known = this.paths.get(key);
    known ? known.push(path) : this.paths.set(key, [path]);
  }
  of(key) {
    return this.paths.get(key) ?? [];
  }
  /** The first path and how many more there are; undefined when there is none. */
  shown(key) {
    let [first, ...others] = this.of(key);
    if (first !== void 0)
      return others.length === 0 ? shownPath(first) : `${shownPath(first)} (and ${others.length} more)`;
  }
};
function tallyPath({ filters, owners }, path, tally) {
  let owning = owners.filter(({ owns }) => owns(path)), matching = filters.filter(({ matches }) => matches(path));
  owning.length === 0 && matching.length === 0 && tally.add("unclaimed", path);
  for (let { framework } of owning) tally.add(`owned:${framework}`, path);
  for (let { filter } of matching)
    filter.concerns === "none" || filter.concerns === "backend" && owning.length > 0 || tally.add(filter.concerns === "component" ? `filter:${filter.id}` : filter.concerns, path);
  (owning.length > 0 || matching.some(({ filter }) => filter.concerns !== "none")) && tally.add("built", path);
}
function impactOfTally(pipeline, tally) {
  return {
    everything: touchedEverything(tally),
    core: sentence(tally.shown("built"), "is more than documentation, so the core container is built"),
    rust: sentence(tally.shown("rust"), "concerns Rust"),
    frameworks: touchedFrameworks(pipeline, tally),
    components: touchedComponents(pipeline, tally),
    unclaimed: tally.of("unclaimed")
  };
}
function touchedEverything(tally) {
  let unclaimed = tally.shown("unclaimed");
  return unclaimed !== void 0 ? `No filter claims ${unclaimed}, so everything runs.` : sentence(tally.shown("everything"), "concerns everything");
}
function touchedFrameworks(pipeline, tally) {
  let backend = sentence(tally.shown("backend"), "concerns every framework"), touched = /* @__PURE__ */ new Map();
  for (let { id, title: title2 } of pipeline.frameworks) {
    let why = backend ?? sentence(tally.shown(`owned:${id}`), `concerns ${title2}`);
    why !== void 0 && touched.set(id, why);
  }
  return touched;
}
function touchedComponents(pipeline, tally) {
  let touched = /* @__PURE__ */ new Map();
  for (let { id, title: title2, filter } of pipeline.components) {
    let why = sentence(tally.shown(`filter:${filter}`), `concerns the ${title2}`);
    why !== void 0 && touched.set(id, why);
  }
  return touched;
}
function sentence(subject, predicate) {
  return subject === void 0 ? void 0 : `${subject} ${predicate}.`;
}
function unknownImpact(why) {
  return {
    everything: `The changed files are not known (${why}), so everything runs.`,
    core: void 0,
    rust: void 0,
    frameworks: /* @__PURE__ */ new Map(),
    components: /* @__PURE__ */ new Map(),
    unclaimed: []
  };
}

// pipeline/select/parents.ts
function withParents(pipeline, mode, impact, assigned) {
  let wanted = /* @__PURE__ */ new Map();
  for (let child of runningChildren(pipeline, mode, impact, assigned)) for (let id of componentsBehind(pipeline, child.build)) wanted.has(id) || wanted.set(id, child);
  let changed = !1, next = assigned.map((each) => {
    let [kind, id = ""] = each.part.split(":"), child = kind === "component" || kind === "checks" ? wanted.get(id) : void 0;
    return child === void 0 || each.decision.run ? each : (changed = !0, { part: each.part, scope: child.scope, decision: { run: !0, why: madeOf(child.title) } });
  });
  return changed ? withParents(pipeline, mode, impact, next) : assigned;
}
function madeOfIt(pipeline, planned, base) {
  let child = planned.find((image) => isBehind(pipeline, image, base)), owner = [...pipeline.frameworks, ...pipeline.components].find(({ id }) => id === child?.subject.id);
  return madeOf(owner?.title ?? "image");
}
function isBehind(pipeline, image, base) {
  return parentsOf(pipeline, image).some(({ image: parent }) => parent.id === base.id || parent.subject.kind === "base" && isBehind(pipeline, parent, base));
}
function madeOf(title2) {
  return `The ${title2} of the same commit is made of it.`;
}
function runningChildren({ frameworks, components }, mode, impact, assigned) {
  let running = new Map(assigned.filter(({ decision }) => decision.run).map(({ part, scope }) => [part, scope]));
  return [
    ...frameworks.filter(({ id }) => mode !== "pull-request" || impact.everything !== void 0 || impact.frameworks.has(id)).map((each) => ({ ...each, scope: running.get("frameworks") })),
    ...components.map((each) => ({ ...each, scope: running.get(`component:${each.id}`) }))
  ].flatMap(({ title: title2, build, scope }) => scope === void 0 ? [] : [{ title: title2, build, scope }]);
}
function componentsBehind(pipeline, build, seen = /* @__PURE__ */ new Set()) {
  if (seen.has(build)) return [];
  seen.add(build);
  let { core, components } = pipeline;
  return build.from.flatMap(({ image, target }) => {
    if (image === core.id) return componentsBehind(pipeline, core.build, seen);
    let component = components.find(({ id }) => id === image);
    return component === void 0 ? [] : target === void 0 || target === component.build.target ? [component.id] : componentsBehind(pipeline, component.build, seen);
  });
}
function joined({ core, frameworks, components }, component, elsewhere) {
  let edges = [...frameworks, ...components, core].flatMap(({ id, build }) => build.from.map(({ image }) => [id, image])), group = /* @__PURE__ */ new Set([component]);
  for (let size = 0; size < group.size; ) {
    size = group.size;
    for (let [one, other] of edges) (group.has(one) || group.has(other)) && group.add(one).add(other);
  }
  return frameworks.some(({ id }) => group.has(id)) || [...group].some((id) => elsewhere(id));
}

// pipeline/tests.ts
var FRAMEWORK_PLACEHOLDER = "{framework}";
function markersOf(expression, framework) {
  return expression.replaceAll(FRAMEWORK_PLACEHOLDER, framework);
}
function plannedTests(pipeline, mode, images2) {
  return images2.filter((image) => image.subject.kind === "framework").flatMap((image) => testsOf(pipeline, mode, image));
}
var BASE_UNTESTED = "Other images of the commit are made of it, and it is published nowhere: their tests are its tests.";
function untestedWhy(pipeline, mode, image) {
  return image.subject.kind === "base" ? BASE_UNTESTED : pipeline.untested.find((entry) => excuses(entry, mode, image))?.why ?? (withoutGpuTests(pipeline, mode, image) && suitesOf(pipeline, mode, image).length === 0 ? otherVersionWhy(pipeline, mode, image) : void 0);
}
function withoutGpuTests({ testPlacement, frameworks }, mode, { subject, cuda }) {
  return mode !== "pull-request" || testPlacement.pullRequestGpus === "every-version" || subject.kind !== "framework" ? !1 : cuda !== frameworks.find(({ id }) => id === subject.id)?.cuda[mode][0];
}
function otherVersionWhy({ frameworks }, mode, { subject }) {
  let framework = frameworks.find(({ id }) => id === subject.id);
  return `On a pull request the GPU tests of ${framework?.title ?? subject.id} run with CUDA ${framework?.cuda[mode][0] ?? "of its first version"} alone; main tests this image.`;
}
function suitesOf(pipeline, mode, image) {
  let gpusApart = withoutGpuTests(pipeline, mode, image);
  return pipeline.suites.filter(({ modes, runners, gpus }) => modes.includes(mode) && runners[image.arch] !== void 0 && !(gpusApart && gpus > 0));
}
function excuses(entry, mode, image) {
  return (entry.images === image.subject.id || entry.images === "*" && image.subject.kind === "framework") && entry.modes.includes(mode) && entry.architectures.includes(image.arch);
}
function deployedImage(images2, framework) {
  return images2.find((image) => image.subject.kind === "framework" && image.subject.id === framework && image.arch === "amd64");
}
function plannedDeployments(pipeline, images2) {
  return pipeline.deployments.tests.flatMap(({ framework, profile }) => {
    let image = deployedImage(images2, framework);
    return image === void 0 ? [] : [{ framework, profile, image: image.id }];
  });
}
function testsOf(pipeline, mode, image) {
  return untestedWhy(pipeline, mode, image) !== void 0 ? [] : suitesOf(pipeline, mode, image).flatMap((suite) => plannedTest(suite, mode, image));
}
function plannedTest(suite, mode, image) {
  let runner = suite.runners[image.arch], markers = suite.markers[mode];
  if (runner === void 0 || markers === void 0) return [];
  let collectOnly = suite.collectOnly[image.arch];
  return [
    {
      suite: suite.id,
      image: image.id,
      ...collectOnly === void 0 ? {} : { collectOnly },
      markers: markersOf(markers, image.subject.id),
      runner,
      gpus: collectOnly === void 0 ? suite.gpus : 0,
      timeoutMinutes: suite.timeoutMinutes
    }
  ];
}

// pipeline/select.ts
function select(pipeline, event, changes, scope) {
  let occasion = occasionOf(pipeline, event);
  if (scope !== void 0 && !occasion.scopes.includes(scope)) throw notStarted(occasion, scope);
  let impact = impactOf(pipeline, changes), assigned = withParents(pipeline, occasion.mode, impact, assignParts(pipeline, occasion, impact)).map((part) => confine(part, scope)), parts = Object.fromEntries(assigned.map(({ part, decision }) => [part, decision])), planned = plannedImages(pipeline, occasion, impact, parts);
  return {
    mode: occasion.mode,
    ...scope === void 0 ? {} : { scope },
    parts,
    images: planned,
    tests: plannedTests(pipeline, occasion.mode, planned),
    deployments: parts.deployments.run ? plannedDeployments(pipeline, planned) : [],
    unclaimed: impact.unclaimed
  };
}
function assignParts(pipeline, occasion, impact) {
  return [
    assignCore(pipeline, occasion, impact),
    assignRust(pipeline, occasion, impact),
    assignFrameworks(pipeline, occasion, impact),
    ...pipeline.components.flatMap((component) => {
      let image = assignComponent(pipeline, occasion, impact, component);
      return component.checks.length === 0 ? [image] : [image, assignChecks(occasion, impact, component, image)];
    }),
    assignDeployments(pipeline, occasion)
  ];
}
function assignCore(pipeline, occasion, impact) {
  let { mode, scopes } = occasion;
  return mode !== "pull-request" ? { part: "core", scope: "suite", decision: runs("Main and release branches always build the core container.") } : scopes.includes("direct") ? { part: "core", scope: "direct", decision: decide(impact.everything ?? impact.core, "Only documentation changed.") } : { part: "core", scope: "backend", decision: decideMirroredCore(pipeline, occasion, impact) };
}
function decideMirroredCore(pipeline, occasion, impact) {
  return checkedDirectly(pipeline, occasion, "build the core container") ?? onMirrorAlone(occasion) ?? decide(impact.everything ?? impact.core, "Only documentation changed.");
}
function checkedDirectly(pipeline, { ref }, does) {
  return verdictCheck(pipeline, "direct") === void 0 ? void 0 : skips(`The direct checks of the same commit ${does}, not its ${ref} branch.`);
}
function onMirrorAlone({ trust }) {
  return trust === "fork" ? skips("The mirror branch of the pull request builds the core container.") : void 0;
}
function assignRust(pipeline, occasion, impact) {
  let { mode, scopes } = occasion;
  if (mode !== "pull-request")
    return { part: "rust", scope: "suite", decision: runs("Main and release branches always run the Rust checks.") };
  let decision = decide(impact.everything ?? impact.rust, "No changed file concerns Rust.");
  return scopes.includes("direct") ? { part: "rust", scope: "direct", decision } : { part: "rust", scope: "backend", decision: checkedDirectly(pipeline, occasion, "run the Rust checks") ?? onMirrorAlone(occasion) ?? decision };
}
function assignFrameworks(pipeline, occasion, impact) {
  if (occasion.mode !== "pull-request") {
    let count = images(pipeline, occasion.mode).length;
    return { part: "frameworks", scope: "suite", decision: runs(`Main and release branches always build all ${count} framework images.`) };
  }
  return { part: "frameworks", scope: "backend", decision: withoutIdentity(occasion, "framework images") ?? decide(impact.everything ?? frameworksWhy(impact), "No changed file concerns a framework.") };
}
function assignComponent(pipeline, occasion, impact, component) {
  let part = `component:${component.id}`, { mode, ref } = occasion, assign = (scope, decision) => ({ part, scope, decision });
  if (!component.modes.includes(mode)) return assign("suite", skips(`The ${component.title} is not built in ${mode} mode.`));
  if (mode === "pull-request") {
    let touched = impact.everything ?? impact.components.get(component.id);
    return assign(
      "backend",
      withoutIdentity(occasion, "component images") ?? decide(touched, `No changed file concerns the ${component.title}.`)
    );
  }
  if (ref === "release") return assign("suite", skips("Release branches build the frameworks' images alone."));
  if (isDeployed(pipeline, occasion, component))
    return assign("suite", runs(`The deployment tests install the ${component.title} of the same commit.`));
  let apart = mode !== "nightly" && !joined(pipeline, component.id, (id) => id === pipeline.deployments.operatorImage && deploys(pipeline, occasion));
  return assign(apart ? "backend" : "suite", runs(`Main always builds the ${component.title}.`));
}
function assignChecks({ event }, impact, { id, title: title2 }, image) {
  let part = `checks:${id}`;
  return event.name !== "merge_group" ? { ...image, part } : { ...image, part, decision: decide(impact.everything ?? impact.components.get(id), `No changed file concerns the ${title2}.`) };
}
function assignDeployments(pipeline, occasion) {
  return { part: "deployments", scope: occasion.mode === "pull-request" ? "backend" : "suite", decision: decideDeployments(pipeline, occasion) };
}
function decideDeployments(pipeline, occasion) {
  let { deployments, repository } = pipeline;
  return deploys(pipeline, occasion) ? runs(`Deployment tests run on every ${occasion.mode} run of ${repository.defaultBranch}.`) : deployments.tests.length === 0 ? skips("No deployment test is configured.") : occasion.ref === "main" ? skips(`Deployment tests run in ${deployments.modes.join(" and ")} mode only.`) : skips(`Deployment tests run from ${repository.defaultBranch} only.`);
}
function deploys({ deployments }, { ref, mode }) {
  return ref === "main" && deployments.modes.includes(mode) && deployments.tests.length > 0;
}
function isDeployed(pipeline, occasion, component) {
  return component.id === pipeline.deployments.operatorImage && deploys(pipeline, occasion);
}
function withoutIdentity({ event }, what) {
  if (event.name === "pull_request")
    return skips(`A pull request itself holds no identity to push ${what} with; its mirror branch builds them.`);
  if (event.name === "merge_group")
    return skips(`A merge group holds no identity to push ${what} with; the mirror branch built them, and main builds them again.`);
}
function frameworksWhy({ frameworks }) {
  let reasons = [...new Set(frameworks.values())];
  return reasons.length === 0 ? void 0 : reasons.join(" ");
}
function plannedImages(pipeline, { mode, tagPrefix }, impact, parts) {
  let ofFrameworks = parts.frameworks.run ? images(pipeline, mode, tagPrefix).flatMap((image) => withReason(image, frameworkWhy(mode, impact, image, parts))) : [], ofComponents = componentImages(pipeline, mode, tagPrefix).flatMap((image) => {
    let decision = parts[`component:${image.subject.id}`];
    return withReason(image, decision?.run ? decision.why : void 0);
  }), made = [...ofFrameworks, ...ofComponents];
  return [...made, ...baseImages(pipeline, made, tagPrefix).map((base) => ({ ...base, why: madeOfIt(pipeline, made, base) }))];
}
function frameworkWhy(mode, impact, image, parts) {
  return mode !== "pull-request" ? parts.frameworks.why : impact.everything ?? impact.frameworks.get(image.subject.id);
}
function withReason(image, why) {
  return why === void 0 ? [] : [{ ...image, why }];
}
function confine(assigned, scope) {
  return scope === void 0 || assigned.scope === scope || !assigned.decision.run ? assigned : { ...assigned, decision: skips(`${WORKFLOW_FILES[assigned.scope]} does this for the same event.`) };
}
function decide(touched, otherwise) {
  return touched === void 0 ? skips(otherwise) : runs(touched);
}
function runs(why) {
  return { run: !0, why };
}
function skips(why) {
  return { run: !1, why };
}
function notStarted({ event, scopes }, scope) {
  let started = scopes.map((each) => WORKFLOW_FILES[each]).join(" and ");
  return new UnknownEventError(
    `event ${JSON.stringify(event.name)} on ref ${JSON.stringify(event.ref)} does not start ${WORKFLOW_FILES[scope]}: it starts ${started}`
  );
}

// workflows/legs.ts
var PLAN_JOB = "plan", CORE_JOB = "core";
function deploymentsJob(framework) {
  return `deployments-${framework}`;
}
function checksJob(component) {
  return `${component}-checks`;
}
function occasions(pipeline, scope) {
  let { defaultBranch, releaseBranches, mirrorBranchPrefix } = pipeline.repository, main2 = `refs/heads/${defaultBranch}`;
  return [
    { name: "pull_request", ref: "refs/pull/1/merge" },
    { name: "push", ref: `refs/heads/${mirrorBranchPrefix}1` },
    { name: "push", ref: main2 },
    { name: "push", ref: `refs/heads/${releaseBranches.replaceAll("*", "1")}` },
    { name: "schedule", ref: main2 },
    ...pipeline.mergeQueue === void 0 ? [] : [{ name: "merge_group", ref: `refs/heads/${queueBranch(pipeline.repository, "pr-1-0")}` }]
  ].filter((event) => occasionOf(pipeline, event).scopes.includes(scope));
}
function imageLegs(pipeline, scope) {
  let legs = /* @__PURE__ */ new Map();
  for (let event of occasions(pipeline, scope)) {
    let { mode, trust } = occasionOf(pipeline, event);
    if (trust !== "fork")
      for (let image of select(pipeline, event, everythingChanged, scope).images) {
        let jobId = imageJob(scope, trust, image.id), known = legs.get(jobId), parents = parentsOf(pipeline, image).map(({ arg, image: { id } }) => ({ arg, image: id, jobId: imageJob(scope, trust, id) }));
        legs.set(jobId, { jobId, image: known?.image ?? image, trust, modes: [.../* @__PURE__ */ new Set([...known?.modes ?? [], mode])], parents });
      }
  }
  return [...legs.values()];
}
function deploymentsJobs(pipeline, legs = imageLegs(pipeline, "suite")) {
  let { tests, modes } = pipeline.deployments, tested = new Set(tests.map(({ framework }) => framework)), deploying = legs.filter((leg) => modes.length === 0 || leg.modes.some((mode) => modes.includes(mode)));
  return pipeline.frameworks.flatMap(({ id }) => {
    if (tested.size > 0 && !tested.has(id)) return [];
    let image = deployedImage(deploying.map((leg2) => leg2.image), id), leg = deploying.find((each) => each.image === image);
    return leg === void 0 ? [] : [{ id: deploymentsJob(id), framework: id, imageJob: leg.jobId }];
  });
}
function imageJob(scope, trust, image) {
  return scope === "backend" && trust === "protected" ? `${image}-main` : image;
}
var everythingChanged = { known: !1, why: "Everything is asked for." };
function checksCore(pipeline, scope) {
  return scope !== "backend" || verdictCheck(pipeline, "direct") === void 0;
}
function switchedJobs(pipeline, scope) {
  let legs = imageLegs(pipeline, scope);
  return [
    ...checksCore(pipeline, scope) ? [{ id: CORE_JOB, decide: ({ parts }) => either(parts.core, parts.rust) }] : [],
    ...checkedComponents(pipeline, legs).map((id) => ({ id: checksJob(id), decide: (plan) => partOf(plan, `checks:${id}`) })),
    ...legs.map((leg) => ({ id: leg.jobId, decide: (plan) => decideLeg(leg, plan) })),
    ...scope === "suite" ? deploymentsJobs(pipeline, legs).map(({ id, framework }) => ({ id, decide: (plan) => decideDeployments2(framework, plan) })) : []
  ];
}
function checkedComponents(pipeline, legs) {
  let built = new Set(legs.map(({ image }) => image.subject.id));
  return pipeline.components.filter(({ id, checks }) => checks.length > 0 && built.has(id)).map(({ id }) => id);
}
function decideLeg(leg, plan) {
  let planned = plan.images.find(({ id }) => id === leg.image.id), ofThisTrust = plan.mode === "pull-request" == (leg.trust === "mirror");
  if (planned && ofThisTrust) return { run: !0, why: planned.why };
  if (!ofThisTrust) return { run: !1, why: leg.trust === "mirror" ? "Built on mirror branches only." : "Built on main and release branches only." };
  let { subject } = leg.image;
  if (subject.kind === "base") return { run: !1, why: "No image that is built is made of it." };
  let part = partOf(plan, subject.kind === "framework" ? "frameworks" : `component:${subject.id}`);
  return { run: !1, why: part.run ? "No changed file concerns it." : part.why };
}
function decideDeployments2(framework, { parts: { deployments }, deployments: planned }) {
  let hasGraph = planned.some((each) => each.framework === framework);
  return deployments.run && !hasGraph ? { run: !1, why: `No graph of ${framework} is to be deployed.` } : deployments;
}
function partOf(plan, part) {
  return plan.parts[part] ?? { run: !1, why: "The pipeline has no such part." };
}
function either(first, second) {
  return first.run && second.run && first.why !== second.why ? { run: !0, why: `${first.why} ${second.why}` } : first.run ? first : second.run ? second : first;
}

// workflows/markdown.ts
function cell(text) {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/[\r\n]+/g, " ");
}

// workflows/judge.ts
function judge(needs, selected) {
  let plan = needs[PLAN_JOB]?.result ?? "missing";
  if (plan !== "success") return failed(needs, `The plan ${said(plan)}, so nothing is known of what should have run.`);
  if (selected === void 0 || !Array.isArray(selected)) return failed(needs, "The plan put out no list of jobs.");
  let ids = Object.keys(needs).filter((id) => id !== PLAN_JOB), rows = ids.map((job) => ({ job, planned: selected.includes(job), result: needs[job]?.result ?? "missing" })), problems = [...causesFirst(rows).flatMap(problemOf), ...selected.filter((job) => !ids.includes(job)).map((job) => ({ job, what: "The plan runs it, but the verdict does not wait for it." }))];
  return { passed: problems.length === 0, problems, rows };
}
function failed(needs, what) {
  return { passed: !1, problems: [{ job: PLAN_JOB, what }], rows: Object.entries(needs).map(([job, { result }]) => ({ job, planned: void 0, result })) };
}
function causesFirst(rows) {
  return [...rows.filter(({ result }) => result !== "skipped"), ...rows.filter(({ result }) => result === "skipped")];
}
function problemOf({ job, planned, result }) {
  return planned && result !== "success" ? [{ job, what: `The plan runs it, and it ${said(result)}.` }] : !planned && result !== "skipped" ? [{ job, what: `The plan does not run it, but it ${said(result)}.` }] : [];
}
function said(result) {
  switch (result) {
    case "success":
      return "succeeded";
    case "failure":
      return "failed";
    case "cancelled":
      return "was cancelled";
    case "skipped":
      return "was skipped";
    default:
      return `has the result ${JSON.stringify(result)}`;
  }
}
function verdictSummary(verdict, runUrl) {
  let lines = verdict.problems.map(({ job, what }) => `- **${cell(job)}**: ${cell(what)}`), rows = verdict.rows.map(({ job, planned, result }) => `| ${cell(job)} | ${planned === void 0 ? "not known" : planned ? "runs" : "does not run"} | ${cell(result)} |`);
  return [
    verdict.passed ? "## Passed: everything that the plan runs succeeded" : "## Failed",
    "",
    ...lines.length > 0 ? [...lines, "", `Logs are in [the run's jobs](${runUrl}).`, ""] : [],
    "| Job | Plan | Result |",
    "| --- | --- | --- |",
    ...rows,
    ""
  ].join(`
`);
}

// workflows/runtime/git.ts
import { spawnSync } from "node:child_process";
var OUTPUT_BYTES = 256 * 1024 * 1024;
function changedBetween(git, base, head) {
  let missing = [base, head].filter((commit) => !has(git, commit));
  return missing.length > 0 && run(git, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1", "--filter=blob:none", "origin", ...missing]), parse(run(git, ["diff-tree", "-r", "-z", "--no-renames", "--name-status", base, head]));
}
function has(git, commit) {
  return spawnSync("git", ["cat-file", "-e", `${commit}^{tree}`], { cwd: git.directory, env: { ...process.env, GIT_NO_LAZY_FETCH: "1" } }).status === 0;
}
function run(git, args) {
  let result = spawnSync("git", args, { cwd: git.directory, env: { ...process.env, ...credentials(git) }, encoding: "utf8", maxBuffer: OUTPUT_BYTES });
  if (result.error) throw new ProgramError(`git ${args[0]}: ${result.error.message}`);
  if (result.status !== 0) throw new ProgramError(`git ${args[0]}: ${result.stderr.trim().split(`
`).at(-1) ?? "failed"}`);
  return result.stdout;
}
function credentials({ token, serverUrl }) {
  let basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`
  };
}
var STATUS = { A: "added", D: "removed" };
function parse(output) {
  let fields = output.split("\0"), files = [];
  for (let index = 0; index + 1 < fields.length; index += 2)
    files.push({ path: fields[index + 1] ?? "", status: STATUS[fields[index] ?? ""] ?? "modified" });
  return files;
}

// workflows/runtime/changes.ts
var PULL_FILES_LIMIT = 3e3, PAGE = 100, COMPARE_FILES_LIMIT = 300, NO_COMMIT = /^0*$/;
async function findChanges(github, git, question) {
  try {
    return await ask(github, git, question);
  } catch (error) {
    let why = error instanceof Error ? error.message : String(error);
    return unknown(`The changed files could not be found: ${why}.`);
  }
}
async function ask(github, git, question) {
  let { eventName, payload, ref, branches } = question;
  switch (eventName) {
    case "pull_request": {
      let { number, head } = payload.pull_request ?? {};
      return number === void 0 || head === void 0 ? unknown("The event names no pull request.") : ofPull(github, git, question, number, head.sha);
    }
    case "merge_group":
      return payload.merge_group === void 0 ? unknown("The event names no merge group.") : ofComparison(github, git, question, payload.merge_group.base_sha, payload.merge_group.head_sha);
    case "push": {
      let mirrored = mirroredPull(ref, branches.mirrorBranchPrefix);
      return mirrored === void 0 ? ofPush(github, git, question) : ofPull(github, git, question, mirrored, question.sha);
    }
    default:
      return unknown(`A ${eventName} run has no changed files: it takes everything.`);
  }
}
function mirroredPull(ref, prefix) {
  let branch = `refs/heads/${prefix}`, number = ref.startsWith(branch) ? ref.slice(branch.length) : "";
  return /^[0-9]+$/.test(number) ? Number(number) : void 0;
}
async function ofPull(github, git, question, number, sha) {
  let pull = await github.get(`/repos/${question.repository}/pulls/${number}`);
  return pull.base.ref !== question.branches.defaultBranch ? ofOtherBase(github, git, question, pull.base.ref, sha) : pull.head.sha !== sha ? ofComparison(github, git, question, pull.base.ref, sha) : pullFiles(github, git, question, number, pull);
}
async function ofOtherBase(github, git, question, base, sha) {
  let { defaultBranch, releaseBranches } = question.branches;
  return compilePatterns([releaseBranches])(base) ? unknown(`The pull request goes into the release branch ${base}, and a check counts for every branch that it may be moved to.`) : ofComparison(github, git, question, defaultBranch, sha);
}
async function pullFiles(github, git, question, number, pull) {
  if (pull.changed_files > PULL_FILES_LIMIT) return ofComparison(github, git, question, pull.base.ref, pull.head.sha);
  let files = [];
  for (let page = 1; files.length < pull.changed_files; page++) {
    let listed = await github.get(`/repos/${question.repository}/pulls/${number}/files?per_page=${PAGE}&page=${page}`);
    if (files.push(...listed.map(toChangedFile)), listed.length < PAGE) break;
  }
  return files.length !== pull.changed_files ? ofComparison(github, git, question, pull.base.ref, pull.head.sha) : { known: !0, files };
}
async function ofPush(github, git, question) {
  let { before } = question.payload;
  return before === void 0 || NO_COMMIT.test(before) ? unknown("This is the first push of the branch, so there is nothing to compare with.") : question.payload.forced ? unknown("The branch was force-pushed, so what it held before says nothing of this commit.") : ofComparison(github, git, question, before, question.sha);
}
async function ofComparison(github, git, question, base, head) {
  let path = `/repos/${question.repository}/compare/${encodeURIComponent(base)}...${head}?per_page=1`, comparison = await github.get(path).catch((error) => {
    if (!(error instanceof ApiError && error.status === 404))
      throw error;
  });
  if (comparison === void 0) return unknown(`GitHub does not know ${base}, so there is nothing to compare with.`);
  let { files, merge_base_commit } = comparison;
  return files !== void 0 && files.length < COMPARE_FILES_LIMIT ? { known: !0, files: files.map(toChangedFile) } : { known: !0, files: changedBetween(git, merge_base_commit.sha, head) };
}
function toChangedFile({ filename, status, previous_filename }) {
  return status === "renamed" && previous_filename !== void 0 ? { path: filename, status: "renamed", previousPath: previous_filename } : status === "added" || status === "copied" ? { path: filename, status: "added" } : { path: filename, status: status === "removed" ? "removed" : "modified" };
}
function unknown(why) {
  return { known: !1, why };
}

// workflows/skip-marks.ts
var SKIP_MARKS = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"], SKIP_TRAILER = /^skip-checks: ?true$/im;
function skipMark(text) {
  let lower = text.toLowerCase();
  return SKIP_MARKS.find((mark) => lower.includes(mark)) ?? SKIP_TRAILER.exec(text.replaceAll("\r", ""))?.[0];
}

// workflows/names.ts
var WORKFLOW_FOLDER = ".github/workflows";

// workflows/runtime/verdicts/provenance.ts
var SETTLING_MS = 6e4;
function isProtected({ defaultBranch, releaseBranches }, branch) {
  return branch === defaultBranch || compilePatterns([releaseBranches])(branch);
}
async function doubtsAbout(facts, pull) {
  let changes = await facts.baseChanges(pull.number), others = (await facts.pullsOf(pull.head.label)).filter((other) => other.number !== pull.number && other.head.repo?.id === pull.head.repo?.id), doubtful = [];
  for (let other of others)
    other.base.ref === pull.base.ref && (await facts.baseChanges(other.number)).length === 0 || doubtful.push({ number: other.number, from: Date.parse(other.created_at), until: endOf(other, pull.head.sha) });
  return { before: changes.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...changes) + SETTLING_MS, others: doubtful };
}
function endOf({ closed_at, head }, sha) {
  return closed_at === null || head.sha === sha ? Number.POSITIVE_INFINITY : Date.parse(closed_at) + SETTLING_MS;
}
function doubt({ created_at }, { before, others }) {
  let created = Date.parse(created_at);
  if (!(created > before)) return "it may be of the base that the pull request had before. Close and reopen the pull request";
  let other = others.find(({ from, until }) => created >= from && created <= until);
  return other === void 0 ? void 0 : `it may be of pull request #${other.number}, which is of the same branch and goes elsewhere. Close that one and push another commit`;
}
function runOf(subject, runs2, doubtful, { file, mirror }) {
  let path = `${WORKFLOW_FOLDER}/${file}`, doubts = runs2.filter((run3) => run3.head_sha === subject.sha && run3.path.replace(/@.*$/, "") === path && belongs(subject, run3, mirror)).sort((one, other) => other.id - one.id).map((run3) => ({ run: run3, why: subject.kind === "pull" && mirror === void 0 ? doubt(run3, doubtful) : void 0 })), counting = doubts.find(({ why }) => why === void 0);
  if (counting !== void 0) return { run: counting.run };
  let [first] = doubts;
  return { why: first === void 0 ? `No run of ${file} is there yet.` : `[The run of ${file}](${first.run.html_url}) does not count: ${first.why}.` };
}
function belongs(subject, run3, mirror) {
  if (subject.kind === "group") return run3.event === "merge_group" && run3.head_branch === subject.branch;
  if (mirror !== void 0) return run3.event === "push" && run3.head_branch === mirror;
  let { ref, repo } = subject.pull.head;
  return run3.event === "pull_request" && run3.head_branch === ref && repo !== null && run3.head_repository?.id === repo.id;
}
function groupBase(repository, branch) {
  if (queuedPullRequest(repository, `refs/heads/${branch}`) !== void 0)
    return /-([0-9a-f]{40})$/.exec(branch)?.[1];
}
async function changedGateFiles(facts, subject, files, folders) {
  let [base, head] = [await facts.folder(WORKFLOW_FOLDER, subject.base), await facts.folder(WORKFLOW_FOLDER, subject.sha)], changed = files.filter((file) => base.get(file) === void 0 || base.get(file) !== head.get(file)).map((file) => `${WORKFLOW_FOLDER}/${file}`);
  for (let folder of folders) {
    let [before, after] = [await facts.folder(folder, subject.base), await facts.folder(folder, subject.sha)];
    for (let name of /* @__PURE__ */ new Set([...before.keys(), ...after.keys()])) before.get(name) !== after.get(name) && changed.push(`${folder}/${name}`);
    before.size === 0 && changed.push(folder);
  }
  return changed.sort();
}

// workflows/runtime/verdicts/judge.ts
function gateFiles(pipeline) {
  let called = [WORKFLOWS.image.file, WORKFLOWS.imagePublish.file];
  return [.../* @__PURE__ */ new Set([...reportedByJobs(pipeline).map(workflowFileOf), ...called])].sort();
}
async function judgeSubject(bench, subject, contexts, runs2) {
  let { facts, pipeline } = bench, changed = await changedGateFiles(facts, subject, gateFiles(pipeline), [PROGRAM_FOLDER]);
  if (changed.length > 0) return contexts.map((context) => ({ context, state: "failure", ...changedText(subject, changed) }));
  let skipping = subject.kind === "pull" ? await skippingText(facts, subject.pull) : void 0;
  if (skipping !== void 0) return contexts.map((context) => ({ context, state: "failure", ...skipping }));
  let doubtful = subject.kind === "pull" ? await doubtsAbout(facts, subject.pull) : { before: Number.NEGATIVE_INFINITY, others: [] }, verdicts = [];
  for (let context of contexts) {
    let check = pipeline.requiredChecks.filter(isReportedByJob).find((each) => each.context === context);
    verdicts.push(check === void 0 ? unknownCheck(context, subject) : await judgeCheck(bench, subject, check, runOf(subject, runs2, doubtful, wantedOf(pipeline, subject, check))));
  }
  return verdicts;
}
function changedText({ base }, changed) {
  return {
    title: `Files that decide on this commit are not those of ${base}`,
    summary: [
      `What ran on this commit ran files of its own, and ${base}'s decide. These differ:`,
      "",
      ...changed.map((path) => `- \`${path.replaceAll("`", "")}\``),
      "",
      `If you did not change them, ${base} did meanwhile: merge ${base} into the branch. They are written from the stack's config: change them there.`
    ].join(`
`)
  };
}
async function skippingText(facts, { number, title: title2, body }) {
  let found = [["title", title2], ["description", body ?? ""], ...(await facts.messages(number)).map((message) => ["commit message", message])].flatMap(([where, text]) => skipMark(text) === void 0 ? [] : [{ where, mark: skipMark(text) }])[0];
  if (found !== void 0)
    return { title: `The ${found.where} holds ${found.mark}`, summary: `The merge commit's message is made of it, and then the suite of the base branch does not run on what was merged. Take \`${found.mark}\` out of the ${found.where}.` };
}
function unknownCheck(context, { base }) {
  return { context, state: "failure", title: `${base} has no such check`, summary: `The pipeline of ${base} does not know the check. Bring it there by the stack.` };
}
function wantedOf({ repository }, subject, check) {
  let mirrored = check.kind === "verdict" && check.of === "backend" && subject.kind === "pull";
  return { file: workflowFileOf(check), ...mirrored ? { mirror: `${repository.mirrorBranchPrefix}${subject.pull.number}` } : {} };
}
async function judgeCheck(bench, subject, check, found) {
  let { context } = check;
  if (found.run === void 0) return { context, state: "waiting", title: "Waiting for a run", summary: found.why };
  let { run: run3 } = found, about = { context, url: run3.html_url };
  if (run3.status !== "completed") return { ...about, state: "waiting", title: `The run is ${run3.status}`, summary: `[The run](${run3.html_url}), attempt ${run3.run_attempt}.` };
  let jobs = await bench.facts.jobs(run3), own = jobs.filter(({ name }) => name === context), reported = own.length === 1 ? own[0].conclusion ?? own[0].status : `there ${own.length} times`;
  if (run3.conclusion !== "success" || reported !== "success")
    return { ...about, state: "failure", title: `The run ended with ${run3.conclusion ?? "nothing"}`, summary: `[The run](${run3.html_url}), attempt ${run3.run_attempt}, ended with ${run3.conclusion ?? "nothing"}; its job \`${context}\` is ${reported}.` };
  if (check.kind === "run") return { ...about, state: "success", title: "Passed", summary: ranText(subject, run3) };
  let planned = await plannedJobs(bench, subject, check), verdict = judge(resultsOf(bench.pipeline, check.of, jobs), planned);
  return { ...about, state: verdict.passed ? "success" : "failure", title: verdict.passed ? "Passed" : verdict.problems[0]?.what ?? "Failed", summary: `${ranText(subject, run3)}

${verdictSummary(verdict, run3.html_url)}` };
}
function ranText({ base }, run3) {
  return `Files of ${base} ran, in [run ${run3.id}](${run3.html_url}), attempt ${run3.run_attempt}.`;
}
async function plannedJobs({ facts, git, pipeline }, subject, { of: scope }) {
  let { event, payload } = happened(pipeline, subject, scope), { github, repository } = facts, changes = await findChanges(github, git, { repository, eventName: event.name, ref: event.ref, sha: subject.sha, payload, branches: pipeline.repository }), plan = select(pipeline, event, changes, scope);
  return switchedJobs(pipeline, scope).filter(({ decide: decide2 }) => decide2(plan).run).map(({ id }) => id);
}
function happened(pipeline, subject, scope) {
  if (subject.kind === "group") {
    let base = groupBase(pipeline.repository, subject.branch);
    if (base === void 0) throw new ProgramError(`the merge group's branch ${JSON.stringify(subject.branch)} names no commit`);
    return { event: { name: "merge_group", ref: `refs/heads/${subject.branch}` }, payload: { merge_group: { base_sha: base, head_sha: subject.sha } } };
  }
  let { number, head } = subject.pull;
  return scope === "backend" ? { event: { name: "push", ref: `refs/heads/${pipeline.repository.mirrorBranchPrefix}${number}` }, payload: {} } : { event: { name: "pull_request", ref: `refs/pull/${number}/merge` }, payload: { pull_request: { number, head } } };
}
function resultsOf(pipeline, scope, jobs) {
  let ids = [PLAN_JOB, ...switchedJobs(pipeline, scope).map(({ id }) => id)];
  return Object.fromEntries(ids.map((id) => [id, { result: combined(jobs.filter(({ name }) => name === id || name.startsWith(`${id} / `))) }]));
}
function combined(jobs) {
  let results = jobs.map(({ conclusion, status }) => conclusion ?? status);
  return results.length === 0 ? "missing" : results.find((result) => result !== "success" && result !== "skipped") ?? (results.includes("success") ? "success" : "skipped");
}

// workflows/runtime/verdicts/report.ts
var STATES = ["failure", "waiting", "success"];
function worst(verdicts) {
  let all = verdicts.flat();
  return [...new Set(all.map(({ context }) => context))].flatMap((context) => STATES.flatMap((state) => all.filter((verdict) => verdict.context === context && verdict.state === state)).slice(0, 1));
}
async function report(reader, writer, root, appId, sha, verdicts) {
  let reported = [];
  for (let verdict of verdicts) {
    let last = await latest(reader, `${root}/commits/${sha}/check-runs?check_name=${encodeURIComponent(verdict.context)}&app_id=${appId}&filter=all&per_page=100`);
    last !== void 0 && last.output.title === title(verdict) && (last.status === "completed" ? last.conclusion : "waiting") === verdict.state || (await writer.call("POST", `${root}/check-runs`, checkRun(sha, verdict)), reported.push(`${verdict.context}: ${verdict.state}, ${title(verdict)}`));
  }
  return reported;
}
function checkRun(sha, verdict) {
  let { context, state, summary, url } = verdict;
  return {
    name: context,
    head_sha: sha,
    ...state === "waiting" ? { status: "queued" } : { status: "completed", conclusion: state },
    ...url === void 0 ? {} : { details_url: url },
    output: { title: title(verdict), summary: summary.slice(0, 6e4) }
  };
}
function title(verdict) {
  return verdict.title.replace(/\s+/g, " ").slice(0, 200);
}
async function latest(reader, path) {
  let { check_runs } = await reader.get(path);
  return check_runs.reduce((last, run3) => last === void 0 || run3.id > last.id ? run3 : last, void 0);
}

// workflows/runtime/verdicts/commit.ts
async function subjectsOf(facts, { repository }, { event, head_sha: sha, head_branch: branch }) {
  return event === "merge_group" ? branch === null || groupBase(repository, branch) === void 0 ? [] : [{ kind: "group", branch, sha, base: repository.defaultBranch }] : (await facts.openPulls()).filter(({ head, base }) => head.sha === sha && isProtected(repository, base.ref)).map((pull) => ({ kind: "pull", pull, sha, base: pull.base.ref }));
}
async function judgeCommit(facts, git, pipeline, occasion) {
  let contexts = reportedByJobs(pipeline).map(({ context }) => context), subjects = await subjectsOf(facts, pipeline, occasion), runs2 = subjects.length === 0 ? [] : await facts.runs(occasion.head_sha), verdicts = [];
  for (let subject of subjects) verdicts.push(await judgeOrRefuse(facts, git, pipeline, subject, contexts, runs2));
  return worst(verdicts);
}
async function judgeOrRefuse(facts, git, pipeline, subject, contexts, runs2) {
  try {
    return await judgeSubject({ facts, git, pipeline: await pipelineOf(facts, pipeline, subject) }, subject, contexts, runs2);
  } catch (error) {
    let why = error instanceof Error ? error.message : String(error);
    return contexts.map((context) => ({ context, state: "failure", title: "It could not be judged", summary: `${why}. Run any of the pull request's checks again.` }));
  }
}
async function pipelineOf(facts, pipeline, { base }) {
  return base === pipeline.repository.defaultBranch ? pipeline : JSON.parse(await facts.file(PIPELINE_PATH, base));
}
function signature(runs2) {
  return runs2.map(({ id, run_attempt, status, conclusion }) => `${id} ${run_attempt} ${status} ${String(conclusion)}`).sort().join(`
`);
}

// workflows/runtime/verdicts/facts.ts
var PAGE2 = 100, MOST_PAGES = 20, Facts = class {
  constructor(github, repository) {
    this.github = github;
    this.repository = repository;
  }
  github;
  repository;
  openPulls() {
    return this.pages("/pulls?state=open", (page) => page);
  }
  pull(number) {
    return this.github.get(`${this.root}/pulls/${number}`);
  }
  /** Every pull request that was ever opened from a branch of a repository, `OWNER:BRANCH`, open or not. */
  pullsOf(label) {
    return this.pages(`/pulls?state=all&head=${encodeURIComponent(label)}`, (page) => page);
  }
  /** Messages of a pull request's commits, which a squash puts together. GitHub lists 250 at most (REST, "List commits on a pull request"). */
  async messages(number) {
    return (await this.pages(`/pulls/${number}/commits`, (page) => page)).map(({ commit }) => commit.message);
  }
  /** When the base of a pull request was changed, by people or by GitHub (docs.github.com, "Issue event types"). */
  async baseChanges(number) {
    return (await this.pages(`/issues/${number}/events`, (page) => page)).filter(({ event }) => event === "base_ref_changed" || event === "automatic_base_change_succeeded").map(({ created_at }) => Date.parse(created_at));
  }
  runs(sha) {
    return this.pages(`/actions/runs?head_sha=${sha}`, ({ workflow_runs }) => workflow_runs);
  }
  /** The jobs of a run, each of its latest attempt. */
  jobs({ id }) {
    return this.pages(`/actions/runs/${id}/jobs?filter=latest`, ({ jobs }) => jobs);
  }
  /** What a folder holds at a commit or branch: name to kind and digest. Empty where there is no such folder. */
  async folder(path, ref) {
    let entries = await this.github.get(`${this.root}/contents/${path}?ref=${encodeURIComponent(ref)}`).catch(absent);
    return new Map((Array.isArray(entries) ? entries : []).map(({ name, type, sha }) => [name, `${type} ${sha}`]));
  }
  /** The text of a file at a branch. @throws ApiError where there is none */
  async file(path, ref) {
    let { content } = await this.github.get(`${this.root}/contents/${path}?ref=${encodeURIComponent(ref)}`);
    return Buffer.from(content, "base64").toString("utf8");
  }
  get root() {
    return `/repos/${this.repository}`;
  }
  async pages(path, itemsOf) {
    let all = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      let items = itemsOf(await this.github.get(`${this.root}${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE2}&page=${page}`));
      if (all.push(...items), items.length < PAGE2) return all;
    }
    throw new ProgramError(`${path} lists more than ${MOST_PAGES * PAGE2}: that is not judged`);
  }
};
function absent(error) {
  if (!(error instanceof ApiError && error.status === 404))
    throw error;
}

// workflows/runtime/verdict-app.ts
var MOST_ROUNDS = 5;
async function run2(env) {
  let pipeline = readJson(PIPELINE_PATH), { workflow_run: occasion } = readJson(required(env, "GITHUB_EVENT_PATH"));
  if (pipeline.verdictApp === void 0 || occasion === void 0) throw new ProgramError("this program is for the event workflow_run, where the pipeline has a verdict app");
  let { appId } = pipeline.verdictApp, repository = required(env, "GITHUB_REPOSITORY"), reader = new GitHub(env), facts = new Facts(reader, repository), git = { directory: process.cwd(), token: required(env, "GITHUB_TOKEN"), serverUrl: required(env, "GITHUB_SERVER_URL") }, writer;
  for (let round = 1, before = ""; round <= MOST_ROUNDS; round++) {
    let now = signature(await facts.runs(occasion.head_sha));
    if (round > 1 && now === before) return;
    before = now;
    let verdicts = await judgeCommit(facts, git, pipeline, occasion);
    if (verdicts.length === 0) return console.log(`${occasion.head_sha} is the head of no open pull request into a protected branch, and no merge group.`);
    writer ??= new GitHub(env, await appToken(env, { appId, privateKey: required(env, VERDICT_SECRET), repository, permissions: { checks: "write" } }));
    let reported = await report(reader, writer, facts.root, appId, occasion.head_sha, verdicts);
    addSummary(env, [`Commit \`${occasion.head_sha}\``, "", ...reported.length === 0 ? ["- nothing new"] : reported.map((line) => `- ${line.replace(/[<>|`*_[\]]/g, " ")}`), ""].join(`
`));
  }
}
main("Verdicts", () => run2(process.env));
