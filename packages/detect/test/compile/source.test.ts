// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { compileRule } from '../../src/compile/compile.ts';
import type { CompileOptions } from '../../src/compile/options.ts';
import type { Source } from '../../src/compile/source.ts';
import { queryFor, ruleOf, selectionOf } from './query.ts';

const DETECTION = { s: { Image: 'x' }, condition: 's' };

function splunkFor(logsource: Readonly<Record<string, string>>, options: CompileOptions = {}): unknown {
  const compiled = compileRule(ruleOf(DETECTION, logsource), 'splunk', options);
  return 'queries' in compiled ? compiled.queries[0] : compiled.problem;
}

describe('where a rule is to look', () => {
  it('is known for the categories of Sysmon and the services of Windows', () => {
    expect(splunkFor({ product: 'windows', category: 'process_creation' })).toBe(
      'index=* Channel="Microsoft-Windows-Sysmon/Operational" AND EventID="1" AND Image="x"',
    );
    expect(splunkFor({ product: 'windows', category: 'pipe_created' })).toBe(
      'index=* Channel="Microsoft-Windows-Sysmon/Operational" AND (EventID="17" OR EventID="18") AND Image="x"',
    );
    expect(splunkFor({ product: 'windows', service: 'security' })).toBe('index=* Channel="Security" AND Image="x"');
  });

  it('must be told for any other, or for all', () => {
    expect(splunkFor({ product: 'linux', service: 'auditd' })).toEqual({
      target: 'splunk',
      construct: 'logsource',
      message: 'nothing says where the events of product linux, service auditd are',
      at: ['logsource'],
      remedy: 'Name their index, table or fields by a source, or search all events by --any-source.',
    });
    expect(splunkFor({ product: 'linux', service: 'auditd' }, { anySource: true })).toBe('index=* Image="x"');
    // A product alone is not one of its categories.
    expect(splunkFor({ product: 'windows' })).toMatchObject({ construct: 'logsource' });
  });

  it('can be told, and goes before what is shipped', () => {
    const sources: readonly Source[] = [
      { logsource: { product: 'linux' }, from: 'index=linux' },
      {
        logsource: { product: 'linux', service: 'auditd' },
        from: 'index=audit',
        where: [{ type: ['EXECVE', 'PATH'] }, { a: 1, b: 2 }],
      },
      { logsource: { category: 'process_creation' }, from: 'index=edr' },
    ];
    expect(splunkFor({ product: 'linux', service: 'auditd' }, { sources })).toBe(
      'index=audit (type="EXECVE" OR type="PATH" OR (a="1" AND b="2")) AND Image="x"',
    );
    expect(splunkFor({ product: 'linux', service: 'sshd' }, { sources })).toBe('index=linux Image="x"');
    expect(splunkFor({ product: 'windows', category: 'process_creation' }, { sources, from: 'index=main' })).toBe(
      'index=edr Image="x"',
    );
    expect(
      splunkFor({ product: 'linux', service: 'sshd' }, { sources: [{ logsource: {}, where: {} }], from: 'index=main' }),
    ).toBe('index=main Image="x"');
  });

  it.each(['kql', 'logql'] as const)('needs a table or stream in %s', (target) => {
    expect(compileRule(selectionOf({ F: 'x' }), target, { anySource: true })).toMatchObject({
      problem: { target, construct: 'container', at: ['detection', 'condition'] },
    });
  });
});

describe('the query around a condition', () => {
  const rule = ruleOf(DETECTION, { product: 'windows', service: 'system' });
  it.each([
    ['splunk', 'index=* Channel="System" AND Image="x"'],
    ['lucene', 'Channel:/[Ss][yY][sS][tT][eE][mM]/ AND Image:/[xX]/'],
    ['opensearch', 'Channel:/[Ss][yY][sS][tT][eE][mM]/ AND Image:/[xX]/'],
    ['esql', 'FROM logs-*\n| WHERE TO_LOWER(Channel) == "system" AND TO_LOWER(Image) == "x"'],
    ['kql', 'T\n| where Channel =~ "System" and Image =~ "x"'],
    ['logql', '{job="w"} | json | Channel=~"(?is)^System$" and Image=~"(?is)^x$"'],
    [
      'duckdb',
      `SELECT *\nFROM events\nWHERE (lower(CAST("Channel" AS VARCHAR)) = 'system') AND (lower(CAST("Image" AS VARCHAR)) = 'x')`,
    ],
    [
      'clickhouse',
      "SELECT *\nFROM events\nWHERE (lowerUTF8(toString(`Channel`)) = 'system') AND (lowerUTF8(toString(`Image`)) = 'x')",
    ],
  ] as const)('of %s', (target, query) => {
    expect(queryFor(rule, target, { anySource: false, storage: 'columns' })).toBe(query);
  });

  it('gives each field of a JSON event a list of its values', () => {
    expect(queryFor(selectionOf({ F: 'x' }), 'duckdb', { column: 'event', from: "read_json('a.json')" })).toBe(
      `SELECT * EXCLUDE ("sigma F folded")
FROM (
  SELECT *,
    list_transform(list_transform(list_filter(CASE WHEN left(json_extract("event", '$."F"'), 1) = '[' THEN json_extract(json_extract("event", '$."F"'), '$[*]') ELSE [json_extract("event", '$."F"')] END, lambda v: left(v, 1) NOT IN ('{', '[', 'n')), lambda v: v ->> '$'), lambda v: lower(v)) AS "sigma F folded"
  FROM read_json('a.json')
) AS event
WHERE len(list_filter("sigma F folded", lambda x: x = 'x')) > 0`,
    );
  });
});

describe('names of fields', () => {
  it('can be mapped one by one, and all others by a pattern', () => {
    const fields = { '*': 'winlog.event_data.*', EventID: { name: 'event.code', type: 'keyword' } } as const;
    expect(queryFor(selectionOf({ EventID: 1, Image: 'x' }), 'lucene', { fields })).toBe(
      'event.code:"1" AND winlog.event_data.Image:/[xX]/',
    );
    expect(queryFor(selectionOf({ 'a.$&': 'x' }), 'lucene', { fields })).toBe(
      String.raw`winlog.event_data.a.\$\&:/[xX]/`,
    );
  });

  it.each([
    ['splunk', '"Threat Name"="x"'],
    ['lucene', String.raw`Threat\ Name:/[xX]/`],
    ['esql', 'TO_LOWER(`Threat Name`) == "x"'],
    ['kql', '["Threat Name"] =~ "x"'],
    ['logql', 'Threat_Name=~"(?is)^x$"'],
  ] as const)('are quoted where they must be: %s', (target, condition) => {
    expect(queryFor(selectionOf({ 'Threat Name': 'x' }), target)).toContain(condition);
  });

  it('that are paths into a bag of Kusto go through tostring', () => {
    const fields = { '*': { name: 'EventData.*', type: 'dynamic' } } as const;
    expect(queryFor(selectionOf({ 'Image|endswith': 'x' }), 'kql', { fields })).toBe(
      'T\n| where tostring(EventData["Image"]) endswith "x"',
    );
  });
});

describe('parentheses', () => {
  const nested = ruleOf({
    a: { A: 'a' },
    b: { B: 'b' },
    c: { C: 'c' },
    condition: 'a or (b and not (c or not a)) or (a or b)',
  });
  it.each([
    ['splunk', 'index=* (A="a" OR (B="b" AND NOT (C="c" OR NOT A="a")) OR A="a" OR B="b")'],
    ['lucene', 'A:/[aA]/ OR (B:/[bB]/ AND NOT (C:/[cC]/ OR (*:* AND NOT A:/[aA]/))) OR A:/[aA]/ OR B:/[bB]/'],
    ['kql', 'T\n| where A =~ "a" or B =~ "b" and not(C =~ "c" or not(A =~ "a")) or A =~ "a" or B =~ "b"'],
    [
      'logql',
      '{job="w"} | json | A=~"(?is)^a$" or (B=~"(?is)^b$" and C!~"(?is)^c$" and A=~"(?is)^a$") or A=~"(?is)^a$" or B=~"(?is)^b$"',
    ],
  ] as const)('stand where the meaning of %s needs them', (target, query) => {
    expect(queryFor(nested, target)).toBe(query);
  });
});

it('has a query for each condition, and none where one is refused', () => {
  const rule = ruleOf({ a: { A: 'a' }, b: { 'B|hour': 1 }, condition: ['a', 'not a'] });
  expect(compileRule(rule, 'kql', { from: 'T', anySource: true })).toEqual({
    queries: ['T\n| where A =~ "a"', 'T\n| where not(A =~ "a")'],
  });
  const other = ruleOf({ a: { A: 'a' }, b: { 'B|hour': 1 }, condition: ['a', 'b'] });
  expect(compileRule(other, 'kql', { from: 'T', anySource: true })).toMatchObject({ problem: { construct: 'time' } });
});
