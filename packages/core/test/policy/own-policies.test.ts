// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../src/input/documents.ts';
import { readSource } from '../../src/input/source.ts';
import { readDecision } from '../../src/policy/decision.ts';
import { findOpa, loadPolicy, verifyLock } from '../../src/policy/index.ts';
import { OPA_PATH, temporaryFolder } from './bundles.ts';
import { type Entry, expectedViolations } from './exception-oracle.ts';
import { BUNDLE, REPOSITORY } from './repository.ts';

const policy = loadPolicy(await verifyLock(REPOSITORY, BUNDLE));
const AS_OF = new Date('2026-11-21T12:00:00.000Z');
const decide = (entrypoint: string, document: unknown, asOf = AS_OF) =>
  policy.decide(entrypoint, { document, path: 'a.yaml', as_of: asOf.toISOString() });
const register = (exceptions: unknown) => ({ schema: 'helios/exceptions/v1', exceptions });

const moment = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('2026-08-30', '2026-09-21', '2026-11-01', '2026-11-20', '2026-11-21') },
  { weight: 8, arbitrary: fc.constantFrom('2026-11-22', '2026-12-01', '2026-12-21', '2027-02-10', '2028-02-29') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('2026-11-21T12:00:00Z', '2026-11-21T12:00:00.001Z', '2026-11-21T11:59:59.9Z'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('2026-02-30', '2026-13-01', '2026-11-21T24:00:00Z', 'soon', '', null, 20261121),
  },
);
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(null, false, 0, '', ' ', [], {}) });
const entry: fc.Arbitrary<Entry> = fc.record(
  {
    id: rarely(fc.constantFrom('EXC-1', 'EXC-2', 'EXC-3')),
    state: rarely(fc.constantFrom('draft', 'approved', 'approved', 'revoked', 'closed')),
    severity: rarely(fc.constantFrom('critical', 'high', 'medium', 'low')),
    requester: rarely(fc.constantFrom('Ada', 'ada ', 'Grace  Hopper')),
    approver: rarely(fc.constantFrom('ADA', 'Grace Hopper', 'Alan')),
    requested: moment,
    approved: moment,
    expires: moment,
    previous: fc.constantFrom('EXC-1', 'EXC-2', 'EXC-9'),
    scope: rarely(
      fc.oneof(
        fc.record({ rule: fc.constant('a/b'), path: fc.constantFrom('x', 'y'), fingerprint: fc.constant('f') }),
        fc.record({ rule: fc.constant('a/b'), digest: fc.constantFrom('d', ' ') }),
        fc.record({ control: fc.constant('c'), service: fc.constant('s') }),
        fc.record({ rule: fc.constant('a/b'), path: fc.constant('x') }),
      ),
    ),
  },
  { requiredKeys: [] },
);

/** The same value with the keys of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, held]) => [key, reversed(held)]),
  );
}

describe('the policy on exceptions', () => {
  it('agrees with an independent telling of its rules on every register', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const { violations, checked } = decide('policies/exception/decision', register(entries));
        const found = violations.map(({ id, path }) => [id, path[1], path[2]].join(' '));
        expect([...new Set(found)].sort()).toEqual(expectedViolations(entries, AS_OF));
        expect(checked).toBe(entries.length);
      }),
      { numRuns: 1500 },
    );
  });

  it.skipIf(OPA_PATH === undefined)(
    `answers as opa itself does${OPA_PATH ? '' : ' (skipped: opa is not on the PATH)'}`,
    async () => {
      const registers = fc.sample(fc.array(entry, { maxLength: 5 }), { numRuns: 300, seed: 7 }).map(register);
      const inputs = registers.map((document) => ({ document, path: 'a.yaml', as_of: AS_OF.toISOString() }));
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'inputs.json'), JSON.stringify({ inputs }));
      const query = '[found | some one in input.inputs; found := data.policies.exception.decision with input as one]';
      const opa = await findOpa(process.env, OPA_PATH);
      const bundle = ['--bundle', join(REPOSITORY, BUNDLE), '--ignore=policy.wasm'];
      const { stdout } = await opa.run(folder, ['eval', ...bundle, '--input=inputs.json', '--format=raw', query]);
      const said = JSON.parse(stdout) as readonly unknown[];
      expect(said).toHaveLength(300);
      for (const [index, document] of registers.entries()) {
        expect(readDecision([{ result: said[index] }], 'opa', 'a.yaml')).toEqual(
          decide('policies/exception/decision', document),
        );
      }
    },
  );

  it('counts days as the calendar does, for any two days', () => {
    const day = fc.date({ min: new Date('1800-01-01'), max: new Date('2400-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 400 }), (from, days) => {
        const write = (date: Date): string => date.toISOString().slice(0, 10);
        const to = write(new Date(from.getTime() + days * 86_400_000));
        const [one] = [
          { id: 'A-1', state: 'draft', severity: 'low', requester: 'a', requested: write(from), expires: to },
        ];
        const { violations } = decide('policies/exception/decision', register([one]));
        const ids = new Set(violations.map(({ id }) => id));
        expect(ids.has('duration-over-limit')).toBe(days > 180);
        expect(ids.has('dates-out-of-order')).toBe(false);
      }),
    );
  });

  it('reads a register of 5,000 entries in seconds, not pair by pair', () => {
    const entries = Array.from({ length: 5000 }, (_, n) => ({
      id: `EXC-${n}`,
      scope: { rule: 'a/b', path: `${n}`, fingerprint: 'f' },
    }));
    const before = performance.now();
    expect(decide('policies/exception/decision', register(entries)).checked).toBe(5000);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});

describe('every policy of this repository', () => {
  it.each(policy.entrypoints)(
    '%s answers any document at all, with a violation when it knows no such thing',
    (entrypoint) => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 3 }), (document) => {
          fc.pre(!/[eE]|\d{15}/.test(JSON.stringify(document)));
          expect(decide(entrypoint, document)).toMatchObject({
            violations: [{ id: 'unknown-shape', path: [] }],
            checked: 0,
          });
        }),
      );
    },
  );

  it.each([
    ['policies/exception/decision', 'controls/exceptions/register.yaml'],
    ['privacy/residency/decision', 'controls/privacy/datasets.yaml'],
    ['abac/decision', 'controls/access/grants.yaml'],
  ])('%s finds nothing in %s', async (entrypoint, path) => {
    const documents = await parseDocuments(readSource(REPOSITORY, path));
    expect(documents).toHaveLength(1);
    expect(decide(entrypoint, documents[0]).violations).toEqual([]);
  });

  it('gives the same bytes for the same input twice, and for its keys in another order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
        const document = register(entries);
        const first = JSON.stringify(decide('policies/exception/decision', document));
        expect(JSON.stringify(decide('policies/exception/decision', document))).toBe(first);
        expect(JSON.stringify(decide('policies/exception/decision', reversed(document)))).toBe(first);
      }),
    );
  });
});
