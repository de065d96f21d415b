// SPDX-License-Identifier: Apache-2.0
import { createHmac } from 'node:crypto';
import { fail } from '../error.ts';
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import type { Alert } from '../record/index.ts';
import { clip, visible } from '../report/sanitize.ts';
import type { Connector } from './connector.ts';
import type { Effect } from './effect.ts';
import type { HttpResponse } from './http.ts';
import type { SendPatiently } from './patience.ts';
import type { Sent } from './sent.ts';

/** PagerDuty's limits, of its Events API v2. */
const LIMITS = { dedupKey: 255, summary: 1024 };

/** PagerDuty Events API v2: the key is its dedup_key, so that it keeps one incident for each. */
export function pagerdutyConnector(send: SendPatiently, url: string, routingKey: string): Connector {
  return {
    planAlert: async (alert) => [
      effectOf(alert, async () => {
        const { key, action, severity, summary, source, details } = alert;
        const event = {
          routing_key: routingKey,
          event_action: action,
          dedup_key: key.length > LIMITS.dedupKey ? sha256Hex(key) : key,
          payload: { summary: clip(visible(summary), LIMITS.summary), source, severity, custom_details: details },
        };
        accepted(await send({ method: 'POST', url, body: JSON.stringify(event), repeatable: true }), url);
      }),
    ],
  };
}

/** An incoming webhook of Slack: it forgets what it was told, so what was last said is remembered here. */
export function slackConnector(send: SendPatiently, url: string, sent: Sent): Connector {
  return {
    planAlert: async (alert) =>
      onChange(alert, sent, async () => {
        const body = JSON.stringify({ text: slackText(alert) });
        accepted(await send({ method: 'POST', url, body, repeatable: false }), url);
      }),
  };
}

const MARKS = { trigger: ':rotating_light:', resolve: ':white_check_mark:' } as const;

/** `&`, `<` and `>` are all that means something in mrkdwn and cannot be had by writing words. */
function slackText({ action, summary, source, details }: Alert): string {
  const escape = (text: string): string =>
    visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const lines = Object.entries(details).map(([name, value]) => `• ${escape(name)}: ${escape(value)}`);
  return [`${MARKS[action]} ${escape(summary)} (${escape(source)})`, ...lines].join('\n');
}

/**
 * Any web service, signed as Standard Webhooks 1.0.0 asks: the receiver computes the same HMAC-SHA256 over
 * `id.timestamp.body`, and knows by the id what it has had before.
 */
export function webhookConnector(
  send: SendPatiently,
  url: string,
  secret: string,
  sent: Sent,
  now: () => number,
): Connector {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  return {
    planAlert: async (alert) =>
      onChange(alert, sent, async () => {
        const body = canonicalJson(alert);
        const timestamp = String(Math.floor(now() / 1000));
        const id = `msg_${sha256Hex(`${timestamp}.${body}`).slice(0, 32)}`;
        const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        };
        accepted(await send({ method: 'POST', url, headers, body, repeatable: true }), url);
      }),
  };
}

/** Said when it is news: nobody is told twice, nor of the end of what they never heard of. */
function onChange(alert: Alert, sent: Sent, say: () => Promise<void>): Effect[] {
  const last = sent.last(alert.key);
  if (last === undefined ? alert.action === 'resolve' : last === wordsOf(alert)) return [];
  return [
    effectOf(alert, async () => {
      await say();
      await sent.remember(alert.key, wordsOf(alert));
    }),
  ];
}

/** What makes an alert another one: a count that went from 7 to 8 is no news. */
function wordsOf({ action, severity }: Alert): string {
  return `${action} ${severity}`;
}

function effectOf(alert: Alert, say: () => Promise<void>): Effect {
  const apply = async (): Promise<string> => {
    await say();
    return '';
  };
  return { action: 'send', what: `alert (${alert.action})`, key: alert.key, title: alert.summary, apply };
}

/** What such services answer is for people; their addresses may be secrets, so only the host is named. */
function accepted({ status, body }: HttpResponse, url: string): void {
  if (status >= 200 && status < 300) return;
  const said = body.toString('utf8').trim();
  const why = said === '' ? '' : `: ${said.slice(0, 200)}`;
  fail('io', `${new URL(url).host} answers ${status}${why}`, {
    hint: 'Check the address and the key of the connector.',
  });
}
