// SPDX-License-Identifier: Apache-2.0
import { auditReader } from './audit.ts';
import { itemOf, present, valueAt } from './json.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** Undefined where the event has no such value; an array where it has several. */
export type Reader = (fields: Fields) => unknown;

/** Where an event does not say what Falco would work out of other fields. The first that is there counts. */
const FALLBACKS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'fd.snet': [['fd.sip']],
  'fd.cnet': [['fd.cip']],
  'fd.lnet': [['fd.lip']],
  'fd.rnet': [['fd.rip']],
  'fd.ip': [
    ['fd.cip', 'fd.sip'],
    ['fd.lip', 'fd.rip'],
  ],
  'fd.net': [['fd.ip'], ['fd.cip', 'fd.sip'], ['fd.lip', 'fd.rip']],
  'fd.port': [
    ['fd.cport', 'fd.sport'],
    ['fd.lport', 'fd.rport'],
  ],
  'fd.proto': [
    ['fd.cproto', 'fd.sproto'],
    ['fd.lproto', 'fd.rproto'],
  ],
};

/**
 * Reads a field of an event: under Falco's flat name (`"proc.aname[2]"`), in nested objects (`proc: { aname: [...] }`),
 * or, for `ka.*` and `jevt.*`, out of a Kubernetes audit event.
 */
export function readerOf(name: string, argument?: string): Reader {
  const audit = auditReader(name, argument);
  const plain = argument === undefined ? plainReader(name) : argumentReader(name, argument);
  if (audit) return (fields) => plain(fields) ?? audit(fields);
  const fallbacks = argument === undefined ? FALLBACKS[name] : undefined;
  if (!fallbacks) return plain;
  const groups = fallbacks.map((names) => names.map(plainReader));
  return (fields) => {
    const own = plain(fields);
    if (own !== undefined) return own;
    for (const group of groups) {
      const values = group.map((read) => read(fields)).filter((value) => value !== undefined);
      if (values.length > 0) return values.length === 1 ? values[0] : values;
    }
    return undefined;
  };
}

function plainReader(name: string): Reader {
  const [first = '', ...steps] = name.split('.');
  return (fields) => {
    const flat = fields[name];
    if (flat !== undefined) return present(flat);
    const outer = fields[first];
    return typeof outer === 'object' && outer !== null ? present(valueAt(outer, steps)) : undefined;
  };
}

function argumentReader(name: string, argument: string): Reader {
  const bracketed = `${name}[${argument}]`;
  const dotted = plainReader(`${name}.${argument}`);
  const whole = plainReader(name);
  return (fields) => {
    const flat = fields[bracketed];
    if (flat !== undefined) return present(flat);
    const within = whole(fields);
    return typeof within === 'object' ? present(itemOf(within, argument)) : dotted(fields);
  };
}
