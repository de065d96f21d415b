// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadWaivers, type WaiverFiles } from '../../src/finding/register.ts';
import { openDerived } from '../../src/gate/derived.ts';
import { createLoadContext } from '../../src/gate/load-context.ts';
import { refusalOf } from '../input/refusal.ts';
import { plant, type Tree } from '../input/tree.ts';
import { digest, entryOf, exceptionOf } from './drafts.ts';

const FILES: WaiverFiles = { exceptions: ['exceptions/*.yaml'] };

const load = (tree: Tree, files: WaiverFiles = FILES) =>
  loadWaivers(createLoadContext({ root: plant(tree), config: undefined, derived: openDerived(undefined, 'x') }), files);

const register = (...exceptions: readonly unknown[]): string =>
  stringify({ schema: 'helios/exceptions/v1', exceptions });
const baseline = (...entries: readonly unknown[]): string =>
  JSON.stringify({ schema: 'helios/baseline/v1', entries }, null, 1);

/** An entry as a person may have written it: some keys changed, those set to undefined left out. */
const written = (more: Readonly<Record<string, unknown>>): unknown =>
  JSON.parse(JSON.stringify({ ...exceptionOf(), ...more }));

describe('the register of exceptions', () => {
  it('is all files that the globs name', async () => {
    const second = exceptionOf({ id: 'EXC-2026-002', scope: { ...exceptionOf().scope, fingerprint: digest('two') } });
    const { exceptions } = await load({
      'exceptions/a.yaml': register(exceptionOf()),
      'exceptions/b.yaml': register(second),
    });
    expect(exceptions.map(({ id }) => id)).toEqual(['EXC-2026-001', 'EXC-2026-002']);
  });

  it('may be empty, or not be there', async () => {
    expect(await load({ 'exceptions/a.yaml': register() })).toEqual({ exceptions: [] });
    expect(await load({})).toEqual({ exceptions: [] });
  });

  it('remembers closed exceptions of the same finding beside the one that extends them', async () => {
    const closed = exceptionOf({ id: 'EXC-2025-001', state: 'closed' });
    expect((await load({ 'exceptions/a.yaml': register(closed, exceptionOf()) })).exceptions).toHaveLength(2);
  });

  it.each([
    ['a misspelt key', { expiry: '2026-12-31' }, '19:5 unknown key "expiry" in exceptions.0'],
    ['a missing owner', { owner: undefined }, '3:5 exceptions.0.owner is missing'],
    ['an empty reason', { reason: '' }, '10:5 exceptions.0.reason: Too small: expected string to have >=1 characters'],
    [
      'an unknown state',
      { state: 'active' },
      '5:12 exceptions.0.state: Invalid option: expected one of "draft"|"approved"|"revoked"|"closed"',
    ],
    [
      'a count instead of a scope',
      { scope: { rule: 'words/forbidden', count: 3 } },
      '17:7 unknown key "count" in exceptions.0.scope',
    ],
    [
      'a fingerprint that is none',
      { scope: { ...exceptionOf().scope, fingerprint: 'abc' } },
      '18:20 exceptions.0.scope.fingerprint: Invalid string: must match pattern /^[0-9a-f]{64}$/',
    ],
    [
      'a rule of the core',
      { scope: { ...exceptionOf().scope, rule: 'core/unreadable-input' } },
      '16:13 findings of core/unreadable-input cannot be accepted',
    ],
  ])('with %s is refused at its place', async (_name, more, refusal) => {
    expect(await refusalOf(() => load({ 'exceptions/a.yaml': register(written(more)) }))).toBe(
      `config exceptions/a.yaml:${refusal}`,
    );
  });

  it('that is no YAML, or two documents, is refused', async () => {
    expect(await refusalOf(() => load({ 'exceptions/a.yaml': 'a: "b' }))).toMatch(
      /^config exceptions\/a\.yaml:1:6 not valid YAML/,
    );
    expect(await refusalOf(() => load({ 'exceptions/a.yaml': 'a\n---\nb' }))).toBe(
      'config exceptions/a.yaml holds 2 documents',
    );
    expect(await refusalOf(() => load({ 'exceptions/a.yaml': '' }))).toBe('config exceptions/a.yaml holds 0 documents');
  });
});

describe('the baseline', () => {
  it('that is named but not there is refused: a typing error must not empty it', async () => {
    expect(await refusalOf(() => load({}, { exceptions: [], baseline: 'b.json' }))).toBe('input b.json no such file');
  });

  it.each([
    [
      'a malformed date',
      [entryOf({ expires: 'soon' })],
      '11:15 entries.0.expires: must be a day such as 2026-12-01, or an instant in UTC',
    ],
    [
      'a day that is none',
      [entryOf({ expires: '2026-02-30' })],
      '11:15 entries.0.expires: is not a day of the calendar',
    ],
    [
      'an entry twice',
      [entryOf(), entryOf({ expires: '2036-12-31' })],
      `14:19 ${digest('one')} is taken by an earlier entry, in b.json`,
    ],
    [
      'a finding of the core',
      [entryOf({ rule: 'core/symbolic-link' })],
      '6:12 findings of core/symbolic-link cannot be accepted',
    ],
    ['a count', [{ ...entryOf(), count: 2 }], '12:4 unknown key "count" in entries.0'],
  ])('with %s is refused at its place', async (_name, entries, refusal) => {
    const attempt = () => load({ 'b.json': baseline(...entries) }, { exceptions: [], baseline: 'b.json' });
    expect(await refusalOf(attempt)).toBe(`config b.json:${refusal}`);
  });

  it('in which a key stands twice is refused: two readers could see two dates', async () => {
    const text = baseline(entryOf()).replace('"expires"', '"expires": "2099-01-01",\n"expires"');
    expect(await refusalOf(() => load({ 'b.json': text }, { exceptions: [], baseline: 'b.json' }))).toBe(
      'config b.json:12:1 the key "expires" stands twice in one object',
    );
  });
});
