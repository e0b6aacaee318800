import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { planOf, printSteps } from '../plan/plan.test-helpers.ts';

const CLOUD = 'cloud c { group g { hosts "h[1:20]" } }\ntrain t { release r1  release r2 }';

const withPlan = (top: string, body: string): string => `${CLOUD}\n${top}\nplan p {\n  on c\n${body}\n}`;

async function commands(top: string, body: string, set: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return printSteps((await planOf(withPlan(top, body), { set })).steps).split('\n').filter((line) => line.startsWith('  '));
}

describe('let', () => {
  test('names texts, words and lists, in any order, over files', async () => {
    const { steps } = await planOf({
      'plan.belay': `import "names.belay"\n${withPlan('let path = "${base}/${leaf}"\nlet leaf = "le af"', 'run "x ${path} ${items} ${pause}" on local { changes nothing }\nwait pause')}`,
      'names.belay': 'let base = "/${root}"\nlet root = "srv"\nlet items = ["a b", c]\nlet pause = 1h30m',
    });
    expect(printSteps(steps)).toBe(`\
run_x
  run x '/srv/le af' 'a b' 'c' '1h30m' | local | x '/srv/le af' 'a b' 'c' '1h30m'
wait <- run_x
  wait 5400s | local | 5400s`);
  });

  test('names that use each other in a circle, and names twice', async () => {
    expect(await checkText(withPlan('let a = "${b}"\nlet b = "${a}"\nlet c = "1"\nsecret c from env "C"', 'let d = "2"\nlet d = "3"'))).toEqual([
      '3:10 B0101 Nothing named `b` can be used here.',
      '6:8 B0102 There is a name named `c` already. Give one of them another name.',
      '10:5 B0102 There is a name named `d` already. Give one of them another name.',
    ]);
  });
});

describe('param', () => {
  test('has a default, and another value from outside', async () => {
    const top = 'param size: amount = 10%\nparam to: release = r2';
    const body = 'param who: text = "a b"\nroll g {\n batch size\n run "x ${who}" under to { changes nothing }\n}';
    expect(await commands(top, body)).toEqual([
      '  batches h1 h2, h3 h4, h5 h6, h7 h8, h9 h10, h11 h12, h13 h14, h15 h16, h17 h18, h19 h20',
      '  roll_g/run_x',
      "    run x 'a b' | all h1 h2 h3 h4 h5 … h20 of the batch | x 'a b'",
    ]);
    expect(await commands(top, body, { size: '50%', who: "'; rm -rf /", to: 'r1' })).toEqual([
      '  batches h1 h2 h3 h4 h5 h6 h7 h8 h9 h10, h11 h12 h13 h14 h15 h16 h17 h18 h19 h20',
      '  roll_g/run_x',
      "    run x ''\\''; rm -rf /' | all h1 h2 h3 h4 h5 … h20 of the batch | x ''\\''; rm -rf /'",
    ]);
  });

  test('a value from outside is checked as one in the text is, and its name has to be known', async () => {
    expect(await checkText(withPlan('param size: amount = 10%\nparam to: release = r2\nparam must: count', 'param who: group = g\nroll who { batch size  run "x" under to { changes nothing } }'), {
      set: { size: 'many', to: 'r9', who: 'nobody', sise: '1' },
    })).toEqual([
      '1:1 B0101 There is no `param` named `sise`. Did you mean `size`?',
      '3:7 B0201 Expected a number or a share, found `many`, from `--set`.',
      '5:7 B0105 `must` has no value: give it a default with `= …`, or set it with `--set must=VALUE`.',
      '9:6 B0101 There is no group named `nobody`.',
    ]);
  });

  test('what comes from outside is no constant: it is not spliced raw', async () => {
    expect(await checkText(withPlan('param who: text = "a"\nlet greeting = "hello ${who}"', 'run "x ${raw greeting}" on local { changes nothing }'))).toEqual([
      '7:8 B0204 `greeting` is not constant, and is spliced into the command as it is: whatever it holds becomes part of the program. Write `${greeting}` to have it quoted.',
    ]);
  });
});

describe('secret', () => {
  test('is handed over by name; only those that are used are in the plan', async () => {
    const plan = await planOf(withPlan('secret pw from file "/etc/pw"\nsecret unused from env "U"', 'secret key from command "pass show key"\nstep s { on g  env A = pw  env B = "${key}"  run "x"  changes nothing }'));
    expect(plan.secrets).toEqual([{ name: 'key', from: 'command', source: 'pass show key' }, { name: 'pw', from: 'file', source: '/etc/pw' }]);
    expect(plan.steps[0]?.actions[0]?.operation).toEqual({ type: 'shell', shell: 'x', secrets: { A: 'pw', B: 'key' } });
  });

  test('one of each name', async () => {
    expect(await checkText(`secret pw from env "A"\n${withPlan('', 'secret pw from env "B"')}`)).toEqual(['7:8 B0102 There is a secret named `pw` already. Give one of them another name.']);
  });
});

describe('trains', () => {
  test('may stand in a catalogue; two of one name', async () => {
    expect(await checkText('use openstack\nuse openstack\ncatalogue k { train own { release a  release b } }\ntrain own { release c  release d }\ntrain openstack { release e }\ncloud c { group g { hosts "h1" } }\nplan p {\n  on c\n  release a -> b\n}')).toEqual([
      '4:7 B0102 There is a train named `own` already. Give one of them another name.',
      '5:7 B0102 There is a train named `openstack` already. Give one of them another name.',
    ]);
  });

  test('a jump from one train to another', async () => {
    expect(await checkText(`use openstack\n${withPlan('', 'release r1 -> juno')}`)).toEqual([
      '7:1 B0101 `r1` is on the train `t`, and `juno` on `openstack`. A plan goes from one release to another of the same train.',
    ]);
  });
});
