// SPDX-License-Identifier: Apache-2.0
import type { Logsource } from './event.ts';
import { isJson, type Json } from './fields.ts';

/** A kind of log that is known by the fields that all of its events have. */
interface CloudLog {
  readonly name: string;
  /** Whether an event is of it; undefined logsources would be a guess, so each asks for several fields. */
  is(event: Json): boolean;
  logsources(event: Json): readonly Logsource[];
  /** Where its events say when they happened, first come first. */
  readonly times: readonly string[];
}

const has = (event: Json, ...names: readonly string[]): boolean => names.every((name) => event[name] !== undefined);
const always =
  (...logsources: readonly Logsource[]) =>
  () =>
    logsources;

const AZURE_SERVICES: Readonly<Record<string, string>> = {
  // Activity log categories: learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
  administrative: 'activitylogs',
  servicehealth: 'activitylogs',
  resourcehealth: 'activitylogs',
  alert: 'activitylogs',
  autoscale: 'activitylogs',
  recommendation: 'activitylogs',
  security: 'activitylogs',
  policy: 'activitylogs',
  // Diagnostic settings of Entra ID: learn.microsoft.com/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options
  auditlogs: 'auditlogs',
  signinlogs: 'signinlogs',
  noninteractiveusersigninlogs: 'signinlogs',
  serviceprincipalsigninlogs: 'signinlogs',
  managedidentitysigninlogs: 'signinlogs',
  adfssigninlogs: 'signinlogs',
  userriskevents: 'riskdetection',
  serviceprincipalriskevents: 'riskdetection',
  // The same as tables of Log Analytics, in their column `Type`.
  azureactivity: 'activitylogs',
  aadnoninteractiveusersigninlogs: 'signinlogs',
  aadserviceprincipalsigninlogs: 'signinlogs',
  aadmanagedidentitysigninlogs: 'signinlogs',
  aaduserriskevents: 'riskdetection',
};

const AZURE_OWNERS = ['resourceId', 'ResourceId', '_ResourceId', 'tenantId', 'TenantId', 'SubscriptionId'];

/** Alerts of Privileged Identity Management, by the values that SigmaHQ's rules for `pim` ask for. */
const PIM_ALERT = /Alert(?:Incident|Configuration)$/;

const AZURE_LOGSOURCES: ReadonlyMap<string, readonly Logsource[]> = new Map(
  [...Object.values(AZURE_SERVICES), 'pim'].map((service) => [service, [{ product: 'azure', service }]]),
);

function azureService(event: Json): string | undefined {
  const kind = event['Type'] ?? event['category'] ?? event['Category'];
  const service = typeof kind === 'string' ? kind.toLowerCase() : '';
  const known = Object.hasOwn(AZURE_SERVICES, service) ? AZURE_SERVICES[service] : undefined;
  const operation = event['operationName'] ?? event['OperationName'] ?? event['OperationNameValue'];
  // Other logs have categories like "Security", too; Azure's name its provider, or the resource or tenant.
  const isAzure = /^microsoft\./i.test(String(operation)) || AZURE_OWNERS.some((name) => has(event, name));
  if (known !== undefined && operation !== undefined && isAzure) return known;
  const risk = event['riskEventType'];
  if (typeof risk === 'string') return PIM_ALERT.test(risk) ? 'pim' : 'riskdetection';
  // Microsoft Graph: directoryAudit and signIn.
  if (has(event, 'activityDisplayName', 'loggedByService')) return 'auditlogs';
  return has(event, 'createdDateTime', 'userPrincipalName', 'appDisplayName') ? 'signinlogs' : undefined;
}

const GCP_AUDIT = 'type.googleapis.com/google.cloud.audit.AuditLog';

function isGcpAudit(event: Json): boolean {
  const payload = event['protoPayload'];
  if (!isJson(payload)) return false;
  return payload['@type'] === GCP_AUDIT || (has(payload, 'methodName') && has(payload, 'serviceName'));
}

const GCP: Logsource = { product: 'gcp', service: 'gcp.audit' };
const WORKSPACE: Readonly<Record<string, readonly Logsource[]>> = {
  'admin.googleapis.com': [GCP, { product: 'gcp', service: 'google_workspace.admin' }],
  'login.googleapis.com': [GCP, { product: 'gcp', service: 'google_workspace.login' }],
};

function gcpLogsources(event: Json): readonly Logsource[] {
  const payload = event['protoPayload'];
  const service = isJson(payload) ? String(payload['serviceName']) : '';
  return (Object.hasOwn(WORKSPACE, service) ? WORKSPACE[service] : undefined) ?? [GCP];
}

/** The workloads of the unified audit log: learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema */
const M365: Logsource = { product: 'm365', service: 'audit' };
const WORKLOADS: Readonly<Record<string, readonly Logsource[]>> = {
  Exchange: [M365, { product: 'm365', service: 'exchange' }],
  SecurityComplianceCenter: [
    M365,
    { product: 'm365', service: 'threat_management' },
    { product: 'm365', service: 'threat_detection' },
  ],
};

function aiGatewayService(event: Json): string | undefined {
  return AI_GATEWAY_KINDS.find(([kind, told]) => isJson(event[kind]) && has(event[kind], told))?.[2];
}

const AI_GATEWAY_KINDS = [
  ['prompt', 'source', 'prompt'],
  ['tool', 'outcome', 'tool_call'],
  ['retrieval', 'operation', 'retrieval'],
] as const;

/** In the order in which they are asked. */
export const CLOUD_LOGS: readonly CloudLog[] = [
  {
    // S3 notifications have these fields, too, with `aws:s3` as their source.
    name: 'CloudTrail',
    is: (event) => has(event, 'eventSource', 'eventName') && String(event['eventSource']).endsWith('.amazonaws.com'),
    logsources: always({ product: 'aws', service: 'cloudtrail' }),
    times: ['eventTime'],
  },
  {
    // The core API's own Event, kubectl's, has neither a verb nor an auditID.
    name: 'Kubernetes audit',
    is: (event) =>
      String(event['apiVersion']).startsWith('audit.k8s.io/') ||
      (has(event, 'verb') && (has(event, 'auditID') || (event['kind'] === 'Event' && has(event, 'objectRef')))),
    logsources: always({ product: 'kubernetes', category: 'application', service: 'audit' }),
    times: ['requestReceivedTimestamp', 'stageTimestamp'],
  },
  {
    name: 'GCP audit',
    is: isGcpAudit,
    logsources: gcpLogsources,
    times: ['timestamp', 'receiveTimestamp'],
  },
  {
    name: 'Okta system log',
    is: (event) =>
      has(event, 'eventType', 'severity', 'version') && (has(event, 'published') || has(event, 'legacyEventType')),
    logsources: always({ product: 'okta', service: 'okta' }),
    times: ['published'],
  },
  {
    name: 'GitHub audit log',
    is: (event) =>
      has(event, 'action', 'actor') &&
      (has(event, '_document_id') || has(event, 'org') || has(event, 'business')) &&
      (has(event, '@timestamp') || has(event, 'created_at')),
    logsources: always({ product: 'github', service: 'audit' }),
    times: ['@timestamp', 'created_at'],
  },
  {
    // The log that alerting/README.md describes: every event of a gateway is of one of three kinds.
    name: 'AI gateway',
    is: (event) => isJson(event['agent']) && has(event, 'timestamp') && aiGatewayService(event) !== undefined,
    logsources: (event) => [{ product: 'ai_gateway', service: aiGatewayService(event) ?? '' }],
    times: ['timestamp'],
  },
  {
    name: 'Microsoft 365 unified audit log',
    is: (event) => has(event, 'Workload', 'Operation', 'RecordType'),
    logsources: (event) => {
      const workload = String(event['Workload']);
      return (Object.hasOwn(WORKLOADS, workload) ? WORKLOADS[workload] : undefined) ?? [M365];
    },
    times: ['CreationTime'],
  },
  {
    name: 'Azure and Entra ID',
    is: (event) => azureService(event) !== undefined,
    logsources: (event) => {
      const service = azureService(event);
      return (service === undefined ? undefined : AZURE_LOGSOURCES.get(service)) ?? [];
    },
    times: ['time', 'TimeGenerated', 'eventTimestamp', 'createdDateTime', 'activityDateTime', 'detectedDateTime'],
  },
  {
    name: 'Bitbucket audit log',
    is: (event) => isJson(event['auditType']) && has(event, 'author'),
    logsources: always({ product: 'bitbucket', service: 'audit' }),
    times: ['timestamp', 'createdDate'],
  },
  {
    name: 'OneLogin events',
    is: (event) => has(event, 'event_type_id', 'account_id'),
    logsources: always({ product: 'onelogin', service: 'onelogin.events' }),
    times: ['created_at', 'event_timestamp'],
  },
  {
    name: 'OpenCanary',
    is: (event) => has(event, 'logtype', 'node_id', 'dst_host'),
    logsources: always({ product: 'opencanary', category: 'application' }),
    times: ['utc_time', 'local_time_adjusted'],
  },
  {
    // The package json-streaming-logs names the log; Zeek's own JSON does not.
    name: 'Zeek',
    is: (event) => typeof event['_path'] === 'string' && has(event, 'ts'),
    logsources: (event) => [{ product: 'zeek', service: String(event['_path']) }],
    times: ['ts'],
  },
];
