// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf, type Exception } from '@helios/core/finding';
import { canonicalJson } from '@helios/core/hash';
import { prop, propsOf } from './props.ts';
import { uuid5 } from './uuid.ts';

const OSCAL_VERSION = '1.1.3';
/** Ours, of version 5 in the URL namespace of RFC 9562 for `urn:helios:oscal`. */
const UUID_NAMESPACE = uuid5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', 'urn:helios:oscal');

const STATUS = {
  draft: 'deviation-requested',
  approved: 'deviation-approved',
  revoked: 'open',
  closed: 'closed',
} as const satisfies Readonly<Record<Exception['state'], string>>;

/**
 * Exceptions as an OSCAL plan of action and milestones, each as an item and a risk with its deadline. No clock is read and
 * every UUID follows from what it names, so the same register gives the same bytes.
 */
export function poamOf(exceptions: readonly Exception[], title: string): string {
  const content = canonicalJson(exceptions.map(plain));
  const document = {
    'plan-of-action-and-milestones': {
      uuid: uuid5(UUID_NAMESPACE, content),
      metadata: {
        title,
        'last-modified': lastChange(exceptions),
        version: uuid5(UUID_NAMESPACE, content).slice(0, 8),
        'oscal-version': OSCAL_VERSION,
      },
      risks: exceptions.map(riskOf),
      'poam-items': exceptions.map(itemOf),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function riskOf(exception: Exception): object {
  const { title, state, reason, risk = reason, expires, compensation, plan = [] } = exception;
  const name = nameOf(exception);
  const factors = typeof compensation === 'string' ? [compensation] : compensation;
  return {
    uuid: uuid5(UUID_NAMESPACE, `risk ${name}`),
    title: oneLine(title),
    description: reason,
    statement: risk,
    props: propsOf(exception),
    status: STATUS[state],
    'mitigating-factors': factors.map((description, index) => ({
      uuid: uuid5(UUID_NAMESPACE, `factor ${index} ${name}`),
      description,
    })),
    deadline: endOf(expires).toISOString(),
    ...(plan.length > 0 && { remediations: [remediationOf(name, plan)] }),
  };
}

function remediationOf(name: string, plan: NonNullable<Exception['plan']>): object {
  return {
    uuid: uuid5(UUID_NAMESPACE, `plan ${name}`),
    lifecycle: 'planned',
    title: 'Removal of the cause',
    description: 'The steps that were agreed with the exception.',
    tasks: plan.map(({ title, due, done }, index) => ({
      uuid: uuid5(UUID_NAMESPACE, `step ${index} ${name}`),
      type: 'milestone',
      title: oneLine(title),
      props: [prop('title', title), prop('due', due), ...(done === undefined ? [] : [prop('done', done)])],
      timing: { 'on-date': { date: endOf(due).toISOString() } },
    })),
  };
}

function itemOf(exception: Exception): object {
  const name = nameOf(exception);
  return {
    uuid: uuid5(UUID_NAMESPACE, `item ${name}`),
    title: oneLine(exception.title),
    description: exception.reason,
    'related-risks': [{ 'risk-uuid': uuid5(UUID_NAMESPACE, `risk ${name}`) }],
  };
}

/** The whole entry: an item of other content is another one. */
function nameOf(exception: Exception): string {
  return canonicalJson(plain(exception));
}

/** Without fields that are set to undefined, and half characters, neither of which canonical JSON knows. */
function plain(exception: Exception): unknown {
  return JSON.parse(
    JSON.stringify(exception, (_key, held: unknown) => (typeof held === 'string' ? held.toWellFormed() : held)),
  );
}

/** The latest date on which something was decided: a document that says nothing new was not modified. */
function lastChange(exceptions: readonly Exception[]): string {
  const dates = exceptions.flatMap(({ requested, approved, end, review }) => [
    requested,
    approved,
    end?.at,
    review?.at,
  ]);
  return dates.reduce<string>((latest, date) => {
    const instant = date === undefined ? '' : beginOf(date).toISOString();
    return instant > latest ? instant : latest;
  }, new Date(0).toISOString());
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
