// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionRegisterSchema } from '../../src/finding/index.ts';
import { waive } from '../../src/finding/waiver.ts';
import { DAY, digest, exceptionOf, findingOf } from './drafts.ts';

const PURL = 'pkg:npm/left-pad@1.3.0';
const SHA256 = digest('file');
const AFFECTED = findingOf({ ruleId: 'vex/affected', subject: PURL, references: ['CVE-2026-0001'] });

const suppressedBy = (
  more: Parameters<typeof exceptionOf>[0],
  finding = findingOf(),
  files = new Map<string, string>(),
) => waive([finding], { exceptions: [exceptionOf(more)] }, DAY.before, files)[0]?.suppression?.by;

describe('a scope', () => {
  it('of a file binds the file as it was, and lapses with the first byte that changes', () => {
    const scope = { rule: 'words/forbidden', path: 'a.yml', digest: `sha256:${SHA256}` };
    expect(suppressedBy({ scope }, findingOf(), new Map([['a.yml', SHA256]]))).toBe('EXC-2026-001');
    expect(suppressedBy({ scope }, findingOf(), new Map([['a.yml', digest('other')]]))).toBeUndefined();
    expect(suppressedBy({ scope }, findingOf())).toBeUndefined();
    expect(
      suppressedBy({ scope: { ...scope, rule: 'words/other' } }, findingOf(), new Map([['a.yml', SHA256]])),
    ).toBeUndefined();
  });

  it('of a package binds one vulnerability of one version, by any of its names', () => {
    const scope = { rule: 'vex/affected', purl: PURL, vulnerability: 'cve-2026-0001' };
    expect(suppressedBy({ scope }, AFFECTED)).toBe('EXC-2026-001');
    expect(suppressedBy({ scope: { ...scope, vulnerability: 'GHSA-1' }, aliases: ['CVE-2026-0001'] }, AFFECTED)).toBe(
      'EXC-2026-001',
    );
    expect(suppressedBy({ scope: { ...scope, vulnerability: 'CVE-2026-0002' } }, AFFECTED)).toBeUndefined();
    expect(suppressedBy({ scope: { ...scope, purl: 'pkg:npm/left-pad@1.3.1' } }, AFFECTED)).toBeUndefined();
  });

  it('of an artifact binds its digest, and of a control no finding at all', () => {
    const subject = `sha256:${SHA256}`;
    expect(suppressedBy({ scope: { rule: 'words/forbidden', digest: subject } }, findingOf({ subject }))).toBe(
      'EXC-2026-001',
    );
    expect(suppressedBy({ scope: { rule: 'words/forbidden', digest: subject } })).toBeUndefined();
    expect(
      suppressedBy({ scope: { control: 'mfa', service: 'web' } }, findingOf({ subject: 'mfa in web' })),
    ).toBeUndefined();
  });
});

describe('an extension', () => {
  it('takes over when what it extends has ended, and not before', () => {
    const first = exceptionOf({ expires: '2026-12-31' });
    const second = exceptionOf({
      id: 'EXC-2026-002',
      previous: first.id,
      approved: '2026-12-01',
      expires: '2027-03-31',
    });
    const by = (asOf: Date) => waive([findingOf()], { exceptions: [second, first] }, asOf)[0]?.suppression?.by;
    expect([by(DAY.lastMoment), by(DAY.after), by(new Date('2027-04-01'))]).toEqual([first.id, second.id, undefined]);
  });
});

it('an approval grants nothing before its day, and an entry that ended nothing more', () => {
  expect(suppressedBy({ approved: '2027-01-01', expires: '2027-02-01' })).toBeUndefined();
  expect(suppressedBy({ approved: undefined })).toBeUndefined();
  const ended = { ...exceptionOf(), end: { at: '2026-06-01', because: 'mended' } };
  const register = { schema: 'helios/exceptions/v1', exceptions: [ended] };
  expect(exceptionRegisterSchema.safeParse(register).error?.issues[0]?.message).toBe(
    'only what is closed or revoked has ended',
  );
});

it('the published JSON Schema takes the same scopes as Helios itself', () => {
  const root = dirname(dirname(dirname(dirname(import.meta.dirname))));
  const schema = JSON.parse(readFileSync(join(root, 'controls/opa/policies/exception.schema.json'), 'utf8')) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const scope = fc.record(
    {
      rule: fc.constantFrom('a/b', 'a'),
      path: fc.constantFrom('x', ''),
      fingerprint: fc.constantFrom(digest('x'), 'x'),
      digest: fc.constantFrom(`sha256:${SHA256}`, SHA256),
      purl: fc.constantFrom(PURL, 'pkg:npm/left-pad'),
      vulnerability: fc.constant('CVE-2026-0001'),
      control: fc.constant('mfa'),
      service: fc.constant('web'),
      name: fc.constant('left-pad'),
    },
    { requiredKeys: [] },
  );
  const taken = { yes: 0, no: 0 };
  fc.assert(
    fc.property(
      fc.oneof(scope, fc.constantFrom({ control: 'mfa', service: 'web' }, { rule: 'a/b', digest: `sha256:${SHA256}` })),
      (one) => {
        const register = JSON.parse(
          JSON.stringify({ schema: 'helios/exceptions/v1', exceptions: [{ ...exceptionOf(), scope: one }] }),
        ) as unknown;
        const { success } = exceptionRegisterSchema.safeParse(register);
        taken[success ? 'yes' : 'no']++;
        expect(validate(register)).toBe(success);
      },
    ),
    { numRuns: 1500 },
  );
  expect(Math.min(taken.yes, taken.no)).toBeGreaterThan(50);
});
