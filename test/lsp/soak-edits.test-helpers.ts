import { madeSites } from '../bench/made-project.ts';

/** Numbers that look random and are the same in every run: Mulberry32, by Tommy Ettinger. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to, not including, `count`; a whole number. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

const CLOUD = `use openstack
cloud c "Cloud" {
  group controllers { hosts "ctl[1:3]" }
  group computes { hosts "cmp[1:8]"  spare 10% }
  install run "zypper in \${package}-\${release}"
  service nova {
    component api on controllers { unit "nova-api"  package "nova-api" }
    component compute on computes { unit "nova-compute"  lags nova.api by 1 release }
    database main { name "nova"  migrate run "nova-manage db sync" }
  }
  keep 2 of nova.api
}
recipe again(what: text) {
  gate quiet { run "test \${what}" }
}
`;

const PLAN = `import "cloud@.belay"
let rows = "1000"
plan p# "Plan #" {
  on c
  stage first {
    rollback point before { capture nova.main }
    stop nova.api on first controllers
    step flavors "Move flavors" {
      on any controllers
      run "nova-manage db migrate_flavor_data --max \${rows}"
      rewrites nova.main
      undo nothing "they stay readable"
      takes 10m
    }
    start nova.api on first controllers
  }
  parallel {
    restart nova.api on "ctl1"
    step tidy { on "ctl2"  run "tidy"  changes nothing }
  }
  apply again(what: "-e /ready")
}
`;

/** The files of the workspace, by name: two clouds, plans on them, an inventory, and a file of several sites. */
export async function soakFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = { 'cloud1.belay': CLOUD, 'cloud2.belay': CLOUD.replace('group controllers { hosts "ctl[1:3]" }', 'group controllers { hosts "ctl[1:3]" }\n  inventory "hosts.ini"'), 'hosts.ini': '[controllers]\nctl1\nctl2\nctl3\n' };
  for (let number = 1; number <= 17; number += 1) files[`plan${number}.belay`] = PLAN.replaceAll('#', String(number)).replaceAll('@', String(1 + (number % 2)));
  const { entry, host } = madeSites(100);
  const sites = await host.read(entry);
  if (sites.found) files['sites.belay'] = new TextDecoder().decode(sites.bytes);
  return files;
}

/** What people type, paste, and leave half done. */
const TYPED = [
  ' ', '\n', '\r\n', '\t', 'a', '"', '"""', '{', '}', '(', ')', '[', ']', ',', '#', '->', ':', '=', '${', '😀', 'é', '\u202e', 'nova', 'nova.api', 'stop ', 'start nova.*\n', 'step ', 'on c', 'import "plan1.belay"\n',
  '  parallel {\n', '  }\n', 'wait 1s\n', '  keep 2 of nova.api\n', 'plan x { on c }\n', 'cloud d from c { }\n', 'recipe r() { wait 1s }\n', '  apply r()\n', 'allow unused-recipe\n', '  jump nova { }\n', 'undo nothing "x"\n', '# 🦀 a remark\n',
];

/** An edit as an offset, how much is taken away there, and what is put in. */
export interface Edit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** An edit as somebody might make it: characters, words, lines that are doubled or deleted. No cursor stands inside of a line break. */
export function anyEdit(text: string, dice: Dice): Edit {
  const { at, length, text: put } = anyPlace(text, dice);
  const end = outside(text, at + length);
  return { at: outside(text, at), length: end - outside(text, at), text: put };
}

function outside(text: string, offset: number): number {
  return text[offset - 1] === '\r' && text[offset] === '\n' ? offset + 1 : offset;
}

function anyPlace(text: string, dice: Dice): Edit {
  const at = dice.below(text.length + 1);
  switch (dice.below(6)) {
    case 0: return { at, length: Math.min(dice.below(12), text.length - at), text: '' };
    case 1: return { at, length: Math.min(dice.below(6), text.length - at), text: dice.one(TYPED) };
    case 2: {
      const start = text.lastIndexOf('\n', at - 1) + 1;
      const next = text.indexOf('\n', at);
      return { at: start, length: (next === -1 ? text.length : next + 1) - start, text: '' };
    }
    case 3: {
      const start = text.lastIndexOf('\n', at - 1) + 1;
      const next = text.indexOf('\n', at);
      return { at: start, length: 0, text: text.slice(start, next === -1 ? text.length : next + 1) };
    }
    default: return { at, length: 0, text: dice.one(TYPED) };
  }
}
