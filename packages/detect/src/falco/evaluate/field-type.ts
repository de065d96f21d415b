// SPDX-License-Identifier: Apache-2.0

/**
 * How values of a field are compared. `dynamic` is decided by the value (`evt.rawarg.*`, fields of unknown plugins):
 * numbers where both sides are numbers, text otherwise.
 */
export type ValueType = 'text' | 'number' | 'flag' | 'address' | 'network' | 'bytes' | 'dynamic';

export interface FieldType {
  readonly type: ValueType;
  /** A list by itself: `in` asks for all of its items, `intersects` for one, and nothing else compares it. */
  readonly list?: true;
  /** Falco compares it in its own way (`fd.ip`, `proc.aname`): it is no right-hand side, and has none. */
  readonly special?: true;
}

/**
 * Fields of system call events, by class and type: https://falco.org/docs/reference/rules/supported-fields, held against
 * the tables of falcosecurity/libs. A name that ends with `*` takes any argument, in brackets or after a dot.
 */
const SYSCALL: Readonly<Record<string, Partial<Record<ValueType, string>>>> = {
  evt: {
    number:
      'num rawtime rawtime.s rawtime.ns reltime reltime.s reltime.ns latency latency.s latency.ns wait_latency ' +
      'deltatime deltatime.s deltatime.ns cpu buflen buflen.in buflen.out buflen.file buflen.file.in buflen.file.out ' +
      'buflen.net buflen.net.in buflen.net.out rawres count count.error count.error.file count.error.net ' +
      'count.error.memory count.error.other count.exit count.procinfo count.threadinfo around* type.is* latency.quantized',
    flag:
      'failed is_io is_io_read is_io_write is_wait is_syslog is_async is_open_read is_open_write is_open_exec ' +
      'is_open_create',
    bytes: 'buffer',
    dynamic: 'rawarg*',
    text:
      'time time.s time.iso8601 datetime datetime.s pluginname plugininfo source asynctype hostname category type dir args arg* ' +
      'info res io_dir abspath abspath.src abspath.dst latency.human outputtime infra.docker.name ' +
      'infra.docker.container.id infra.docker.container.name infra.docker.container.image',
  },
  syscall: { text: 'type' },
  proc: {
    number:
      'loginshellid tty pid ppid apid* vpid pvpid sid pgid vpgid duration ppid.duration pid.ts ppid.ts fdopencount ' +
      'fdlimit fdusage vmsize vmrss vmswap nthreads nchilds exe_ino exe_ino.ctime exe_ino.mtime ' +
      'exe_ino.ctime_duration_proc_start exe_ino.ctime_duration_pidns_start pidns_init_start_ts cmdnargs cmdlenargs ' +
      'pcmdnargs pcmdlenargs stdin.fd',
    flag:
      'is_exe_writable is_exe_upper_layer is_exe_lower_layer is_exe_from_memfd is_sid_leader is_vpgid_leader ' +
      'is_pgid_leader is_container_healthcheck is_container_liveness_probe is_container_readiness_probe',
    text:
      'exe pexe aexe* exepath pexepath aexepath* name pname aname* args cmdline pcmdline acmdline* exeline cwd sname ' +
      'sid.exe sid.exepath pgid.name pgid.exe pgid.exepath vpgid.name vpgid.exe vpgid.exepath env* aenv* ' +
      'stdin.type stdin.name stdout.type stdout.name stderr.type stderr.name',
  },
  thread: {
    number:
      'pexectime exectime totexectime pfmajor pfminor tid vtid vmsize vmsize.b vmrss vmrss.b cpu cpu.user cpu.system',
    flag: 'ismain',
    text: 'cgroups cgroup* cap_permitted cap_inheritable cap_effective nametid',
  },
  user: { number: 'uid loginuid', text: 'name homedir shell loginname' },
  group: { number: 'gid', text: 'name' },
  fd: {
    number: 'num port cport sport lport rport dev dev.major dev.minor ino',
    flag: 'is_server connected name_changed is_upper_layer is_lower_layer',
    address: 'ip cip sip lip rip',
    network: 'net cnet snet lnet rnet',
    text:
      'type typechar name nameraw directory filename l4proto sockfamily uid containername containerdirectory proto ' +
      'cproto sproto lproto rproto cip.name sip.name lip.name rip.name types*',
  },
  fdlist: { text: 'nums names cips sips cports sports' },
  fs: {
    text: 'path.name path.nameraw path.source path.sourceraw path.target path.targetraw',
  },
  container: {
    number: 'start_ts duration',
    flag: 'privileged host_pid host_network host_ipc',
    text:
      'id full_id name image image.id image.repository image.tag image.digest type mounts mount* mount.source* ' +
      'mount.dest* mount.mode* mount.rdwr* mount.propagation* healthcheck liveness_probe readiness_probe ip cni.json ' +
      'label* labels k8s.pod.name k8s.pod.id k8s.pod.label* k8s.pod.labels k8s.ns.name',
  },
  k8s: {
    text:
      'ns.name ns.id ns.label* ns.labels pod.name pod.id pod.uid pod.sandbox_id pod.full_sandbox_id pod.label* ' +
      'pod.labels pod.ip pod.cni.json rc.name rc.id rc.label* rc.labels svc.name svc.id svc.label* svc.labels rs.name ' +
      'rs.id rs.label* rs.labels deployment.name deployment.id deployment.label* deployment.labels',
  },
  syslog: { number: 'facility severity', text: 'facility.str severity.str message' },
};

/** Fields of Kubernetes audit events that hold one value: where it stands in the event. */
export const AUDIT_VALUES: Readonly<Record<string, readonly string[]>> = {
  'ka.auditid': ['auditID'],
  'ka.stage': ['stage'],
  'ka.auth.decision': ['annotations', 'authorization.k8s.io/decision'],
  'ka.auth.reason': ['annotations', 'authorization.k8s.io/reason'],
  'ka.user.name': ['user', 'username'],
  'ka.impuser.name': ['impersonatedUser', 'username'],
  'ka.verb': ['verb'],
  'ka.uri': ['requestURI'],
  'ka.target.name': ['objectRef', 'name'],
  'ka.target.namespace': ['objectRef', 'namespace'],
  'ka.target.resource': ['objectRef', 'resource'],
  'ka.target.subresource': ['objectRef', 'subresource'],
  'ka.target.pod.name': ['objectRef', 'name'],
  'ka.req.binding.role': ['requestObject', 'roleRef', 'name'],
  'ka.req.configmap.name': ['objectRef', 'name'],
  'ka.req.configmap.obj': ['requestObject', 'data'],
  'ka.req.pod.host_ipc': ['requestObject', 'spec', 'hostIPC'],
  'ka.req.pod.host_network': ['requestObject', 'spec', 'hostNetwork'],
  'ka.req.container.host_network': ['requestObject', 'spec', 'hostNetwork'],
  'ka.req.pod.host_pid': ['requestObject', 'spec', 'hostPID'],
  'ka.req.pod.run_as_user': ['requestObject', 'spec', 'securityContext', 'runAsUser'],
  'ka.req.pod.run_as_group': ['requestObject', 'spec', 'securityContext', 'runAsGroup'],
  'ka.req.pod.fs_group': ['requestObject', 'spec', 'securityContext', 'fsGroup'],
  'ka.req.service.type': ['requestObject', 'spec', 'type'],
  'ka.resp.name': ['responseObject', 'metadata', 'name'],
  'ka.response.code': ['responseStatus', 'code'],
  'ka.response.reason': ['responseStatus', 'reason'],
  'ka.useragent': ['userAgent'],
  'ka.cluster.name': ['annotations', 'cluster.name'],
};

/** Those that hold a list: where the list stands, and what of each item is meant. An argument picks one item. */
export const AUDIT_LISTS: Readonly<Record<string, readonly [list: readonly string[], item: readonly string[]]>> = {
  'ka.user.groups': [['user', 'groups'], []],
  'ka.sourceips': [['sourceIPs'], []],
  'ka.req.binding.subjects': [['requestObject', 'subjects'], []],
  'ka.req.pod.containers.image': [['requestObject', 'spec', 'containers'], ['image']],
  'ka.req.pod.containers.image.repository': [['requestObject', 'spec', 'containers'], ['image']],
  'ka.req.pod.containers.host_port': [
    ['requestObject', 'spec', 'containers'],
    ['ports', 'hostPort'],
  ],
  'ka.req.pod.containers.privileged': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'privileged'],
  ],
  'ka.req.pod.containers.allow_privilege_escalation': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'allowPrivilegeEscalation'],
  ],
  'ka.req.pod.containers.read_only_fs': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'readOnlyRootFilesystem'],
  ],
  'ka.req.pod.containers.run_as_user': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'runAsUser'],
  ],
  'ka.req.pod.containers.run_as_group': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'runAsGroup'],
  ],
  'ka.req.pod.containers.eff_run_as_user': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'runAsUser'],
  ],
  'ka.req.pod.containers.eff_run_as_group': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'runAsGroup'],
  ],
  'ka.req.pod.containers.proc_mount': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'procMount'],
  ],
  'ka.req.pod.containers.add_capabilities': [
    ['requestObject', 'spec', 'containers'],
    ['securityContext', 'capabilities', 'add'],
  ],
  'ka.req.role.rules': [['requestObject', 'rules'], []],
  'ka.req.role.rules.apiGroups': [['requestObject', 'rules'], ['apiGroups']],
  'ka.req.role.rules.nonResourceURLs': [['requestObject', 'rules'], ['nonResourceURLs']],
  'ka.req.role.rules.verbs': [['requestObject', 'rules'], ['verbs']],
  'ka.req.role.rules.resources': [['requestObject', 'rules'], ['resources']],
  'ka.req.pod.supplemental_groups': [['requestObject', 'spec', 'securityContext', 'supplementalGroups'], []],
  'ka.req.service.ports': [['requestObject', 'spec', 'ports'], []],
  'ka.req.pod.volumes.hostpath': [
    ['requestObject', 'spec', 'volumes'],
    ['hostPath', 'path'],
  ],
  'ka.req.pod.volumes.flexvolume_driver': [
    ['requestObject', 'spec', 'volumes'],
    ['flexVolume', 'driver'],
  ],
  'ka.req.pod.volumes.volume_type': [['requestObject', 'spec', 'volumes'], []],
};

const AUDIT_OTHERS =
  'ka.uri.param ka.req.container.image ka.req.container.image.repository ka.req.container.privileged ' +
  'ka.req.volume.hostpath ka.req.binding.subject.has_name jevt.value jevt.obj json.value json.obj';

const SPECIAL = new Set(
  'fd.ip fd.net fd.port fd.proto evt.rawarg evt.around proc.apid proc.aname proc.aexe proc.aexepath proc.acmdline proc.aenv'.split(
    ' ',
  ),
);
const LISTS = new Set(['fd.types']);

interface Known {
  readonly exact: ReadonlyMap<string, FieldType>;
  /** Those that take an argument after a dot as well. */
  readonly open: ReadonlyMap<string, FieldType>;
}

const KNOWN: Readonly<Record<string, Known>> = { syscall: knownOf(SYSCALL), k8s_audit: auditFields() };

export const SOURCES: readonly string[] = Object.keys(KNOWN);

/** Undefined where a source has no such field. Sources that Helios does not know take any field. */
export function typeOf(source: string, name: string, argument?: string): FieldType | undefined {
  const known = KNOWN[source];
  if (!known) return { type: 'dynamic' };
  const exact = known.exact.get(name);
  // With an argument, an ancestor is one process: only without one is any of them meant.
  if (exact) return argument !== undefined && exact.special && exact.type !== 'dynamic' ? { type: exact.type } : exact;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const open = known.open.get(name.slice(0, dot));
    if (open) return open;
  }
  return undefined;
}

/** The longest known field that a text begins with: where a field ends within an output. */
export function longestField(source: string, text: string): string | undefined {
  for (let name = text; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    if (typeOf(source, name)) return name;
  }
  return undefined;
}

function knownOf(classes: Readonly<Record<string, Partial<Record<ValueType, string>>>>): Known {
  const exact = new Map<string, FieldType>();
  const open = new Map<string, FieldType>();
  for (const [prefix, types] of Object.entries(classes)) {
    for (const [type, names] of Object.entries(types)) {
      for (const written of names.split(' ')) {
        const name = `${prefix}.${written.replace('*', '')}`;
        const field: FieldType = {
          type: type as ValueType,
          ...(SPECIAL.has(name) && { special: true }),
          ...(LISTS.has(name) && { list: true }),
        };
        exact.set(name, field);
        if (written.endsWith('*')) open.set(name, { type: field.type, ...(type === 'dynamic' && { special: true }) });
      }
    }
  }
  return { exact, open };
}

function auditFields(): Known {
  const { exact, open } = knownOf({ evt: SYSCALL['evt'] ?? {} });
  const all = new Map(exact);
  for (const name of Object.keys(AUDIT_VALUES)) all.set(name, { type: 'text' });
  for (const name of Object.keys(AUDIT_LISTS)) all.set(name, { type: 'text', list: true });
  for (const name of AUDIT_OTHERS.split(' ')) all.set(name, { type: 'text' });
  return { exact: all, open };
}
