import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where locks are: a server of its own, or the files of this machine. */
export interface LockPlace {
  readonly driver: string;
  /** Seconds, the least that the driver takes. */
  readonly ttl: number;
  /** Milliseconds after which a lock that nobody renews is surely free. */
  readonly lapse: number;
  /** What commands need to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly key: (name: string) => string;
  /** Ends the hold on a key, whoever has it. */
  readonly takeAway: (key: string) => void;
  /** Keeps it from answering, and lets it answer again. */
  readonly hush?: (isSilent: boolean) => void;
  readonly end: () => void;
}

const run = (environment: Readonly<Record<string, string>>, program: string, ...words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, words, { env: { ...process.env, ...environment }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  return stdout;
};

/** `flock` on files of this machine. */
export function flockPlace(): LockPlace {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-flock-'));
  return {
    driver: 'flock', ttl: 5, lapse: 8500, environment: {},
    key: (name) => path.join(folder, name),
    takeAway: (key) => void process.kill(Number(readFileSync(`${key}.holder`, 'utf8').split('\n')[1]), 'SIGKILL'),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A real etcd. */
export async function etcdPlace(): Promise<LockPlace> {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-etcd-'));
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const server = spawn('etcd', [
    '--data-dir', folder, '--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer,
    '--initial-cluster', `default=${peer}`,
  ], { stdio: 'ignore' });
  const environment = { ETCDCTL_ENDPOINTS: client };
  await answers(server, () => spawnSync('etcdctl', ['endpoint', 'health'], { env: { ...process.env, ...environment } }).status === 0);
  return {
    driver: 'etcd', ttl: 5, lapse: 9000, environment,
    key: (name) => `service/${name}/lock`,
    takeAway: (key) => void run(environment, 'etcdctl', 'del', key),
    hush: (isSilent) => void server.kill(isSilent ? 'SIGSTOP' : 'SIGCONT'),
    end: () => {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A real Consul. A session lapses within twice its time to live, and the key can not be taken for 15 seconds more. */
export async function consulPlace(): Promise<LockPlace> {
  const ports = await Promise.all(Array.from({ length: 4 }, freePort));
  const server = spawn('consul', ['agent', '-dev', '-bind=127.0.0.1', ...['http', 'server', 'serf-lan', 'serf-wan'].map((name, index) => `-${name}-port=${ports[index]}`), '-dns-port=-1', '-grpc-port=-1'], { stdio: 'ignore' });
  const environment = { CONSUL_HTTP_ADDR: `127.0.0.1:${ports[0]}` };
  const ask = (method: string, where: string): string => run({}, 'curl', '-sSf', '-X', method, `http://${environment.CONSUL_HTTP_ADDR}/v1/${where}`);
  await answers(server, () => spawnSync('curl', ['-sf', '-X', 'PUT', '-d', 'x', `http://${environment.CONSUL_HTTP_ADDR}/v1/kv/ready`]).status === 0);
  return {
    driver: 'consul', ttl: 10, lapse: 40_000, environment,
    key: (name) => `service/${name}/lock`,
    takeAway: (key) => void ask('PUT', `session/destroy/${/"Session": ?"([^"]*)"/.exec(ask('GET', `kv/${key}`))?.[1] ?? ''}`),
    end: () => void server.kill('SIGKILL'),
  };
}

async function answers(server: ChildProcess, isReady: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isReady()) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error(`${server.spawnfile} does not start`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
