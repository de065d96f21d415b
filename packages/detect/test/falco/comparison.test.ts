// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holds, refusal } from './stage.ts';

type Vector = readonly [condition: string, fields: Readonly<Record<string, unknown>>, result: boolean];

const name = { 'proc.name': 'bash' };
const path = (text: string) => ({ 'fd.name': text });

const TEXT: readonly Vector[] = [
  ['proc.name = bash', name, true],
  ['proc.name == bash', name, true],
  ['proc.name = "bash"', name, true],
  ['proc.name=bash', name, true],
  ['proc.name = Bash', name, false],
  ['proc.name != bash', name, false],
  ['proc.name != sh', name, true],
  ['proc.name contains as', name, true],
  ['proc.name contains AS', name, false],
  ['proc.name icontains AS', name, true],
  // ASCII folds, and nothing else does: the Kelvin sign is no k.
  ['proc.name icontains k', { 'proc.name': '\u212a' }, false],
  ['proc.name startswith ba', name, true],
  ['proc.name startswith sh', name, false],
  ['proc.name endswith sh', name, true],
  ['proc.name endswith ba', name, false],
  ['proc.name in (sh, bash)', name, true],
  ['proc.name in (sh, "bash")', name, true],
  ['proc.name in (sh)', name, false],
  ['proc.name in ()', name, false],
  ['proc.name intersects (sh, bash)', name, true],
  ['proc.name intersects (sh)', name, false],
  ['proc.name exists', name, true],
  ['proc.name exists', { 'proc.name': '' }, true],
  // Falco's parser takes a number here and compares text.
  ['proc.name < 5', { 'proc.name': '41' }, true],
  ['proc.name > 5', { 'proc.name': '41' }, false],
  ['proc.name <= 41', { 'proc.name': '41' }, true],
  ['proc.name >= 42', { 'proc.name': '41' }, false],
  ['evt.arg.uid = 0', { 'evt.arg.uid': 0 }, true],
  ['evt.dir = <', { 'evt.dir': '<' }, true],
  ['evt.dir=>', { 'evt.dir': '>' }, true],
  ["proc.cmdline contains 'a b'", { 'proc.cmdline': 'x a b' }, true],
  ['proc.cmdline contains ""', { 'proc.cmdline': '' }, true],
  ['proc.cmdline = ""', { 'proc.cmdline': '' }, true],
];

const PATTERNS: readonly Vector[] = [
  ['fd.name glob /etc/*', path('/etc/a/b'), true],
  ['fd.name glob /etc/*.conf', path('/etc/a.conf'), true],
  ['fd.name glob /etc/*.conf', path('/etc/a.conf2'), false],
  ['fd.name glob /a*b*c', path('/axbxc'), true],
  ['fd.name glob /ab*ba', path('/aba'), false],
  ['fd.name glob /a*b*b', path('/ab'), false],
  ['fd.name glob /a?c', path('/abc'), true],
  ['fd.name glob /a?c', path('/ac'), false],
  ['fd.name glob "/[ab]x"', path('/bx'), true],
  ['fd.name glob "/[!ab]x"', path('/bx'), false],
  ['fd.name glob "/[a-c]x"', path('/bx'), true],
  ['fd.name glob "/[[:digit:]]"', path('/7'), true],
  ['fd.name glob "/[]x]"', path('/]'), true],
  ['fd.name glob "/[x"', path('/[x'), true],
  [String.raw`fd.name glob "/\\*"`, path('/*'), true],
  [String.raw`fd.name glob "/\\*"`, path('/a'), false],
  ['fd.name glob "/@(a|b)c"', path('/bc'), true],
  ['fd.name glob "/+(ab)"', path('/abab'), true],
  ['fd.name glob "/?(a)b"', path('/b'), true],
  ['fd.name glob "/*(a)b"', path('/aab'), true],
  ['fd.name glob "/a.c"', path('/abc'), false],
  ['fd.name glob /A*', path('/ab'), false],
  ['fd.name iglob /A*', path('/ab'), true],
  ['fd.name regex "/[a-z]+"', path('/abc'), true],
  // Over the whole value.
  ['fd.name regex "[a-z]+"', path('/abc'), false],
  ['fd.name regex "/a"', path('/ab'), false],
  ['fd.name regex "/(a|ab)"', path('/ab'), true],
  ['fd.name regex "/[[:alpha:]]{2}"', path('/ab'), true],
  ['fd.name regex "/a.c"', path('/a\nc'), false],
  ['fd.name pmatch (/etc, /usr/lib)', path('/etc/a'), true],
  ['fd.name pmatch (/etc, /usr/lib)', path('/etc'), true],
  ['fd.name pmatch (/etc)', path('/etcetera'), false],
  ['fd.name pmatch (/usr/lib)', path('/usr'), false],
  ['fd.name pmatch (/etc/)', path('//etc//a'), true],
  ['fd.name pmatch (/)', path('/any'), true],
  ['fd.name pmatch (/home/*/.ssh)', path('/home/u/.ssh/id'), true],
  ['fd.name pmatch (/home/*/.ssh)', path('/home/u/x'), false],
  ['fd.name pmatch (/*/x, /a/y)', path('/a/x'), true],
];

const NUMBERS: readonly Vector[] = [
  ['fd.num >= 0', { 'fd.num': 0 }, true],
  ['fd.num >= 0', { 'fd.num': -1 }, false],
  ['fd.num < 10', { 'fd.num': '9' }, true],
  ['fd.num > 10', { 'fd.num': '9' }, false],
  ['fd.num = 10', { 'fd.num': '0xa' }, true],
  ['fd.num = 0xA', { 'fd.num': 10 }, true],
  ['fd.num != 10', { 'fd.num': 10 }, false],
  ['fd.num != 10', { 'fd.num': 11 }, true],
  ['fd.num in (1, 2)', { 'fd.num': '2' }, true],
  ['fd.num intersects (1, 2)', { 'fd.num': 3 }, false],
  ['user.loginuid = -1', { 'user.loginuid': -1 }, true],
  ['proc.duration <= 1.5', { 'proc.duration': 1 }, true],
  // What is no number is neither equal nor unequal to one.
  ['fd.num != 10', { 'fd.num': 'ten' }, false],
  ['fd.num = 0', { 'fd.num': '' }, false],
  ['fd.sport = 443', { 'fd.sport': 443 }, true],
];

const FLAGS: readonly Vector[] = [
  ['container.privileged = true', { 'container.privileged': true }, true],
  ['container.privileged = true', { 'container.privileged': 'true' }, true],
  ['container.privileged = true', { 'container.privileged': 1 }, true],
  ['container.privileged = false', { 'container.privileged': false }, true],
  ['container.privileged != true', { 'container.privileged': false }, true],
  ['container.privileged != true', { 'container.privileged': 'maybe' }, false],
  ['container.privileged in (true)', { 'container.privileged': true }, true],
];

const ADDRESSES: readonly Vector[] = [
  ['fd.sip = 10.0.0.1', { 'fd.sip': '10.0.0.1' }, true],
  ['fd.sip = "2001:db8::1"', { 'fd.sip': '2001:db8:0:0::1' }, true],
  ['fd.sip = "::ffff:10.0.0.1"', { 'fd.sip': '10.0.0.1' }, true],
  ['fd.sip != 10.0.0.1', { 'fd.sip': '10.0.0.2' }, true],
  ['fd.sip != 10.0.0.1', { 'fd.sip': '::1' }, true],
  ['fd.sip != 10.0.0.1', { 'fd.sip': 'localhost' }, false],
  ['fd.sip in ("10.0.0.1", "::1")', { 'fd.sip': '::1' }, true],
  ['fd.snet = "10.0.0.0/8"', { 'fd.sip': '10.255.0.1' }, true],
  ['fd.snet in ("10.0.0.0/8", "fc00::/7")', { 'fd.snet': 'fd00::1' }, true],
  ['fd.snet in ("10.0.0.0/8")', { 'fd.snet': '11.0.0.0' }, false],
  ['fd.snet in ("198.51.100.0/23")', { 'fd.snet': '198.51.101.255' }, true],
  ['fd.snet in ("0.0.0.0/0")', { 'fd.snet': '1.2.3.4' }, true],
  ['fd.snet in ("::/0")', { 'fd.snet': '1.2.3.4' }, false],
  ['fd.snet = 10.0.0.1', { 'fd.snet': '10.0.0.1' }, true],
  ['fd.net in (10.0.0.0/8)', { 'fd.cip': '192.0.2.1', 'fd.sip': '10.1.1.1' }, true],
  ['fd.net in (10.0.0.0/8)', { 'fd.net': '10.1.1.1' }, true],
  ['fd.ip = 10.1.1.1', { 'fd.cip': '192.0.2.1', 'fd.sip': '10.1.1.1' }, true],
  // Both ends must differ.
  ['fd.ip != 10.1.1.1', { 'fd.cip': '192.0.2.1', 'fd.sip': '10.1.1.1' }, false],
  ['fd.port = 443', { 'fd.cport': 40000, 'fd.sport': 443 }, true],
];

const ABSENT: readonly Vector[] = [
  ['proc.name = bash', {}, false],
  ['proc.name != bash', {}, false],
  ['not proc.name = bash', {}, true],
  ['not proc.name != bash', {}, true],
  ['proc.name exists', {}, false],
  ['proc.name exists', { 'proc.name': null }, false],
  ['proc.name != bash', { 'proc.name': null }, false],
  ['proc.name in ()', {}, false],
  ['fd.num < 5', {}, false],
  ['len(proc.name) = 0', {}, false],
  ['proc.name = val(proc.pname)', { 'proc.name': 'a' }, false],
  ['proc.name != val(proc.pname)', { 'proc.name': 'a' }, false],
];

const TRANSFORMED: readonly Vector[] = [
  ['tolower(proc.name) = bash', { 'proc.name': 'BaSh' }, true],
  ['toupper(proc.name) = BASH', name, true],
  ['toupper(proc.name) = SS', { 'proc.name': 'ß' }, false],
  ['basename(proc.exepath) = sh', { 'proc.exepath': '/bin/sh' }, true],
  ['basename(proc.exepath) = sh', { 'proc.exepath': 'sh' }, true],
  ['b64(proc.args) = hello', { 'proc.args': 'aGVsbG8=' }, true],
  ['b64(proc.args) = hello', { 'proc.args': 'aGVsbG8' }, true],
  ['b64(proc.args) != hello', { 'proc.args': 'no base64!' }, false],
  ['b64(proc.args) = a', { 'proc.args': 'YQBi' }, true],
  ['len(proc.name) = 4', name, true],
  ['len(proc.name) > 4', { 'proc.name': 'äöü' }, true],
  ['toupper(b64(proc.args)) = HELLO', { 'proc.args': 'aGVsbG8=' }, true],
  ['tolower( proc.name ) = bash', { 'proc.name': 'BASH' }, true],
  ['proc.name = val(proc.pname)', { 'proc.name': 'a', 'proc.pname': 'a' }, true],
  ['proc.name != val(proc.pname)', { 'proc.name': 'a', 'proc.pname': 'b' }, true],
  ['proc.name = tolower(proc.pname)', { 'proc.name': 'a', 'proc.pname': 'A' }, true],
  ['proc.args contains val(proc.pname)', { 'proc.args': 'xay', 'proc.pname': 'a' }, true],
  ['proc.name in val(proc.pname)', { 'proc.name': 'a', 'proc.pname': 'a' }, true],
  ['proc.pid > val(proc.ppid)', { 'proc.pid': 10, 'proc.ppid': '9' }, true],
  ['proc.pid = val(proc.ppid)', { 'proc.pid': 10, 'proc.ppid': 'x' }, false],
  ['fd.sip = val(fd.cip)', { 'fd.sip': '::1', 'fd.cip': '0::1' }, true],
];

const ARGUMENTS: readonly Vector[] = [
  ['proc.aname[2] = sshd', { 'proc.aname[2]': 'sshd' }, true],
  ['proc.aname[2] = sshd', { 'proc.aname': ['bash', 'su', 'sshd'] }, true],
  ['proc.aname[1] = sshd', { proc: { aname: ['bash', 'su', 'sshd'] } }, false],
  ['proc.aname = sshd', { 'proc.aname': ['su', 'sshd'] }, true],
  ['proc.aname in (sshd, x)', { 'proc.aname': ['su', 'sshd'] }, true],
  ['evt.arg.flags contains O_CREAT', { 'evt.arg.flags': 'O_CREAT|O_RDWR' }, true],
  ['evt.arg.flags contains O_CREAT', { evt: { arg: { flags: 'O_CREAT' } } }, true],
  ['evt.arg[flags] contains O_CREAT', { 'evt.arg.flags': 'O_CREAT' }, true],
  ["proc.env['A B'] = x", { 'proc.env': { 'A B': 'x' } }, true],
  ['proc.name = bash', { proc: { name: 'bash' } }, true],
  ['container.image.repository = a', { container: { image: { repository: 'a' } } }, true],
  ['evt.rawarg.size > 9', { 'evt.rawarg.size': '10' }, true],
  ['evt.rawarg.size = 0x10', { 'evt.rawarg.size': 16 }, true],
  ['evt.rawarg.name = x', { 'evt.rawarg.name': 'x' }, true],
  ['evt.buffer bcontains 6869', { 'evt.buffer': 'oh hi' }, true],
  ['evt.buffer bstartswith 6869', { 'evt.buffer': 'oh hi' }, false],
  ['evt.buffer contains hi', { 'evt.buffer': 'oh hi' }, true],
  ['fd.types in (file, ipv4)', { 'fd.types': ['file', 'ipv4'] }, true],
  ['fd.types in (file)', { 'fd.types': ['file', 'ipv4'] }, false],
  ['fd.types intersects (file)', { 'fd.types': ['file', 'ipv4'] }, true],
  ['len(fd.types) = 2', { 'fd.types': ['file', 'ipv4'] }, true],
];

describe.each([
  ['text', TEXT],
  ['patterns', PATTERNS],
  ['numbers', NUMBERS],
  ['flags', FLAGS],
  ['addresses and networks', ADDRESSES],
  ['what is absent', ABSENT],
  ['transformers and fields on the right', TRANSFORMED],
  ['arguments, nested fields and lists', ARGUMENTS],
])('comparing %s', (_, vectors) => {
  it.each(vectors)('%s of %j is %s', async (condition, fields, result) => {
    expect(await holds(condition, fields)).toBe(result);
  });
});

describe('what does not fit', () => {
  it.each([
    [
      'fd.num contains 1',
      'contains does not compare fd.num, which is of type number',
      'one of = != < <= > >= in intersects exists',
    ],
    [
      'fd.sip startswith 10',
      'startswith does not compare fd.sip, which is of type address',
      'one of = != in intersects exists',
    ],
    [
      'container.privileged > 1',
      '> does not compare container.privileged, which is of type flag',
      'one of = != in intersects exists',
    ],
    [
      'proc.name bcontains 6869',
      'bcontains does not compare proc.name, which is of type text',
      'one of = != < <= > >= contains icontains startswith endswith glob iglob regex in intersects pmatch exists',
    ],
    [
      'evt.buffer bcontains xyz',
      "evt.buffer is compared with 'xyz', which is not bytes in hexadecimal",
      'bytes in hexadecimal',
    ],
    ['fd.num = ten', "fd.num is compared with 'ten', which is not a number", 'a number'],
    ['fd.sip = 10.0.0.0/8', "fd.sip is compared with '10.0.0.0/8', which is not an IP address", 'an IP address'],
    [
      'fd.snet in (10.0.0.0/33)',
      "fd.snet is compared with '10.0.0.0/33', which is not a network such as 10.0.0.0/8",
      'a network such as 10.0.0.0/8',
    ],
    [
      'container.privileged = yes',
      "container.privileged is compared with 'yes', which is not true or false",
      'true or false',
    ],
    ['fd.types = file', '= does not compare fd.types, which is a list', 'in, intersects or exists'],
    ['proc.nme = x', 'nonexistent field proc.nme', 'a field of the source syscall'],
    ['tolower(fd.num) = 1', 'tolower() does not take fd.num, which is of type number', 'text'],
    ['proc.name = val(fd.num)', 'proc.name is of type text, and fd.num of type number', 'a text'],
    ['proc.name pmatch val(proc.exe)', 'proc.name pmatch takes no field on its right', 'a value'],
    ['fd.snet = val(fd.sip)', 'fd.snet = takes no field on its right', 'a value'],
    ['fd.sip = val(fd.ip)', 'fd.ip cannot stand on the right of an operator', 'another field'],
    ['fd.name regex "("', 'invalid regex pattern: ', 'another pattern'],
    [String.raw`fd.name regex "\\d"`, String.raw`invalid regex pattern: \d is Perl syntax`, 'another pattern'],
    ['fd.name regex "(?i)a"', 'invalid regex pattern: (? is Perl syntax', 'another pattern'],
    ['fd.name regex "a*?"', 'invalid regex pattern: *? is Perl syntax', 'another pattern'],
    ['fd.name glob "!(a)"', 'invalid glob pattern: !(…) in a glob is not supported', 'another pattern'],
  ])('%s: %s; %s is expected', async (condition, message, expected) => {
    const refused = await refusal(condition);
    expect(refused?.message).toContain(message);
    expect(refused?.code).toBe('LOAD_ERR_COMPILE_CONDITION');
    expect(refused?.expected).toBe(expected);
  });
});
