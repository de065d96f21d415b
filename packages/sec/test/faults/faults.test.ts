// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../two-gates.ts';
import { COMMANDS } from './commands.ts';
import { CI_STEP, type Figures, figuresOf, formatFigures } from './figures.ts';
import { type Course, faultsOf, type Tried, tryFault, undisturbed } from './trial.ts';
import type { Fault } from './repository.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
const STEP = THOROUGH ? 1 : CI_STEP;
/** Processes also wait for the disk. */
const AT_ONCE = availableParallelism() + 1;

const figures: Figures[] = [];
afterAll(() => {
  if (!THOROUGH) return;
  const file = join(ROOT, 'bench/FAULTS.md');
  const names = COMMANDS.map(({ name }) => name);
  const text = formatFigures(names, figures, readFileSync(file, 'utf8'), new Date());
  writeFileSync(file, text);
  process.stdout.write(text);
});

describe('a command whose writing breaks at any call', () => {
  it.each(COMMANDS.map((command, index) => ({ ...command, index })))(
    '$name: tears no file, promises nothing that is not stored, and is completed by a second run',
    { timeout: 3_600_000 },
    async ({ index, ...command }) => {
      const course = await undisturbed(command);
      try {
        const all = faultsOf(course);
        const chosen = all.filter((fault, at) => at % STEP === index % STEP || isAlways(course, fault));
        const tried = await inTurns(chosen, (fault) => tryFault(course, fault));
        figures.push(figuresOf(command.name, tried));
        expect(tried.flatMap(describeFault)).toEqual([]);
      } finally {
        course.template.remove();
      }
    },
  );
});

it('is found out where it tears files, or says that all is well when it is not', async () => {
  const script = join(import.meta.dirname, 'careless-writer.ts');
  const course = await undisturbed({ name: 'careless', script, args: [], exit: 0, files: { file: 'old' } });
  try {
    const tried = await inTurns(faultsOf(course), (fault) => tryFault(course, fault));
    const seen = Object.fromEntries(tried.map(({ fault: { kind }, torn, lost }) => [kind, { torn, lost }]));
    expect(seen).toEqual({
      EIO: { torn: ['file'], lost: ['file'] },
      ENOSPC: { torn: ['file'], lost: ['file'] },
      kill: { torn: ['file'], lost: [] },
    });
  } finally {
    course.template.remove();
  }
});

function isAlways({ command, calls }: Course, { kind, at }: Fault): boolean {
  const call = calls[at - 1];
  return kind === 'EIO' && call !== undefined && (command.always?.(call) ?? false);
}

async function inTurns(faults: readonly Fault[], attempt: (fault: Fault) => Promise<Tried>): Promise<Tried[]> {
  const tried: Tried[] = [];
  const rest = faults.values();
  const worker = async (): Promise<void> => {
    for (const fault of rest) tried.push(await attempt(fault));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return tried;
}

function describeFault({ fault, torn, lost, unverified, wrong }: Tried): string[] {
  const at = `${fault.kind} at call ${fault.at}`;
  return [
    ...torn.map((path) => `${at}: ${path} is torn`),
    ...lost.map((path) => `${at}: ${path} is not stored`),
    ...[...unverified, ...wrong].map((fault) => `${at}: ${fault}`),
  ];
}
