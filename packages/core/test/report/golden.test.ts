// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { githubSummary, REPORTERS } from '../../src/report/index.ts';
import type { Format } from '../../src/report/index.ts';
import { CLEAN, CRASHED, EMPTY, everything, PLAIN, reportOf } from './samples.ts';

const EXTENSION: Readonly<Record<Format, string>> = {
  text: 'txt',
  github: 'txt',
  json: 'json',
  sarif: 'json',
  gitlab: 'json',
  junit: 'xml',
  markdown: 'md',
  html: 'html',
};

const FORMATS = Object.keys(REPORTERS) as Format[];

const REPORTS = {
  clean: reportOf(CLEAN),
  mixed: reportOf(everything(), CLEAN, EMPTY, CRASHED),
};

/** The page's script is our own source as whatever runs it has stripped its types; the browser tests look after both. */
function withoutScript(output: string): string {
  return output
    .replace(/<script>[^]*<\/script>/, '<script>…</script>')
    .replace(/<style>[^]*<\/style>/, '<style>…</style>')
    .replaceAll(/'sha256-[^']*'/g, "'sha256-…'");
}

// Drawn anew by `vitest run packages/core/test/report -u`, and then read.
describe.each(['clean', 'mixed'] as const)('a %s report', (name) => {
  it.each(FORMATS)('looks the same in %s', async (format) => {
    const output = withoutScript(REPORTERS[format](REPORTS[name], PLAIN));
    await expect(output).toMatchFileSnapshot(`golden/${name}.${format}.${EXTENSION[format]}`);
  });

  it('looks the same in colour', async () => {
    const output = REPORTERS.text(REPORTS[name], { ...PLAIN, color: true });
    await expect(output.replaceAll('\x1b', '␛')).toMatchFileSnapshot(`golden/${name}.color.txt`);
  });

  it('looks the same when quiet', async () => {
    const output = REPORTERS.text(REPORTS[name], { ...PLAIN, quiet: true });
    await expect(output).toMatchFileSnapshot(`golden/${name}.quiet.txt`);
  });

  it.each(FORMATS)('ends with one line feed in %s', (format) => {
    expect(REPORTERS[format](REPORTS[name], PLAIN)).toMatch(/[^\n]\n$/);
  });

  it('is the same in the job summary as in a comment, as long as both have room', () => {
    expect(githubSummary(REPORTS[name])).toBe(REPORTERS.markdown(REPORTS[name], PLAIN));
  });
});
