// SPDX-License-Identifier: Apache-2.0
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { plant } from '../../../core/test/input/tree.ts';
import { call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';
import { watchUntil } from '../../src/watch/command.ts';
import { PASSING, sigma, tests } from '../stage.ts';

interface Watched {
  readonly root: string;
  /** What was written since it was last asked, once it holds the text. */
  readonly next: (text: string) => Promise<string>;
  /** Ctrl-C. */
  readonly end: () => Promise<number>;
}

function watched(files: Readonly<Record<string, string>>): Watched {
  const root = plant(files);
  let written = '';
  const output = { write: (text: string) => void (written += text), isTTY: true, columns: 120 };
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const now = (): Date => new Date('2026-06-01T12:00:00Z');
  const ended = watchUntil(stop.signal, {}, { stdout: output, stderr: output, env: { NO_COLOR: '1' }, cwd: root, now });
  return {
    root,
    next: async (text) => {
      await vi.waitFor(() => expect(written).toContain(text), { timeout: 5000 });
      const told = written;
      written = '';
      return told;
    },
    end: async () => {
      stop.abort();
      return ended;
    },
  };
}

const FILES = {
  'rules/a.yml': sigma(),
  'rules/a.test.yaml': tests(PASSING, undefined, 'rules/a.yml'),
};

it('a saved rule is judged and tested again, and only what it changes is told', async () => {
  const { root, next, end } = watched({ ...FILES, 'rules/b.yml': sigma(undefined, { title: 'B', id: 'abc' }) });
  expect(await next('Ctrl-C')).toContain('detect/bad-id');
  writeFileSync(join(root, 'rules/a.yml'), sigma('  s: {a: z}\n  condition: s\n'));
  const told = await next('Ctrl-C');
  expect(told).toContain('rules/a.yml  ');
  expect(told).toMatch(
    /rules\/a\.test\.yaml:5:\d+ {2}error {2}"sees x" should match, and does not {2}detect\/failing-test/,
  );
  expect(told).not.toContain('detect/bad-id');
  writeFileSync(join(root, 'rules/a.yml'), FILES['rules/a.yml']);
  expect(await next('Ctrl-C')).toContain('rules/a.yml  1 mended, 1 to mend');
  expect(await end()).toBe(0);
});

it('files that come, go and are replaced by a rename are seen', async () => {
  const { root, next, end } = watched(FILES);
  await next('Ctrl-C');
  writeFileSync(join(root, 'rules/.a.yml.swp'), sigma('  s: {a: x, b: y}\n  condition: s\n'));
  renameSync(join(root, 'rules/.a.yml.swp'), join(root, 'rules/a.yml'));
  expect(await next('to mend\n')).toContain('rules/a.yml  ');
  rmSync(join(root, 'rules/a.test.yaml'));
  expect(await next('detect/untested')).toContain('rules/a.test.yaml  ');
  expect(await end()).toBe(0);
});

it('a file with a slip is told, and the watch goes on', async () => {
  const { root, next, end } = watched({ ...FILES, 'helios.yaml': 'version: 1\n' });
  await next('Ctrl-C');
  writeFileSync(join(root, 'helios.yaml'), 'versoin: 1\n');
  expect(await next('Ctrl-C')).toContain('Did you mean "version"?');
  writeFileSync(join(root, 'helios.yaml'), 'version: 1\n');
  expect(await next('Ctrl-C')).toContain('PASS');
  expect(await end()).toBe(0);
});

it('without a terminal there is nobody to watch', async () => {
  const { exit, stderr } = await call(run, { args: ['watch'], files: FILES });
  expect([exit, stderr]).toEqual([2, expect.stringContaining('watch is for a person at a terminal')]);
});
