// SPDX-License-Identifier: Apache-2.0
import type { Logsource } from '../events/event.ts';

/**
 * How SigmaHQ begins the names of files, by log source: `product/category`, `product//service` or the product alone.
 * All are true of each of the public rules of their log source, of which there are at least three.
 */
const PREFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'windows/process_creation': 'proc_creation_win_',
    'windows/process_access': 'proc_access_win_',
    'windows/network_connection': 'net_connection_win_',
    'windows/dns_query': 'dns_query_win_',
    'windows/create_remote_thread': 'create_remote_thread_win_',
    'windows/create_stream_hash': 'create_stream_hash_',
    'windows/driver_load': 'driver_load_win_',
    'windows/image_load': 'image_load_',
    'windows/pipe_created': 'pipe_created_',
    'windows/wmi_event': 'sysmon_',
    'windows/file_access': 'file_access_win_',
    'windows/file_delete': 'file_delete_win_',
    'windows/file_event': 'file_event_win_',
    'windows/registry_delete': 'registry_delete_',
    'windows/registry_event': 'registry_event_',
    'windows/registry_set': 'registry_set_',
    'windows/ps_classic_start': 'posh_pc_',
    'windows/ps_module': 'posh_pm_',
    'windows/ps_script': 'posh_ps_',
    'windows//powershell-classic': 'posh_pc_',
    'windows//security': 'win_security_',
    'windows//sysmon': 'sysmon_',
    'windows//system': 'win_system_',
    'windows//windefend': 'win_defender_',
    windows: 'win_',
    'linux/process_creation': 'proc_creation_lnx_',
    'linux/network_connection': 'net_connection_lnx_',
    'linux/file_event': 'file_event_lnx_',
    'linux//auditd': 'lnx_auditd_',
    linux: 'lnx_',
    'macos/process_creation': 'proc_creation_macos_',
    'jvm/application': 'java_',
    'kubernetes/application': 'kubernetes_',
    'opencanary/application': 'opencanary_',
    'rpc_firewall/application': 'rpc_firewall_',
    aws: 'aws_',
    azure: 'azure_',
    bitbucket: 'bitbucket_',
    cisco: 'cisco_',
    fortigate: 'fortinet_',
    gcp: 'gcp_',
    github: 'github_',
    kubernetes: 'kubernetes_',
    m365: 'microsoft365_',
    okta: 'okta_',
    zeek: 'zeek_',
    '/antivirus': 'av_',
    '/dns': 'net_dns_',
    '/proxy': 'proxy_',
    '/webserver': 'web_',
  }),
);

/** Undefined where SigmaHQ has no custom. */
export function filePrefixOf({ product = '', category, service }: Logsource): string | undefined {
  if (category !== undefined) return PREFIXES.get(`${product}/${category}`);
  return PREFIXES.get(`${product}//${service ?? ''}`) ?? PREFIXES.get(product);
}
