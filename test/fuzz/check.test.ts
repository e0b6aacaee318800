import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFix, memoryHost, type Files } from '../../packages/compiler/src/check.test-helpers.ts';
import { checkProject } from '../../packages/compiler/src/check.ts';
import { compilePlan } from '../../packages/compiler/src/compile.ts';
import type { Diagnostic } from '../../packages/compiler/src/diagnostics/diagnostic.ts';
import { PAGES } from '../../packages/compiler/src/diagnostics/pages.ts';
import { readPage } from '../../packages/compiler/src/diagnostics/pages.test-helpers.ts';
import { renderDiagnostics } from '../../packages/compiler/src/diagnostics/render-text.ts';
import { parsePlan, stringifyPlan } from '../../packages/compiler/src/plan/serialize.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import type { Project } from '../../packages/compiler/src/project/project.ts';
import { mutations } from './mutate.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The texts of an example, the plan first. */
function exampleFiles(folder: string, entry: string): Files {
  const names = globSync('**/*', { cwd: examples + folder, withFileTypes: true })
    .filter((one) => one.isFile() && !one.parentPath.includes('sandbox'))
    .map((one) => relative(examples + folder, `${one.parentPath}/${one.name}`));
  return Object.fromEntries([entry, ...names.filter((name) => name !== entry)].map((name) => [name, readFileSync(`${examples}${folder}/${name}`, 'utf8')]));
}

const SOURCES: readonly Files[] = [
  exampleFiles('suse-skip-kilo', 'skip-kilo.belay'),
  exampleFiles('syseleven-reboot', 'reboot.belay'),
  ...[...PAGES.values()].flatMap(({ page }) => {
    const parts = readPage(page);
    return parts === undefined ? [] : [parts.wrong, parts.right];
  }),
];

/** One of the texts of a source is changed: most often its first one. */
const mutated: fc.Arbitrary<Files> = fc.tuple(fc.constantFrom(...SOURCES), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), mutations)
  .map(([files, which, mutate]) => {
    const names = Object.keys(files);
    const name = (which < 0.6 ? names[0] : names[Math.floor(names.length * which)]) ?? '';
    return { ...files, [name]: mutate(files[name] ?? '') };
  });

/** Everything that checking and compiling say of texts. */
interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly plans: readonly string[];
  readonly misplaced: readonly Diagnostic[];
  /** Milliseconds on the processor. */
  readonly time: number;
}

async function run(files: Files): Promise<Outcome> {
  const start = process.cpuUsage();
  const project = await loadProject(Object.keys(files)[0] ?? '', memoryHost(files));
  const { diagnostics, plans } = checkProject(project);
  const compiled = plans.map(({ name }) => compilePlan(project, { plan: name }));
  const texts = compiled.flatMap(({ plan }) => (plan === undefined ? [] : [stringifyPlan(plan)]));
  const rendered = renderDiagnostics(diagnostics, project.sources, { color: true });
  const { user, system } = process.cpuUsage(start);
  expect(rendered.length).toBeLessThan(5_000_000);
  // Reading a plan of many megabytes again takes longer than all else.
  for (const text of texts) if (text.length < 5_000_000) expect(parsePlan(text)).toHaveProperty('plan');
  const all = [...diagnostics, ...compiled.flatMap((one) => one.diagnostics)];
  return { diagnostics, plans: texts, misplaced: all.filter((one) => !isPlaced(one, project)), time: (user + system) / 1000 };
}

/** Whether every place that a finding names lies in a file that was read; the entry itself may be missing. */
function isPlaced({ primary, related, fixes }: Diagnostic, project: Project): boolean {
  return [primary, ...related.map(({ location }) => location), ...fixes.flatMap(({ edits }) => edits.map(({ location }) => location))].every(({ file, start, end }) => {
    const length = project.sources.get(file)?.text.length ?? (file === project.entry ? 0 : -1);
    return start >= 0 && start <= end && end <= length;
  });
}

test('damaged plans, clouds and inventories are checked without a crash, in time, and twice alike', async () => {
  await fc.assert(fc.asyncProperty(mutated, async (files) => {
    const first = await run(files);
    expect(first.misplaced).toEqual([]);
    expect(first.time).toBeLessThan(5_000);
    const again = await run(files);
    expect({ diagnostics: again.diagnostics, plans: again.plans }).toEqual({ diagnostics: first.diagnostics, plans: first.plans });
  }), { numRuns: 1_500 });
}, 300_000);

test('a fix that is certain takes its finding away', async () => {
  await fc.assert(fc.asyncProperty(mutated, async (files) => {
    const { diagnostics } = await run(files);
    for (const { code, message, fixes } of diagnostics.slice(0, 40)) {
      const count = (all: readonly Diagnostic[]): number => all.filter((one) => one.code === code && one.message === message).length;
      for (const fix of fixes.filter((one) => one.applicability === 'certain')) {
        const fixed = await run(applyFix(files, fix));
        expect(count(fixed.diagnostics)).toBeLessThan(count(diagnostics));
      }
    }
  }), { numRuns: 1_000 });
}, 300_000);

const repeat = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('\n');

const SMALL = 'cloud c {\n  group g { hosts "a" }\n}\n';
const LARGE = 'cloud c {\n  group g { hosts "a[1:20000]" }\n  service s { component a on g { unit "u" } }\n}\n';
const plan = (statements: string, release = ''): string => `plan p {\n  on c\n  ${release}\n${statements}\n}\n`;

/** Ten words, doubled again and again. */
const DOUBLING = `let a0 = "hahahahaha"\n${repeat(60, (index) => `let a${index + 1} = "\${a${index}}\${a${index}}"`)}\n`;

/** What somebody might write to stop the check, and the code that it is answered with; undefined where it is fine. */
const HOSTILE: Readonly<Record<string, readonly [Files, string | undefined]>> = {
  'texts that double each other': [{ 'p.belay': `${SMALL}${DOUBLING}${plan('step s {\n on g\n changes nothing\n run "echo ${a60}"\n}')}` }, 'B0011'],
  'lists of texts that double each other': [{ 'p.belay': `${SMALL}${DOUBLING}let l = [${Array.from({ length: 3000 }, () => 'a12').join(', ')}]\nlet x = "\${l}"\n${plan('run "echo ${l}" on g { changes nothing }')}` }, 'B0011'],
  'long texts in many commands': [{ 'p.belay': `${SMALL}${DOUBLING}${plan(`step s {\n on g\n changes nothing\n${repeat(5000, () => 'run "echo ${a13}"')}\n}`)}` }, 'B0011'],
  'variables in the environment of many commands': [{ 'p.belay': `${SMALL}${plan(`step s {\n on g\n changes nothing\n${repeat(1000, (index) => `env A${index} = "\${host}"`)}\n${repeat(3000, () => 'run "a"')}\n}`)}` }, 'B0011'],
  'recipes that fan out': [{ 'p.belay': `${SMALL}${repeat(30, (index) => `recipe r${index} {\n${repeat(10, () => `apply r${index + 1}`)}\n}`)}\nrecipe r30 { wait 1s }\n${plan('apply r0')}` }, 'B0011'],
  'recipes that fan out to nothing': [{ 'p.belay': `${SMALL}${repeat(30, (index) => `recipe r${index} {\n${repeat(10, () => `apply r${index + 1}`)}\n}`)}\nrecipe r30 { }\n${plan('apply r0')}` }, 'B0011'],
  'recipes that apply each other': [{ 'p.belay': `${SMALL}recipe a { apply b }\nrecipe b { apply c }\nrecipe c { apply a }\n${plan('apply a')}` }, 'B0106'],
  'a recipe that applies itself, often': [{ 'p.belay': `${SMALL}recipe a {\n${repeat(1000, () => 'apply a')}\n}\n${plan('apply a')}` }, 'B0106'],
  'deep blocks in deep recipes': [{ 'p.belay': `${SMALL}${repeat(31, (index) => `recipe r${index} { ${'stage s { '.repeat(60)} apply r${index + 1} ${'}'.repeat(61)}`)}\nrecipe r31 { wait 1s }\n${plan(`${'parallel { '.repeat(60)} apply r0 ${'}'.repeat(60)}`)}` }, 'B0011'],
  'deep brackets and braces': [{ 'p.belay': `let l = ${'['.repeat(50_000)}${']'.repeat(50_000)}\n${'stage s { '.repeat(50_000)}` }, 'B0011'],
  'an import of itself': [{ 'p.belay': `import "p.belay"\n${SMALL}` }, 'B0104'],
  'imports in a circle': [{ 'p.belay': 'import "a.belay"', 'a.belay': 'import "b.belay"', 'b.belay': 'import "p.belay"' }, 'B0104'],
  'a chain of imports': [Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`f${index}.belay`, `import "f${index + 1}.belay"`])), 'B0103'],
  'files that all import each other': [Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}.belay`, repeat(60, (other) => `import "f${other}.belay"`)])), 'B0104'],
  'groups in a circle': [{ 'p.belay': `cloud c {\n${repeat(2000, (index) => `group g${index} { groups g${(index + 1) % 2000} }`)}\n}` }, 'B0106'],
  'a chain of groups': [{ 'p.belay': `cloud c {\n${repeat(2000, (index) => `group g${index} { groups g${index + 1}  hosts "h${index}" }`)}\ngroup g2000 { hosts "h" }\n}` }, undefined],
  'clouds in a circle': [{ 'p.belay': repeat(15, (index) => `cloud c${index} from c${(index + 1) % 15} { }`) }, 'B0106'],
  'a chain of clouds': [{ 'p.belay': `${repeat(2000, (index) => `cloud c${index} from c${index + 1} { }`)}\ncloud c2000 { }` }, 'B0011'],
  'services in a circle': [{ 'p.belay': `cloud c {\n${repeat(400, (index) => `service s${index} { needs s${(index + 1) % 400} }`)}\n}` }, 'B0412'],
  'services that all need each other': [{ 'p.belay': `cloud c {\n${repeat(300, (index) => `service s${index} { needs ${Array.from({ length: 300 }, (_, other) => `s${other}`).join(', ')} }`)}\n}` }, 'B0412'],
  'many services': [{ 'p.belay': `cloud c {\n${repeat(20_000, (index) => `service s${index} { needs s${index + 1} }`)}\n}` }, 'B0011'],
  'a range without end': [{ 'p.belay': 'cloud c { group g { hosts "a[1:99999999999]" } }' }, 'B0301'],
  'ranges that multiply': [{ 'p.belay': `cloud c { group g { hosts "a${'[1:9]'.repeat(30)}" } }` }, 'B0301'],
  'many large ranges': [{ 'p.belay': `cloud c {\n group g {\n${repeat(500, (index) => `hosts "x${index}-[1:20000]"`)}\n}\n}` }, 'B0011'],
  'many actions on many hosts': [{ 'p.belay': `${LARGE}${plan(repeat(3000, () => 'restart s.a on g'))}` }, 'B0011'],
  'many rolls over many hosts': [{ 'p.belay': `${LARGE}${plan(repeat(3000, () => 'roll g { restart s.a }'))}` }, 'B0011'],
  'many files on many hosts': [{ 'p.belay': `${LARGE}${plan(repeat(3000, (index) => `put "p.belay" at "/etc/f${index}" on g`))}` }, 'B0011'],
  'many steps that rewrite many hosts at once': [{ 'p.belay': `${LARGE}${plan(`parallel {\n${repeat(1000, (index) => `step s${index} {\n on g\n run "a"\n rewrites g\n undo run "b"\n}`)}\n}`)}` }, 'B0011'],
  'many parallel parts, twice': [{ 'p.belay': `${SMALL}${plan(`parallel {\n${repeat(10_000, () => 'wait 1s')}\n}\nparallel {\n${repeat(10_000, () => 'wait 1s')}\n}`)}` }, undefined],
  'parallel parts in a chain': [{ 'p.belay': `${SMALL}${plan(`parallel {\n${repeat(3000, (index) => `stage s${index} { ${index > 0 ? `after s${index - 1}` : ''}\n wait 1s }`)}\n}`)}` }, undefined],
  'parallel parts in a circle': [{ 'p.belay': `${SMALL}${plan(`parallel {\n${repeat(3000, (index) => `stage s${index} { after s${(index + 1) % 3000}\n wait 1s }`)}\n}`)}` }, 'B0413'],
  'folders in folders, all changed at once': [{ 'p.belay': `${SMALL}${plan(`parallel {\n${repeat(1000, (index) => `step s${index} {\n on g\n run "a"\n rewrites "${'/a'.repeat(index + 1)}"\n undo run "b"\n}`)}\n}`)}` }, 'B0414'],
  '100,000 lines': [{ 'p.belay': `cloud c {\n  group g { hosts "a[1:3]" }\n  service s { component a on g { unit "u" } }\n}\n${plan(repeat(100_000, () => 'restart s.a'))}` }, undefined],
  '100,000 lines that nobody understands': [{ 'p.belay': repeat(100_000, (index) => `gruop x${index} { hots "a" }`) }, 'B0005'],
  'names that nothing declares, by the thousand': [{ 'p.belay': `cloud c {\n group g { hosts "a" }\n service s {\n${repeat(10_000, (index) => `component ${'a'.repeat(40)}${index} on g`)}\n }\n}\n${plan(repeat(10_000, (index) => `restart s.${'a'.repeat(40)}b${index}`))}` }, 'B0101'],
  'exceptions by the thousand': [{ 'p.belay': `${SMALL}${plan(repeat(30_000, () => 'allow needs-order "x"\nwait 1s'))}` }, 'B0107'],
  'plans by the thousand': [{ 'p.belay': `cloud c {\n group g { hosts "a" }\n${repeat(400, (index) => `service s${index} { component a on g }`)}\n}\n${repeat(1000, (index) => `plan p${index} {\n on c\n wait 1s\n}`)}` }, undefined],
  'waves over a thousand clouds': [{ 'p.belay': `${repeat(1000, (index) => `cloud c${index} { group g { hosts "a" } }`)}\nplan p {\n wave ${Array.from({ length: 1000 }, (_, index) => `c${index}`).join(', ')}\n${repeat(1000, () => 'wait 1s')}\n}` }, 'B0011'],
  'a very long name': [{ 'p.belay': `cloud c { group ${'g'.repeat(1_000_000)} { hosts "a" } }\n${plan(repeat(3000, () => 'restart s.a on nowhere'))}` }, 'B0101'],
  'a very long name of a stage that many steps stand in': [{ 'p.belay': `${SMALL}recipe r {\n${repeat(2000, () => 'wait 1s')}\n}\n${plan(`stage ${'s'.repeat(50_000)} {\n${repeat(50, () => 'apply r')}\n}`)}` }, 'B0011'],
  'a very long text in the place of a name': [{ 'p.belay': `${DOUBLING}${SMALL}recipe r(what: component) {\n${repeat(3000, () => 'restart what')}\n}\n${plan('apply r(a12)')}` }, 'B0201'],
  'patterns that make regular expressions go back': [{ 'p.belay': `cloud c { group g { hosts "${'a'.repeat(50_000)}!", "${'a.'.repeat(500)}-", "${'[1:2]'.repeat(200)}" } }` }, 'B0301'],
  'commands that make a reader of shell go back': [{ 'p.belay': `${SMALL}${plan(`step s {\n on g\n changes nothing\n${[`'`.repeat(60_001), '$('.repeat(30_000), '`'.repeat(60_001), '<<A '.repeat(20_000), '{ '.repeat(30_000), '"$(('.repeat(20_000)].map((text) => `run """ ${text}\${host} """`).join('\n')}\n}`)}` }, 'B0203'],
  'a URL that makes a regular expression go back': [{ 'p.belay': `${SMALL}${plan(`http "http://${'a'.repeat(100_000)} "`)}` }, 'B0201'],
  'nothing': [{ 'p.belay': '' }, undefined],
  'a file of NULs': [{ 'p.belay': '\0'.repeat(100_000) }, 'B0010'],
};

describe('what stops other checkers', () => {
  test.each(Object.entries(HOSTILE))('%s', async (_, [files, code]) => {
    const { diagnostics, misplaced, time } = await run(files);
    const codes = new Set(diagnostics.map((one) => one.code));
    expect(code === undefined ? [...codes] : codes.has(code) || [...codes]).toEqual(code === undefined ? [] : true);
    expect(misplaced).toEqual([]);
    expect(diagnostics.length).toBeLessThan(3_000);
    expect(JSON.stringify(diagnostics).length).toBeLessThan(20_000_000);
    expect(time).toBeLessThan(15_000);
  }, 180_000);
});

/** Names that every object of JavaScript has. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'then'];

describe.each(NAMES)('the name %s', (name) => {
  const everywhere = `
use openstack
secret s_${name} from env "${name}"
mode ${name} {
  enter on local { run "a" }
  leave on local { run "b" }
}
check ${name} { on local run "true" }
window ${name} { every tue at 22:00 for 8h zone "UTC" }
recipe ${name}_2(${name}: component) { restart ${name} }
let value_${name} = "x"
cloud ${name} "x" {
  inventory "${name}.ini"
  group ${name} {
    hosts "${name}1"
    zone ${name} "${name}1"
  }
  install run "x \${package}"
  service ${name} {
    needs ${name}x
    component ${name} on ${name} { unit "u"  package "${name}" }
    database ${name}d in ${name}x {
      name "${name}"
      migrate run "echo \${host.${name}}"
    }
  }
  service ${name}x {
    component ${name} on ${name} { unit "u"  package "p" }
  }
  keep 0 of ${name}.${name}
}
plan ${name} {
  on ${name}
  release kilo -> liberty
  rollback point ${name}p { capture ${name}.${name}d }
  within ${name} {
    gate ${name} { takes 1m }
    step ${name} {
      on ${name}
      env ${name} = s_${name}
      env other = "a"
      run "echo \${host.${name}} \${value_${name}}"
      changes nothing
      takes 1m
    }
  }
  holding ${name} {
    stage ${name}s {
      apply ${name}_2(${name}.${name})
      jump ${name}x
      parallel {
        step ${name}a { on local  run "a"  changes nothing  after ${name}b }
        step ${name}b { on local  run "a"  changes nothing }
      }
      jump ${name}
    }
  }
}
`;

  test('is a name like any other where it is declared', async () => {
    const inventory = (one: string): Files => ({ 'p.belay': everywhere.replaceAll(name, one), [`${one}.ini`]: `[${one}]\n${one}1 ${one}=yes\n` });
    const { diagnostics, plans } = await run(inventory(name));
    expect(diagnostics).toEqual([]);
    // The ids of steps lose underscores at their ends.
    const letters = name.replaceAll('_', '');
    const plain = await run(inventory(name.replace(letters, 'plain')));
    // The `then` of Belay's own commands is not the name.
    const comparable = (text: string | undefined): string | undefined => text?.replace(/sha256:\w+/, '').replaceAll(/"column": \d+/g, '').replaceAll(/; (?:then|plain)\\n/g, '; then\\n');
    expect(comparable(plans[0]?.replaceAll(letters, 'plain'))).toBe(comparable(plain.plans[0]));
  });

  test('is an unknown name where it is not', async () => {
    const { diagnostics, misplaced } = await run({ 'p.belay': `
use ${name}
param ${name}: ${name} = "a"
cloud c {
  group g { hosts "a" }
  service s {
    needs ${name}
    component a on ${name} { unit "u" }
  }
}
plan p {
  on c
  gate ${name}
  stop ${name}.${name}
  apply ${name}(${name})
  holding ${name} { jump ${name} }
  run "\${${name}x} \${host.${name}}" on ${name}
  script "${name}" on g
  within ${name} { wait 1s }
  restore ${name} from ${name}
}
` });
    expect(misplaced).toEqual([]);
    expect([...new Set(diagnostics.map(({ code }) => code))].sort()).toEqual(['B0101', 'B0103', 'B0201']);
  });
});
