// SPDX-License-Identifier: Apache-2.0
import { type Served, VALIDATORS } from './validators.ts';

export interface Theirs {
  readonly versions: string;
  readonly rules: number;
  readonly validators: Readonly<
    Record<string, { readonly files?: readonly string[]; readonly error?: string; readonly core: boolean }>
  >;
}

export interface Finding {
  readonly ruleId: string;
  readonly message: string;
  readonly path: string;
}

export interface Judged {
  readonly theirs: Theirs;
  readonly ours: readonly Finding[];
}

type Probes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The report, and what must not be: a validator without a row, a probe that one of the two passes, a difference without a reason. */
export function formatReport(probes: Probes, probed: Judged, judged: Judged): { text: string; failed: string[] } {
  const failed: string[] = [];
  const rows: string[] = [];
  const reasons: string[] = [];
  for (const name of Object.keys(judged.theirs.validators)) {
    const served = VALIDATORS[name];
    if (!served) {
      failed.push(`${name}: nothing serves this validator`);
      continue;
    }
    const [seen, expected] = [filesOf(probed, name, served), Object.keys(probes[name] ?? {})];
    const has = (files: ReadonlySet<string>): boolean => expected.some((path) => files.has(path));
    for (const path of expected) if (!seen.ours.has(path)) failed.push(`${name}: we say nothing of its probe ${path}`);
    if (!has(seen.theirs)) failed.push(`${name}: finds nothing in its own probe`);
    const { theirs, ours } = filesOf(judged, name, served);
    const counts = [theirs.intersection(ours), theirs.difference(ours), ours.difference(theirs)].map(
      ({ size }) => size,
    );
    const [, onlyTheirs = 0, onlyOurs = 0] = counts;
    if (onlyTheirs + onlyOurs > 0) {
      if (served.differs === undefined) failed.push(`${name}: differs without a reason`);
      reasons.push(...reasonsFor(name, served, theirs.difference(ours), ours.difference(theirs)));
    }
    const by = served.by.map((id) => `\`${id}\``).join(', ');
    rows.push(
      `| ${name} | ${by} | ${has(seen.theirs) && has(seen.ours) ? 'both' : '**no**'} | ${counts.join(' | ')} |`,
    );
  }
  return { text: textOf(judged.theirs, rows, reasons), failed };
}

function filesOf({ theirs, ours }: Judged, name: string, { by, says }: Served): Record<'theirs' | 'ours', Set<string>> {
  const among = ours.filter(({ ruleId, message }) => by.includes(ruleId) && (says?.test(message) ?? true));
  return { theirs: new Set(theirs.validators[name]?.files), ours: new Set(among.map(({ path }) => path)) };
}

function reasonsFor(name: string, { differs = '' }: Served, theirs: Set<string>, ours: Set<string>): string[] {
  const example = (whose: string, files: Set<string>): string[] => {
    const [first] = [...files].sort();
    return first === undefined ? [] : [`${whose} ${files.size}, for one \`${first}\``];
  };
  return [
    `- **${name}** (${[...example('only theirs', theirs), ...example('only ours', ours)].join('; ')}): ${differs}`,
  ];
}

function textOf({ versions, rules, validators }: Theirs, rows: readonly string[], reasons: readonly string[]): string {
  const core = Object.values(validators).filter((each) => each.core).length;
  return `# Our lint and pySigma's validators

Written by \`npm run interop:lint\`: ${core} validators of the core and ${Object.keys(validators).length - core} of SigmaHQ's plugin (${versions}), each beside the rules of ours that
serve it. *Probe*: a rule made to break what the validator asks, and that both name. The numbers are files among the
${rules} public rules: that both name, only theirs, only ours. Lists that the validators fetch from the network are those that
their last releases without one brought along; ATT&CK is 18.1 for both.

| Validator | Served by | Probe | both | theirs | ours |
| --- | --- | --- | --: | --: | --: |
${rows.join('\n')}

## Where the two differ

${reasons.join('\n')}

Line and column, a reason and a fix come with each of ours; the validators name the file.
`;
}
