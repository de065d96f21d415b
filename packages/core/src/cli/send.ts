// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { nearestOf, type Project } from '../config/index.ts';
import { fail } from '../error.ts';
import { EXIT, type ExitCode } from '../gate/result.ts';
import { type Connector, type Effect, openConnector } from '../net/index.ts';
import { stateDirectory } from './directories.ts';
import type { Io } from './io.ts';
import { shown } from './shown.ts';

export interface SendFlags {
  /** Name of a connector. */
  readonly to: string;
  /** Without it nothing is changed. */
  readonly apply?: boolean;
}

/** The connector that helios.yaml has by this name. Throws HeliosError. */
export function namedConnector({ root, config, file }: Project, name: string, io: Io): Connector {
  const settings = config.connectors[name];
  if (!settings) {
    const known = Object.keys(config.connectors);
    const nearest = nearestOf(name, known);
    const hint =
      known.length === 0
        ? `Add it to connectors of ${file?.path ?? 'helios.yaml'}.`
        : `Connectors: ${known.join(', ')}.`;
    fail('usage', `no connector "${name}"`, { hint: nearest ? `Did you mean "${nearest}"?` : hint });
  }
  const memory = join(stateDirectory(io.env, root), 'sent');
  return openConnector(name, settings, { network: config.network, root, env: io.env, memory });
}

const DONE = { create: 'created', update: 'updated', reopen: 'reopened', close: 'closed', send: 'sent' } as const;

/** Says what would be changed, or changes it, one after the other: each is said once it is done. */
export async function carryOut(
  effects: readonly Effect[],
  { to, apply = false }: SendFlags,
  io: Io,
): Promise<ExitCode> {
  const say = (line: string): void => io.stdout.write(`${shown(line)}\n`);
  for (const effect of effects) {
    const { action, what, title } = effect;
    const where = apply ? await effect.apply() : '';
    say(`${apply ? DONE[action] : `would ${action}`} ${what}: ${title}${where === '' ? '' : `  ${where}`}`);
  }
  if (effects.length === 0) say(`${to} is as it should be`);
  else if (!apply) say(`nothing was changed; --apply does it`);
  return EXIT.pass;
}
