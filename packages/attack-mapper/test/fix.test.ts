// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTree, runCli } from './stage.ts';

const RULE = `\ufefftitle: Logging off   # keep this
logsource: {product: aws}\r
detection: {a: {b: c}, condition: a}
tags:
    - attack.defense-evasion   # the old tactic
    - "attack.T1562.008"       # the old id
    - attack.t1685.002
    - attack.defense-impairment
`;

describe('--fix', () => {
  it('replaces ids and tactics, removes what is doubled by that, and keeps comments, quotes, case and line ends', async () => {
    const root = makeTree({ 'x.yml': RULE });
    const ran = await runCli(root, 'check', '--fix', '--no-evidence');
    expect(ran.exit).toBe(0);
    expect(readFileSync(join(root, 'x.yml'), 'utf8')).toBe(`\ufefftitle: Logging off   # keep this
logsource: {product: aws}\r
detection: {a: {b: c}, condition: a}
tags:
    - attack.defense-impairment   # the old tactic
    - "attack.T1685.002"       # the old id
`);
  });

  it('changes nothing the second time', async () => {
    const root = makeTree({ 'x.yml': RULE });
    await runCli(root, 'check', '--fix', '--no-evidence');
    const once = readFileSync(join(root, 'x.yml'), 'utf8');
    await runCli(root, 'check', '--fix', '--no-evidence');
    expect(readFileSync(join(root, 'x.yml'), 'utf8')).toBe(once);
  });

  it('edits flow lists in place', async () => {
    const rule = 'title: A\nlogsource: {product: aws}\ndetection: {a: {b: c}, condition: a}\n';
    const root = makeTree({ 'x.yml': `${rule}tags: [attack.impact, attack.t1486, 'attack.t1486']\n` });
    await runCli(root, 'check', '--fix', '--no-evidence');
    expect(readFileSync(join(root, 'x.yml'), 'utf8')).toBe(`${rule}tags: [attack.impact, attack.t1486]\n`);
  });

  it('leaves what has more than one right answer', async () => {
    const rule =
      'title: A\nlogsource: {product: aws}\ndetection: {a: {b: c}, condition: a}\ntags: [attack.defense-evasion]\n';
    const root = makeTree({ 'x.yml': rule });
    expect((await runCli(root, 'check', '--fix', '--no-evidence')).exit).toBe(1);
    expect(readFileSync(join(root, 'x.yml'), 'utf8')).toBe(rule);
  });
});
