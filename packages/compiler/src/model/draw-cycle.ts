/** Draws a cycle of names, as an operator would on a whiteboard. */
export function drawCycle(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), `… ${names.length - 11} more`] : names;
  return ['┌────┐', ...shown.flatMap((name, index) => [`${index === 0 ? '│  ' : '│    ↓\n│  '}${name}`]), '└────┘'].join('\n');
}
