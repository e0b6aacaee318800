import { afterEach, expect, test } from 'vitest';
import { Client, Folder } from './client.test-helpers.ts';

const CLOUD = 'cloud lab {\n  group web { hosts "web[1:2]" }\n  service site { component app on web { unit "app" } }\n}\n';
const PLAN = 'import "cloud.belay"\nplan night {\n  on lab\n  restart site.app on each web\n}\n';

const started: Client[] = [];
afterEach(async () => {
  for (const client of started.splice(0)) await client.stop();
});

test('a client is asked to look again at what it shows of a plan when a file that the plan imports was edited', async () => {
  const client = new Client(new Folder({ 'cloud.belay': CLOUD, 'plan.belay': PLAN }));
  started.push(client);
  const asked: string[] = [];
  const all = new Promise<void>((resolve) => {
    for (const method of ['workspace/inlayHint/refresh', 'workspace/codeLens/refresh', 'workspace/semanticTokens/refresh']) {
      client.connection.onRequest(method, () => {
        asked.push(method);
        if (new Set(asked).size === 3) resolve();
        return null;
      });
    }
  });
  await client.initialize({ workspace: { inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true }, semanticTokens: { refreshSupport: true } } });
  await client.open('plan.belay', PLAN);
  await client.open('cloud.belay', CLOUD);
  await client.findings('cloud.belay', (_, version) => version === 1);
  asked.length = 0;
  // web[1:2] → web[1:12]
  await client.insert('cloud.belay', 2, 1, 27, '1');
  await all;
  expect(new Set(asked)).toEqual(new Set(['workspace/inlayHint/refresh', 'workspace/codeLens/refresh', 'workspace/semanticTokens/refresh']));
}, 20_000);

test('a client that cannot be asked is not', async () => {
  const client = new Client(new Folder({ 'cloud.belay': CLOUD, 'plan.belay': PLAN }));
  started.push(client);
  const asked: string[] = [];
  client.connection.onRequest('workspace/inlayHint/refresh', () => void asked.push('hints'));
  await client.initialize({});
  await client.open('plan.belay', PLAN);
  await client.open('cloud.belay', CLOUD);
  await client.findings('cloud.belay', (_, version) => version === 1);
  await client.insert('cloud.belay', 2, 1, 27, '1');
  await client.findings('cloud.belay', (_, version) => version === 2);
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(asked).toEqual([]);
}, 20_000);
