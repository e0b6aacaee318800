import type { Cloud } from '../../model/model.ts';
import type { Event, Events } from '../events.ts';

/** The events that change something of a component, or reboot its hosts, by component; in a topological order. */
export function touchingByComponent(events: Events, cloud: Cloud): Map<string, Event[]> {
  const touching = new Map<string, Event[]>();
  const onHost = new Map<string, string[]>();
  for (const component of cloud.components.values()) {
    for (const host of component.hosts) {
      const there = onHost.get(host);
      if (there === undefined) onHost.set(host, [component.name]);
      else there.push(component.name);
    }
  }
  for (const event of events.list) {
    const names = new Set<string>();
    for (const change of event.action.changes) {
      if (change.kind === 'component') names.add(change.name);
      if (change.kind === 'host' && change.becomes === 'rebooted') for (const host of event.action.targets.hosts) for (const name of onHost.get(host) ?? []) names.add(name);
    }
    for (const name of names) {
      const known = touching.get(name);
      if (known === undefined) touching.set(name, [event]);
      else known.push(event);
    }
  }
  return touching;
}
