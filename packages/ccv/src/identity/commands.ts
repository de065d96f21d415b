// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { DrillFlags } from './command.ts';

/** `sec-ccv identity …` */
export function addIdentityCommands(program: Command, io: Io, done: (exit: number) => void): void {
  const identity = program
    .command('identity')
    .description('whether logging somebody out ends what they were logged in to');
  identity
    .command('drill')
    .description(
      'log the account for drills out everywhere and see its tokens die; without --apply only say what would be done',
    )
    .argument('<file>', 'settings of the drill (helios/identity-drill-settings/v1)')
    .option('--apply', 'do it')
    .option('--state <folder>', 'where a session that is open is written down')
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--evidence-dir <folder>', 'where to leave the record')
    .option('--key <file>', 'PEM file of the P-256 key that signs it')
    .option('--keyless', 'sign it by the services of evidence.keyless, as this CI job')
    .option('-q, --quiet', 'show no progress')
    .action(async (file: string, flags: DrillFlags) => {
      done(await (await import('./command.ts')).drillIdentity(file, flags, io));
    });
  identity
    .command('replay')
    .description('judge a recorded drill again; exit 4 if its verdict does not follow from what it saw')
    .argument('<record>', 'file of .evidence/identity')
    .action(async (file: string) => {
      done(await (await import('./command.ts')).replayDrill(file, io));
    });
}
