// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { PlanFlags, ReviewFlags } from './learn.ts';
import type { NotifyFlags, TriageFlags } from './triage.ts';
import type { WatchFlags } from './watch.ts';

const SETTINGS = 'controls/egress/watch.yaml';

/** `sec-ccv egress …` */
export function addEgressCommands(program: Command, io: Io, done: (exit: number) => void): void {
  const egress = program.command('egress').description('where workloads send to for the first time, and how much');
  addSettings(egress.command('learn'))
    .description('write the baseline out of logs, for a person to review')
    .argument('<logs...>', 'source=file: NDJSON or files of CloudTrail, also packed by gzip')
    .action(async (logs: string[], flags: PlanFlags) => {
      done(await (await import('./learn.ts')).learnEgress(logs, flags, io));
    });
  addSettings(egress.command('review'))
    .description('say that you have read the baseline as it is now')
    .requiredOption('--by <name>', 'who you are')
    .action(async (flags: ReviewFlags) => {
      done(await (await import('./learn.ts')).reviewEgress(flags, io));
    });
  addProof(addSettings(egress.command('watch')))
    .description('read logs and leave a record of each first destination and each window with too many bytes')
    .argument('<logs...>', 'source=file: NDJSON or files of CloudTrail, also packed by gzip')
    .requiredOption('--state <file>', 'what the watch remembers from run to run')
    .option('--drain', 'judge all that was read, without waiting for later events')
    .action(async (logs: string[], flags: WatchFlags) => {
      done(await (await import('./watch.ts')).watchEgress(logs, flags, io));
    });
  addProof(egress.command('triage'))
    .description('say who looked into an alert, and what it was')
    .argument('<id>', 'of the alert, or how it begins')
    .requiredOption('--by <name>', 'who looked into it')
    .requiredOption('--verdict <word>', 'benign or malicious')
    .requiredOption('--note <text>', 'why')
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .action(async (id: string, flags: TriageFlags) => {
      done(await (await import('./triage.ts')).triageAlert(id, flags, io));
    });
  egress
    .command('notify')
    .description('tell a connector of alerts that wait; without --apply only say what it would be told')
    .requiredOption('--to <connector>', 'name of the connector in helios.yaml')
    .option('--apply', 'do it')
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--evidence-dir <folder>', 'where the records are')
    .action(async (flags: NotifyFlags) => {
      done(await (await import('./triage.ts')).notifyAlerts(flags, io));
    });
}

function addSettings(command: Command): Command {
  return command
    .option('-s, --settings <file>', 'settings of the watch, from the root', SETTINGS)
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward');
}

function addProof(command: Command): Command {
  return command
    .option('--evidence-dir <folder>', 'where to leave the records')
    .option('--key <file>', 'PEM file of the P-256 key that signs them')
    .option('--keyless', 'sign them by the services of evidence.keyless, as this CI job');
}
