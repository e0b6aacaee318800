import { describe, expect, test } from 'vitest';
import { belay, workspace } from './run-belay.test-helpers.ts';

describe('belay explain', () => {
  test('the page of a finding, by code or name', () => {
    const cwd = workspace();
    const { code, stdout, stderr } = belay(['explain', 'B0101'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 7)).toEqual([
      'B0101 unknown-name',
      '',
      'A name is used that nothing declares.',
      '',
      'Names; error; since 0.1',
      '',
      'Wrong',
    ]);
    for (const wanted of ['b0101', 'unknown-name', 'Unknown-Name', 'unknown name']) {
      expect(belay(['explain', wanted], { cwd }).stdout).toBe(stdout);
    }
    expect(
      belay(['explain', 'B0101', '--color', 'always'], { cwd }).stdout.startsWith(
        '\u001b[1mB0101 unknown-name\u001b[22m\n',
      ),
    ).toBe(true);
  });

  test('all of them', () => {
    const cwd = workspace();
    const lines = belay(['explain'], { cwd }).stdout.trimEnd().split('\n');
    expect(lines.find((line) => line.startsWith('B0101 '))).toMatch(
      /^B0101 {2}unknown-name +error +A name is used that nothing declares\.$/,
    );
    expect(lines).toEqual(lines.toSorted());
    const kinds = JSON.parse(belay(['explain', '--format=json'], { cwd }).stdout) as { code: string }[];
    expect(kinds.map(({ code }) => code)).toEqual(lines.map((line) => line.slice(0, 5)));
  });

  test('as JSON', () => {
    const page = JSON.parse(belay(['explain', 'B0101', '--format', 'json'], { cwd: workspace() }).stdout) as Record<
      string,
      string
    >;
    expect([page['code'], page['name'], page['level'], typeof page['page']]).toEqual([
      'B0101',
      'unknown-name',
      'error',
      'string',
    ]);
  });

  test.each([
    { wanted: 'unknwon-name', hint: 'did you mean "unknown-name"?' },
    { wanted: 'zzzzzzzzzz', hint: 'belay explain, without a code, lists all of them' },
  ])('$wanted', ({ wanted, hint }) => {
    expect(belay(['explain', wanted], { cwd: workspace() })).toEqual({
      code: 2,
      stdout: '',
      stderr: `belay: there is no diagnostic "${wanted}"\nbelay: ${hint}\n`,
    });
  });
});
