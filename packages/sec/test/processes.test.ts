// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { BAD, repository, ROOT, sec } from './two-gates.ts';

const MANY = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`rules/bad-${index}.yml`, BAD]));

/** Runs `sec` in a pipeline of the shell; answers with what came out, and sec's own exit code. */
function inPipe(root: string, args: string, rest: string): { output: string; exit: number } {
  const command = `"${process.execPath}" --conditions=source "${join(ROOT, 'packages/sec/src/bin.ts')}" ${args}`;
  const script = `${command} ${rest}; echo "exit \${PIPESTATUS[0]}"`;
  const output = execFileSync('bash', ['-c', script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { output, exit: Number(/exit (\d+)\n$/.exec(output)?.[1]) };
}

describe('a reader that goes away', () => {
  it('changes neither verdict nor proof', async () => {
    const root = repository(MANY);
    const { output, exit } = inPipe(root, 'gate -f json', '| head -n 2');
    expect(output).toContain('{\n  "schema": "helios/report/v1"');
    expect(exit).toBe(1);
    expect((await call(run, { args: ['evidence', 'verify'], root })).exit).toBe(0);
  });

  it('does not make an error out of help', () => {
    expect(inPipe(repository(), 'rules', '| head -n 1').exit).toBe(0);
    expect(inPipe(repository(), '--help', '| true').exit).toBe(0);
  });
});

it.skipIf(!existsSync('/dev/full'))(
  'a report that cannot be written to stdout is no verdict (exit 70; needs /dev/full)',
  () => {
    expect(inPipe(repository(), 'gate --no-evidence', '2>&1 >/dev/full')).toMatchObject({ exit: 70 });
  },
);

it('output comes whole through a slow pipe', () => {
  const root = repository(MANY);
  const { output, exit } = inPipe(root, 'gate -f json --no-evidence', '| (sleep 1; cat)');
  expect(exit).toBe(1);
  expect(JSON.parse(output.replace(/exit 1\n$/, ''))).toMatchObject({ exit: 1 });
});

it('Ctrl-C at any moment ends the run at once and tears no file', async () => {
  const root = repository(MANY);
  let interrupted = 0;
  for (const interruptAfterMs of [50, 150, 300, 450, 600, 750, 900, 1050, 1200]) {
    const ended = await sec(['gate', '-q', '-f', 'json=report.json'], { cwd: root, interruptAfterMs });
    if (ended.signal === 'SIGINT') interrupted++;
    else expect(ended.exit).toBe(1);
    if (existsSync(join(root, 'report.json'))) {
      expect(JSON.parse(readFileSync(join(root, 'report.json'), 'utf8'))).toMatchObject({ exit: 1 });
    }
    if (existsSync(join(root, '.evidence'))) {
      const verified = await call(run, { args: ['evidence', 'verify'], root });
      expect([0, 3], verified.stdout).toContain(verified.exit);
    }
  }
  expect(interrupted).toBeGreaterThan(1);
  // What is left behind does not stand in the way of the next run.
  expect((await sec(['gate', '-q'], { cwd: root })).exit).toBe(1);
  expect((await call(run, { args: ['evidence', 'verify'], root })).exit).toBe(0);
  expect(readdirSync(join(root, 'rules')).every((name) => name.endsWith('.yml'))).toBe(true);
});
