// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { PlanFlags } from '../schedule/plan-command.ts';
import type { ScheduleFlags } from '../schedule/command.ts';
import type { RunFlags } from './command.ts';
import type { DismissFlags } from './dismiss.ts';

/** Where the journal and the proofs are, and how the proofs are signed. */
function addSessionFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--state <folder>', 'where the journal is kept; every runner of these controls must name the same')
    .option('--evidence-dir <folder>', 'where to leave the records')
    .option('--key <file>', 'PEM file of the P-256 key that signs the records')
    .option('--keyless', 'sign the records by the services of evidence.keyless, as this CI job')
    .option('-q, --quiet', 'show no progress');
}

/** Running controls: now, by their schedules, and what is pending. */
export function addRunCommands(program: Command, io: Io, done: (exit: number) => void): void {
  addSessionFlags(program.command('run'))
    .description('run controls in place and roll them back; exit 1 unless all pass')
    .argument('[controls...]', 'ids instead of all')
    .option('-f, --format <name>', 'text or json', 'text')
    .option('--concurrency <number>', 'services that are worked on at once', '4')
    .option('--jitter <duration>', 'wait by chance at most so long before each start, such as PT5M')
    .option('--dry-run', 'show what would be done; nothing is asked and nothing is changed')
    .action(async (ids: string[], flags: RunFlags) => {
      done(await (await import('./command.ts')).runControls(ids, flags, io));
    });
  addSessionFlags(program.command('dismiss'))
    .description('say that the pending rollback of a run was done by hand')
    .argument('<run>')
    .requiredOption('--reason <text>', 'who did what; kept in the journal')
    .action(async (name: string, flags: DismissFlags) => {
      done(await (await import('./dismiss.ts')).dismiss(name, flags, io));
    });
  addSessionFlags(program.command('schedule'))
    .description('run controls by their schedules until it is stopped')
    .option('--concurrency <number>', 'services that are worked on at once', '4')
    .option('--listen <host:port>', 'where /healthz and /metrics are served', '127.0.0.1:9464')
    .action(async (flags: ScheduleFlags) => {
      done(await (await import('../schedule/command.ts')).keepSchedule(flags, io));
    });
  program
    .command('plan')
    .description('say which controls a CI cron must run now, so that all stay covered in the week')
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--evidence-dir <folder>', 'where the records of earlier runs are')
    .option('--every <duration>', 'how often the cron runs', 'P7D')
    .option('--as-of <moment>', 'plan as of this UTC day or instant instead of now')
    .option('-f, --format <name>', 'text, json or ids', 'text')
    .action(async (flags: PlanFlags) => {
      done(await (await import('../schedule/plan-command.ts')).plan(flags, io));
    });
}
