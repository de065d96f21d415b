// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { endOf, momentSchema } from '@helios/core/finding';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { durationSchema, millisecondsOf } from '../control/duration.ts';
import { loadControls } from '../control/load.ts';
import { openPlace } from '../run/session.ts';
import { readHistory } from './history.ts';
import { type Plan, planRuns } from './plan.ts';

export interface PlanFlags {
  readonly config?: string;
  readonly evidenceDir?: string;
  readonly format: string;
  readonly every: string;
  readonly asOf?: string;
}

const FORMATS: Readonly<Record<string, (plan: Plan) => string>> = {
  text: drawPlan,
  json: (plan) => `${JSON.stringify(plan, null, 2)}\n`,
  ids: ({ controls }) => controls.flatMap(({ control, due }) => (due ? `${control}\n` : [])).join(''),
};

/** `sec-ccv plan`: 3 where there is no control at all. */
export async function plan(flags: PlanFlags, io: Io): Promise<ExitCode> {
  const draw = Object.hasOwn(FORMATS, flags.format) ? FORMATS[flags.format] : undefined;
  if (!draw)
    fail('usage', `unknown format "${flags.format}"`, { hint: `Known formats: ${Object.keys(FORMATS).join(', ')}.` });
  if (!durationSchema.safeParse(flags.every).success)
    fail('usage', `--every ${flags.every}: no duration`, { hint: 'Write P7D for a cron that runs weekly.' });
  const { world, options } = await openPlace(flags, io);
  const { controls, services } = await loadControls(world.root, options);
  const runs = readHistory(flags.evidenceDir === undefined ? world.evidence : resolve(io.cwd, flags.evidenceDir));
  io.stdout.write(draw(planRuns(controls, services, runs, momentOf(flags.asOf, io), millisecondsOf(flags.every))));
  return controls.length === 0 ? EXIT.nothingChecked : EXIT.pass;
}

function momentOf(text: string | undefined, io: Io): Date {
  if (text === undefined) return io.now();
  if (!momentSchema.safeParse(text).success)
    fail('usage', `--as-of ${text}: not a UTC day or instant`, { hint: 'Write 2026-12-01 or 2026-12-01T08:00:00Z.' });
  return endOf(text);
}

function drawPlan({ controls, uncovered }: Plan): string {
  const due = controls.filter((each) => each.due).length;
  const lines = [
    ...controls.map(
      (each) =>
        `${each.due ? '▶' : ' '} tier ${each.tier}  ${each.control}  ${each.lastPass ?? 'never'}  ${each.reason}`,
    ),
    ...uncovered.map((service) => `! no control is about the service ${service}`),
    `${due} of ${controls.length} controls must run now`,
  ];
  return lines.map((line) => `${visible(line.trimEnd())}\n`).join('');
}
