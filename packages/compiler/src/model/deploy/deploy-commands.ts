import { containerCommands } from './container.ts';
import type { Deed, DeployCommand, Deployment, Records } from './deployment.ts';
import { helmCommands } from './helm.ts';
import { kubernetesCommands } from './kubernetes.ts';
import { packageCommands } from './packages.ts';
import { venvCommands } from './venv.ts';
import { words } from './bash.ts';

/** The commands of a deed, in order; empty where the deployment says nothing of it. */
export function deployCommands(deployment: Deployment, deed: Deed, records: Records): DeployCommand[] {
  const isAboutRelease = deed === 'install' || deed === 'take back';
  if ('units' in deployment && deployment.units.length > 0 && !isAboutRelease) return [{ shell: `systemctl ${deed} ${words(deployment.units)}` }];
  switch (deployment.kind) {
    case 'packages': return packageCommands(deployment, deed, records);
    case 'venv': return venvCommands(deployment, deed, records);
    case 'container': return containerCommands(deployment, deed, records);
    case 'kubernetes': return kubernetesCommands(deployment, deed, records);
    case 'helm': return helmCommands(deployment, deed, records);
  }
}

/** Whether an installation has the new code run at once, without a restart. */
export function isLiveOnInstall({ kind }: Deployment): boolean {
  return kind === 'kubernetes' || kind === 'helm';
}
