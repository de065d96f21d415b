// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTo, type Tree } from '../../core/test/input/tree.ts';
import { sec } from './child.ts';
import { BAD_DATA, treeOf } from './repository.ts';

const SET = '  policy: {sets: [{entrypoint: privacy/residency/decision, include: [data/*.yaml]}]}\n';
const BROKEN = treeOf(join(import.meta.dirname, 'fixtures/broken'));
const FILES: Tree = {
  ...BROKEN,
  ...BAD_DATA,
  'helios.yaml': `${Buffer.from(BROKEN['helios.yaml'] ?? '').toString()}${SET}`,
  // Names that collations and case foldings of different places order and fold differently.
  ...Object.fromEntries(
    ['I', 'i', 'ı', 'İ', 'z', 'ä', 'Z', '10', '9', '-a', 'a'].map((name) => [
      `rules/${name}.yml`,
      `title: ${name}\nid: 0b7c2f5e-6f0e-4a57-9a4d-0d6a7f1f0b00\ntags: [attack.T1562.008, attack.INITIAL-ACCESS]\nlogsource: {product: aws}\ndetection: {s: {a: b}, condition: s}\n`,
    ]),
  ),
};

const REPORTS = ['json', 'sarif', 'junit'];
const ZONES = ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati'];
const LANGUAGES = ['C', 'tr_TR.UTF-8', 'de_DE.UTF-8'];
const UMASKS = ['022', '077'];
const POOLS = ['1', '8'];
const PLACES = ['in a clone', 'in a clone at another path', 'through a link'] as const;

interface Environment {
  readonly env: Readonly<Record<string, string>>;
  readonly umask: string;
  readonly place: (typeof PLACES)[number];
  /** Of the order in which the files are made. */
  readonly seed: number;
}

const ENVIRONMENTS: readonly Environment[] = ZONES.flatMap((TZ) =>
  LANGUAGES.flatMap((LANG) => UMASKS.map((umask) => ({ env: { TZ, LANG }, umask }))),
).map(({ env, umask }, index) => ({
  // Every second pair of umasks, so that both meet both.
  env: { ...env, UV_THREADPOOL_SIZE: POOLS[Math.floor(index / 2) % 2] ?? '1' },
  umask,
  place: PLACES[index % 3] ?? 'in a clone',
  seed: index,
}));

let top = '';
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'helios-determinism-')));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Puts the files in an order of their own; the same for the same seed. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  const key = (index: number): string => createHash('sha256').update(`${seed} ${index}`).digest('hex');
  return [...values.keys()]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .flatMap((index) => values.slice(index, index + 1));
}

function clone({ place, seed }: Environment): string {
  const folder = place === 'in a clone at another path' ? `${seed}/a b/ü [x]` : `${seed}/clone`;
  const root = join(top, folder);
  for (const [path, content] of shuffled(Object.entries(FILES), seed)) addTo(root, { [path]: content });
  if (place !== 'through a link') return root;
  symlinkSync(root, join(top, `${seed}/link`));
  return join(top, `${seed}/link`);
}

/** One sha256 over the gates' evidence, names and bytes, and the three reports. */
async function hashIn(environment: Environment): Promise<string> {
  const cwd = clone(environment);
  const formats = REPORTS.flatMap((format) => ['--format', `${format}=../${format}`]);
  const args = ['gate', '--as-of', '2026-11-21', ...formats];
  const { exit, stderr } = await sec(args, { cwd, env: environment.env, umask: environment.umask });
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringMatching(/^✖ FAIL .*\n {2}→ See /) });
  const proofs = readdirSync(join(cwd, '.evidence/gates')).sort();
  expect(proofs).toHaveLength(4);
  const hash = createHash('sha256');
  // `..` of a link is that of the folder behind it, where the process stood.
  const files = [
    ...REPORTS.map((name) => join(realpathSync(cwd), '..', name)),
    ...proofs.map((name) => join(cwd, '.evidence/gates', name)),
  ];
  for (const file of files) hash.update(`${file.split('/').at(-1)} `).update(readFileSync(file));
  return hash.digest('hex');
}

describe('a verdict', () => {
  it(`has the same proof and the same reports in ${ENVIRONMENTS.length} environments`, async () => {
    const hashes = new Map<string, Environment[]>();
    const waiting = [...ENVIRONMENTS];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const hash = await hashIn(next);
        hashes.set(hash, [...(hashes.get(hash) ?? []), next]);
      }
    };
    await Promise.all([work(), work()]);
    expect(new Set(ENVIRONMENTS.map((environment) => JSON.stringify(environment))).size).toBe(24);
    // The smaller groups say what made the difference.
    expect([...hashes.values()].sort((a, b) => b.length - a.length).slice(1)).toEqual([]);
  }, 120_000);

  it('is judged by processes that really are in these environments', () => {
    const seen = ENVIRONMENTS.map(({ env }) => `${env['TZ']} ${env['LANG']}`);
    const told = new Set(
      [...new Set(seen)].map((place) => {
        const [TZ = '', LANG = ''] = place.split(' ');
        const script =
          'new Date(0).toString() + ["z", "ä", "I"].map((s) => s.toLocaleLowerCase()) + Intl.Collator().resolvedOptions().locale';
        return spawnSync(process.execPath, ['-p', script], { env: { TZ, LANG }, encoding: 'utf8' }).stdout;
      }),
    );
    expect(told.size).toBe(ZONES.length * LANGUAGES.length);
  });
});
