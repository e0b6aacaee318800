import type { CloudBinding } from './cloud-binding.ts';

/** The folder on hosts where what a plan saves is kept: that of a group that has all of them, else that of the cloud. */
export function captureFolder({ captures, groups }: CloudBinding, hosts: readonly string[]): string {
  const group = [...captures.groups].find(([name]) => {
    const members = new Set(groups.get(name)?.hosts);
    return hosts.length > 0 && hosts.every((host) => members.has(host));
  });
  return group?.[1] ?? captures.cloud;
}
