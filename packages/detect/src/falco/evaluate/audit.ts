// SPDX-License-Identifier: Apache-2.0
import { toText } from './comparison.ts';
import { AUDIT_LISTS, AUDIT_VALUES } from './field-type.ts';
import { present, valueAt, valueAtPointer } from './json.ts';
import type { Fields, Reader } from './field.ts';

const CONTAINERS = ['requestObject', 'spec', 'containers'];
const POD_CONTEXT = ['requestObject', 'spec', 'securityContext'];

/** Reads a field of the k8saudit plugin out of an audit event (audit.k8s.io/v1). Undefined for other fields. */
export function auditReader(name: string, argument?: string): Reader | undefined {
  const path = AUDIT_VALUES[name];
  if (path) return (event) => textOf(valueAt(event, path));
  const list = AUDIT_LISTS[name];
  if (list) return (event) => present(itemsOf(event, name, list[0], list[1], argument).map(textOf));
  return argument === undefined ? PLAIN[name] : withArgument(name, argument);
}

const PLAIN: Readonly<Record<string, Reader>> = {
  'ka.req.container.image': (event) => itemsOf(event, 'image', CONTAINERS, ['image'], '0')[0],
  'ka.req.container.image.repository': (event) => itemsOf(event, '.repository', CONTAINERS, ['image'], '0')[0],
  'ka.req.container.privileged': (event) => {
    if (valueAt(event, CONTAINERS) === undefined) return undefined;
    return itemsOf(event, '', CONTAINERS, ['securityContext', 'privileged']).includes(true) ? 'true' : 'false';
  },
  'jevt.obj': (event) => JSON.stringify(event),
  'json.obj': (event) => JSON.stringify(event),
};

function withArgument(name: string, argument: string): Reader | undefined {
  switch (name) {
    case 'jevt.value':
    case 'json.value':
      return (event) => textOf(valueAtPointer(event, argument));
    case 'ka.uri.param':
      return (event) => {
        const uri = event['requestURI'];
        if (typeof uri !== 'string' || !uri.includes('?')) return undefined;
        return new URLSearchParams(uri.slice(uri.indexOf('?'))).get(argument) ?? undefined;
      };
    case 'ka.req.volume.hostpath':
      return (event) => {
        const paths = itemsOf(event, name, ['requestObject', 'spec', 'volumes'], ['hostPath', 'path']);
        if (paths.length === 0) return undefined;
        const prefix = argument.endsWith('*') ? argument.slice(0, -1) : undefined;
        const found = paths.some((path) =>
          prefix === undefined ? path === argument : String(path).startsWith(prefix),
        );
        return String(found);
      };
    default:
      return undefined;
  }
}

function itemsOf(
  event: Fields,
  name: string,
  list: readonly string[],
  steps: readonly string[],
  argument?: string,
): readonly unknown[] {
  const found = valueAt(event, list);
  if (!Array.isArray(found)) return [];
  const chosen: unknown[] = argument === undefined ? found : found.slice(Number(argument), Number(argument) + 1);
  if (name.includes('.eff_run_as_')) {
    const own = steps.at(-1) ?? '';
    return chosen.map((item) => valueAt(item, steps) ?? valueAt(event, [...POD_CONTEXT, own]) ?? 0);
  }
  if (name.endsWith('.volume_type')) {
    return chosen.flatMap((item) => Object.keys(Object(item)).filter((key) => key !== 'name'));
  }
  const values = chosen.flatMap((item) => spread(item, steps)).filter((value) => value !== undefined && value !== null);
  return name.endsWith('.repository')
    ? values.map((image) => repositoryOf(typeof image === 'string' ? image : ''))
    : values;
}

/** Follows the steps through lists on the way, and takes the last one apart. */
function spread(value: unknown, steps: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => spread(item, steps));
  const [step, ...rest] = steps;
  return step === undefined ? [value] : spread(valueAt(value, [step]), rest);
}

/** `registry:5000/team/app:1@sha256:…` is `registry:5000/team/app`. */
function repositoryOf(image: string): string {
  const [name = ''] = image.split('@');
  return name.replace(/:[^:/]*$/, '');
}

/** The plugin's values are text; objects are JSON. */
function textOf(value: unknown): unknown {
  return value === null || value === undefined ? undefined : toText(value);
}
