// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { DiffFlags, ListFlags } from './show/run.ts';

/** Adds `netpol`: who may talk to whom, by the policies in manifests. */
export function addNetpolCommands(program: Command, io: Io, done: (exit: number) => void): void {
  const netpol = program.command('netpol').description('who may talk to whom, by the network policies of a cluster');
  const common = (name: string) =>
    netpol
      .command(name)
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-o, --output <file>', 'where to write it; else stdout');
  common('list')
    .description('list the connections that policies leave open')
    .argument('[path]', 'folder or file with manifests instead of those of gates.posture')
    .option('-f, --format <name>', 'text, json or csv', 'text')
    .action(async (path: string | undefined, flags: ListFlags) => {
      done(await (await import('./show/run.ts')).listConnections(path, flags, io));
    });
  common('diff')
    .description('say which connections a change opens and closes; exit 1 if it opens one')
    .argument('[folders...]', 'manifests before and after')
    .option('-b, --base <commit>', 'compare with what a commit of this repository has instead')
    .option('-f, --format <name>', 'text, json or csv', 'text')
    .action(async (folders: string[], flags: DiffFlags) => {
      done(await (await import('./show/run.ts')).diffConnections(folders, flags, io));
    });
  common('graph')
    .description('draw the connections as an SVG')
    .argument('[path]', 'folder or file with manifests instead of those of gates.posture')
    .action(async (path: string | undefined, flags: { config?: string; output?: string }) => {
      done(await (await import('./show/run.ts')).drawConnections(path, flags, io));
    });
}
