/** The text of a small cloud and of a plan for it, whose statements are given line by line. */
export function planText(lines: readonly string[]): string {
  const database = (name: string): string => `    database ${name} in db {
      name "${name}"
      expand run "base expand ${name} \${release}" on first fronts
      migrate run "base migrate ${name} \${release}" on first fronts
      contract run "base contract ${name} \${release}" on first fronts
      save run "base save ${name} \${capture}"
      verify run "test -e \${capture}"
      restore run "base load ${name} \${capture}"
    }
`;
  return `train letters {
  release r1
  release r2
  release r3
}

cloud small {
  connection command "./enter", "\${host}"
  captures "/belay/captures"
  group fronts { hosts "f[1:3]" }
  group data { hosts "d1" }
  drain run "host drain"
  return run "host return"
  reboot run "host reboot"
  stop run "unit stop \${unit}"
  start run "unit start \${unit}"
  restart run "unit restart \${unit}"
  reload run "unit reload \${unit}"
  install run "unit install \${unit} \${release}"
  service db {
    component server on data { unit "server" }
  }
  service store {
${database('main')}${database('side')}  }
  service app {
    component front on fronts { unit "front" }
    component back on data { unit "back" }
  }
}

plan random {
  on small
  release r1 -> r3 skipping r2
  mode quiet {
    enter on data { run "host enter" }
    leave on data { run "host leave" }
  }
${lines.map((line) => `  ${line}\n`).join('')}}
`;
}

/** What of a text differs from plan to plan. */
export function bodyOf(text: string): string {
  return text.slice(text.indexOf('    leave on data') + '    leave on data { run "host leave" }\n  }\n'.length);
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** A database's name on its server. */
export function short(database: string): string {
  return database.replace('store.', '');
}

/** A roll; what it ends with, its body has to have closed. */
export function rollLines(a: number, b: number, body: readonly string[]): string[] {
  const options = [
    [`batch ${1 + (a % 2)}`], ['batch 2', 'canary 1'], [`batch ${1 + (a % 2)}`, 'max failures 1'], ['batch 1', 'needed run "test -e boot_id"'],
  ][b % 4] ?? [];
  const lock = ['lock shelf "upgrade" on data {', '  acquire run "host lock"', '  release run "host unlock"', '}'];
  return ['roll fronts {', ...indented([...options, ...(a > 2 && !options.includes('max failures 1') ? lock : []), ...body]), '}'];
}

/** A rollback point that captures databases, files, and what is tuned of a component. */
export function pointLines(name: string, databases: readonly string[], b: number, isTuned: boolean): string[] {
  const lines = databases.length === 0 ? [] : [`capture ${databases.join(', ')}`];
  if (b % 3 !== 0) lines.push(`capture "${b % 2 === 0 ? '/belay/etc' : '/belay/etc/app.conf'}" on fronts`);
  if (b > 3) lines.push('capture "/belay/etc/deep" on fronts');
  if (isTuned) lines.push('capture app.front {', '  save run "host keep ${capture}"', '  verify run "test -e ${capture}"', '  restore run "host bring ${capture}"', '}');
  return lines.length === 0 ? [`rollback point ${name}`] : [`rollback point ${name} {`, ...indented(lines), '}'];
}
