// SPDX-License-Identifier: Apache-2.0
import { type Command, gateProgram, type Io } from '@helios/core/cli';
import type { BehaviourFlags, ScoreFlags } from './behaviour/command.ts';
import type { CompileFlags } from './compile/command.ts';
import type { EgressFlags } from './falco/command.ts';
import type { RunFlags } from './hunt/command.ts';
import type { HuntFlags } from './hunt/sql/command.ts';
import type { ExplainFlags } from './hunt/explain-command.ts';
import type { NoiseFlags } from './noise/command.ts';
import type { TestFlags } from './testing/command.ts';
import type { WatchFlags } from './watch/command.ts';

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
    program
      .command('watch')
      .description('judge and test again whenever a file is saved, until Ctrl-C')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .action(async (flags: WatchFlags) => {
        done(await (await import('./watch/command.ts')).watchRules(flags, io));
      });
    program
      .command('noise')
      .description('say how often each rule matches the harmless logs of the configuration')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('--record <file>', 'leave the counts as a record, which later runs are held against')
      .action(async (flags: NoiseFlags) => {
        done(await (await import('./noise/command.ts')).tellNoise(flags, io));
      });
    program
      .command('run')
      .description('run the rules over logs and say what they find, as it is found')
      .argument('<logs...>', 'NDJSON, JSON or EVTX files, also packed by gzip; - is standard input')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-f, --format <name>', 'text or ndjson', 'text')
      .option('--min-level <level>', 'leave out what is below', 'none')
      .option('--assume-logsource <p/c/s>', 'product/category/service of events that do not tell')
      .option('-j, --threads <number>', 'threads that judge NDJSON; each loads the rules', '1')
      .action(async (logs: string[], flags: RunFlags) => {
        done(await (await import('./hunt/command.ts')).runRules(logs, flags, io));
      });
    program
      .command('hunt')
      .description('run the rules as SQL over logs in DuckDB or ClickHouse, which are installed apart')
      .argument('<logs...>', 'Parquet files, and all that `run` takes')
      .option('--in <database>', 'duckdb or clickhouse', 'duckdb')
      .option('--keep <file>', 'leave the events as Parquet, for later hunts')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-f, --format <name>', 'text or ndjson', 'text')
      .option('--min-level <level>', 'leave out what is below', 'none')
      .option('--assume-logsource <p/c/s>', 'product/category/service of events that do not tell')
      .action(async (logs: string[], flags: HuntFlags) => {
        done(await (await import('./hunt/sql/command.ts')).huntLogs(logs, flags, io));
      });
    program
      .command('explain-match')
      .description('say why a rule matches an event or does not, condition by condition; exit 1 if it does not')
      .argument('<rule>', 'id of the rule, or part of its title')
      .argument('<log>', 'file with the event')
      .option('-n, --record <number>', 'which record of the file', '1')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-f, --format <name>', 'text or json', 'text')
      .action(async (rule: string, log: string, flags: ExplainFlags) => {
        done(await (await import('./hunt/explain-command.ts')).explainMatch(rule, log, flags, io));
      });
    program
      .command('compile')
      .description('write Sigma rules as queries of another language; exit 1 if it cannot say one of them')
      .argument('[rules...]', 'ids or titles, or parts of them, instead of all')
      .requiredOption('-t, --target <name>', 'splunk, lucene, opensearch, esql, kql, logql, duckdb or clickhouse')
      .option('-s, --settings <file>', 'what the store is like (helios/compile-settings/v1)')
      .option('--any-source', 'search all events where nothing tells where those of a log source are')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-f, --format <name>', 'text or ndjson', 'text')
      .action(async (rules: string[], flags: CompileFlags) => {
        done(await (await import('./compile/command.ts')).compileRules(rules, flags, io));
      });
    program
      .command('falco-compare')
      .description('grade what changed between two Falco rules files: major, minor or patch')
      .argument('<before>', 'rules file')
      .argument('<after>', 'rules file')
      .action(async (before: string, after: string) => {
        done(await (await import('./falco/command.ts')).compareFalco(before, after, io));
      });
    const egress = program
      .command('egress')
      .description('connections of containers to where they have not been before');
    egress
      .command('learn')
      .description('make a baseline out of logs of Falco, for a person to review')
      .argument('<logs...>', 'files, or - for standard input')
      .option('-o, --output <file>', 'where to write it; else stdout')
      .action(async (logs: string[], flags: { output?: string }) => {
        done(await (await import('./falco/command.ts')).learnFrom(logs, flags.output, io));
      });
    egress
      .command('judge')
      .description('say which connections are rare; exit 1 if there are any')
      .argument('<logs...>', 'files, or - for standard input')
      .requiredOption('-b, --baseline <file>', 'made by egress learn')
      .option('--days <number>', 'days on which a destination must have been seen', '2')
      .option('--no-asn', 'do not take another address of a known network operator for known')
      .action(async (logs: string[], flags: EgressFlags) => {
        done(await (await import('./falco/command.ts')).judgeLogs(logs, flags, io));
      });
    addBehaviour(program, io, done);
  },
});

function addBehaviour(program: Command, io: Io, done: (exit: number) => void): void {
  const behaviour = program
    .command('behaviour')
    .description("days of people and services that are unlike theirs and their peers'");
  const add = (name: string, what: string): Command =>
    behaviour
      .command(name)
      .description(what)
      .requiredOption('-p, --profile <file>', 'what is watched and may be read (helios/behaviour/v1)')
      .requiredOption('-s, --state <file>', 'what is known; learn makes it')
      .option('-k, --pseudonym-key <file>', 'key of the pseudonyms: a file, or env:NAME');
  add('learn', 'add logs to what is known')
    .argument('<logs...>', 'files, or - for standard input')
    .action(async (logs: string[], flags: BehaviourFlags) => {
      done(await (await import('./behaviour/command.ts')).learnBehaviour(logs, flags, io));
    });
  add('merge', 'add what was learned elsewhere')
    .argument('<states...>', 'states of the same profile and key')
    .action(async (states: string[], flags: BehaviourFlags) => {
      done(await (await import('./behaviour/command.ts')).mergeBehaviour(states, flags, io));
    });
  add('calibrate', 'set the threshold of alarms by harmless logs that were not learned')
    .argument('<logs...>', 'files, or - for standard input')
    .action(async (logs: string[], flags: BehaviourFlags) => {
      done(await (await import('./behaviour/command.ts')).calibrateBehaviour(logs, flags, io));
    });
  add('score', 'say which days are unusual, and why; exit 1 if there are any')
    .argument('<logs...>', 'files, or - for standard input')
    .option('-f, --format <name>', 'text or json', 'text')
    .action(async (logs: string[], flags: ScoreFlags) => {
      done(await (await import('./behaviour/command.ts')).scoreBehaviour(logs, flags, io));
    });
}
