import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Operation, Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, host, on, plan, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

describe('http', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());
  const listen = async (answer: (path: string, method: string, count: number) => number): Promise<number> => {
    let count = 0;
    server = createServer((request, response) => {
      count += 1;
      response.statusCode = answer(request.url ?? '', request.method ?? '', count);
      response.end('body');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  };
  const ask = (url: Extract<Operation, { type: 'http' }>['url'], options: object = {}): Plan =>
    plan(
      [
        step('a', [
          action(
            { type: 'http', url, method: 'GET', status: [200], ...options },
            { targets: on('first', '127.0.0.1') },
          ),
        ]),
      ],
      {
        hosts: [host('127.0.0.1', enter('h1'), { variables: { path: 'x%20y' } })],
      },
    );

  it('asks with nothing but bash, with values of the host in the address', async () => {
    const port = await listen((path, method) => (path === '/v2/x%20y?a=1' && method === 'HEAD' ? 204 : 500));
    const upgrade = made(
      ask(['http://', { variable: 'host' }, `:${port}/v2/`, { variable: 'path' }, '?a=1#part'], {
        method: 'HEAD',
        status: [200, 204],
      }),
    );
    const { ended } = upgrade.start('run');
    expect((await ended).code).toBe(0);
    expect(upgrade.read('.belay/test_plan/logs/a/01-run.127.0.0.1.log')).toContain(
      `HEAD http://127.0.0.1:${port}/v2/x%20y?a=1#part: 204`,
    );
  });

  it('says what came instead', async () => {
    const port = await listen(() => 503);
    const { code, out } = await made(ask([`http://127.0.0.1:${port}`])).start('run').ended;
    expect(code).toBe(1);
    expect(out).toContain(`GET http://127.0.0.1:${port}: 503\n  | expected: 200`);
  });

  it('polls', async () => {
    const port = await listen((_path, _method, count) => (count < 3 ? 503 : 200));
    expect(
      (await made(ask([`http://127.0.0.1:${port}/`], { poll: { every: 1, limit: 20 } })).start('run').ended)
        .code,
    ).toBe(0);
  });

  it.each([
    [['ftp://x/'], 'only http://HOST:PORT/PATH and https:// addresses can be asked'],
    [['http://127.0.0.1:1/'], 'no answer|Connection refused'],
    [['http://127.0.0.1/a b'], 'A blank or a control character stands in the address'],
    [['http://127.0.0.1/\r\nX-Evil: 1'], 'A blank or a control character stands in the address'],
  ])('refuses %j', (url, message) => {
    const { code, out } = made(ask(url)).run('run');
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(message));
  });

  it('needs curl for https, and says so', () => {
    const upgrade = made(ask(['https://127.0.0.1:1/']));
    spawnSync('bash', [
      '-c',
      `mkdir "$1/bin"; for tool in bash sync mkdir chmod flock sleep timeout tail tr wc cat sort rm mktemp; do ln -s "$(type -P $tool)" "$1/bin/"; done`,
      '_',
      upgrade.folder,
    ]);
    const { code, out } = upgrade.run('run', { environment: { PATH: `${upgrade.folder}/bin` } });
    expect(out).toContain('https://127.0.0.1:1/: HTTPS needs curl, which is not installed on this machine.');
    expect(code).toBe(1);
  });
});
