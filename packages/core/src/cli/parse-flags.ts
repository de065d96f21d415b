// SPDX-License-Identifier: Apache-2.0
import { nearestOf } from '../config/index.ts';
import { fail } from '../error.ts';
import { type Level, LEVELS } from '../finding/finding.ts';
import { endOf, momentSchema } from '../finding/moment.ts';
import { type Format, REPORTERS } from '../report/index.ts';
import type { RawFlags } from './flags.ts';

/** One report to write: to a file, or to stdout where there is none. */
interface ReportTarget {
  readonly format: Format;
  readonly file?: string;
}

/** The flags of every `check`, parsed. */
export interface CheckFlags {
  readonly paths: readonly string[];
  readonly config?: string;
  readonly targets: readonly ReportTarget[];
  readonly asOf?: Date;
  readonly failOn?: Level;
  readonly baseline?: string;
  readonly changedSince?: string;
  readonly evidence: boolean;
  readonly evidenceDir?: string;
  readonly key?: string;
  readonly keyless?: boolean;
  readonly cache: boolean;
  readonly fix: boolean;
  readonly exitZero: boolean;
  readonly quiet: boolean;
  readonly color?: boolean;
}

const FORMATS = Object.keys(REPORTERS) as Format[];

/** Throws HeliosError `usage`, naming the value that is wrong. */
export function parseCheckFlags(paths: readonly string[], raw: RawFlags): CheckFlags {
  return {
    paths,
    ...(raw.config !== undefined && { config: raw.config }),
    targets: parseTargets(raw.format ?? ['text'], raw.output),
    ...(raw.asOf !== undefined && { asOf: parseMoment(raw.asOf) }),
    ...(raw.failOn !== undefined && { failOn: parseLevel(raw.failOn) }),
    ...(raw.baseline !== undefined && { baseline: raw.baseline }),
    ...(raw.changedSince !== undefined && { changedSince: raw.changedSince }),
    evidence: raw.evidence ?? true,
    ...(raw.evidenceDir !== undefined && { evidenceDir: raw.evidenceDir }),
    ...(raw.key !== undefined && { key: raw.key }),
    ...(raw.keyless !== undefined && { keyless: raw.keyless }),
    cache: raw.cache ?? true,
    fix: raw.fix ?? false,
    exitZero: raw.exitZero ?? false,
    quiet: raw.quiet ?? false,
    ...(raw.color !== undefined && { color: raw.color }),
  };
}

function parseTargets(specs: readonly string[], output: string | undefined): ReportTarget[] {
  const targets = specs.map((spec) => {
    const [name = '', ...rest] = spec.split('=');
    const format = FORMATS.find((known) => known === name);
    if (format === undefined) {
      const nearest = nearestOf(name, FORMATS);
      fail('usage', `unknown format "${name}"`, {
        hint: nearest ? `Did you mean "${nearest}"?` : `Known formats: ${FORMATS.join(', ')}.`,
      });
    }
    const file = rest.length > 0 ? rest.join('=') : output;
    if (file === '')
      fail('usage', `--format ${spec}: the file's name is missing`, { hint: `Write --format ${name}=report.txt` });
    return file === undefined ? { format } : { format, file };
  });
  if (output !== undefined && !targets.some((target) => target.file === output)) {
    fail('usage', `--output ${output}: every report has a file of its own`, {
      hint: 'Leave --output away, or one of the files.',
    });
  }
  const places = targets.map((target) => target.file ?? '-');
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    fail('usage', `two reports would go to ${twice === '-' ? 'stdout' : twice}`, {
      hint: 'Send one of them to a file: --format sarif=report.sarif',
    });
  }
  return targets;
}

function parseMoment(text: string): Date {
  if (!momentSchema.safeParse(text).success) {
    fail('usage', `--as-of ${text}: not a UTC day or instant`, { hint: 'Write 2026-12-01 or 2026-12-01T08:00:00Z.' });
  }
  return endOf(text);
}

function parseLevel(text: string): Level {
  return (
    LEVELS.find((level) => level === text) ??
    fail('usage', `--fail-on ${text}: no such level`, { hint: `Levels: ${LEVELS.join(', ')}.` })
  );
}
