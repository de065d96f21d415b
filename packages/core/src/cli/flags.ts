// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';

/** As commander hands them over. */
export interface RawFlags {
  readonly config?: string;
  readonly format?: readonly string[];
  readonly output?: string;
  readonly asOf?: string;
  readonly failOn?: string;
  readonly baseline?: string;
  readonly changedSince?: string;
  readonly evidence?: boolean;
  readonly evidenceDir?: string;
  readonly key?: string;
  readonly keyless?: boolean;
  readonly cache?: boolean;
  readonly fix?: boolean;
  readonly exitZero?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

export function addCheckFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option(
      '-f, --format <name[=file]>',
      'report as text, json, sarif, junit, github, gitlab, markdown or html; may be repeated',
      collect,
    )
    .option('-o, --output <file>', 'write the report that would go to stdout to a file')
    .option('--as-of <moment>', 'judge as of this UTC day or instant instead of now')
    .option('--fail-on <level>', 'the lowest level that fails: error, warning or note')
    .option('--baseline <file>', 'baseline of accepted findings')
    .option('--changed-since <ref>', 'judge all, and count only what belongs to the change since this git ref')
    .option('--evidence-dir <folder>', 'where to leave the proof of the verdict')
    .option('--no-evidence', 'leave no proof')
    .option('--key <file>', 'PEM file of the P-256 key that signs the proof')
    .option('--keyless', 'sign the proof by the services of evidence.keyless, as this CI job')
    .option('--no-cache', 'parse every file anew')
    .option('--fix', 'edit files where there is exactly one right replacement')
    .option('--exit-zero', 'exit 0 even if the gate fails')
    .option('-q, --quiet', 'show only what fails')
    .option('--color', 'colour even where there is no terminal')
    .option('--no-color', 'no colour');
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
