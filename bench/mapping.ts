// SPDX-License-Identifier: Apache-2.0
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { firstStart } from './cold-start.ts';
import { CONFIGS, type Corpus } from './corpus.ts';
import type { Case, Measured } from './measure.ts';
import type { SigmaCli } from './sigma-cli.ts';

export const TITLES = {
  read: 'floor: read the files',
  parse: 'floor: read and parse them (js-yaml)',
  cold: 'sec-attack-mapper, ATT&CK 18.1, cold',
  first: 'sec-attack-mapper, ATT&CK 18.1, cold, first time',
  warm: 'sec-attack-mapper, ATT&CK 18.1, warm, one file changed',
  cold19: 'sec-attack-mapper, ATT&CK 19, cold',
  warm19: 'sec-attack-mapper, ATT&CK 19, warm, one file changed',
  sigma: 'sigma check, ATT&CK validator alone',
  sigmaAll: 'sigma check, all validators',
} as const;

/** Verdicts on the same files, by us, by sigma-cli, and by programs that only read or parse. */
export function mappingCases(root: string, corpus: Corpus, sigma: SigmaCli | undefined, folder: string): Case[] {
  const cold = ours(root, corpus, folder, { title: TITLES.cold, version: '18.1', warm: false });
  return [
    ...floors(root, corpus),
    cold,
    firstStart({ ...cold, title: TITLES.first }, folder),
    ours(root, corpus, folder, { title: TITLES.warm, version: '18.1', warm: true }),
    ours(root, corpus, folder, { title: TITLES.cold19, version: '19', warm: false }),
    ours(root, corpus, folder, { title: TITLES.warm19, version: '19', warm: true }),
    ...(sigma ? theirs(corpus, sigma, folder) : []),
  ];
}

function floors(root: string, { rules }: Corpus): Case[] {
  const program = join(root, 'bench', 'floor.mjs');
  return (['read', 'parse'] as const).map((what) => ({
    title: TITLES[what],
    command: [process.execPath, program, what, rules],
    cwd: rules,
    env: {},
    exit: 0,
  }));
}

interface Way {
  readonly title: string;
  readonly version: keyof typeof CONFIGS;
  readonly warm: boolean;
}

/** The rules are tagged for version 19, so against 18.1 the gate fails; against 19 it fails for untagged ones. */
function ours(root: string, corpus: Corpus, folder: string, { title, version, warm }: Way): Case {
  const program = join(root, 'packages', 'attack-mapper', 'bin', 'sec-attack-mapper.js');
  const report = reportPath(folder, title);
  const output = ['--no-evidence', '--format', 'json', '--output', report];
  return {
    title,
    command: [
      process.execPath,
      program,
      'check',
      '--config',
      CONFIGS[version],
      ...(warm ? [] : ['--no-cache']),
      ...output,
    ],
    cwd: corpus.root,
    env: { NODE_COMPILE_CACHE: join(folder, 'compile'), XDG_CACHE_HOME: join(folder, 'cache', version) },
    exit: 1,
    before: warm ? corpus.touch : () => rmSync(report, { force: true }),
  };
}

function theirs({ rules }: Corpus, { program, env }: SigmaCli, folder: string): Case[] {
  const config = join(folder, 'attacktag.yml');
  writeFileSync(config, 'validators:\n  - attacktag\n');
  const shared = { cwd: folder, env, exit: 0 };
  return [
    { ...shared, title: TITLES.sigma, command: [program, 'check', '--validation-config', config, rules] },
    { ...shared, title: TITLES.sigmaAll, command: [program, 'check', rules] },
  ];
}

/** Rules with a technique that ATT&CK 18.1 does not know, as each of the two says it. */
export interface Agreement {
  readonly ours: number;
  readonly theirs: number;
  readonly both: number;
}

export function compareAnswers(corpus: Corpus, measured: readonly Measured[], folder: string): Agreement {
  const theirs = new Set<string>();
  const stdout = measured.find((row) => row.case.title === TITLES.sigma)?.stdout ?? '';
  for (const [, path] of stdout.matchAll(/^issue=InvalidATTACKTagIssue .* rule=(.*?) tag=attack\.t\d/gm)) {
    if (path !== undefined) theirs.add(relative(corpus.root, path));
  }
  const ours = ourUnknown(reportPath(folder, TITLES.cold));
  return { ours: ours.size, theirs: theirs.size, both: ours.intersection(theirs).size };
}

interface ReportFile {
  readonly gates: readonly { readonly findings: readonly { ruleId: string; location: { path: string } }[] }[];
}

function ourUnknown(path: string): Set<string> {
  const report = JSON.parse(readFileSync(path, 'utf8')) as ReportFile;
  const findings = report.gates.flatMap((gate) => gate.findings);
  return new Set(
    findings.filter(({ ruleId }) => ruleId === 'mapping/unknown-technique').map(({ location }) => location.path),
  );
}

function reportPath(folder: string, title: string): string {
  return join(folder, `${title.replaceAll(/\W+/g, '-')}.json`);
}
