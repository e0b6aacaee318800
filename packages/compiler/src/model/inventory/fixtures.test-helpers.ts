/** Inventories that Ansible reads without a complaint, chosen for what is easy to get wrong. */
export const INVENTORIES: readonly { readonly name: string; readonly path: string; readonly text: string }[] = [
  {
    name: 'INI: groups, children declared later, ranges, ports, comments',
    path: 'hosts.ini',
    text: `# hosts without a group
bastion.zrh ansible_host=192.0.2.1
lonely   # a comment
; another comment
[controllers]
ctl[1:3].zrh
[cloud:children]
computes
databases
controllers
[databases]  # trailing comment
db-[a:c].zrh:2222 role=db
10.0.0.[9:11]
[computes]
cmp[01:12:3].zrh
r[1:2]n[08:10]
[empty]
[more:children]
cloud
empty
[controllers:vars]
tier=one
[more:vars]
tier=zero
site = Zürich West
`,
  },
  {
    name: 'INI: values as Python sees them',
    path: 'inventory',
    text: `[all:vars]
integer=5
negative = -17
plus=+3
octal=010
zeros=00
hex=0x10
grouped=1_000
bad_grouping=1__0
version=3.10
address=192.168.1.1
float=1e3
large=12345678901234567890.0
huge=1e22
small=0.00001
imaginary_looking=5jk
yes=yes
true=true
True=True
none=None
none_word=none
quoted="with # hash"
single='it''s'
adjacent="a" 'b'
escaped="tab\\there \\x41 \\u00e9 \\101 \\q"
raw=r"\\n"
bytes=b'abc'
commented=5 # five
not_commented=five # five
semicolon=5 ; five
list=[1, 2]
list_of_words=[a, b]
dict={'a': 1}
tuple=1,2
parenthesized=("a")
empty=
equals=a=b=c
formatted=f"{x}"
minus_minus=--5
sum=1 + 2
spaces=  padded
half_quoted="open
path=/etc/nova/nova.conf
url=http://ctl1:5000/v3/
[web]
web1
`,
  },
  {
    name: 'INI: words of host lines as a shell splits them',
    path: 'hosts',
    text: `[web]
web1 a="two words" b='single "inside"' c=back\\ slash d="esc \\" quote" e="back \\n slash"
web2 a=half"quoted part"end b='' c="" d="'5'" e='"5"' f="5" g=05
web3 a=value#comment b=ignored
web4 a="value#kept" b=kept#gone
"web5" a=x=y
web6 list="['a', 'b']" text="[a, b]" yes=no
`,
  },
  {
    name: 'INI: precedence of groups by depth, priority and name',
    path: 'hosts.cfg',
    text: `[all:vars]
v_all=all
v_depth=all
v_host=all
[a]
h1 v_host=host
h2
[b]
h1
[c]
h1
[top:children]
a
b
[top:vars]
v_depth=top
v_top=top
[a:vars]
v_depth=a
v_name=a
v_priority=a
ansible_group_priority=5
[b:vars]
v_name=b
v_priority=b
[c:vars]
v_name=c
v_depth=c
v_priority=c
`,
  },
  {
    name: 'INI: one host in many places',
    path: 'hosts.ini',
    text: `web1 a=1 b=1
web1 b=2
[web]
web2
web1:2200 c=3
new:2201
[db]
web1
new:2202
[web]
web3
[all]
stray
web2
`,
  },
  {
    name: 'INI: names that are easy to mistake',
    path: 'hosts.ini',
    text: `[nova-compute.zone_1]
WEB_1
host.with.dots.
münchen[1:2]
::1
2001:db8::[8:10]
[2001:db8::99]:22
n[:2]
x[y:B]
[all:children]
nova-compute.zone_1
`,
  },
  {
    name: 'YAML: groups in groups, hosts with ranges, strings in place of mappings',
    path: 'hosts.yml',
    text: `---
all:
  vars:
    domain: zrh
  hosts:
    bastion:
      ansible_host: 192.0.2.1
    localhost:
  children:
    cloud:
      children:
        computes:
          hosts:
            cmp[01:03].zrh:
              rack: 7
            cmp[04:05].zrh:2222: {rack: "8"}
          vars:
            spare: 10
        controllers:
          hosts: ctl1
    databases:
      hosts:
        db-[a:b]: null
        ctl1: {}
    empty:
second:
  children: cloud
third:
  hosts:
    bastion:
      extra: true
`,
  },
  {
    name: 'YAML: scalars of YAML 1.1',
    path: 'hosts.yaml',
    text: `all:
  hosts:
    h:
  vars:
    yes_: yes
    off_: Off
    y_: y
    octal: 010
    not_octal: 08
    octal_12: 0o10
    hex: 0x1F
    binary: 0b101
    grouped: 1_000
    sexagesimal: 12:30:45
    mac: 00:1A:2B
    exponent: 1e3
    signed_exponent: 1.5e+3
    float: 3.10
    dot: .5
    infinity: -.inf
    nothing:
    tilde: ~
    null_: null
    quoted: "5"
    single: 'yes'
    tagged: !!str 5
    tagged_float: !!float 5
    tagged_integer: !!int "5"
    unsafe: !unsafe "{{ not a template }}"
    date: 2024-01-31
    folded: >-
      two
      lines
    literal: |
      two
      lines
    list: [1, 2]
    map: {a: 1}
    address: 192.168.1.1
    version: 1.2.3
    colon: "a: b"
    hash: a#b
    sixty: 1:30.5
`,
  },
  {
    name: 'YAML: anchors, aliases and merges',
    path: 'hosts.yml',
    text: `x_unused: &common
  vars: &shared {a: 1, b: 2}
web:
  <<: *common
  hosts:
    web1: &one
      <<: *shared
      b: own
      c: 3
    web2: *one
    web3:
      <<: [{z: first, a: first}, *shared]
      b: last
db:
  vars: *shared
  hosts:
    db1: {}
`,
  },
  {
    name: 'YAML in a file without extension, as JSON',
    path: 'inventory/hosts',
    text: '{"all": {"children": {"web": {"hosts": {"web1": {"port": 80, "name": "x"}, "web2": null}}}}}',
  },
  {
    name: 'INI in a file without extension, with a colon in its first line',
    path: 'inventory/hosts',
    text: `web1 note='a: b'\n[web]\nweb2\n`,
  },
  {
    name: 'group and host of one name',
    path: 'hosts.ini',
    text: `[bastion]
bastion ansible_host=192.0.2.1
other
[web]
web
`,
  },
];

/** Inventories that Ansible refuses, with the line and the message of Belay's problem. */
export const REFUSED: readonly { readonly name: string; readonly path: string; readonly text: string; readonly problems: readonly string[] }[] = [
  {
    name: 'an undefined child and variables of an undefined group',
    path: 'h.ini',
    text: '[web]\nweb1\n[all:children]\nweb\nwbe\n[dbs:vars]\na=1\n',
    problems: ['5: the group "wbe" is a child of "all", but is not declared', '6: [dbs:vars] sets variables of a group that is not declared'],
  },
  {
    name: 'a cycle of groups',
    path: 'h.ini',
    text: '[a:children]\nb\n[b:children]\nc\n[c:children]\na\n[a]\nweb1\n',
    problems: ['6: the groups hold each other: a → b → c → a'],
  },
  {
    name: 'a group that holds itself',
    path: 'h.ini',
    text: '[a]\nweb1\n[a:children]\na\n',
    problems: ['4: the group "a" holds itself'],
  },
  {
    name: 'all below a group',
    path: 'h.ini',
    text: '[a:children]\nall\n',
    problems: ['2: the groups hold each other: all → a → all'],
  },
  {
    name: 'lines that make no sense',
    path: 'h.ini',
    text: '[web]\nweb1 "open\nweb1 word\n[web:hosts]\n[we b]\nx\n[web:vars]\nword\n',
    problems: [
      '2: the quote " is not closed',
      '3: name=value is expected after the host, not "word"',
      '5: the section "[we b]" can not be read',
      '8: name=value is expected in [web:vars], not "word"',
    ],
  },
  {
    name: 'an unknown kind of section',
    path: 'h.ini',
    text: '[web:child]\nweb1\n',
    problems: ['1: the section [web:child] is of an unknown kind'],
  },
  {
    name: 'ranges that can not be',
    path: 'h.ini',
    text: '[web]\nweb[1:\nweb[c:a]\nweb[01:100]\n',
    problems: [
      '2: "web[1:" is no host: the range is not closed; "]" is missing',
      '3: "web[c:a]" is no host: the range runs backwards: "c" comes after "a"',
      '4: "web[01:100]" is no host: with leading zeros both ends have the same length: "[001:100]"',
    ],
  },
  {
    name: 'YAML in a file named as INI',
    path: 'h.ini',
    text: '---\nall:\n',
    problems: ['1: "---" starts a YAML file, but this one is read as INI', '2: "all:" is no host: a port number is expected after ":"'],
  },
  { name: 'a YAML list', path: 'h.yml', text: '- web1\n- web2\n', problems: ['1: the inventory is not a mapping of groups'] },
  {
    name: 'a YAML list of hosts',
    path: 'h.yml',
    text: 'web:\n  hosts:\n    - web1\n',
    problems: ['2: "hosts" of the group "web" is not a mapping'],
  },
  {
    name: 'names that are numbers',
    path: 'h.yml',
    text: 'web:\n  hosts:\n    17:\n2024:\n  hosts:\n    a:\n',
    problems: ['3: the name "17" is no text for YAML', '4: the name "2024" is no text for YAML'],
  },
  {
    name: 'variables of a host that are no mapping',
    path: 'h.yml',
    text: 'web:\n  hosts:\n    web1: text\n',
    problems: ['3: the variables of "web1" are not a mapping'],
  },
  {
    name: 'a cycle of YAML groups',
    path: 'h.yml',
    text: 'a:\n  children:\n    b:\nb:\n  children:\n    a:\n',
    problems: ['6: the groups hold each other: a → b → a'],
  },
  {
    name: 'the configuration of a plugin',
    path: 'h.yml',
    text: 'plugin: openstack.cloud.openstack\nall_projects: true\n',
    problems: ['1: this configures an inventory plugin (a dynamic inventory); Belay runs none'],
  },
  {
    name: 'broken YAML',
    path: 'h.yml',
    text: 'web:\n  hosts:\n    web1: {a: 1\n',
    problems: ['4: this is no YAML: Flow map in block collection must be sufficiently indented and end with a }'],
  },
];
