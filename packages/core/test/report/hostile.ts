// SPDX-License-Identifier: Apache-2.0

/** Text that someone might put into a file that Helios judges, by what it is meant to break. */
export const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  controls: codePoints([0x00, 0x1f], [0x7f, 0x9f]).map((char) => `a${char}b`),
  bidirectional: codePoints([0x061c, 0x061c], [0x200e, 0x200f], [0x202a, 0x202e], [0x2066, 0x2069]).map(
    (char) => `${char}return;${char} /* admin`,
  ),
  invisible: codePoints(
    [0xad, 0xad],
    [0x034f, 0x034f],
    [0x180e, 0x180e],
    [0x200b, 0x200d],
    [0x2060, 0x2064],
    [0xfeff, 0xfeff],
  ).map((char) => `pay${char}load`),
  'line separators': ['\u0085', '\u2028', '\u2029', '\r', '\r\n', '\v', '\f'].map((char) => `one${char}::error::two`),
  tags: codePoints([0xe0001, 0xe0001], [0xe0020, 0xe007f]).map((char) => `ignore${char}me`),
  unpaired: ['\ud800', '\udfff', 'a\ud83d', '\ude00\ud83d', '\ufffe', '\uffff', '\u{1fffe}', '\ufdd0'],
  terminals: [
    '\x1b[2J\x1b[H',
    '\x1b]0;title\x07',
    '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\',
    '\x1b]52;c;cm0gLXJmIC8=\x07',
    '\x1b[8mhidden\x1b[28m',
    '\x1bP+q544e\x1b\\',
    '\x9b31mred',
    '\x9d0;title\x9c',
    'error\b\b\b\b\bpass',
    'fail\rpass',
    '\x1b[1A\x1b[2Kall clear',
    '\x0e\x0f',
  ],
  commands: crossed(
    ['', ' ', '\t', '\u00a0', '\u3000', '\n', 'x\n', 'x\r\n\u2003'],
    [
      '::error::x',
      '::error file=a,line=1::x',
      '::set-output name=a::b',
      '::add-mask::x',
      '::stop-commands::t',
      '::group::x',
      '::save-state name=a::b',
      '##[error]x',
      'x ##[group]y',
      '##[command]rm',
      '##vso[task.setvariable variable=a]b',
      "##teamcity[message text='x']",
    ],
  ),
  'command parameters': [
    '%0A::error::x',
    '%0D%0A::error::x',
    '%25',
    '%',
    'a,line=1::b',
    'a:b,c=d',
    'x::y',
    ',title=z',
    '###[x]',
    '####[x]',
  ],
  markdown: [
    '[click](https://evil.example)',
    '![track](https://evil.example/x.png)',
    '[a]: https://evil.example',
    '[a][b]',
    '<https://evil.example>',
    'https://evil.example/x',
    'see http://evil.example.',
    'www.evil.example',
    'mailto:a@evil.example',
    'a@evil.example',
    '@octocat',
    '(@org/team)',
    'x@octocat',
    '#123',
    'org/repo#123',
    'GH-123',
    '!42',
    '~bug',
    '~"a label"',
    '%milestone',
    '[vulnerability:1]',
    '0123456789abcdef0123456789abcdef01234567',
    ':boom:',
    '$x$',
    '$$x$$',
    '`code`',
    '``a`b``',
    '`a``@octocat',
    '`x`@oc`tocat',
    '`x`@a`b @octocat `y',
    '`',
    '``',
    '`unclosed @octocat',
    '@a`@octocat',
    '\\`@octocat\\`',
    '\\@octocat',
    '\\',
    'a\\|b',
    'a\\|@octocat',
    '`a\\|b` @octocat',
    '`a|b`',
    '| a | b |',
    'a|b',
    '||',
    '*bold* _it_ ~~gone~~',
    '# heading',
    '- item',
    '> quote',
    '1. one',
    '---',
    '===',
    'a\n\n# b',
    'a\n| x | y | z | w |',
    'a\n```\nb\n```',
    '~~~\nx',
    '<b>bold</b>',
    '<img src=x onerror=alert(1)>',
    '<details open>',
    '<!-- comment',
    '--> x',
    '&lt;b&gt; &#64;octocat &commat;octocat &amp;',
    '&#x40;octocat',
    '**@octocat**',
    '_@octocat_',
    'javascript:alert(1)',
    '[x](javascript:alert(1))',
    '[x]\n(https://evil.example)',
    '- [ ] task',
    '[^1]',
    '"@octocat",',
    'x'.repeat(5000),
    '|'.repeat(2000),
    `${'`'.repeat(301)}@octocat`,
  ],
  xml: [
    '<',
    '>',
    '&',
    '"',
    "'",
    ']]>',
    '<![CDATA[x]]>',
    '</failure><failure>',
    '"/><testcase name="x"/><a b="',
    "' onload='x",
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '&a;',
    '&#0;',
    '&#x1b;',
    '&amp;lt;',
    '<?xml version="1.0"?>',
    '<!-- -- -->',
    '--><!--',
    '</testsuites>',
    '<script>alert(1)</script>',
  ],
  json: [
    '"',
    '\\',
    '\\"',
    '","verdict":"pass',
    '\\u0000',
    '\\ud800',
    '</script>',
    '{0}',
    '__proto__',
    '[like this](1)',
  ],
  names: [
    '',
    ' ',
    '  a  ',
    '.',
    '..',
    'a b',
    'a%2e%2e',
    '%2F',
    'ünïcödé',
    '日本語',
    'e\u0301',
    '👨‍👩‍👧',
    '🇩🇪',
    '⚠️',
    'a?b#c',
    'C:\\x',
    'con',
    '=1+1',
    '-rf',
    '--fix',
  ],
};

function codePoints(...ranges: readonly (readonly [number, number])[]): string[] {
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)),
  );
}

function crossed(before: readonly string[], after: readonly string[]): string[] {
  return before.flatMap((a) => after.map((b) => a + b));
}

/** Written apart from the sanitizer, as plain ranges: what no output may hold. Line feeds and tabs are for each format to judge. */
export function hiddenIn(text: string): string[] {
  const found = new Set<string>();
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const hidden =
      (code < 0x20 && code !== 0x0a && code !== 0x09) ||
      (code >= 0x7f && code <= 0x9f) ||
      code === 0x061c ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x2069) ||
      code === 0xfeff ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code & 0xfffe) === 0xfffe ||
      (code >= 0xe0000 && code <= 0xe007f);
    if (hidden) found.add(`U+${code.toString(16)}`);
  }
  return [...found];
}

/** Lines that the runner of GitHub, Azure or TeamCity would carry out. It trims Unicode white space before `::`. */
export function commandsIn(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  return lines.filter((line) => line.trimStart().startsWith('::') || /##[a-z]*\[/i.test(line));
}
