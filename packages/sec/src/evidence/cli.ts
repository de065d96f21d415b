// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { ProveFlags } from './prove.ts';
import type { ReplayFlags } from './replay.ts';
import type { SealFlags } from './seal.ts';
import type { VerifyFlags } from './verify.ts';

/** `sec evidence …`: flags to one function each. */
export function addEvidenceCommands(program: Command, io: Io, done: (exit: number) => void): void {
  const evidence = program.command('evidence').description('look at proofs, seal them and check them');
  addFolderFlag(evidence.command('show'))
    .description('draw what a run read, decided, signed and sealed; the latest run, or the one of a file')
    .argument('[file]', 'a file of the evidence folder')
    .option('-f, --format <name>', 'text or json', 'text')
    .action(async (file: string | undefined, flags: { evidenceDir?: string; format: string }) => {
      done(await (await import('./show.ts')).showEvidence(file, flags, io));
    });
  addLogFlag(addFolderFlag(evidence.command('verify')))
    .description('check every file, statement and signature, and the log; exit 4 if one does not hold')
    .argument('[rollup]', 'with --proof: the roll-up that the proof is about')
    .option('-k, --key <file>', 'PEM file of a public key that may sign; may be repeated', collect)
    .option('--certificate-identity <name>', 'who may sign keyless, exactly as in the certificate')
    .option('--certificate-oidc-issuer <url>', 'who vouched for that identity')
    .option('--trusted-root <file>', 'trusted_root.json: the authorities and logs of keyless signatures')
    .option('--require-signed', 'refuse statements that nobody signed')
    .option('--log-key <file>', '.vkey file of whose seals are taken; may be repeated', collect)
    .option('--require-sealed', 'refuse runs that are not in the log')
    .option('--checkpoint <file>', 'a checkpoint seen before: the log must extend it')
    .option('--witness <file>', '.vkey file of a witness; may be repeated', collect)
    .option('--quorum <n>', 'how many of the witnesses must have cosigned; by default all that are given')
    .option('--proof <file>', 'check this proof of inclusion instead, without log or evidence folder')
    .option('-f, --format <name>', 'text or json', 'text')
    .action(async (rollup: string | undefined, flags: Partial<VerifyFlags> & { format: string }) => {
      const given = { key: [], logKey: [], witness: [], ...flags };
      done(await (await import('./verify.ts')).verify(rollup, given, io));
    });
  addLogFlag(addFolderFlag(evidence.command('seal')))
    .description('append every run that is not sealed yet to the log, one entry each')
    .option('--log-key <file>', 'PEM file of the Ed25519 key that seals, or env:NAME')
    .option('--origin <name>', 'name of the log')
    .option('--git-ref <ref>', 'keep the log on this git ref instead of in a folder')
    .option('--remote <name>', 'fetch the ref from this remote and push it there')
    .action(async (flags: SealFlags) => done(await (await import('./seal.ts')).seal(flags, io)));
  addLogFlag(addFolderFlag(evidence.command('prove')))
    .description('prove to somebody without the log that the run of a file is in it')
    .argument('<file>', 'a file of the evidence folder')
    .option('-o, --output <file>', 'where to write the proof; else stdout')
    .action(async (file: string, flags: ProveFlags) => done(await (await import('./prove.ts')).prove(file, flags, io)));
  addFolderFlag(evidence.command('replay'))
    .description('run the gates of a recorded run again, as of then, and compare the bytes; exit 4 if they differ')
    .argument('[file]', 'a file of the evidence folder, or how its path begins; else the latest run')
    .option('-f, --format <name>', 'text or json', 'text')
    .action(async (file: string | undefined, flags: ReplayFlags) => {
      done(await (await import('./replay.ts')).replay(file, flags, io));
    });
  evidence
    .command('keygen')
    .description('make a key pair: <name>.key and <name>.pub, P-256, which signs; with --log <name>.vkey, which seals')
    .argument('<name>', 'path without ending')
    .option('--log <origin>', 'make the key of a log of this name')
    .action(async (name: string, flags: { log?: string }) => {
      done(await (await import('./keygen.ts')).makeKeys(name, flags.log, io));
    });
}

export function addFolderFlag(command: Command): Command {
  return command.option('-d, --evidence-dir <folder>', 'evidence folder; else that of helios.yaml');
}

export function addLogFlag(command: Command): Command {
  return command.option(
    '--log-dir <folder>',
    'folder of the log; else that of helios.yaml, else log in that of the evidence',
  );
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
