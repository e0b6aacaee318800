#!/usr/bin/env bash
# What `npm start` shows: a real upgrade plan, compiled and run against a sandbox cloud. It fails at an injected fault, says
# where it stands, goes back to its rollback point, and runs again to the end.
#
# Exits 0 if everything went as it should.
set -u -o pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bundle=$top/packages/compiler/dist/belay.cjs
PATH=$top/node_modules/.bin:$PATH
cd "$top/examples/suse-skip-kilo" || exit 1

bold='' dim='' green='' red='' plain=''
if [[ -t 1 && -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
say() { printf '%s\n' "$@"; }
good() { printf '%sok%s  %s\n' "$green" "$plain" "$1"; }
wrong() {
  printf '%snot as it should be:%s %s\n' "$red" "$plain" "$1" >&2
  exit 1
}

# shown EXPECTED-EXIT COMMAND...: shows a command, runs it, and ends everything if it exits otherwise.
shown() {
  local expected=$1 code word line=''
  shift
  for word; do
    if [[ $word == *' '* ]]; then word="'$word'"; fi
    line+=" $word"
  done
  printf '%s$%s%s\n' "$dim" "$line" "$plain"
  "$@"
  code=$?
  ((code == expected)) || wrong "\`$*\` ended with exit code $code, expected $expected"
}

# As `shown`, without the lines that say that a step begins, and without the status at the end.
brief() { shown "$@" | sed '/^[0-9:]* start /d; /^skip_kilo  /,$d'; }

# npm run -s belay -- ARGUMENTS, without starting npm each time.
npm() { node "$bundle" "${@:5}"; }

title '1. Compile a plan'
say 'skip-kilo.belay takes a small cloud from OpenStack Juno to Liberty without ever running Kilo.'
shown 0 npm run -s belay -- check skip-kilo.belay
shown 0 npm run -s belay -- compile skip-kilo.belay --to shell,json --out build

title '2. Make a sandbox cloud'
say 'Its hosts are folders, and its commands are stand-ins that refuse what the real ones refuse.'
rm -rf .belay
shown 0 sandbox/reset
say 'db1, ctl1, ctl2, cmp1, cmp2: SLES 12, OpenStack Juno, five guests.'

title '3. Run it to the rollback point'
brief 3 build/skip_kilo.sh run --yes --until databases_dumped || exit
sandbox/state >build/state-at-the-point.txt

title '4. Run on, into a fault'
say 'On ctl1 the next nova-manage will die in the middle of a migration.'
shown 0 sandbox/fault half ctl1 'nova-manage db sync --version 290'
brief 1 build/skip_kilo.sh run --yes || exit

title '5. Ask where it stands'
shown 0 build/skip_kilo.sh status

title '6. Go back'
say 'Nodes get their old system back, databases are dropped and loaded again.'
brief 0 build/skip_kilo.sh rollback || exit
sandbox/state >build/state-after-the-rollback.txt
if ! cmp -s build/state-at-the-point.txt build/state-after-the-rollback.txt; then
  diff build/state-at-the-point.txt build/state-after-the-rollback.txt
  wrong 'the cloud is not in the state of the rollback point'
fi
good "the cloud is as it was at the rollback point: $(wc -l <build/state-at-the-point.txt) facts compared"

title '7. Run again, to the end'
brief 0 build/skip_kilo.sh run --yes || exit
sandbox/state >build/state-at-the-end.txt
for fact in 'db1 database nova level 312' 'ctl1 unit openstack-nova-api enabled running liberty' 'cmp2 os sles12sp1'; do
  grep -qxF "$fact" build/state-at-the-end.txt || wrong "the state lacks: $fact"
done
if grep -q ' kilo$' sandbox/cloud/log/started; then wrong 'a service of Kilo was started'; fi
shown 0 sandbox/enter ctl1 openstack server list
good 'everything runs Liberty, no service of Kilo was ever started, and every guest has its flavor'

title 'Where everything lies'
cat <<'END'
  examples/suse-skip-kilo/
    skip-kilo.belay, cloud.belay     the plan, and the cloud
    build/skip_kilo.sh               the shell program
    build/skip_kilo.plan.json        the JSON plan
    .belay/skip_kilo/                the run's journal, and a log for each step and host
    build/state-*.txt                the states that were compared
    README.md                        what the plan does, and wrong plans to try
END

title 'Try next, in examples/suse-skip-kilo'
cat <<'END'
  build/skip_kilo.sh list
  build/skip_kilo.sh rollback --to start             all the way back to Juno
  sandbox/enter ctl1 openstack server list
  sandbox/fault                                      what else can go wrong
  npm run -s belay -- check skip-kilo.belay          after leaving out `install nova.conductor to kilo`
END
