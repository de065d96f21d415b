// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { type Files, ID, sigma } from './stage.ts';

const RULES: Files = {
  'rules/started.yml': sigma("  s: {Image|endswith: '\\\\a.exe'}\n  condition: s\n", {
    title: 'A was started',
    logsource: '{product: windows, category: process_creation}',
  }),
  'rules/many.yml': `${sigma("  s: {Image|endswith: '\\\\b.exe'}\n  condition: s\n", {
    title: 'B was started',
    id: ID.replace(/1$/, '2'),
    name: 'b_started',
    logsource: '{product: windows, category: process_creation}',
  })}---\ntitle: B was started often\nid: ${ID.replace(/1$/, '3')}\nlevel: high\ncorrelation: {type: event_count, rules: [b_started], group-by: [User], timespan: 1m, condition: {gte: 2}}\n`,
};

const event = (second: number, image: string, more: object = {}): string =>
  JSON.stringify({
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 1,
    UtcTime: `2026-01-01 00:00:${String(second).padStart(2, '0')}.000`,
    Image: `C:\\${image}`,
    User: 'u',
    ...more,
  });

function runOn(lines: readonly string[], ...args: readonly string[]): Promise<Called> {
  const root = plant({ ...RULES, 'log.ndjson': lines.map((line) => `${line}\n`).join('') });
  return call(run, { args: ['run', 'log.ndjson', ...args], root });
}

describe('sec-detect run', () => {
  it('says what each rule finds, and where; a rule that is counted only together with the others', async () => {
    const log = [event(0, 'a.exe'), event(1, 'b.exe'), event(2, 'c.exe'), event(3, 'b.exe')];
    expect(await runOn(log)).toMatchObject({
      exit: 0,
      stdout:
        '2026-01-01T00:00:00.000Z  low            A was started  log.ndjson:1\n' +
        '2026-01-01T00:00:03.000Z  high           B was started often  log.ndjson:4  (2 matches, User u)\n',
      stderr: '4 events, 2 rules, 2 hits\n',
    });
  });

  it('names the rules that it could not ask, and does not pass', async () => {
    const files = {
      ...RULES,
      'rules/broken.yml': sigma("  s: {a|expand: '%x%'}\n  condition: s\n", {
        id: ID.replace(/1$/, '4'),
        title: 'Open',
      }),
      'rules/falco.yaml': '- rule: Shell\n  condition: proc.name is bash\n  desc: d\n  output: o\n  priority: INFO\n',
      'log.ndjson': `${event(0, 'a.exe')}\n`,
    };
    const { exit, stdout, stderr } = await call(run, { args: ['run', 'log.ndjson'], files });
    expect([exit, stdout]).toEqual([1, expect.stringContaining('A was started')]);
    expect(stderr).toContain('rules/broken.yml: Open: not asked: nothing says what %x% stands for\n');
    expect(stderr).toContain('rules/falco.yaml: LOAD_ERR_COMPILE_CONDITION: ');
  });

  it('as NDJSON, and from a level on', async () => {
    const log = [event(0, 'a.exe'), event(1, 'b.exe'), event(3, 'b.exe')];
    const { stdout } = await runOn(log, '--format', 'ndjson', '--min-level', 'high');
    expect(JSON.parse(stdout)).toMatchObject({ title: 'B was started often', level: 'high', matches: 2, record: 3 });
  });

  it('finds the same in threads, at the same places and in the same order', async () => {
    // Some regions of a mebibyte, with broken records among them; what is counted lies in several.
    const IMAGES: Readonly<Record<number, string>> = { 7: 'a.exe', 50: 'b.exe' };
    const line = (at: number): string =>
      at % 997 === 0
        ? '{"broken":'
        : event(Math.floor(at / 160), IMAGES[at % 100] ?? 'c.exe', { at, pad: 'x'.repeat(200) });
    const log = Array.from({ length: 9000 }, (_, at) => line(at + 1));
    const { root: _, ...alone } = await runOn(log);
    expect(alone.stdout.match(/A was started/g)).toHaveLength(90);
    expect(alone.stdout).toContain('B was started often');
    for (const threads of ['2', '3']) expect(await runOn(log, '--threads', threads)).toMatchObject(alone);
  });

  it('takes threads for a log of one line', async () => {
    const { root: _, ...alone } = await runOn([event(0, 'a.exe')]);
    expect(await runOn([event(0, 'a.exe')], '-j', '2')).toMatchObject(alone);
  });

  it.each(['0', '65', 'x', '1e1'])('refuses %s threads', async (threads) => {
    expect(await runOn([event(0, 'a.exe')], '-j', threads)).toMatchObject({ exit: 2 });
  });

  it('reads logs that are packed', async () => {
    const root = plant(RULES);
    writeFileSync(join(root, 'log.gz'), gzipSync(`${event(0, 'a.exe')}\n`));
    expect((await call(run, { args: ['run', 'log.gz'], root })).stderr).toBe('1 events, 2 rules, 1 hits\n');
  });

  it('asks no rule about a log that nothing tells, and says so', async () => {
    const unknown = JSON.stringify({ Image: 'C:\\a.exe' });
    const { stdout, stderr } = await runOn([unknown]);
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('of 1 nothing tells what log they are from')]);
    expect((await runOn([unknown], '--assume-logsource', 'windows/process_creation')).stdout).toContain(
      'A was started',
    );
  });

  it('names records that cannot be judged, goes on, and does not pass', async () => {
    expect(await runOn(['{"a": ', event(0, 'a.exe')])).toMatchObject({
      exit: 2,
      stdout: expect.stringContaining('A was started'),
      stderr: expect.stringMatching(
        /^log.ndjson, record 1 is .*\n1 events, 2 rules, 1 hits\n1 records could not be judged\n$/,
      ),
    });
  });

  it('says what matched too late for a correlation', async () => {
    const log = [event(50, 'b.exe'), event(0, 'b.exe', { UtcTime: '2025-01-01 00:00:00.000' })];
    expect((await runOn(log)).stderr).toContain('1 matches came too late for their correlation');
  });

  it('shows nothing of a terminal that an event smuggles in', async () => {
    const log = [event(0, 'b.exe', { User: '\u001b[31mu' }), event(1, 'b.exe', { User: '\u001b[31mu' })];
    expect((await runOn(log)).stdout).toContain('User \\u001b[31mu');
  });

  it.each([
    [['run', 'gone.ndjson'], 'gone.ndjson: no such file'],
    [['run', 'nowhere/gone.ndjson'], 'nowhere/gone.ndjson is not there'],
    [['run', 'log', '--format', 'xml'], 'unknown format "xml"'],
    [['run', 'log', '--min-level', 'urgent'], 'there is no level "urgent"'],
    [['run', 'log', '--assume-logsource', 'a/b/c/d'], '"a/b/c/d" is no log source'],
  ])('%j is told what is wrong', async (args, message) => {
    const { exit, stderr } = await call(run, { args, root: plant(RULES) });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('sec-detect explain-match', () => {
  const explain = (lines: readonly string[], ...args: readonly string[]): Promise<Called> => {
    const root = plant({ ...RULES, 'log.ndjson': lines.map((line) => `${line}\n`).join('') });
    return call(run, { args: ['explain-match', ...args], root });
  };

  it('says for each part whether it is met, and what the event has', async () => {
    expect(await explain([event(0, 'a.exe')], 'a was', 'log.ndjson')).toMatchObject({
      exit: 0,
      stdout: '✔ A was started\n✔ condition: s\n  ✔ s: Image is "*\\\\a.exe"; it is "C:\\\\a.exe"\n',
    });
    const { exit, stdout } = await explain([event(0, 'x.exe'), event(0, 'c.exe')], ID, 'log.ndjson', '-n', '2');
    expect([exit, stdout]).toEqual([1, expect.stringContaining('✖ s: Image is "*\\\\a.exe"; it is "C:\\\\c.exe"')]);
  });

  it('says when the event is of another log', async () => {
    const { exit, stdout } = await explain([event(0, 'a.exe', { EventID: 5 })], ID, 'log.ndjson');
    expect([exit, stdout]).toEqual([
      1,
      expect.stringContaining('and the rule is about {"product":"windows","category":"process_creation"}'),
    ]);
  });

  it.each([
    [['was started', 'log.ndjson'], 'several rules are called like "was started"'],
    [['nobody', 'log.ndjson'], 'no rule is called "nobody"'],
    [[ID, 'log.ndjson', '-n', '7'], 'log.ndjson has 1 records, and no record 7'],
  ])('%j is told what is wrong', async (args, message) => {
    expect(await explain([event(0, 'a.exe')], ...args)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

describe('Falco rules', () => {
  const files = {
    'rules/falco.yaml':
      '- rule: A shell\n  desc: x\n  condition: evt.type = execve and proc.name in (sh, bash)\n  output: started %proc.name\n  priority: WARNING\n',
    'log.ndjson': `${JSON.stringify({ 'evt.type': 'execve', 'proc.name': 'bash' })}\n${JSON.stringify({ 'evt.type': 'execve', 'proc.name': 'ls' })}\n`,
  };

  it('are asked about the events of Falco, and about no others', async () => {
    const root = plant({ ...RULES, ...files, 'windows.ndjson': `${event(0, 'a.exe', { 'proc.name': 'bash' })}\n` });
    expect((await call(run, { args: ['run', 'log.ndjson'], root })).stdout).toBe(
      'no time  medium         A shell  log.ndjson:1  started bash\n',
    );
    expect((await call(run, { args: ['run', 'windows.ndjson'], root })).stdout).not.toContain('A shell');
  });

  it('are explained as well', async () => {
    const root = plant({ ...RULES, ...files });
    const { exit, stdout } = await call(run, { args: ['explain-match', 'A shell', 'log.ndjson', '-n', '2'], root });
    expect([exit, stdout]).toEqual([1, expect.stringContaining('✖ proc.name in (sh, bash); it is "ls"')]);
  });
});

describe('sec-detect falco-compare', () => {
  const rule = (name: string, condition = 'evt.type = execve'): string =>
    `- rule: ${name}\n  desc: x\n  condition: ${condition}\n  output: x\n  priority: WARNING\n`;
  const compare = (before: string, after: string): Promise<Called> =>
    call(run, { args: ['falco-compare', 'a.yaml', 'b.yaml'], files: { 'a.yaml': before, 'b.yaml': after } });

  it('grades what changed', async () => {
    expect((await compare(rule('A'), rule('A'))).stdout).toBe('no change\n');
    expect((await compare(rule('A'), rule('A') + rule('B'))).stdout).toMatch(/^minor {2}.*B.*\na minor change\n$/);
    expect((await compare(rule('A') + rule('B'), rule('A'))).stdout).toMatch(/a major change\n$/);
  });

  it('compares nothing with what Falco would not load', async () => {
    expect(await compare(rule('A'), rule('A', 'evt.type ='))).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('b.yaml: LOAD_ERR_COMPILE_CONDITION'),
    });
    expect(await call(run, { args: ['falco-compare', 'a', 'b'] })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('a cannot be read'),
    });
  });
});

describe('sec-detect egress', () => {
  const connection = (day: number, address: string): string =>
    JSON.stringify({
      'evt.type': 'connect',
      'evt.rawres': 0,
      'evt.time': `2026-01-0${day}T00:00:00Z`,
      'fd.type': 'ipv4',
      'fd.sip': address,
      'container.id': 'abc',
      'container.image.repository': 'shop',
      'k8s.ns.name': 'shop',
    });

  it('learns where workloads connect to, and tells what is new', async () => {
    const files = {
      'seen.ndjson': `${connection(1, '203.0.113.7')}\n${connection(2, '203.0.113.9')}\n`,
      'now.ndjson': `${connection(3, '203.0.113.20')}\n${connection(3, '198.51.100.1')}\n`,
    };
    const root = plant(files);
    expect((await call(run, { args: ['egress', 'learn', 'seen.ndjson', '-o', 'b.json'], root })).exit).toBe(0);
    const { exit, stdout } = await call(run, { args: ['egress', 'judge', 'now.ndjson', '-b', 'b.json'], root });
    expect([exit, stdout]).toEqual([
      1,
      expect.stringMatching(/^now.ndjson:2 {2}198\.51\.100\.1\/32 {2}.*\n1 of 2 connections are rare\n$/),
    ]);
    expect((await call(run, { args: ['egress', 'judge', 'seen.ndjson', '-b', 'b.json'], root })).exit).toBe(0);
    expect((await call(run, { args: ['egress', 'judge', 'seen.ndjson', '-b', 'seen.ndjson'], root })).exit).toBe(2);
    const other = { root: plant({ 'other.ndjson': '{"a": 1}\n' }), args: ['egress', 'learn', 'other.ndjson'] };
    expect((await call(run, other)).exit).toBe(3);
  });
});
