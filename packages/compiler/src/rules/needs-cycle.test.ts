import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../check.test-helpers.ts';

const cloud = (...needs: readonly string[]): string => [
  'cloud zurich {',
  '  group controllers { hosts "ctl1" }',
  ...needs.map((one) => {
    const [name = '', needed = ''] = one.split(': ');
    return `  service ${name} { ${needed === '' ? '' : `needs ${needed}`} }`;
  }),
  '}',
].join('\n');

describe('needs-cycle', () => {
  test.each([
    ['chains', cloud('mariadb', 'keystone: mariadb', 'glance: keystone')],
    ['diamonds', cloud('mariadb', 'glance: mariadb', 'cinder: mariadb', 'nova: glance, cinder')],
    ['the same need twice', cloud('mariadb', 'nova: mariadb, mariadb')],
  ])('accepts %s', async (_, text) => {
    expect(await checkText(text)).toEqual([]);
  });

  test('reports a circle once, and draws it', async () => {
    const text = cloud('mariadb', 'glance: cinder, mariadb', 'cinder: nova', 'nova: glance', 'horizon: nova');
    expect(await checkText(text)).toEqual([
      '4:26 B0412 These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.',
    ]);
    const [found] = await diagnose(text);
    expect(found?.label).toBe('`glance` needs `cinder`');
    expect(found?.related.map(({ message }) => message)).toEqual(['`cinder` needs `nova`', '`nova` needs `glance`']);
    expect(found?.notes).toEqual(['┌────┐\n│  glance\n│    ↓\n│  cinder\n│    ↓\n│  nova\n└────┘']);
  });

  test('reports a service that needs itself', async () => {
    expect(await checkText(cloud('nova: nova'))).toEqual(['3:24 B0412 `nova` needs itself. Remove it from its own `needs`.']);
  });

  test('reports the shortest circle through each service that is in one', async () => {
    expect(await checkText(cloud('a: b', 'b: a, c', 'c: b', 'x: y', 'y: x'))).toEqual([
      '3:21 B0412 These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.',
      '5:21 B0412 These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.',
      '6:21 B0412 These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.',
    ]);
  });

  test('is found in clouds that plans import', async () => {
    expect(await checkText({ 'plan.belay': 'import "cloud.belay"\nplan look {\n  on zurich\n  wait 1s\n}\n', 'cloud.belay': cloud('nova: nova') })).toEqual([
      'cloud.belay:3:24 B0412 `nova` needs itself. Remove it from its own `needs`.',
    ]);
  });

  test('names of objects are names like any other', async () => {
    expect(await checkText(cloud('__proto__: constructor', 'constructor: toString', 'toString'))).toEqual([]);
    expect(await checkText(cloud('__proto__: constructor', 'constructor: __proto__'))).toEqual([
      '3:29 B0412 These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.',
    ]);
  });
});
