// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

async function scriptFor(shell: string): Promise<string> {
  const { stdout, exit } = await call(run, { args: ['completion', shell] });
  expect(exit).toBe(0);
  const file = join(mkdtempSync(join(tmpdir(), 'helios-completion-')), `sec.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

/** What a shell offers for a line that ends where the cursor is. */
const ASK: Readonly<Record<string, (file: string, line: string) => string[]>> = {
  bash: (file, line) => {
    const words = line.split(' ').map((word) => `"${word}"`);
    const script = `source ${file}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _sec; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return ['bash', '--norc', '-c', script];
  },
  zsh: (file, line) => {
    const words = line.split(' ').map((word) => `"${word}"`);
    // Completion proper needs a terminal; what it would be given does not.
    const script = `compdef() { }; _describe() { shift 2; print -l -- "\${(@P)2%%:*}" }; _files() { }; source ${file}; words=(${words.join(' ')}); CURRENT=${words.length}; _sec`;
    return ['zsh', '-f', '-c', script];
  },
  fish: (file, line) => ['fish', '--no-config', '-c', `source ${file}; complete -C '${line}' | string split -f1 \\t`],
};

describe.each(['bash', 'zsh', 'fish'])('completion in %s', (shell) => {
  const missing = has(shell) ? '' : ` (skipped: no ${shell} here)`;

  it.skipIf(missing !== '').each([
    ['sec ', ['gate', 'evidence', 'init', 'doctor'], ['verify']],
    ['sec ev', ['evidence'], []],
    ['sec evidence ', ['show', 'verify', 'seal', 'prove', 'replay'], ['gate']],
    ['sec evidence verify --re', ['--require-signed', '--require-sealed'], ['--remote']],
    ['sec gate --f', ['--format', '--fix', '--fail-on'], ['--origin']],
    ['sec policy ', ['build', 'test', 'verify'], ['seal']],
  ])(`offers after "%s"${missing}`, async (line, offered, not) => {
    const [command = '', ...args] = ASK[shell]?.(await scriptFor(shell), line) ?? [];
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
    const words = stdout.split('\n').map((word) => word.trim());
    expect(words, stderr).toEqual(expect.arrayContaining(offered));
    for (const word of not) expect(words).not.toContain(word);
  });
});

describe('completion', () => {
  it('of another shell is an error that names those there are', async () => {
    expect(await call(run, { args: ['completion', 'tcsh'] })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Shells: bash, zsh, fish.'),
    });
  });

  it('names every command and option of the program, in every shell', async () => {
    const { stdout: help } = await call(run, { args: ['gate', '--help'] });
    const options = help.match(/--[a-z-]+/g) ?? [];
    expect(options.length).toBeGreaterThan(10);
    for (const shell of ['bash', 'zsh']) {
      const { stdout } = await call(run, { args: ['completion', shell] });
      for (const option of options) expect(stdout).toContain(option);
    }
  });
});
