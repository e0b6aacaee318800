import { describe, expect, test } from 'vitest';
import { parseHostPattern } from './host-pattern.ts';

describe('host patterns', () => {
  test.each([
    ['web1', 'web1'],
    ['WEB_1.example.com', 'WEB_1.example.com'],
    ['ctl[1:3].zrh', 'ctl1.zrh ctl2.zrh ctl3.zrh'],
    ['cmp[08:11]', 'cmp08 cmp09 cmp10 cmp11'],
    ['cmp[1:010]', 'cmp1 cmp2 cmp3 cmp4 cmp5 cmp6 cmp7 cmp8 cmp9 cmp10'],
    ['cmp[0:10:5]', 'cmp0 cmp5 cmp10'],
    ['cmp[00:12:5]', 'cmp00 cmp05 cmp10'],
    ['db-[a:c]', 'db-a db-b db-c'],
    ['db-[x:C:2]', 'db-x db-z db-B'],
    ['r[1:2]n[a:b]', 'r1na r1nb r2na r2nb'],
    ['[:2]', '0 1 2'],
    ['10.0.0.[9:11]', '10.0.0.9 10.0.0.10 10.0.0.11'],
    ['2001:db8::[8:10]', '2001:db8::8 2001:db8::9 2001:db8::10'],
    ['::ffff:192.0.2.3', '::ffff:192.0.2.3'],
    ['münchen[1:2]', 'münchen1 münchen2'],
    // 1·11 and 11·1 are the same name: Ansible knows the host once.
    ['n[1:11:10][1:11:10]', 'n11 n111 n1111'],
  ])('%s stands for %s', (pattern, hosts) => {
    expect(parseHostPattern(pattern)).toEqual({ hosts: hosts.split(' ') });
  });

  test.each([
    ['web1:2222', 'web1', 2222],
    ['web[1:2].zrh:22', 'web1.zrh web2.zrh', 22],
    ['[2001:db8::1]:22', '2001:db8::1', 22],
    ['[web[1:2].zrh]:22', 'web1.zrh web2.zrh', 22],
  ])('%s has a port', (pattern, hosts, port) => {
    expect(parseHostPattern(pattern)).toEqual({ hosts: hosts.split(' '), port });
  });

  test.each([
    ['', '', 'the host name is empty'],
    ['-oProxyCommand=x', '-', 'a host name does not start with "-": commands would take it for an option'],
    ['/etc/passwd', '/', 'a host name holds no "/": it is not a path'],
    ['..', '.', 'a host name does not start with "."'],
    ['a..b', '..', 'a part of the name is missing between the two dots'],
    ['web 1', ' ', 'a host name holds no spaces'],
    ['web\u001b1', '\u001b', 'a host name holds no control characters or special spaces (here U+001B)'],
    ['web\u202e1', '\u202e', 'a host name holds no control characters or special spaces (here U+202E)'],
    ['web$(id)', '$', 'a host name holds letters, digits, "-", "_" and ".", but not "$"'],
    ['web1,web2', ',', 'a host name holds no ","; write one pattern for each text: "web1", "db1"'],
    ['root@web1', '@', 'a host name holds no "@"; the user belongs into the connection (ansible_user in an inventory)'],
    ['web[1-3]', '[1-3]', 'a range is written with a colon: "[1:3]"'],
    ['web[1..3]', '[1..3]', 'a range is written with a colon: "[1:3]"'],
    ['web[3:1]', '[3:1]', 'the range runs backwards: 3 comes after 1'],
    ['web[A:a]', '[A:a]', 'the range runs backwards: "A" comes after "a"'],
    ['web[01:100]', '[01:100]', 'with leading zeros both ends have the same length: "[001:100]"'],
    ['web[1:]', '[1:]', 'the range has no end; it is "[first:last]"'],
    ['web[1:9:0]', '[1:9:0]', 'the step of a range is a number, at least 1'],
    ['web[9:1:-1]', '[9:1:-1]', 'the step of a range is a number, at least 1'],
    [
      'web[1:a]',
      '[1:a]',
      'a range goes from number to number, such as "[01:40]", or from letter to letter, such as "[a:c]"',
    ],
    ['web[1:3', '[1:3', 'the range is not closed; "]" is missing'],
    ['web1]', ']', '"]" closes a range, but none is open'],
    ['web[1:20001]', '[1:20001]', 'the range stands for 20,001 hosts; 20,000 is the most in one pattern'],
    ['r[1:200]n[1:101]', 'r[1:200]n[1:101]', 'the ranges stand for 20,200 hosts; 20,000 is the most in one pattern'],
    ['web:70000', '70000', 'a port lies between 1 and 65535'],
    ['web:', ':', 'a port number is expected after ":"'],
    ['web:a', ':', 'a host name holds ":" only before a port number'],
    ['2001:db8:::1', '2001:db8:::1', '"2001:db8:::1" is not an IPv6 address'],
    ['[2001:db8::1]', '[2001:db8::1]', 'an IPv6 address stands in brackets only if a port follows'],
    [
      '[1:3]:22',
      '[1:3]:22',
      'Ansible takes brackets around a name with a port for those of an address, such as "[::1]:22"; write the port into ansible_port',
    ],
    [
      '[a:c][1:3]:22',
      '[a:c][1:3]:22',
      'Ansible takes brackets around a name with a port for those of an address, such as "[::1]:22"; write the port into ansible_port',
    ],
    ['web_:22', ':22', 'Ansible takes this for a part of the name, not for a port; write the port into ansible_port'],
  ])('%j is refused at %j', (pattern, place, message) => {
    const parsed = parseHostPattern(pattern);
    if (!('error' in parsed)) throw new Error(`not refused: ${parsed.hosts.join(' ')}`);
    expect([
      pattern.slice(parsed.error.offset, parsed.error.offset + parsed.error.length),
      parsed.error.message,
    ]).toEqual([place, message]);
  });

  test('20,000 hosts and 253 characters are the most', () => {
    const most = parseHostPattern('n[00001:20000]');
    expect('hosts' in most && [most.hosts.length, most.hosts.at(-1)]).toEqual([20_000, 'n20000']);
    expect(parseHostPattern('x'.repeat(253))).toEqual({ hosts: ['x'.repeat(253)] });
    expect(parseHostPattern(`${'x'.repeat(250)}[1:1000]`)).toEqual({
      error: { offset: 0, length: 258, message: 'the name has 254 characters; host names have at most 253' },
    });
  });

  test('a huge number in a range costs nothing', () => {
    const parsed = parseHostPattern(`n[0:${'9'.repeat(900)}]`);
    expect('error' in parsed && parsed.error.length).toBe(904);
  });
});
