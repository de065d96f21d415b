// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isFields, type Reader } from '../src/detection/detection.ts';
import { readDetections, READERS, UNREAD } from '../src/detection/recognise.ts';
import { judge, makeTree } from './stage.ts';

/** What is read out of one file: title, and each claim as `kind id`. */
async function read(path: string, text: string) {
  const { detections, unrecognised } = await readDetections({ path, text, sha256: '' });
  // The same by readers that cannot look at what they say they do not read.
  const blind = await readDetections({ path, text, sha256: '' }, readUntouchable);
  expect(blind.detections).toEqual(detections);
  return {
    unrecognised,
    detections: detections.map(({ format, title, claims }) => [
      format,
      title,
      ...claims.map(({ kind, id }) => `${kind} ${id}`),
    ]),
  };
}

const readUntouchable: Reader = (document, index) => {
  const guarded = isFields(document)
    ? Object.fromEntries(
        Object.entries(document).flatMap(([key, value]) =>
          !UNREAD.has(key) ? [[key, value]] : typeof value === 'object' ? [[key, untouchable(value)]] : [],
        ),
      )
    : document;
  return READERS.map((read) => read(guarded, index)).find((found) => found !== undefined);
};

function untouchable(value: object | null): unknown {
  const touched = (): never => {
    throw new Error('a reader looked at what is left unread');
  };
  return value && new Proxy(value, { get: touched, has: touched, ownKeys: touched, getOwnPropertyDescriptor: touched });
}

describe('a file is read as', () => {
  it('Sigma, several documents at once', async () => {
    const rule = (title: string, tag: string): string =>
      `title: ${title}\nlogsource: {product: linux}\ndetection: {a: {b: c}, condition: a}\ntags: [${tag}]\n`;
    expect(
      await read(
        'x.yml',
        `${rule('One', 'attack.T1059.001')}---\n${rule('Two', 'atlas.aml.t0051')}---\n${rule('Three', 'attack.g0032')}`,
      ),
    ).toEqual({
      unrecognised: 0,
      detections: [
        ['sigma', 'One', 'technique T1059.001'],
        ['sigma', 'Two', 'technique AML.T0051'],
        ['sigma', 'Three'],
      ],
    });
  });

  it('Falco, where rules count and macros, lists and overrides do not', async () => {
    const text = `- required_engine_version: 0.57.0
- list: shells
  items: [
    bash, sh
  ]
- macro: spawned
  condition: evt.type = execve
- rule: Shell in container
  desc: A shell was started.
  condition: spawned and proc.name in (shells)
  output: shell
  priority: NOTICE
  tags: [container, mitre_execution, T1059.004]
- rule: Shell in container
  override: {condition: append}
  condition: and not proc.name = x
`;
    expect(await read('rules.yaml', text)).toEqual({
      unrecognised: 0,
      detections: [['falco', 'Shell in container', 'tactic execution', 'technique T1059.004']],
    });
  });

  it('Elastic TOML, with tactic, technique and sub-technique', async () => {
    const text = `[rule]
name = "Credentials"
rule_id = "r1"
type = "query"
query = "x"
[[rule.threat]]
framework = "MITRE ATT&CK"
[rule.threat.tactic]
id = "TA0006"
name = "Credential Access"
[[rule.threat.technique]]
id = "T1003"
[[rule.threat.technique.subtechnique]]
id = "T1003.001"
`;
    expect(await read('x.toml', text)).toEqual({
      unrecognised: 0,
      detections: [['elastic', 'Credentials', 'tactic TA0006', 'technique T1003', 'technique T1003.001']],
    });
  });

  it('Splunk security content, in both of its forms', async () => {
    const head = 'name: A search\nid: s1\nsearch: index=x\ndata_source: [Sysmon EventID 1]\n';
    const expected = { unrecognised: 0, detections: [['splunk', 'A search', 'technique T1059.001']] };
    expect(await read('a.yml', `${head}tags:\n  mitre_attack_id: [T1059.001]\n`)).toEqual(expected);
    expect(await read('b.yml', `${head}mitre_attack_id: [T1059.001]\n`)).toEqual(expected);
  });

  it('Sentinel analytics', async () => {
    const text =
      'name: Sign-in\nid: q1\nkind: Scheduled\nquery: SigninLogs\ntactics: [InitialAccess, "Credential Access"]\nrelevantTechniques: [T1078]\nsubTechniques: [T1078.004]\n';
    expect(await read('x.yaml', text)).toEqual({
      unrecognised: 0,
      detections: [
        [
          'sentinel',
          'Sign-in',
          'tactic initial-access',
          'tactic credential-access',
          'technique T1078',
          'technique T1078.004',
        ],
      ],
    });
  });

  it('Panther YAML, each report a tactic and a technique', async () => {
    const text =
      'AnalysisType: rule\nRuleID: A.B\nDisplayName: Key made\nReports:\n  MITRE ATT&CK: ["TA0003:T1098", "TA0006:T0018.000"]\n';
    expect(await read('x.yml', text)).toEqual({
      unrecognised: 0,
      detections: [['panther', 'Key made', 'tactic TA0003', 'technique T1098', 'tactic TA0006', 'malformed T0018.000']],
    });
  });

  it('nothing known, and says how many documents that are', async () => {
    expect(await read('x.yml', 'apiVersion: v1\nkind: Pod\n---\na: 1\n')).toEqual({ unrecognised: 2, detections: [] });
    const { findings, exit } = await judge(makeTree({ 'x.yml': 'kind: Pod\n---\na: 1\n' }));
    expect(exit).toBe(3);
    expect(findings).toMatchObject([
      {
        ruleId: 'mapping/unrecognised-file',
        level: 'note',
        message: 'holds 2 documents that are no detection of a known format',
      },
    ]);
  });

  it('nothing where a detection was: a file that is empty, or all comment', async () => {
    for (const text of ['', '# only a comment\n', '---\n', '~\n---\n'])
      expect(await read('x.yml', text), text).toEqual({ unrecognised: 1, detections: [] });
  });

  it('nothing at all, where it is a record of Helios', async () => {
    expect(await read('x.yml', 'schema: helios/detection-test/v1\n')).toEqual({ unrecognised: 0, detections: [] });
  });
});

describe("a format of one's own", () => {
  const config = `version: 1
gates:
  attack-mapper:
    include: ['own/*']
    formats:
      - include: ['own/*']
        rule: /alerts/*
        id: /key
        title: /text
        techniques: [/mitre/*/id]
        tactics: [/mitre/*/phase]
`;
  const alerts = {
    alerts: [
      { key: 'k1', text: 'Odd login', mitre: [{ id: 'T1562.008', phase: 'Stealth' }] },
      { key: 'k2', text: 'Nothing', mitre: [] },
    ],
  };

  it.each([
    ['json', JSON.stringify(alerts, null, 2), '8:18'],
    [
      'yaml',
      'alerts:\n  - key: k1\n    text: Odd login\n    mitre:\n      - {id: T1562.008, phase: Stealth}\n  - key: k2\n',
      '5:14',
    ],
    [
      'toml',
      '[[alerts]]\nkey = "k1"\n[[alerts.mitre]]\nid = "T1562.008"\nphase = "Stealth"\n[[alerts]]\nkey = "k2"\n',
      '4:7',
    ],
  ])('is read by pointers out of %s, with positions', async (ending, text, place) => {
    const { findings, checked } = await judge(makeTree({ 'helios.yaml': config, [`own/x.${ending}`]: text }));
    expect(checked).toBe(2);
    const revoked = findings.find(({ ruleId }) => ruleId === 'mapping/revoked-technique');
    expect(`${revoked?.location.line}:${revoked?.location.column}`).toBe(place);
    expect(findings.map(({ ruleId }) => ruleId)).toContain('mapping/untagged');
  });

  it('is refused where its pointer is none', async () => {
    const ran = await judge(makeTree({ 'helios.yaml': config.replace('/alerts/*', 'alerts') })).catch(String);
    expect(ran).toContain('must be a pointer such as /mitre/*/id');
  });
});

describe('a file that cannot be judged', () => {
  it.each([
    ['broken.yml', 'a: [1', 'not valid YAML'],
    ['deep.json', '['.repeat(5000), 'nesting is over the limit'],
    [
      'bomb.yml',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]\n`).join('')}`,
      'the expansion of aliases is over the limit',
    ],
  ])('%s fails the gate, is counted, and does not hide the others', async (path, text, message) => {
    const good =
      'title: G\nlogsource: {product: x}\ndetection: {a: {b: c}, condition: a}\ntags: [attack.execution, attack.t1059]\n';
    const verdict = await judge(makeTree({ [path]: text, 'good.yml': good }));
    expect(verdict).toMatchObject({ exit: 1, checked: 1, notChecked: 1 });
    expect(verdict.findings).toMatchObject([
      { ruleId: 'core/unreadable-input', location: { path }, message: expect.stringContaining(message) },
    ]);
  });
});
