import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';
import { onCloud } from '../rules/cloud.test-helpers.ts';

const files = (recipes: string, body: string): Readonly<Record<string, string>> => onCloud(`import "cloud.belay"\n${recipes}\nplan p {\n  on zurich\n  release juno -> kilo\n${body}\n}`);

/** What the actions do, without their ways back. */
async function commands(recipes: string, body: string): Promise<string[]> {
  return (await stepsOf(files(recipes, body))).split('\n').filter((line) => !line.includes('  back '));
}

describe('parameters', () => {
  test('stand for what is declared: components, services, databases, groups, modes, checks, windows, resources', async () => {
    const lines = await commands(`
      check ok { on local  run "ok?" }
      window night { every tue at 22:00 for 8h zone "UTC" }
      recipe one(what: component, svc: service, db: database, where: group, m: mode, c: check, w: window, r: resource) {
        stop what
        start svc.*
        holding m { gate c }
        within w { run "x \${what} \${where}" on where { rewrites r, db } }
        roll where { restart svc.compute }
      }
    `, 'rollback point q { capture nova.main  capture "/etc/nova" on computes }\napply one(nova.compute, nova, nova.main, computes, noout, ok, night, "/etc/nova")');
    const behind = lines.indexOf('stop_nova_compute <- q');
    // The commands of captures have many lines.
    expect(lines.slice(0, behind).filter((line) => /^(?:q|  (?:capture|verify)\b)/.test(line)).map((line) => line.split(' | ').slice(0, 2).join(' | '))).toEqual([
      'q [point]',
      '  capture: save nova.main | first db1 db2 db3',
      '  verify nova.main | first db1 db2 db3',
      '  capture: save /etc/nova | all cmp1 cmp2 cmp3 cmp4',
      '  verify /etc/nova | all cmp1 cmp2 cmp3 cmp4',
    ]);
    expect(lines.slice(behind)).toEqual([
      'stop_nova_compute <- q',
      '  stop nova.compute | all cmp1 cmp2 cmp3 cmp4 | systemctl stop nova-compute => nova.compute stopped',
      'start_nova <- stop_nova_compute',
      '  start nova.conductor | all ctl1 ctl2 | systemctl start nova-conductor => nova.conductor started',
      '  start nova.compute | all cmp1 cmp2 cmp3 cmp4 | systemctl start nova-compute => nova.compute started',
      'enter_noout <- start_nova',
      '  enter noout | first ctl1 ctl2 | ceph osd set noout => noout entered',
      'gate_ok <- enter_noout [gate]',
      '  check ok | local | ok?',
      'leave_noout <- gate_ok',
      '  leave noout | first ctl1 ctl2 | ceph osd unset noout => noout left',
      'run_x <- leave_noout [ask, within night]',
      "  run x 'nova.compute' 'computes' | all cmp1 cmp2 cmp3 cmp4 | x 'nova.compute' 'computes' => /etc/nova rewritten, nova.main rewritten",
      '  restore nova.main from q for start, q',
      '  restore /etc/nova from q for start, q',
      'roll_computes <- run_x [roll]',
      '  batches cmp1, cmp2, cmp3, cmp4',
      '  roll_computes/restart_nova_compute',
      '    restart nova.compute | all cmp1 cmp2 cmp3 cmp4 of the batch | systemctl restart nova-compute => nova.compute restarted',
    ]);
  });

  test('have values, by place or by name, and defaults that may name those before them', async () => {
    expect(await commands(`
      let base = "/srv"
      recipe r(first: text, count: count = 3, path: path = "\${base}/\${first}", to: release = kilo) {
        let both = "\${first} \${count}"
        run "a \${both} \${path}" under to on local { changes nothing }
        step s { on local  run "b"  changes nothing  retry count every 1s }
      }
    `, `
      apply r("it's")
      apply r(path: "/p", first: "x", count: 7)
    `)).toEqual([
      'run_a',
      "  run a 'it'\\''s 3' '/srv/it'\\''s' | local | a 'it'\\''s 3' '/srv/it'\\''s'",
      's <- run_a [retry 3 every 1]',
      '  run b | local | b',
      'run_a_2 <- s',
      "  run a 'x 7' '/p' | local | a 'x 7' '/p'",
      's_2 <- run_a_2 [retry 7 every 1]',
      '  run b | local | b',
    ]);
  });

  test('may be lists where one would do', async () => {
    expect(await commands('recipe r(what: components, names: text) { stop what  run "echo ${names}" on local { changes nothing } }', 'apply r([nova.conductor, glance.*], ["a b", "c"])')).toEqual([
      'stop_nova_conductor_glance',
      '  stop nova.conductor | all ctl1 ctl2 | systemctl stop nova-conductor => nova.conductor stopped',
      '  stop glance.api | all ctl1 ctl2 | systemctl stop glance-api => glance.api stopped',
      'run_echo <- stop_nova_conductor_glance',
      "  run echo 'a b' 'c' | local | echo 'a b' 'c'",
    ]);
  });

  test('a recipe sees the names where it is declared, not where it is applied', async () => {
    expect(await checkText(files('recipe r() { run "x ${here}" on local { changes nothing } }', 'let here = "1"\napply r()'), { only: 'B0101' })).toEqual([
      '2:21 B0101 Nothing named `here` can be used here.',
    ]);
  });

  test('arguments that do not fit are reported at the `apply`; where one is missing the recipe is left out', async () => {
    expect(await checkText(files('recipe r(what: component, n: count) { stop what }', `
      apply r()
      apply r(nova.compute, many)
      apply r(nova.compute, 1, 2)
      apply r(nova.compute, n: 1, m: 2)
      apply r([nova.compute], 1)
    `))).toEqual([
      '7:14 B0202 Recipe `r` needs `n`, a count.',
      '7:14 B0202 Recipe `r` needs `what`, a component.',
      '8:29 B0201 Expected a number such as `3`, found `many`.',
      '9:32 B0202 Recipe `r` takes 2 arguments: `what: component`, `n: count`.',
      '10:35 B0202 Recipe `r` has no parameter `m`. It takes `what: component`, `n: count`.',
      '11:15 B0201 Expected a component, found a list.',
    ]);
  });

  test('a parameter that is declared twice', async () => {
    expect(await checkText(files('recipe r(a: text, a: count) { wait 1s }', 'apply r("x")'))).toEqual(['2:19 B0102 There is a parameter named `a` already. Give one of them another name.']);
  });
});
