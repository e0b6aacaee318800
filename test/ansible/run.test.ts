/** Emitted projects under a real ansible-playbook. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, CHANGE, chain, host, LOCAL, on, plan, probe, shell, step } from '../shell/plan-builder.ts';
import { enter } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

const made = (thePlan: Plan): Sandbox => (sandbox = new Sandbox(thePlan));
const fileOf = (box: Sandbox, name: string): string => readFileSync(path.join(box.folder, name), 'utf8');
const journalOf = (box: Sandbox): string[] => canonicalJournal(fileOf(box, '.belay/test_plan/journal'));

/** Everything that a template, a shell or YAML could take for its own. */
const HOSTILE = [
  '{{ 7 * 7 }}', '{% raw %}x', '{# gone #}', "{{ lookup('pipe', 'touch CANARY') }}", '${HOME}', '$(touch CANARY)', '`touch CANARY`', "it's", '"', '\\', '\\n', 'a: b', '- x', '# x',
  '&a *a', '!unsafe x', 'yes', '012', '1:30', '~', ' leading', 'trailing ', 'tab\there', 'two\nlines\n', '%percent', '@at', '[x]', '{x}', '|', '>', 'ünï ☁ \u{1f680}', '\u2028', '\u00a0', '\u0085', '',
];

describe.skipIf(!HAS_ANSIBLE)('run (skipped without ansible-playbook)', () => {
  it('evaluates nothing of what a plan holds', async () => {
    const values = Object.fromEntries(HOSTILE.map((value, index) => [`V${index}`, value]));
    const print = HOSTILE.map((_, index) => `printf '%s\\0' "$V${index}"`).join('; ');
    const hostile = plan(
      chain(
        step('values', [action(shell(`{ ${print}; } >"$HOME/values"`, { environment: values }), { title: '{{ 7 * 7 }} {% x %} {# y #}', changes: [CHANGE] })], { title: "{{ lookup('pipe', 'touch CANARY') }}" }),
        step('text', [action(`cat >"$HOME/text" <<'END'\n${HOSTILE.slice(0, 12).join('\n')}\nEND\n`, { changes: [CHANGE] })]),
        step('variables', [action(shell('printf %s "$BELAY_VAR_odd" >>"$HOME/variable"', { variables: ['odd'] }), { targets: on('all', 'h1'), changes: [CHANGE] })]),
        step('put', [action({ type: 'put', file: 'f', path: `${'/tmp'}/{{ 7 }}`.replace('/tmp', '/PLACE'), mode: '0640' }, { title: 'put', changes: [CHANGE] })]),
      ),
      { title: '{{ 7 * 7 }}', hosts: [host('h1', enter('h1'), { variables: { odd: '{{ 7 * 7 }}$(touch CANARY)' } })], files: [{ id: 'f', path: 'a/{{ b }}.conf', encoding: 'utf8', content: '{{ content }}\n' }] },
    );
    const first = made(hostile);
    const text = JSON.stringify(hostile).replaceAll('/PLACE', first.folder);
    first.dispose();
    const box = made(JSON.parse(text) as Plan);
    mkdirSync(box.folder, { recursive: true });
    // The folder of the first sandbox is where the file is put.
    mkdirSync(first.folder, { recursive: true });
    const { code, out } = await box.run('site.yml');
    expect(out).not.toContain('fatal');
    expect(code).toBe(0);
    expect(fileOf(box, 'values').split('\0').slice(0, -1)).toEqual(HOSTILE);
    expect(fileOf(box, 'text')).toBe(`${HOSTILE.slice(0, 12).join('\n')}\n`);
    expect(fileOf(box, 'variable')).toBe('{{ 7 * 7 }}$(touch CANARY)');
    expect(readFileSync(path.join(first.folder, '{{ 7 }}'), 'utf8')).toBe('{{ content }}\n');
    expect(statSync(path.join(first.folder, '{{ 7 }}')).mode & 0o777).toBe(0o640);
    expect(existsSync(path.join(box.folder, 'CANARY'))).toBe(false);
    expect(existsSync(path.join(box.project, 'CANARY'))).toBe(false);
    first.dispose();
  }, 240_000);

  it('hands secrets over by standard input, and shows them nowhere', async () => {
    const box = made(
      plan([step('login', [action(shell('tr "\\0" " " </proc/$$/cmdline >"$HOME/line"; printf %s "$PASS" >"$HOME/pass"; cat >>"$HOME/pass"; echo "$PASS"', { secrets: { PASS: 'db' } }), { changes: [CHANGE] })])], {
        secrets: [{ name: 'db', from: 'file', source: 'secret.txt' }],
      }),
    );
    writeFileSync(path.join(box.folder, 'secret.txt'), 'correct {{ horse }}\n');
    const { out, code } = await box.run('site.yml', '-vvv');
    expect(code).toBe(0);
    expect(fileOf(box, 'pass')).toBe('correct {{ horse }}');
    expect(out + fileOf(box, 'line') + fileOf(box, '.belay/test_plan/journal')).not.toContain('correct');
  }, 240_000);

  it('stops at an approval without a person, and goes on with a yes', async () => {
    const box = made(plan(chain(step('before', ['true']), step('ask', [], { kind: 'approve', text: 'Go on?' }), step('behind', ['true']))));
    expect((await box.run('site.yml')).code).toBe(2);
    expect(journalOf(box).at(-1)).toBe('run-end 3 refused');
    expect((await box.run('site.yml', '-e', 'belay_yes=true')).code).toBe(0);
    expect(journalOf(box)).toContain('approved ask 0 operator');
    expect(journalOf(box).at(-1)).toBe('run-end 0 done');
  }, 240_000);

  it('tries a step again as often as the plan says', async () => {
    const box = made(plan([step('flaky', [action('echo x >>"$HOME/tries"; (($(wc -l <"$HOME/tries") == 3))', { changes: [CHANGE] })], { retry: { count: 3, every: 0 } })]));
    expect((await box.run('site.yml')).code).toBe(0);
    expect(journalOf(box).filter((line) => line.startsWith('step') || line.startsWith('run'))).toEqual([
      'run-begin run', 'step-begin flaky 0 1', 'step-begin flaky 0 2', 'step-begin flaky 0 3', 'step-end flaky 0 ok', 'run-end 0 done',
    ]);
  }, 240_000);

  it('says in check mode what would run, and runs nothing', async () => {
    const box = made(plan(chain(step('one', [action('touch "$HOME/ran"', { changes: [CHANGE] })], { verify: [probe('false')] }), step('two', [action('touch "$HOME/ran"', { targets: on('any', 'h1', 'h2'), changes: [CHANGE] })])), {
      hosts: [host('h1', enter('h1')), host('h2', enter('h2'))],
    }));
    const { code, out } = await box.run('site.yml', '--check');
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('would run'))).toEqual([
      'would run on local: run touch "$HOME/ran"', 'would run on local: false', 'would run on h1: run touch "$HOME/ran"',
    ]);
    expect(existsSync(path.join(box.folder, 'ran'))).toBe(false);
    expect(existsSync(path.join(box.folder, '.belay'))).toBe(false);
  }, 240_000);

  it('takes the first host of any that answers', async () => {
    const box = made(plan([step('one', [action('echo $BELAY_HOST >"$HOME/where"', { targets: on('any', 'gone', 'h2'), changes: [CHANGE] })])], {
      hosts: [host('gone', { type: 'command', words: ['./gone'] }), host('h2', enter('h2'))],
    }));
    writeFileSync(path.join(box.folder, 'gone'), '#!/bin/sh\nexit 255\n');
    chmodSync(path.join(box.folder, 'gone'), 0o755);
    expect((await box.run('site.yml')).code).toBe(0);
    expect(fileOf(box, 'where')).toBe('h2\n');
    expect(journalOf(box)).toEqual(['run-begin run', 'step-begin one 0 1', 'action-begin one 0 1 h2 run echo $BELAY_HOST >"$HOME/where"', 'action-end one 0 1 h2 ok 0', 'step-end one 0 ok', 'run-end 0 done']);
  }, 240_000);

  it('puts a file, keeps what was there, and takes it back', async () => {
    const place = '/PLACE/app.conf';
    const put = plan(
      [step('put', [action({ type: 'put', file: 'f', path: place, mode: '0600' }, { title: 'put app.conf', changes: [CHANGE], back: backBy({ type: 'put', file: 'f', path: place, takeBack: true }, { title: 'take app.conf back' }), targets: LOCAL })])],
      { files: [{ id: 'f', path: 'app.conf', encoding: 'base64', content: Buffer.from([0, 255, 10]).toString('base64') }] },
    );
    const first = made(put);
    const box = made(JSON.parse(JSON.stringify(put).replaceAll('/PLACE', first.folder)) as Plan);
    const file = path.join(first.folder, 'app.conf');
    writeFileSync(file, 'old\n');
    chmodSync(file, 0o644);
    expect((await box.run('site.yml')).code).toBe(0);
    expect([...readFileSync(file)]).toEqual([0, 255, 10]);
    expect(readFileSync(`${file}.before-test_plan`, 'utf8')).toBe('old\n');
    expect((await box.run('rollback.yml')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('old\n');
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(existsSync(`${file}.before-test_plan`)).toBe(false);
    first.dispose();
  }, 240_000);
});
