// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { carryOut, leaveRecord, namedConnector, type RecordFlags, type SendFlags } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { sha256Hex } from '@helios/core/hash';
import type { Effect } from '@helios/core/net';
import type { Alert } from '@helios/core/record';
import { visible } from '@helios/core/report';
import { type EgressAlert, egressTriageSchema, summaryOf, TRIAGE_TYPE } from './record.ts';
import { readShelf } from './shelf.ts';

/** Of what is typed: a variable of a shell that is empty must not fit the only alert. */
const SHORTEST_ID = 4;

export interface TriageFlags extends RecordFlags {
  readonly config?: string;
  readonly by: string;
  readonly verdict: string;
  readonly note: string;
}

/** `sec-ccv egress triage`: says who looked into an alert and what it was. The moment is that of the clock, not of the tongue. */
export async function triageAlert(id: string, flags: TriageFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const fitting = new Set(
    readShelf(project, flags, io)
      .alerts.map(({ record }) => record.id)
      .filter((each) => each.startsWith(id)),
  );
  const [alert] = fitting;
  if (alert === undefined || fitting.size > 1 || id.length < SHORTEST_ID)
    return fail('usage', `"${id}" is not the id of one alert`, {
      hint: 'Write at least 4 digits of it; the watch shows it before the time of the alert.',
    });
  const { by, verdict, note } = flags;
  const said = { schema: 'helios/egress-triage/v1', alert, by, at: io.now().toISOString(), verdict, note };
  const predicate = egressTriageSchema.safeParse(said).data;
  if (!predicate)
    return fail('usage', `"${verdict}" is no verdict, or something is empty`, {
      hint: 'Say benign or malicious, by whom, and why.',
    });
  const subject = [{ name: `egress-alert/${alert}`, digest: { sha256: sha256Hex(alert) } }];
  await leaveRecord(
    { area: 'soc', name: 'egress-triage', predicateType: TRIAGE_TYPE, subject, predicate },
    flags,
    project,
    io,
  );
  io.stdout.write(`${alert}: ${verdict}, by ${visible(by)}\n`);
  return EXIT.pass;
}

export interface NotifyFlags extends SendFlags {
  readonly config?: string;
  readonly evidenceDir?: string;
}

/** `sec-ccv egress notify`: tells a connector of alerts that nobody has looked into, and that those are over that somebody has. */
export async function notifyAlerts(flags: NotifyFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const connector = namedConnector(project, flags.to, io);
  if (!connector.planAlert)
    return fail('usage', `${flags.to} takes no alerts`, {
      hint: 'Name a connector to a pager, a chat, a webhook or a file.',
    });
  const { alerts, triages } = readShelf(project, flags, io);
  const triaged = new Set(triages.map(({ record }) => record.alert));
  const effects: Effect[] = [];
  const byId = new Map(alerts.map(({ record }) => [record.id, record]));
  for (const alert of byId.values())
    effects.push(...(await connector.planAlert(messageOf(alert, triaged.has(alert.id)))));
  return carryOut(effects, flags, io);
}

function messageOf(alert: EgressAlert, triaged: boolean): Alert {
  const { id, kind, source, workload, destination, owner, at, observed } = alert;
  return {
    schema: 'helios/alert/v1',
    key: `egress/${id}`,
    action: triaged ? 'resolve' : 'trigger',
    // Data that lies in a bucket is gone; a name may only have been asked for.
    severity: destination.kind === 'bucket' || kind === 'volume' ? 'error' : 'warning',
    summary: summaryOf(alert),
    source: `urn:helios:egress:${source}`,
    details: {
      id,
      workload,
      destination: `${destination.kind} ${destination.name}`,
      owner: owner ?? 'nobody',
      at,
      ...(observed !== undefined && { observed }),
      answer: `sec-ccv egress triage ${id} --by <you> --verdict benign|malicious --note <why>`,
    },
  };
}
