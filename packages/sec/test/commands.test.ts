// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Call, call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { addTo, CONFIG, FILES, repository, ROOT } from './two-gates.ts';

interface Row extends Call {
  readonly name: string;
  readonly exit: number;
}

// Command lines that end before a gate is run; those that run gates are in the other files.
const rows: readonly Row[] = [
  { name: '--version', args: ['--version'], exit: 0 },
  { name: '--help', args: ['--help'], exit: 0 },
  { name: 'gate --help', args: ['gate', '--help'], exit: 0 },
  { name: 'evidence verify --help', args: ['evidence', 'verify', '--help'], exit: 0 },
  { name: 'baseline accept --help', args: ['baseline', 'accept', '--help'], exit: 0 },
  { name: 'no command shows what there is', args: [], exit: 2 },
  { name: 'an unknown command names the one that is meant', args: ['gaet'], exit: 2 },
  { name: 'a command without its second word', args: ['evidence'], exit: 2 },
  { name: 'an unknown flag', args: ['gate', '--outptu', 'x'], exit: 2 },
  { name: 'no helios.yaml', args: ['gate'], exit: 2 },
  { name: 'helios.yaml without gates', args: ['gate'], files: { 'helios.yaml': 'version: 1\n' }, exit: 2 },
  {
    name: 'a gate in helios.yaml that there is not',
    args: ['gate'],
    files: { 'helios.yaml': 'version: 1\ngates: {polcy: {}}\n' },
    exit: 2,
  },
  {
    name: 'a gate that is not configured',
    args: ['gate', 'policy'],
    files: { 'helios.yaml': 'version: 1\ngates: {attack-mapper: {}}\n' },
    exit: 2,
  },
  { name: 'a gate of that name is not known', args: ['gate', 'attack-maper'], files: FILES, exit: 2 },
  {
    name: 'a misspelt option of a gate',
    args: ['gate'],
    files: { 'helios.yaml': CONFIG.replace('bundle:', 'bundel:') },
    exit: 2,
  },
  {
    name: 'a misspelt option deep in a gate',
    args: ['gate'],
    files: { 'helios.yaml': CONFIG.replace('entrypoint:', 'entrypont:') },
    exit: 2,
  },
  {
    name: 'a rule that no gate has',
    args: ['gate'],
    files: { 'helios.yaml': CONFIG.replace("include: ['rules/*.yml']", 'rules: {mapping/revoked-techniqe: note}') },
    exit: 2,
  },
  { name: 'explain', args: ['explain', 'mapping/revoked-technique'], exit: 0 },
  { name: 'explain an unknown rule', args: ['explain', 'mapping/revoked-tecnique'], exit: 2 },
  { name: 'show where nothing was proved', args: ['evidence', 'show'], files: FILES, exit: 4 },
  { name: 'verify where nothing was proved', args: ['evidence', 'verify'], files: FILES, exit: 4 },
  {
    name: 'verify --require-signed without a key',
    args: ['evidence', 'verify', '--require-signed'],
    files: FILES,
    exit: 2,
  },
  {
    name: 'verify with a key that is not there',
    args: ['evidence', 'verify', '--key', 'a.pub'],
    files: FILES,
    exit: 2,
  },
  { name: 'verify in an unknown format', args: ['evidence', 'verify', '-f', 'xml'], files: FILES, exit: 2 },
  { name: 'keygen', args: ['evidence', 'keygen', 'helios'], env: { HELIOS_KEY_PASSPHRASE: 'p' }, exit: 0 },
  { name: 'keygen without a passphrase says so', args: ['evidence', 'keygen', 'helios'], exit: 0 },
  { name: 'keygen never overwrites', args: ['evidence', 'keygen', 'helios'], files: { 'helios.key': 'x' }, exit: 2 },
  {
    name: 'accept without an owner',
    args: ['baseline', 'accept', '--reason', 'r', '--expires', '2026-12-31'],
    files: FILES,
    exit: 2,
  },
  {
    name: 'accept until no day',
    args: ['baseline', 'accept', '--owner', 'o', '--reason', 'r', '--expires', 'never'],
    files: FILES,
    exit: 2,
  },
  { name: 'policy verify without policies', args: ['policy', 'verify'], files: FILES, exit: 2 },
];

describe('sec', () => {
  it.each(rows)('$name (exit $exit)', async ({ name: _name, exit, ...request }) => {
    const { stdout, stderr, exit: ended } = await call(run, request);
    expect({ stdout, stderr }).toMatchSnapshot();
    expect(ended).toBe(exit);
  });
});

describe('sec policy verify', () => {
  it('passes on the policies of this repository', async () => {
    expect(await call(run, { args: ['policy', 'verify'], root: repository() })).toMatchObject({ exit: 0 });
  });

  it('names a source that is not what was compiled', async () => {
    const root = repository();
    addTo(root, { 'controls/opa/abac.rego': 'package abac\n' });
    const { exit, stderr } = await call(run, { args: ['policy', 'verify'], root });
    expect(exit).not.toBe(0);
    expect(stderr).toContain('abac.rego');
  });
});

describe('what is published', () => {
  it('is the JSON Schema that `sec schema` prints', async () => {
    const { stdout } = await call(run, { args: ['schema'] });
    expect(stdout).toBe(readFileSync(join(ROOT, 'packages/sec/schema/helios.schema.json'), 'utf8'));
  });

  it('are rules of all gates, each once, each to be explained', async () => {
    const rules = JSON.parse((await call(run, { args: ['rules', '-f', 'json'] })).stdout) as {
      id: string;
      title: string;
      fix: string;
    }[];
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(['mapping/revoked-technique', 'policy/violation', 'core/unreadable-input']),
    );
    for (const { id, title, fix } of rules) {
      expect(id).toMatch(/^[a-z-]+\/[a-z-]+$/);
      expect((await call(run, { args: ['explain', id] })).stdout).toContain(`${title}.\n\nWhy: `);
      expect(fix).toMatch(/\.$/);
    }
  });
});
