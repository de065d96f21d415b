// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One command to measure. */
export interface Case {
  readonly title: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Any other exit is no measurement: a crash is fast. */
  readonly exit: number;
  /** Not measured; what must be so before each run. */
  readonly before?: () => void;
}

/** Seconds. */
interface Sample {
  readonly wall: number;
  /** User and system time of the command and all that it started. */
  readonly cpu: number;
}

/** Seconds, and what the last run wrote. */
export interface Measured {
  readonly case: Case;
  readonly runs: number;
  readonly wall: Spread;
  readonly cpu: Spread;
  readonly stdout: string;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Runs cases in turns (a b c, a b c, ...), so that what else the machine does falls on all of them alike. One round
 * before warms the page cache and is not counted. `folder` takes the output.
 */
export function measure(cases: readonly Case[], runs: number, folder: string, say: (text: string) => void): Measured[] {
  const taken = cases.map((each) => ({ each, samples: [] as Sample[], stdout: '' }));
  for (let round = 0; round <= runs; round++) {
    say(round === 0 ? 'warming' : `round ${round} of ${runs}`);
    for (const row of taken) {
      row.each.before?.();
      const { sample, stdout } = runOnce(row.each, folder);
      if (round > 0) row.samples.push(sample);
      row.stdout = stdout;
    }
  }
  return taken.map(({ each, samples, stdout }) => ({
    case: each,
    runs,
    wall: spreadOf(samples.map(({ wall }) => wall)),
    cpu: spreadOf(samples.map(({ cpu }) => cpu)),
    stdout,
  }));
}

/** Node has no clock for the processor time of children; the shell has one that costs the command nothing. */
function runOnce({ title, command, cwd, env, exit }: Case, folder: string): { sample: Sample; stdout: string } {
  const [out, err] = [join(folder, 'stdout'), join(folder, 'stderr')];
  const script = 'out=$1 err=$2; shift 2; time "$@" >"$out" 2>"$err"';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', out, err, ...command], {
    cwd,
    env: { ...process.env, ...env, TIMEFORMAT: '%3R %3U %3S', LC_ALL: 'C' },
    encoding: 'utf8',
  });
  if (status !== exit) {
    throw new Error(`${title}: exit ${status} instead of ${exit}\n${command.join(' ')}\n${readFileSync(err, 'utf8')}`);
  }
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  if (Number.isNaN(wall + user + system)) throw new Error(`bash told no times: ${stderr}`);
  return { sample: { wall, cpu: user + system }, stdout: readFileSync(out, 'utf8') };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[Math.min(Math.max(index, 0), sorted.length - 1)] ?? Number.NaN;
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}
