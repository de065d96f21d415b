// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@helios/core/input';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type FalcoRule,
  loadRuleset,
  makeFalcoJudge,
  matchesRule,
  parseRulesFile,
  type Ruleset,
} from '../../src/falco/index.ts';
import { eventOf, load, NO_SHARED, ROOT, ruleText, SHARED } from './stage.ts';

interface Sample {
  readonly rule: string;
  readonly cases: readonly {
    readonly name: string;
    readonly expect: 'match' | 'no-match';
    readonly events: readonly Readonly<Record<string, unknown>>[];
  }[];
}

const SAMPLES = join(ROOT, 'alerting/tests/falco');
const samples = readdirSync(SAMPLES).map((file) => {
  const [sample] = parseYaml(file, readFileSync(join(SAMPLES, file), 'utf8'));
  return sample as Sample;
});

async function loadFile(path: string): Promise<ReturnType<typeof loadRuleset>> {
  return loadRuleset([await parseRulesFile('rules.yaml', readFileSync(path, 'utf8'))]);
}

describe("this repository's own rules", () => {
  let rules: readonly FalcoRule[] = [];
  beforeAll(async () => {
    const { ruleset, issues } = await loadFile(join(ROOT, 'alerting/falco/helios_rules.yaml'));
    expect(issues).toEqual([]);
    ({ rules } = ruleset);
  });

  it('have samples, every one of them', () => {
    expect(samples.map(({ rule }) => rule).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it.each(samples.flatMap(({ rule, cases }) => cases.map((sample) => [rule, sample.name, sample] as const)))(
    '%s: %s',
    (name, _, sample) => {
      const rule = rules.find((candidate) => candidate.name === name);
      const found = sample.events.filter((fields) => rule && matchesRule(rule, eventOf(fields)));
      expect(found).toHaveLength(sample.expect === 'match' ? sample.events.length : 0);
    },
  );
});

describe.skipIf(!existsSync(SHARED))(`Falco's own rules${NO_SHARED}`, () => {
  it('load: 56 rules, 169 macros, 103 lists, and nothing to say of them', async () => {
    const loaded = await Promise.all(readdirSync(SHARED).map((file) => loadFile(join(SHARED, file))));
    const count = (of: (ruleset: Ruleset) => number) => loaded.reduce((sum, { ruleset }) => sum + of(ruleset), 0);
    expect(count(({ rules }) => rules.length)).toBe(56);
    expect(count(({ macros }) => macros.length)).toBe(169);
    expect(count(({ lists }) => lists.length)).toBe(103);
    expect(loaded.flatMap(({ issues }) => issues)).toEqual([]);
  });

  it('see what they are there for', async () => {
    const { ruleset } = await loadFile(join(SHARED, 'falco_rules.yaml'));
    const judge = makeFalcoJudge(ruleset);
    const open = {
      'evt.type': 'openat',
      'evt.is_open_read': true,
      'fd.typechar': 'f',
      'fd.num': 5,
      'proc.name': 'cat',
    };
    const names = (fields: Readonly<Record<string, unknown>>) => judge(eventOf(fields)).map(({ name }) => name);
    expect(names({ ...open, 'fd.name': '/etc/shadow' })).toContain('Read sensitive file untrusted');
    expect(names({ ...open, 'fd.name': '/etc/hosts' })).toEqual([]);
    const shell = {
      'evt.type': 'execve',
      'container.id': 'c1',
      'proc.name': 'bash',
      'proc.tty': 34816,
      'proc.vpid': 7,
    };
    expect(names({ ...shell, 'proc.pname': 'runc' })).toEqual(['Terminal shell in container']);
    expect(names({ ...shell, 'proc.pname': 'runc', 'container.id': 'host' })).toEqual([]);
    expect(names({ ...open, 'fd.name': '/etc/shadow', 'proc.name': 'sshd', 'proc.cmdline': 'sshd' })).toEqual([]);
  });
});

describe('looking rules up by evt.type', () => {
  const TYPES = ['open', 'close', 'execve', undefined];
  const CONDITIONS = [
    'evt.type = open',
    'evt.type != open',
    'not evt.type = open',
    'not evt.type != open',
    'evt.type in (open, close) and proc.name = a',
    'evt.type = open or proc.name = a',
    'not (evt.type = open or evt.type = close)',
    'evt.type exists',
    'not evt.type exists',
    'evt.type startswith o',
    'evt.type = open and evt.type = close',
  ];

  it('finds what asking every rule finds', async () => {
    const text = CONDITIONS.map((condition, i) => ruleText(condition).replace('rule: r', `rule: r${i}`)).join('');
    const { ruleset } = await load(text);
    expect(ruleset.rules).toHaveLength(CONDITIONS.length);
    const judge = makeFalcoJudge(ruleset);
    for (const type of TYPES) {
      for (const name of ['a', 'b']) {
        const event = eventOf({ ...(type !== undefined && { 'evt.type': type }), 'proc.name': name });
        expect(judge(event)).toEqual(ruleset.rules.filter((rule) => matchesRule(rule, event)));
      }
    }
  });

  it('asks rules of the source of the event, and enabled ones', async () => {
    const text = `${ruleText('evt.type = open')}${ruleText('ka.verb = get', 'k8s_audit').replace('rule: r', 'rule: k')}${ruleText('evt.type = open', 'syscall', '  enabled: false\n').replace('rule: r', 'rule: off')}${ruleText('okta.actor = x', 'okta').replace('rule: r', 'rule: o')}`;
    const { ruleset } = await load(text, { sources: ['okta'] });
    const judge = makeFalcoJudge(ruleset);
    const names = (fields: Readonly<Record<string, unknown>>) => judge(eventOf(fields)).map(({ name }) => name);
    expect(names({ 'evt.type': 'open' })).toEqual(['r']);
    expect(names({ auditID: '1', verb: 'get' })).toEqual(['k']);
    expect(names({ source: 'okta', 'okta.actor': 'x' })).toEqual(['o']);
    expect(names({ source: 'other', 'evt.type': 'open' })).toEqual([]);
  });
});

describe('speed', () => {
  it('100 rules judge at least 20,000 events a second', async () => {
    const rule = (i: number) =>
      ruleText(
        `(evt.type in (open, openat, openat2) and evt.is_open_write = true and fd.typechar = 'f' and fd.num >= 0) and container.id != host and proc.name in (a${i}, b${i}, c${i}) and not fd.name pmatch (/tmp, /var/tmp, /run/x${i}) and not (proc.pname startswith sys or fd.name glob /proc/*/fd/*)`,
      ).replace('rule: r', `rule: r${i}`);
    const { ruleset } = await load(Array.from({ length: 100 }, (_, i) => rule(i)).join(''));
    const judge = makeFalcoJudge(ruleset);
    const events = Array.from({ length: 1000 }, (_, i) =>
      eventOf({
        'evt.type': i % 4 === 0 ? 'openat' : 'connect',
        'evt.is_open_write': i % 3 === 0,
        'fd.typechar': 'f',
        'fd.num': 5,
        'fd.name': `/srv/${i}`,
        'container.id': 'c1',
        'proc.name': `a${i % 200}`,
        'proc.pname': 'sh',
      }),
    );
    let matches = 0;
    const rates = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (let round = 0; round < 10; round++) for (const event of events) matches += judge(event).length;
      return (10 * events.length * 1000) / (performance.now() - start);
    });
    expect(matches).toBeGreaterThan(0);
    expect(Math.max(...rates)).toBeGreaterThan(20_000);
  });
});
