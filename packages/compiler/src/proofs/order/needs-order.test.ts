import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../../check.test-helpers.ts';
import { onCloud } from '../../rules/cloud.test-helpers.ts';

const plan = (statements: string): string => `
import "cloud.belay"
plan upgrade {
  on zurich
  release kilo -> liberty
  rollback point before { capture keystone.main, nova.main }
  ${statements.trim()}
}
`;

const order = (statements: string): Promise<string[]> => checkText(onCloud(plan(statements)), { only: 'B0411' });

describe('needs-order', () => {
  test.each([
    ['in the order of the needs', 'jump keystone\n jump glance\n jump nova'],
    ['of services that do not need each other', 'jump glance'],
    ['whose needs are not upgraded by this plan', 'jump nova'],
    ['in parallel: needs order it', 'parallel { jump nova\n jump glance\n jump keystone }'],
    ['inside the one that needs it, before anything is upgraded', 'jump nova { stop nova.*\n jump glance\n install nova.*\n migrate nova.main\n start nova.* }'],
    ['of which a part was left behind and follows later', 'jump glance leaving glance.api { wait 1s }\n jump nova\n jump glance'],
  ])('accepts a jump %s', async (_, statements) => {
    expect(await order(statements)).toEqual([]);
  });

  test('reports a service that goes before what it needs', async () => {
    expect(await order('jump glance\n jump keystone')).toEqual([
      '6:3 B0411 `glance` is upgraded before `keystone`, which it needs. Move `jump keystone` up, or accept the order with `allow needs-order "why"`.',
    ]);
  });

  test('follows needs through services that stay as they are', async () => {
    expect(await order('jump nova\n jump keystone')).toEqual([
      '6:3 B0411 `nova` is upgraded before `keystone`, which it needs. Move `jump keystone` up, or accept the order with `allow needs-order "why"`.',
    ]);
    const [found] = (await diagnose(onCloud(plan('jump nova\n jump keystone')))).filter(({ code }) => code === 'B0411');
    expect(found?.notes).toEqual(['`nova` needs `glance`, and `glance` needs `keystone`.']);
  });

  test('a jump inside another one counts where it stands', async () => {
    expect(await order('jump glance { install glance.*\n jump keystone\n restart glance.* }')).toEqual([
      '6:3 B0411 `glance` is upgraded before `keystone`, which it needs. Move `jump keystone` up, or accept the order with `allow needs-order "why"`.',
    ]);
  });

  test('commands of one’s own that rewrite the service are an upgrade too', async () => {
    expect(await order('jump glance { step pip { on controllers\n run "pip install glance"\n rewrites glance.api\n undo run "pip install glance==11" } }\n jump keystone')).toEqual([
      '6:3 B0411 `glance` is upgraded before `keystone`, which it needs. Move `jump keystone` up, or accept the order with `allow needs-order "why"`.',
    ]);
  });

  test('reports each pair once', async () => {
    expect((await order('jump glance\n jump glance\n jump keystone\n jump keystone')).length).toBe(1);
  });

  test('says nothing of services that need each other in a circle: none of them can be first', async () => {
    expect(await checkText(`
      train letters { release r1  release r2 }
      cloud zurich {
        group controllers { hosts "ctl1" }
        install run "true"
        service nova {
          needs neutron
          component api on controllers { unit "nova-api" }
        }
        service neutron {
          needs nova
          component server on controllers { unit "neutron-server" }
        }
      }
      plan upgrade {
        on zurich
        release r1 -> r2
        jump nova
        jump neutron
      }
    `)).toEqual(['6:11 B0412 These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.']);
  });

  test('can be allowed, with a reason', async () => {
    expect(await order('allow needs-order "keystone moves last"\n jump glance\n jump keystone')).toEqual([]);
    expect(await order('jump glance { allow needs-order "keystone moves last"\n install glance.*\n restart glance.* }\n jump keystone')).toEqual([]);
  });
});
