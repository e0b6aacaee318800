/** The programs that tests need and npm can't bring. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** Each program and the Debian package that brings it. */
const tools = [
  { name: 'shellcheck', debianPackage: 'shellcheck' },
  { name: 'ssh', debianPackage: 'openssh-client' },
  { name: 'sshd', debianPackage: 'openssh-server' },
  { name: 'flock', debianPackage: 'util-linux' },
  { name: 'script', debianPackage: 'bsdutils' },
  { name: 'sudo', debianPackage: 'sudo' },
  { name: 'ansible-inventory', debianPackage: 'ansible-core' },
  { name: 'ansible-playbook', debianPackage: 'ansible-core' },
  { name: 'ansible-lint', debianPackage: 'ansible-lint' },
  { name: 'chromium', debianPackage: 'chromium' },
  { name: 'nvim', debianPackage: 'neovim' },
  { name: 'mariadbd', debianPackage: 'mariadb-server' },
  { name: 'pg_ctlcluster', debianPackage: 'postgresql' },
  { name: 'jq', debianPackage: 'jq' },
  { name: 'curl', debianPackage: 'curl' },
  { name: 'etcd', debianPackage: 'etcd-server' },
  { name: 'etcdctl', debianPackage: 'etcd-client' },
  // Debian has had no Consul since bullseye; its only program needs nothing else of that suite.
  { name: 'consul', debianPackage: 'consul', suite: 'bullseye' },
];

/** Where a program lies, looked for in the PATH and in the folders of system programs. */
function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(...args) {
  const { status } = spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0;
}

/** Installs packages, and keeps their services from starting: the tests start what they need by themselves. */
function installPackages(packages) {
  const policyFile = '/usr/sbin/policy-rc.d';
  const ownPolicy = !existsSync(policyFile);
  if (ownPolicy) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const install = () => aptGet('install', '-y', '--no-install-recommends', ...packages);
    if (!install() && aptGet('update')) install();
  } finally {
    if (ownPolicy) rmSync(policyFile, { force: true });
  }
}

/** Takes a program out of a package of another suite of the same mirror, without any effect on what apt knows of this machine. */
function extractProgram({ name, debianPackage, suite }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-tools-'));
  try {
    const list = path.join(folder, 'sources.list');
    writeFileSync(list, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror()} ${suite} main\n`);
    for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(path.join(folder, part), { recursive: true });
    const options = [`Dir::Etc::sourcelist=${list}`, 'Dir::Etc::sourceparts=-', `Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, 'APT::Sandbox::User=root', 'Acquire::Retries=3'];
    const apt = (...args) => spawnSync('apt-get', ['-qq', ...options.flatMap((option) => ['-o', option]), ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
    if (!apt('update') || !apt('download', debianPackage)) return;
    const file = readdirSync(folder).find((one) => one.endsWith('.deb'));
    if (file === undefined || spawnSync('dpkg-deb', ['-x', file, 'files'], { cwd: folder, stdio: 'inherit' }).status !== 0) return;
    copyFileSync(path.join(folder, 'files', 'usr', 'bin', name), path.join('/usr/local/bin', name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The mirror that this machine uses. */
function mirror() {
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian';
}

/**
 * Installs the missing programs where that is possible: as root, with apt-get.
 * @returns the names of the programs that are missing after that; tests which need one are skipped
 */
export function ensureSystemTools() {
  const missing = () => tools.filter(({ name }) => findProgram(name) === undefined);
  const wanted = missing();
  if (wanted.length > 0 && process.getuid?.() === 0 && findProgram('apt-get') !== undefined) {
    process.stderr.write(`belay: installing for the tests: ${wanted.map(({ debianPackage }) => debianPackage).join(' ')}\n`);
    const packages = wanted.filter(({ suite }) => suite === undefined).map(({ debianPackage }) => debianPackage);
    if (packages.length > 0) installPackages(packages);
    for (const tool of wanted.filter(({ suite }) => suite !== undefined)) extractProgram(tool);
  }
  return missing().map(({ name }) => name);
}
