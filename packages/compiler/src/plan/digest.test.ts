import { describe, expect, test } from 'vitest';
import { planDigest } from './digest.ts';
import { EVERYTHING } from './everything.test-helpers.ts';
import type { Plan } from './plan.ts';
import { planOf, type Sources } from './plan.test-helpers.ts';

/** Paths of what is said to people, and changes nothing that is done; a `*` stands for any number. */
const UNEXECUTED = [
  /^title$/, /^cloud\.title$/, /^modes\.\*\.title$/, /^points\.\*\.title$/, /(?:^|\.)(?:steps|actions|undo)\.\*\.title$/, /\.(?:acquire|release)\.title$/,
  /(?:^|\.)steps\.\*\.source\.(?:file|line|column)$/, /(?:^|\.)steps\.\*\.takes$/, /(?:^|\.)steps\.\*\.window$/, /(?:^|\.)steps\.\*\.safeStop$/, /(?:^|\.)steps\.\*\.reach\./, /^proofs\./, /^windows\./, /^waves\./, /^files\.\*\.path$/, /^hosts\.\*\.groups\./,
];

/** Every value of a plan that is no object: its path, and how to exchange it. */
function leaves(value: unknown, path: readonly (string | number)[] = []): { path: (string | number)[]; leaf: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path: [...path], leaf: value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}

function exchanged(leaf: unknown): unknown {
  if (typeof leaf === 'string') return `${leaf}x`;
  return typeof leaf === 'number' ? leaf + 1 : !leaf;
}

function withLeaf(plan: unknown, [first, ...rest]: readonly (string | number)[], leaf: unknown): unknown {
  if (first === undefined) return leaf;
  const copy = (Array.isArray(plan) ? [...(plan as unknown[])] : { ...(plan as object) }) as Record<string | number, unknown>;
  copy[first] = withLeaf(copy[first], rest, leaf);
  return copy;
}

describe('the digest', () => {
  test('changes with every value that is executed, and with no other', async () => {
    const { digest, ...plan } = await planOf(EVERYTHING);
    expect(planDigest(plan)).toBe(digest);
    // One value of each path stands for all.
    const byPath = new Map<string, { path: (string | number)[]; leaf: unknown }>();
    for (const one of leaves(plan)) byPath.set(one.path.map((key) => (typeof key === 'number' ? '*' : key)).join('.'), one);
    const wrong = [...byPath].filter(([name, { path, leaf }]) => {
      const changed = planDigest(withLeaf(plan, path, exchanged(leaf)) as Omit<Plan, 'digest'>) !== digest;
      return changed === UNEXECUTED.some((pattern) => pattern.test(name));
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
    expect(byPath.size).toBeGreaterThan(150);
  });

  test('an item more, or in another place, is another plan', async () => {
    const { digest, ...plan } = await planOf(EVERYTHING);
    expect(planDigest({ ...plan, hosts: plan.hosts.slice(1) })).not.toBe(digest);
    expect(planDigest({ ...plan, steps: [...plan.steps].reverse() })).not.toBe(digest);
  });

  test('does not depend on the order of keys', async () => {
    const { digest, ...plan } = await planOf(EVERYTHING);
    const backwards = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(backwards);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, backwards(inner)]));
    };
    expect(planDigest(backwards(plan) as Omit<Plan, 'digest'>)).toBe(digest);
  });
});

describe('the digest of the same plan, written otherwise', () => {
  const plain = `
    let path = "/etc/x"
    cloud c { group g { hosts "h[1:2]" } }
    plan p {
      on c
      step s { on g  run "x \${path}"  changes nothing }
      put "a" at "/y" on g
    }
  `;
  const digestOf = async (sources: Sources, cloud?: string): Promise<string> => (await planOf(sources, cloud === undefined ? {} : { cloud })).digest;

  test('comments, formatting, titles, estimates, files and their order', async () => {
    const digest = await digestOf({ 'plan.belay': plain, a: 'content' });
    expect(await digestOf({
      'plan.belay': '# a comment\nimport "names/all.belay"\nimport "cloud.belay"\n\nplan p "Title" {\n  on c\n  step s "Title" {\n    on g # here\n    changes nothing\n    run "x ${path}"\n    takes 5m\n  }\n  put "files/b" at "/y" on g\n}\n',
      'cloud.belay': 'cloud c "Title" {\n  group other { groups g }\n  group g { hosts "h1", "h2" }\n}\n',
      'names/all.belay': 'let path = "/etc/x"\nlet unused = "1"\n',
      'files/b': 'content',
    })).toBe(digest);
  });

  test('but not another command, host, file or cloud', async () => {
    const digest = await digestOf({ 'plan.belay': plain, a: 'content' });
    expect(await digestOf({ 'plan.belay': plain.replace('/etc/x', '/etc/z'), a: 'content' })).not.toBe(digest);
    expect(await digestOf({ 'plan.belay': plain.replace('h[1:2]', 'h[1:3]'), a: 'content' })).not.toBe(digest);
    expect(await digestOf({ 'plan.belay': plain, a: 'content\n' })).not.toBe(digest);
    expect(await digestOf({ 'plan.belay': `${plain.trimEnd()}\ncloud lab from c { }\n`, a: 'content' }, 'lab')).not.toBe(digest);
  });
});
