import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { planOf } from '../../packages/compiler/src/plan/plan.test-helpers.ts';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';

/** The programs that a test has stand-ins for. */
const TOOLS = ['systemctl', 'docker', 'podman', 'kubectl', 'helm', 'rpm', 'dnf'];

/** The host of a test: what its stand-ins for system programs know, and how they were called. */
export class DeployWorld {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'belay-deploy-'));

  constructor() {
    for (const name of ['bin', 'state']) mkdirSync(path.join(this.folder, name));
    const tool = path.join(this.folder, 'tools.sh');
    copyFileSync(path.join(import.meta.dirname, 'deploy-tools.sh'), tool);
    chmodSync(tool, 0o755);
    for (const name of TOOLS) symlinkSync(tool, path.join(this.folder, 'bin', name));
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** The environment in which programs find the stand-ins. */
  environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return { WORLD: this.folder, PATH: `${this.folder}/bin:${process.env['PATH'] ?? ''}`, ...more };
  }

  /** Sets pieces of the state, by `kind.name`. */
  set(state: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(state)) writeFileSync(path.join(this.folder, 'state', name), `${value}\n`);
  }

  /** The whole state. */
  get state(): Readonly<Record<string, string>> {
    const folder = path.join(this.folder, 'state');
    return Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8').trimEnd()]));
  }

  /** How the stand-ins were called since this was asked last: `NAME [ARGUMENT] …`. */
  calls(): string[] {
    const file = path.join(this.folder, 'calls');
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    writeFileSync(file, '');
    return lines;
  }

  /** A plan that does the statements with `nova.api`, which is deployed so on one host. What is in `component` stands in its block, `FOLDER` is the world's. */
  plan(component: string, statements: string): Promise<Plan> {
    return planOf(`train acme {
  release stein
  release train
}
cloud lab {
  group controllers { hosts "h1" }
  connection command "./enter", "\${host}"
  captures "${this.folder}/kept"
  service nova {
    component api on controllers {
${component.replaceAll('FOLDER', this.folder)}
    }
  }
}
plan p {
  on lab
  release stein -> train
${statements}
}
`);
  }
}
