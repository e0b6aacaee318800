import { expect, test } from 'vitest';
import { LongWork } from './long-work.ts';

test('is shown after a second, and until it ends', async () => {
  const said: string[] = [];
  let time = 0;
  const work = new LongWork(async () => ({
    begin: (title, percentage, message) => said.push(`${title} ${percentage} ${message}`), report: (percentage, message) => said.push(`${percentage} ${message}`), done: () => said.push('done'),
  }), () => time);
  for (const [now, done] of [[0, 0], [900, 3], [1_100, 4], [1_200, 4], [1_300, 5]] as const) {
    time = now;
    work.goesOn(done, 10, 'plan.belay');
  }
  work.ends();
  time = 1_400;
  work.goesOn(0, 10, 'plan.belay');
  work.ends();
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  expect(said).toEqual(['Belay: proving 40 plan.belay', '50 plan.belay', 'done']);
});

test('a client that refuses to show it is left alone', async () => {
  let asked = 0;
  let time = 0;
  const work = new LongWork(async () => {
    asked += 1;
    throw new Error('no bars here');
  }, () => time);
  for (const now of [0, 2_000, 3_000]) {
    time = now;
    work.goesOn(now / 1_000, 4, 'plan.belay');
  }
  work.ends();
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  expect(asked).toBe(1);
});
