// SPDX-License-Identifier: Apache-2.0
// Writes the JSON Schemas that editors and others read, out of the zod schemas that Helios itself uses; or with --check
// says which are out of date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);
const { configJsonSchema, jsonSchemaOf } = await import('../packages/sec/src/schema.ts');
const { exceptionRegisterSchema } = await import('../packages/core/src/finding/index.ts');
const { profileSchema } = await import('../packages/detect/src/behaviour/profile.ts');
const { routingSchema } = await import('../packages/exception/src/paging/routing.ts');
const { controlSchema } = await import('../packages/ccv/src/control/control.ts');
const { servicesSchema } = await import('../packages/ccv/src/control/services.ts');
const { scopeSchema } = await import('../packages/attack-mapper/src/coverage/scope.ts');
const { watchSchema } = await import('../packages/ccv/src/egress/settings.ts');
const { drillSchema } = await import('../packages/ccv/src/identity/settings.ts');

const schemas: Readonly<Record<string, string>> = {
  'packages/sec/schema/helios.schema.json': await configJsonSchema(),
  'controls/opa/policies/exception.schema.json': jsonSchemaOf(
    exceptionRegisterSchema.describe('Register of agreed exceptions'),
  ),
  'packages/detect/schema/behaviour.schema.json': jsonSchemaOf(profileSchema.describe('Whose behaviour is watched')),
  'packages/exception/schema/routing.schema.json': jsonSchemaOf(
    routingSchema.describe('Who is called about exceptions that are overdue'),
  ),
  'packages/ccv/schema/control.schema.json': jsonSchemaOf(controlSchema.describe('A control that is run in place')),
  'packages/ccv/schema/services.schema.json': jsonSchemaOf(servicesSchema.describe('Services and their tiers')),
  'packages/attack-mapper/schema/scope.schema.json': jsonSchemaOf(scopeSchema.describe('Techniques that matter')),
  'packages/ccv/schema/egress-settings.schema.json': jsonSchemaOf(watchSchema.describe('How egress is watched')),
  'packages/ccv/schema/identity-drill.schema.json': jsonSchemaOf(drillSchema.describe('A drill of logging out')),
};

const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(schemas)) {
  const file = join(ROOT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  process.stdout.write(`${path}: ${check ? 'out of date, run npm run schemas' : 'brought up to date'}\n`);
  if (check) {
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
