// SPDX-License-Identifier: Apache-2.0
import { gateProgram } from '@helios/core/cli';
import type { GapsFlags } from './gaps/command.ts';

/** Where the public bundle of ATT&CK enterprise 19 is. */
const BUNDLE_URL =
  'https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/enterprise-attack/enterprise-attack-19.0.json';

export interface CatalogFlags {
  readonly name?: string;
  readonly release?: string;
  readonly released?: string;
  readonly previous?: string;
  readonly output: string;
}

export const run = gateProgram({
  id: 'attack-mapper',
  description: 'Judges whether detections name live ATT&CK and ATLAS techniques, and whether they cover the scope.',
  gate: async () => (await import('./gate.ts')).gate,
  commands(program, io, done) {
    program
      .command('heatmap')
      .description('draw Navigator layers and pictures of what is covered')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-o, --output <folder>', 'where to, below the root', 'analytics/heatmaps')
      .action(async (flags: { config?: string; output: string }) => {
        done(await (await import('./heatmap/command.ts')).drawHeatmaps(flags, io));
      });
    program
      .command('gaps')
      .description('keep a file of issues, one for each relevant technique that nothing detects')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-o, --output <file>', 'NDJSON file, below the root', 'analytics/gaps.ndjson')
      .option('--to <connector>', 'a connector of helios.yaml instead of a file; says what it would be told')
      .option('--apply', 'tell it')
      .action(async (flags: GapsFlags) => {
        done(await (await import('./gaps/command.ts')).listGaps(flags, io));
      });
    program
      .command('migrate')
      .description(
        'show what a newer ATT&CK version asks of the detections; exit 1 while a person must decide something',
      )
      .argument('[paths...]', 'files and folders instead of those in helios.yaml')
      .requiredOption('--from <version>', 'version that the detections were written for')
      .requiredOption('--to <version>', 'version to move to')
      .option('--write', 'make the edits that have only one right answer')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .action(async (paths: string[], flags: { from: string; to: string; write?: boolean; config?: string }) => {
        done(await (await import('./migrate/command.ts')).migrate(paths, flags, io));
      });
    const catalog = program.command('catalog').description('make catalogs of facts out of what MITRE publishes');
    const common = (name: string) =>
      catalog
        .command(name)
        .requiredOption('-o, --output <file>', 'the catalog to write')
        .option('--release <version>', 'version, where the source does not say it')
        .option('--released <day>', 'day of the release, where the source has no dates')
        .option('--name <name>', 'what the source is called in the catalog')
        .option('--previous <file>', 'catalog of the version before: keeps deprecations, shows renamed tactics');
    common('build')
      .description('from a STIX bundle, a MISP galaxy cluster or ATLAS.yaml')
      .argument('<source>', 'the file')
      .action(async (source: string, flags: CatalogFlags) => {
        done(await (await import('./catalog/command.ts')).buildFromFile(source, flags, io));
      });
    common('update')
      .description('from a download; needs the network, and the digest beforehand')
      .option('--url <address>', 'https address of the source', BUNDLE_URL)
      .requiredOption('--sha256 <digest>', 'what the download must be')
      .action(async (flags: CatalogFlags & { url: string; sha256: string }) => {
        done(await (await import('./catalog/command.ts')).buildFromDownload(flags, io));
      });
  },
});
