/** The programs that tests need and npm can't bring. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
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

/**
 * Installs the missing programs where that is possible: as root, with apt-get.
 * @returns the names of the programs that are missing after that; tests which need one are skipped
 */
export function ensureSystemTools() {
  const missing = () => tools.filter(({ name }) => findProgram(name) === undefined);
  const wanted = missing();
  if (wanted.length > 0 && process.getuid?.() === 0 && findProgram('apt-get') !== undefined) {
    const packages = wanted.map(({ debianPackage }) => debianPackage);
    process.stderr.write(`belay: installing for the tests: ${packages.join(' ')}\n`);
    installPackages(packages);
  }
  return missing().map(({ name }) => name);
}
