// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { applies } from '../../src/events/index.ts';
import { read, readOne } from './stage.ts';

const TIME = '2023-07-10T12:08:37Z';
const CLOUDTRAIL = {
  eventVersion: '1.08',
  eventTime: TIME,
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  userIdentity: { type: 'Root' },
};
const KUBERNETES = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  verb: 'create',
  requestReceivedTimestamp: TIME,
  objectRef: { resource: 'pods' },
};

const EVENTS: readonly (readonly [what: string, event: object, ...logsources: object[]])[] = [
  ['CloudTrail', CLOUDTRAIL, { product: 'aws', service: 'cloudtrail' }],
  ['Kubernetes audit', KUBERNETES, { product: 'kubernetes', category: 'application', service: 'audit' }],
  [
    'GCP audit',
    { timestamp: TIME, protoPayload: { '@type': 'type.googleapis.com/google.cloud.audit.AuditLog', methodName: 'm' } },
    { product: 'gcp', service: 'gcp.audit' },
  ],
  [
    'Google Workspace',
    { timestamp: TIME, protoPayload: { serviceName: 'admin.googleapis.com', methodName: 'm' } },
    { product: 'gcp', service: 'gcp.audit' },
    { product: 'gcp', service: 'google_workspace.admin' },
  ],
  [
    'Okta',
    { eventType: 'user.session.start', published: TIME, severity: 'INFO', version: '0' },
    { product: 'okta', service: 'okta' },
  ],
  [
    'GitHub',
    { action: 'repo.create', actor: 'x', org: 'y', '@timestamp': Date.parse(TIME) },
    { product: 'github', service: 'audit' },
  ],
  [
    'a prompt of an AI gateway',
    { timestamp: TIME, agent: { id: 'x' }, prompt: { source: 'email' } },
    { product: 'ai_gateway', service: 'prompt' },
  ],
  [
    'a tool call of an AI gateway',
    { timestamp: TIME, agent: { id: 'x' }, tool: { kind: 'file', outcome: 'denied' } },
    { product: 'ai_gateway', service: 'tool_call' },
  ],
  [
    'M365',
    { Workload: 'AzureActiveDirectory', Operation: 'x', RecordType: 8, CreationTime: '2023-07-10T12:08:37' },
    { product: 'm365', service: 'audit' },
  ],
  [
    'M365 Exchange',
    { Workload: 'Exchange', Operation: 'x', RecordType: 1, CreationTime: TIME },
    { product: 'm365', service: 'audit' },
    { product: 'm365', service: 'exchange' },
  ],
  [
    'Azure activity',
    { time: TIME, category: 'Administrative', operationName: 'x', resourceId: '/x' },
    { product: 'azure', service: 'activitylogs' },
  ],
  [
    'Entra sign-in',
    { time: TIME, category: 'NonInteractiveUserSignInLogs', operationName: 'Sign-in activity', tenantId: 't' },
    { product: 'azure', service: 'signinlogs' },
  ],
  [
    'Entra sign-in of Graph',
    { createdDateTime: TIME, userPrincipalName: 'x', appDisplayName: 'y' },
    { product: 'azure', service: 'signinlogs' },
  ],
  [
    'Entra audit of Graph',
    { activityDateTime: TIME, activityDisplayName: 'x', loggedByService: 'y' },
    { product: 'azure', service: 'auditlogs' },
  ],
  [
    'Entra audit of Log Analytics',
    { TimeGenerated: TIME, Type: 'AuditLogs', OperationName: 'x', TenantId: 't' },
    { product: 'azure', service: 'auditlogs' },
  ],
  [
    'Entra risk',
    { detectedDateTime: TIME, riskEventType: 'unfamiliarFeatures' },
    { product: 'azure', service: 'riskdetection' },
  ],
  [
    'Entra PIM',
    { createdDateTime: TIME, riskEventType: 'staleSignInAlertIncident' },
    { product: 'azure', service: 'pim' },
  ],
  [
    'Bitbucket',
    { auditType: { category: 'x', action: 'y' }, author: {}, timestamp: TIME },
    { product: 'bitbucket', service: 'audit' },
  ],
  [
    'OneLogin',
    { event_type_id: 3, account_id: 1, created_at: TIME },
    { product: 'onelogin', service: 'onelogin.events' },
  ],
  [
    'OpenCanary',
    { logtype: 5000, node_id: 'n', dst_host: 'd', utc_time: '2023-07-10 12:08:37.000000' },
    { product: 'opencanary', category: 'application' },
  ],
  ['Zeek', { _path: 'dns', ts: Date.parse(TIME) / 1000 }, { product: 'zeek', service: 'dns' }],
  [
    'Falco',
    { rule: 'r', output: 'o', source: 'k8s_audit', time: TIME, output_fields: {} },
    { product: 'falco', service: 'k8s_audit' },
  ],
  [
    'Falco fields',
    { 'evt.type': 'execve', 'evt.time': Date.parse(TIME) * 1e6 },
    { product: 'falco', service: 'syscall' },
  ],
  [
    'an S3 notification',
    { eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'x', eventTime: TIME, awsRegion: 'y' },
  ],
  ['anything else', { timestamp: TIME, category: 'Security', operationName: 'x', message: 'y' }],
];

describe('The logsource and the time of an event', () => {
  const rows = EVENTS.map(([what, value, ...logsources]) => ({ what, value, logsources }));
  it.each(rows)('of $what', async ({ value, logsources }) => {
    const event = await readOne(value);
    expect(event.logsources).toEqual(logsources);
    expect(event.time).toBe(Date.parse(TIME));
    if (!('output_fields' in value)) expect(event.fields).toMatchObject(value);
  });

  it('are those of what an event is wrapped in', async () => {
    const bridge = await readOne({
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.iam',
      detail: CLOUDTRAIL,
    });
    expect(bridge.fields).toEqual(CLOUDTRAIL);
    const aks = await readOne({
      category: 'kube-audit',
      operationName: 'x',
      properties: { log: JSON.stringify(KUBERNETES) },
    });
    expect(aks.fields).toEqual(KUBERNETES);
    const broken = await readOne({ category: 'kube-audit', properties: { log: '{' } });
    expect(broken.logsources).toEqual([]);
  });

  it('are assumed only where nothing tells them, and only if one says so', async () => {
    const log = `${JSON.stringify(CLOUDTRAIL)}\n{"x":1}\n`;
    const { events } = await read(log, { assumeLogsource: { product: 'zeek', service: 'dns' } });
    expect(events.map(({ logsources }) => logsources)).toEqual([
      [{ product: 'aws', service: 'cloudtrail' }],
      [{ product: 'zeek', service: 'dns' }],
    ]);
    expect((await read(log)).events[1]?.logsources).toEqual([]);
  });
});

it('Kubernetes rules apply with their category and without it', async () => {
  const event = await readOne(KUBERNETES);
  expect(applies({ product: 'kubernetes', service: 'audit' }, event)).toBe(true);
  expect(applies({ product: 'kubernetes', category: 'application', service: 'audit' }, event)).toBe(true);
});

it('Fields of a Falco alert come to the top', async () => {
  const event = await readOne({
    rule: 'r',
    priority: 'Error',
    output: 'o',
    output_fields: { 'evt.time': 1.6e18, 'proc.name': 'bash' },
  });
  expect(event.fields).toEqual({ rule: 'r', priority: 'Error', output: 'o', 'evt.time': 1.6e18, 'proc.name': 'bash' });
  expect(event.time).toBe(1_600_000_000_000);
});

it('GCP events have the names that SigmaHQ’s rules use', async () => {
  const payload = {
    serviceName: 'login.googleapis.com',
    methodName: 'm',
    metadata: { event: [{ eventName: 'a' }, { eventName: 'b' }] },
  };
  expect((await readOne({ protoPayload: payload })).fields).toMatchObject({
    'gcp.audit.method_name': 'm',
    'gcp.audit.service_name': 'login.googleapis.com',
    eventService: 'login.googleapis.com',
    eventName: ['a', 'b'],
  });
});
