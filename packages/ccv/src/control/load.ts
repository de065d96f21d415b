// SPDX-License-Identifier: Apache-2.0
import { nearestOf, parseConfigFile } from '@helios/core/config';
import { fail, HeliosError } from '@helios/core/error';
import { listFiles, literalGlob, readSource, type SourceFile } from '@helios/core/input';
import type { Options } from '../options.ts';
import { type Control, controlSchema } from './control.ts';
import { checkSchedule } from './cron.ts';
import { fill } from './placeholders.ts';
import { type Services, servicesSchema } from './services.ts';

export interface LoadedControl {
  readonly control: Control;
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly sha256: string;
}

/** All controls in the order of their ids, and the inventory. Throws HeliosError `config` for the first that is wrong. */
export async function loadControls(
  root: string,
  { include, exclude, falseAlarms, services: inventory }: Options,
): Promise<{ controls: readonly LoadedControl[]; services: Services }> {
  const services = await parseConfigFile(readSource(root, inventory), servicesSchema);
  const { files } = listFiles(root, { include, exclude: [...exclude, ...falseAlarms, literalGlob(inventory)] });
  const controls: LoadedControl[] = [];
  for (const path of files) {
    const source = readSource(root, path);
    const control = await readControl(source);
    checkService(control, services, path, inventory);
    const same = controls.find((other) => other.control.id === control.id);
    if (same)
      fail('config', `the id ${control.id} is that of ${same.path}, too`, { path, hint: 'Give it another id.' });
    controls.push({ control, path, sha256: source.sha256 });
  }
  return { controls: controls.sort((a, b) => (a.control.id < b.control.id ? -1 : 1)), services };
}

/** A control as it is written, whatever the inventory says. Throws HeliosError `config`. */
export async function readControl(source: SourceFile): Promise<Control> {
  const control = await parseConfigFile(source, controlSchema);
  checkPlaceholders(control, source);
  checkSchedule(control, source.path);
  return control;
}

/** Filling with nothing leaves all as it is, but for placeholders that nobody knows. */
function checkPlaceholders(control: Control, { path }: SourceFile): void {
  try {
    fill(control, {});
  } catch (cause) {
    if (!(cause instanceof HeliosError)) throw cause;
    throw new HeliosError(cause.code, cause.message, { ...cause.detail, path, cause });
  }
}

function checkService({ service, tier }: Control, { services }: Services, path: string, inventory: string): void {
  const entry = services.find(({ id }) => id === service);
  const ids = services.map(({ id }) => id);
  if (!entry) {
    const nearest = nearestOf(service, ids);
    fail('config', `the service ${service} is not in ${inventory}`, {
      path,
      hint: nearest === undefined ? `Add it there. Services: ${ids.join(', ')}.` : `Did you mean "${nearest}"?`,
    });
  }
  if (entry.tier === tier) return;
  fail('config', `says tier ${tier}, and ${inventory} says that ${service} is of tier ${entry.tier}`, {
    path,
    hint: 'Let both say the same.',
  });
}
