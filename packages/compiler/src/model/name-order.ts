import type { Statement, Value } from '../syntax/tree.ts';
import { declaredName } from './declarations.ts';

/**
 * Puts statements that name values (`let`, `param`, `secret`) in an order in which each comes after those that it uses, else as they stand:
 * files, and clouds that take over each other, may declare them anywhere. Those that use each other in a circle come last.
 */
export function inOrderOfUse<T extends { readonly statement: Statement }>(placed: readonly T[]): T[] {
  const byName = new Map<string, number[]>();
  for (const [index, { statement }] of placed.entries()) push(byName, declaredName(statement) ?? '', index);
  const waiting = placed.map(() => 0);
  const users = new Map<number, number[]>();
  for (const [index, { statement }] of placed.entries()) {
    const used = new Set(Object.values(statement.arguments).flatMap(namesIn).flatMap((name) => byName.get(name) ?? []));
    used.delete(index);
    for (const one of used) push(users, one, index);
    waiting[index] = used.size;
  }
  const order: number[] = [];
  for (const start of placed.keys()) {
    if (waiting[start] !== 0) continue;
    const ready = [start];
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      order.push(next);
      waiting[next] = -1;
      for (const user of users.get(next) ?? []) {
        waiting[user] = (waiting[user] ?? 0) - 1;
        if (waiting[user] === 0) ready.push(user);
      }
    }
  }
  for (const index of placed.keys()) if (waiting[index] !== -1) order.push(index);
  return order.flatMap((index) => placed[index] ?? []);
}

function namesIn(value: Value): string[] {
  if (value.node === 'word') return [value.text];
  if (value.node === 'text') return value.parts.flatMap((part) => (part.part === 'interpolation' ? [part.name] : []));
  return value.node === 'list' ? value.items.flatMap(namesIn) : [];
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
