// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawPage, markup, REPORTERS } from '../../src/report/index.ts';
import { CLEAN, everything, failingGate, finding, PLAIN, reportOf } from './samples.ts';

describe('markup', () => {
  it('escapes what is put in, and leaves markup as it is', () => {
    const inner = markup`<b>${'<&>'}</b>`;
    expect(markup`<p title="${'"\''}">${inner}${['a<', inner, 3]}</p>`.toString()).toBe(
      '<p title="&quot;&apos;"><b>&lt;&amp;&gt;</b>a&lt;<b>&lt;&amp;&gt;</b>3</p>',
    );
  });

  it('shows what cannot be seen', () => {
    expect(markup`${'a\u202Eb\x1b[31m\nc'}`.toString()).toBe('a\\u202eb\\u001b[31m\\nc');
  });
});

describe('the page', () => {
  const page = REPORTERS.html(reportOf(everything()), PLAIN);

  it('lets nothing run or apply but the script and the style whose digests it names', () => {
    const digest = (content = ''): string => `sha256-${createHash('sha256').update(content).digest('base64')}`;
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toBe(
      `default-src 'none'; script-src '${digest(/<script>([^]*)<\/script>/.exec(page)?.[1])}'; style-src '${digest(/<style>([^]*)<\/style>/.exec(page)?.[1])}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/\s(style|on\w+)="/);
  });

  it('names nothing that would be loaded', () => {
    expect(page).not.toMatch(
      /\s(src|srcset|action|poster|background)=|<(link|img|iframe|object|embed|base)\b|@import|url\(/,
    );
  });

  it('is the same for the same report', () => {
    expect(REPORTERS.html(reportOf(everything()), { ...PLAIN, color: true, width: 40 })).toBe(page);
  });

  it('shows the most severe finding of all gates first, and what was waived last', () => {
    const first = failingGate([finding({ level: 'note' })], { waived: [finding({ level: 'error' })] });
    const second = failingGate([finding({ level: 'error' })], { gate: 'second' });
    const data = /id="data">([^<]*)</.exec(drawPage(reportOf(first, second)))?.[1] ?? '';
    const { findings } = JSON.parse(data) as { findings: { gate: string; level: string; waived?: string }[] };
    expect(findings.map(({ gate, level, waived }) => [gate, level, waived !== undefined])).toEqual([
      ['second', 'error', false],
      [first.gate, 'note', false],
      [first.gate, 'error', false],
    ]);
  });

  it('holds further sections, each with a heading, a link to it and its own style', () => {
    const drawn = drawPage(reportOf(CLEAN), [{ id: 'more', title: 'More <', body: markup`<p>x</p>`, style: '.x {}' }]);
    expect(drawn).toContain(
      '<section aria-labelledby="more"><h2 id="more" tabindex="-1">More &lt;</h2>\n<p>x</p></section>',
    );
    expect(drawn).toContain('<a href="#more">More &lt;</a>');
    expect(drawn).toContain('.x {}</style>');
  });
});
