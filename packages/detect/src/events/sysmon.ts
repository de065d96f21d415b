// SPDX-License-Identifier: Apache-2.0

/**
 * What each Sysmon event is, as Sigma's categories: Sysinternals' Sysmon documentation for the ids, Sigma's taxonomy
 * 2.1.0, SigmaHQ's tests/thor.yml and pySigma-pipeline-sysmon for the categories. Where those differ, the event is
 * both: 26 is file_delete (pySigma) and file_delete_detected (thor), 24 clipboard_capture and clipboard_change.
 */
export const SYSMON_CATEGORIES: Readonly<Record<number, readonly string[]>> = {
  1: ['process_creation'],
  2: ['file_change'],
  3: ['network_connection'],
  4: ['sysmon_status'],
  5: ['process_termination'],
  6: ['driver_load'],
  7: ['image_load'],
  8: ['create_remote_thread'],
  9: ['raw_access_thread'],
  10: ['process_access'],
  11: ['file_event'],
  // By its EventType, see REGISTRY_OBJECT; without one it may be either.
  12: ['registry_event', 'registry_add', 'registry_delete'],
  13: ['registry_event', 'registry_set'],
  14: ['registry_event', 'registry_rename'],
  15: ['create_stream_hash'],
  16: ['sysmon_status'],
  17: ['pipe_created'],
  18: ['pipe_created'],
  19: ['wmi_event'],
  20: ['wmi_event'],
  21: ['wmi_event'],
  22: ['dns_query'],
  23: ['file_delete'],
  24: ['clipboard_capture', 'clipboard_change'],
  25: ['process_tampering'],
  26: ['file_delete', 'file_delete_detected'],
  27: ['file_block_executable'],
  28: ['file_block_shredding'],
  29: ['file_executable_detected'],
  255: ['sysmon_error'],
};

/** Sysmon event 12, "Registry object added or deleted": the EventType says which. */
export const REGISTRY_OBJECT: Readonly<Record<string, readonly string[]>> = {
  CreateKey: ['registry_event', 'registry_add'],
  DeleteKey: ['registry_event', 'registry_delete'],
  DeleteValue: ['registry_event', 'registry_delete'],
};
