/**
 * The style of a page, in light and in dark. Every pair of text and background has a contrast of 4.5 to 1 or more (WCAG 2.2, 1.4.3), which the
 * tests measure in a browser.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1f2328; --quiet: #57606a; --page: #ffffff; --panel: #f6f8fa; --line: #d0d7de;
  --bad: #a40e26; --warning: #7d4e00; --note: #0550ae; --good: #116329;
  --added: #0b4f22; --added-back: #dafbe1; --removed: #82071e; --removed-back: #ffebe9; --at: #4b3a8c; --at-back: #f1ecff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --quiet: #9ea7b3; --page: #0d1117; --panel: #161b22; --line: #3d444d;
    --bad: #ff9a8f; --warning: #e3b341; --note: #79c0ff; --good: #56d364;
    --added: #aff5b4; --added-back: #033a16; --removed: #ffdcd7; --removed-back: #67060c; --at: #d2c4ff; --at-back: #251d4a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main, nav, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin: 1.5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
p { margin: .5rem 0; }
ul { margin: .4rem 0; padding-left: 1.4rem; }
li { margin: .2rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0 0; }
nav span { color: var(--quiet); }
a { color: var(--note); }
code { font: .875em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 0 .25em; overflow-wrap: anywhere; }
.callout { border-left: 5px solid; background: var(--panel); padding: .6rem 1rem; border-radius: 0 6px 6px 0; }
.bad { border-color: var(--bad); } .warning { border-color: var(--warning); } .note { border-color: var(--note); } .good { border-color: var(--good); }
h1 .mark { display: inline-block; width: .8em; height: .8em; border-radius: 50%; border-width: .4em; border-style: solid; margin-right: .5em; vertical-align: -.02em; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; min-width: 50%; }
th, td { border: 1px solid var(--line); padding: .35rem .7rem; text-align: left; vertical-align: top; }
th { background: var(--panel); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .35rem .9rem; }
details[open] { padding-bottom: .7rem; }
summary { cursor: pointer; padding: .15rem 0; }
pre { margin: .5rem 0; padding: .6rem 0; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; font: .8125rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; tab-size: 4; }
pre code { all: unset; }
pre.output { padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre span { display: block; padding: 0 .8rem; min-width: max-content; }
pre .added { color: var(--added); background: var(--added-back); }
pre .removed { color: var(--removed); background: var(--removed-back); }
pre .at { color: var(--at); background: var(--at-back); }
figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; }
:focus-visible { outline: 3px solid var(--note); outline-offset: 2px; }
footer { color: var(--quiet); margin-top: 3rem; border-top: 1px solid var(--line); padding-bottom: 2rem; }
footer code { background: none; border: 0; padding: 0; }
@media print { details { break-inside: avoid; } nav { display: none; } }
`;
