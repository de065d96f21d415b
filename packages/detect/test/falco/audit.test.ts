// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ruleOf } from './stage.ts';

const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: '1',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI: '/api/v1/namespaces/shop/pods?dryRun=All&fieldManager=kubectl',
  userAgent: 'kubectl/v1.31',
  user: { username: 'eve', groups: ['dev', 'system:authenticated'] },
  annotations: { 'authorization.k8s.io/decision': 'allow' },
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web', subresource: 'exec' },
  responseStatus: { code: 201 },
  requestObject: {
    metadata: { labels: { 'a/b': 'x~y' } },
    rules: [{ verbs: ['get', 'list'], resources: ['secrets'] }, { verbs: ['*'] }],
    spec: {
      hostNetwork: true,
      securityContext: { runAsUser: 1000 },
      containers: [
        {
          image: 'registry.example:5000/team/app:1.2',
          securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN', 'SYS_ADMIN'] } },
          ports: [{ hostPort: 80 }, { hostPort: 443 }],
        },
        { image: 'nginx@sha256:00', securityContext: { runAsUser: 5 } },
      ],
      volumes: [
        { name: 'a', hostPath: { path: '/etc' } },
        { name: 'b', emptyDir: {} },
      ],
    },
  },
};

describe('fields of a Kubernetes audit event', () => {
  it.each([
    ['ka.verb = create', true],
    ['ka.user.name != system:admin', true],
    ['ka.user.groups intersects (dev)', true],
    ['ka.user.groups in (dev)', false],
    ['ka.user.groups in (dev, "system:authenticated", other)', true],
    ['ka.auth.decision = allow', true],
    ['ka.auth.reason exists', false],
    ['ka.target.resource = pods and ka.target.subresource in (exec, attach)', true],
    ['ka.response.code startswith 2', true],
    ['ka.response.code = 201', true],
    ['ka.uri.param[dryRun] = All', true],
    ['ka.uri.param[none] exists', false],
    ['ka.req.pod.containers.image intersects ("nginx@sha256:00")', true],
    ['ka.req.pod.containers.image.repository in ("registry.example:5000/team/app", nginx)', true],
    ['ka.req.pod.containers.image.repository[1] in (nginx)', true],
    ['ka.req.pod.containers.image[7] exists', false],
    ['ka.req.container.image = "registry.example:5000/team/app:1.2"', true],
    ['ka.req.container.image.repository = "registry.example:5000/team/app"', true],
    ['ka.req.pod.containers.privileged intersects (true)', true],
    ['ka.req.container.privileged = true', true],
    ['ka.req.pod.containers.add_capabilities intersects (SYS_ADMIN)', true],
    ['ka.req.pod.containers.host_port in (80, 443)', true],
    ['ka.req.pod.containers.eff_run_as_user in (1000, 5)', true],
    ['ka.req.pod.host_network = true', true],
    ['ka.req.pod.host_pid exists', false],
    ['ka.req.pod.volumes.hostpath intersects (/etc)', true],
    ['ka.req.pod.volumes.volume_type in (hostPath, emptyDir)', true],
    ['ka.req.volume.hostpath[/et*] = true', true],
    ['ka.req.volume.hostpath[/var] = true', false],
    ['ka.req.role.rules.verbs intersects ("*")', true],
    ['ka.req.role.rules.resources in (secrets)', true],
    ['jevt.value[/objectRef/name] = web', true],
    ['jevt.value[/requestObject/metadata/labels/a~1b] = "x~y"', true],
    ['jevt.value[/requestObject/spec/containers/1/image] startswith nginx', true],
    ['jevt.value[/nowhere/0] exists', false],
    ['jevt.value[/responseStatus] = "{\\"code\\":201}"', true],
    ['len(ka.req.pod.containers.image) = 2', true],
    ['ka.verb = val(ka.verb)', true],
  ])('%s is %s', async (condition, result) => {
    const rule = await ruleOf(condition, 'k8s_audit');
    expect(rule.condition.holds(EVENT)).toBe(result);
  });

  it('may be given under their own names too', async () => {
    const rule = await ruleOf('ka.verb = get and ka.user.groups intersects (a)', 'k8s_audit');
    expect(rule.condition.holds({ 'ka.verb': 'get', 'ka.user.groups': ['a', 'b'] })).toBe(true);
  });
});
