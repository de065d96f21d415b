// SPDX-License-Identifier: Apache-2.0

/** Light, dark and paper; every pair of colours that text is made of has a contrast of 4.5:1 and more (WCAG 2.2, 1.4.3). */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --soft: #f6f8fa; --accent: #0550ae;
  --pass: #116329; --fail: #a40e26; --warn: #7d4e00; --note: #57606a; --mark: #fff8c5; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --faint: #9aa4af; --line: #30363d; --soft: #161b22; --accent: #79b8ff;
  --pass: #56d364; --fail: #ff8b83; --warn: #e3b341; --note: #9aa4af; --mark: #2d2a12; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 6rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; } p { margin: .25rem 0; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: .75rem; } a { color: var(--accent); }
code, pre { font: .8125rem/1.5 ui-monospace, monospace; } .faint { color: var(--faint); font-size: .875rem; font-weight: 400; }
.pass { color: var(--pass); } .fail, .error { color: var(--fail); } .warning, .nothing-checked { color: var(--warn); } .note { color: var(--note); } .whole { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; min-width: 36rem; overflow-wrap: normal; } th, td { text-align: left; padding: .45rem 1rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--faint); font-size: .875rem; } tbody th { font-weight: 600; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td code { overflow-wrap: anywhere; } .scroll { overflow-x: auto; }
.bar { display: block; width: 9rem; height: .5rem; margin-top: .5rem; } .bar .whole { fill: var(--line); } .bar .part { fill: var(--accent); } .bar .tick { stroke: var(--ink); stroke-width: 1; }
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; align-items: end; margin: 1rem 0; }
label { display: grid; gap: .2rem; font-size: .875rem; color: var(--faint); } .wide { grid-column: 1 / -1; }
input, select, button { font: inherit; color: var(--ink); background: var(--soft); border: 1px solid var(--line); border-radius: .375rem; padding: .4rem .6rem; min-width: 0; }
.buttons { white-space: nowrap; margin: 0; } button { cursor: pointer; } :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 .75rem; content-visibility: auto; contain-intrinsic-size: auto 11rem; }
article > header { display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline; font-size: .875rem; } article h3 { margin: .25rem 0; font-size: 1rem; font-weight: 600; }
article.waived { border-style: dashed; } article:focus { background: var(--mark); } .permalink { margin-left: auto; }
pre { background: var(--soft); border-radius: .375rem; padding: .5rem .75rem; margin: .5rem 0; overflow-x: auto; overflow-wrap: normal; }
summary { cursor: pointer; color: var(--faint); font-size: .875rem; } details p { max-width: 44rem; }
dialog { border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); color: var(--ink); padding: 1.5rem; }
kbd { border: 1px solid var(--line); border-radius: .25rem; padding: 0 .35rem; background: var(--soft); font: .8125rem ui-monospace, monospace; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: .5rem; }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --soft: #f6f6f6; --accent: #0550ae; --pass: #116329; --fail: #a40e26; --warn: #7d4e00; --note: #444; }
  body { max-width: none; padding: 0; font-size: .75rem; } form, nav, .skip, dialog, .permalink { display: none; } article { content-visibility: visible; break-inside: avoid; } .scroll { overflow: visible; } }
`;
