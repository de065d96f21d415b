// SPDX-License-Identifier: Apache-2.0
import { gateProgram } from '@helios/core/cli';
import type { TestFlags } from './testing/command.ts';

export const run = gateProgram({
  id: 'detect',
  description: 'Judges whether detections are sound and tested, and runs them.',
  gate: async () => (await import('./gate.ts')).gate,
  commands(program, io, done) {
    program
      .command('test')
      .description('run the tests of the rules; exit 1 if one fails')
      .argument('[rules...]', 'ids or titles, or parts of them, instead of all')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-f, --format <name>', 'text, json or junit', 'text')
      .option('--record <file>', 'leave the results as a record, which sec-attack-mapper reads')
      .action(async (rules: string[], flags: TestFlags) => {
        done(await (await import('./testing/command.ts')).testRules(rules, flags, io));
      });
  },
});
