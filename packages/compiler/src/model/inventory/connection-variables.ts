import { parseHostPattern } from './host-pattern.ts';

/** The variables that decide where and as whom a command runs. A wrong value there is never passed over in silence. */
export const CONNECTION_VARIABLES: ReadonlySet<string> = new Set([
  'ansible_host',
  'ansible_ssh_host',
  'ansible_port',
  'ansible_ssh_port',
  'ansible_user',
  'ansible_ssh_user',
]);

/** What is wrong with the value of a connection variable: values become arguments of ssh. */
export function connectionProblem(name: string, value: string): string | undefined {
  if (name.endsWith('_port')) {
    const fits = /^[0-9]{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535;
    return fits ? undefined : `${name} is a number from 1 to 65535`;
  }
  if (name.endsWith('_user')) {
    if (value.length <= 256 && (/^\w[\w.-]*$/.test(value) || /^[\p{L}\p{N}_.][\p{L}\p{N}_.@\\+-]*\$?$/u.test(value)))
      return undefined;
    return `${name} is the name of a user: letters, digits, "_", ".", "-", and no "-" in front`;
  }
  const parsed = parseHostPattern(value);
  if ('error' in parsed) return `${name} is no host name or address: ${parsed.error.message}`;
  return parsed.hosts.length === 1 && parsed.hosts[0] === value
    ? undefined
    : `${name} is one host name or address, without range or port`;
}
