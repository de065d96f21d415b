// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, expectExit, tampered } from './check.ts';
import type { Sample } from './sample.ts';

/** cosign takes our signed statements about our documents, and refuses five changes of each. */
export function checkCosign(cosign: string, sample: Sample): Check[] {
  return sample.signed.flatMap(({ document, bundle, type }) => {
    const args = (blob: string, signed: string): string[] => [
      'verify-blob-attestation',
      '--insecure-ignore-tlog',
      `--key=${sample.publicKey}`,
      `--type=${type}`,
      `--bundle=${signed}`,
      blob,
    ];
    const changed = join(sample.folder, 'changed');
    const refused = (what: string, file: string, call: (changed: string) => string[]): Check[] =>
      tampered(readFileSync(file)).map((bytes, at) => {
        writeFileSync(changed, bytes);
        return expectExit(`cosign refuses ${what} of ${type}, change ${at + 1}`, false, cosign, call(changed));
      });
    return [
      expectExit(`cosign accepts ${type}`, true, cosign, args(document, bundle)),
      ...refused('the document', document, (file) => args(file, bundle)),
      ...refused('the bundle', bundle, (file) => args(document, file)),
    ];
  });
}

/** Go's checksum-database notes take our checkpoint, transparency-dev's Merkle code our proof; both refuse five changes. */
export function checkGo(program: string, { vkey, checkpoint, proof, entry, folder }: Sample): Check[] {
  const changed = join(folder, 'changed');
  const refused = (what: string, file: string, call: (changed: string) => string[]): Check[] =>
    tampered(readFileSync(file)).map((bytes, at) => {
      writeFileSync(changed, bytes);
      return expectExit(`Go refuses ${what}, change ${at + 1}`, false, program, call(changed));
    });
  return [
    expectExit('Go accepts the checkpoint', true, program, ['note', vkey, checkpoint]),
    ...refused('the checkpoint', checkpoint, (file) => ['note', vkey, file]),
    expectExit('Go accepts the proof of inclusion', true, program, ['proof', vkey, proof, entry]),
    ...refused('the proof', proof, (file) => ['proof', vkey, file, entry]),
    ...refused('the entry', entry, (file) => ['proof', vkey, proof, file]),
  ];
}

const PARSE_STATEMENT = `
import json, sys
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2, statement
message = json_format.Parse(open(sys.argv[1]).read(), statement_pb2.Statement())
statement.Statement.copy_from_pb(message).validate()
assert message.predicate_type == sys.argv[2], message.predicate_type
if sys.argv[2].startswith("https://slsa.dev"):
    predicate = json_format.MessageToDict(message.predicate)
    for field in ("verifier", "timeVerified", "resourceUri", "policy", "inputAttestations", "verificationResult", "verifiedLevels"):
        assert field in predicate, field
    assert predicate["verificationResult"] in ("PASSED", "FAILED")
else:
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    json_format.ParseDict(json_format.MessageToDict(message.predicate), test_result_pb2.TestResult())
`;

/** in-toto's own parser and validator take our statements, and the predicate's where it has one. */
export function checkInToto(python: string, { signed }: Sample): Check[] {
  return signed.map(({ statement, type }) =>
    expectExit(`in-toto parses ${type}`, true, python, ['-c', PARSE_STATEMENT, statement, type]),
  );
}
