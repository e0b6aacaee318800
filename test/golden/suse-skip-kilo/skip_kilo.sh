#!/usr/bin/env bash
#
# skip_kilo: Juno to Liberty, without ever running Kilo
#
# cloud    nuremberg (A small SUSE OpenStack Cloud)
# release  juno to liberty, skipping kilo (openstack)
# steps    44, on 5 hosts
# back to  databases_dumped: OpenStack is down, its databases and configuration are saved
# digest   sha256:8c1c47103857c55b1a91d3e15cb79d92736766e88ad71a520093ebf79752c741
#
# run --dry-run   show every command and run nothing
# run             start
# status          what is done, left and down now, and what to do
# resume          go on after a failure or a kill
# rollback        go back to the last rollback point
# --help          everything else
#
# Made by Belay from the plan. Change the plan, not this file.

# ------------------------------------------------------------------------------------------------------------
# The plan
# ------------------------------------------------------------------------------------------------------------

load_head() {
  plan skip_kilo sha256:8c1c47103857c55b1a91d3e15cb79d92736766e88ad71a520093ebf79752c741 nuremberg 'Juno to Liberty, without ever running Kilo' 'A small SUSE OpenStack Cloud'
}

load_part_1() {

  # Hosts
  host cmp1 command sandbox/enter cmp1
  host cmp2 command sandbox/enter cmp2
  host ctl1 command sandbox/enter ctl1
  host ctl2 command sandbox/enter ctl2
  host db1 command sandbox/enter db1
  hosts list-1 ctl1 ctl2 db1 cmp1 cmp2

  # Secrets, modes, windows
  mode config_management 'chef-client is off'

  # Files
  file file1 scripts/pending-migrations.sh utf8 694 $'#!/usr/bin/env bash
# Prints how far each database has to go, and fails unless all of them stand where Juno left them.
set -euo pipefail

behind=0
# report SERVICE LEVEL JUNO LIBERTY [NOTE]
report() {
  printf \'%-10s at %3d, Liberty ends at %3d%s\\n\' "$1" "$2" "$4" "${5:+; $5}"
  if [[ $2 != "$3" ]]; then
    echo "$1: expected level $3, the last of Juno; finish or take back what was begun" >&2
    behind=1
  fi
}

report keystone "$(keystone-manage db_version)" 60 80
report glance "$(glance-manage db version)" 37 42
report cinder "$(cinder-manage db version)" 31 60
report nova "$(nova-manage db version)" 264 312 \'on the way: to 290, then move the flavors with Kilo code\'
exit "$behind"
'
  file file2 files/liberty/keystone.conf utf8 98 $'[DEFAULT]

[database]
connection = mysql+pymysql://keystone@db1/keystone

[token]
provider = uuid
'
  file file3 files/liberty/glance-registry.conf utf8 69 $'[DEFAULT]

[database]
connection = mysql+pymysql://glance@db1/glance
'
  file file4 files/liberty/glance-api.conf utf8 95 $'[DEFAULT]
registry_host = localhost

[database]
connection = mysql+pymysql://glance@db1/glance
'
  file file5 files/liberty/cinder.conf utf8 112 $'[DEFAULT]

[oslo_messaging_rabbit]
rabbit_host = db1

[database]
connection = mysql+pymysql://cinder@db1/cinder
'
  file file6 files/liberty/nova.conf utf8 147 $'[DEFAULT]
compute_driver = libvirt.LibvirtDriver

[oslo_messaging_rabbit]
rabbit_host = db1

[database]
connection = mysql+pymysql://nova@db1/nova
'

  # Steps, in an order in which they may run

  step prepare/gate_everything_healthy gate skip-kilo.belay:12 'Every component answers'
    action check 'check everything_healthy'
      on all db1
      shell 'mysqladmin ping'
    action check 'check everything_healthy'
      on all db1
      shell 'rabbitmqctl status'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":5000/v2.0'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":9191/'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":9292/'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-cinder-volume\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-cinder-scheduler\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":8776/'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-nova-conductor\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-nova-scheduler\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":8774/'
    action check 'check everything_healthy'
      on all cmp1 cmp2
      shell $'systemctl is-active \'openstack-nova-compute\''
    safe_stop

  step prepare/gate_backup_space gate skip-kilo.belay:13 'Room for a second copy of the databases'
    after prepare/gate_everything_healthy
    action check 'check backup_space'
      on all db1
      shell $'used=$(du --summarize --block-size=1 /var/lib/mysql | cut -f 1)
free=$(df --block-size=1 --output=avail /srv/backup | tail -n 1)
echo "the databases take $used bytes, /srv/backup has $free free"
((free > 2 * used))'
    safe_stop

  step prepare/gate_guests_on_share gate skip-kilo.belay:14 'The disks of the guests survive a reinstallation'
    after prepare/gate_backup_space
    action check 'check guests_on_share'
      on all cmp1 cmp2
      shell 'mountpoint /var/lib/nova/instances'
    safe_stop

  step prepare/gate_instances_have_uuid gate skip-kilo.belay:15 $'What nova\'s migration 267 will insist on'
    after prepare/gate_guests_on_share
    action check 'check instances_have_uuid'
      on all db1
      shell $'without=$(mysql --skip-column-names --execute "SELECT COUNT(*) FROM nova.instances WHERE uuid IS NULL")
echo "instances without a uuid: $without"
[[ $without == 0 ]]'
    safe_stop

  step prepare/pending_migrations actions skip-kilo.belay:16 'List the migrations ahead'
    after prepare/gate_instances_have_uuid
    action script 'script scripts/pending-migrations.sh'
      on any ctl1 ctl2
      script file1 ''
    safe_stop

  step enter_config_management actions skip-kilo.belay:23 'enter config_management'
    after prepare/pending_migrations
    action enter 'enter config_management'
      on_list all list-1
      shell 'systemctl disable chef-client && systemctl stop chef-client'
      changes mode config_management entered
      back inverse
        inverse leave 'leave config_management'
          on_list all list-1
          shell 'systemctl enable chef-client && systemctl start chef-client'
          changes mode config_management left

  step shut_down/nova actions skip-kilo.belay:25 'stop nova.api, and 3 more'
    after enter_config_management
    takes 240
    action stop 'stop nova.api'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-nova-api\' && systemctl stop \'openstack-nova-api\''
      changes component nova.api stopped
      back inverse
        inverse start 'start nova.api'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-nova-api\' && systemctl start \'openstack-nova-api\''
          changes component nova.api started
    action stop 'stop nova.scheduler'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-nova-scheduler\' && systemctl stop \'openstack-nova-scheduler\''
      changes component nova.scheduler stopped
      back inverse
        inverse start 'start nova.scheduler'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-nova-scheduler\' && systemctl start \'openstack-nova-scheduler\''
          changes component nova.scheduler started
    action stop 'stop nova.compute'
      on all cmp1 cmp2
      shell $'systemctl disable \'openstack-nova-compute\' && systemctl stop \'openstack-nova-compute\''
      changes component nova.compute stopped
      back inverse
        inverse start 'start nova.compute'
          on all cmp1 cmp2
          shell $'systemctl enable \'openstack-nova-compute\' && systemctl start \'openstack-nova-compute\''
          changes component nova.compute started
    action stop 'stop nova.conductor'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-nova-conductor\' && systemctl stop \'openstack-nova-conductor\''
      changes component nova.conductor stopped
      back inverse
        inverse start 'start nova.conductor'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-nova-conductor\' && systemctl start \'openstack-nova-conductor\''
          changes component nova.conductor started

  step shut_down/cinder actions skip-kilo.belay:29 'stop cinder.api, and 2 more'
    after shut_down/nova
    takes 180
    action stop 'stop cinder.api'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-cinder-api\' && systemctl stop \'openstack-cinder-api\''
      changes component cinder.api stopped
      back inverse
        inverse start 'start cinder.api'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-cinder-api\' && systemctl start \'openstack-cinder-api\''
          changes component cinder.api started
    action stop 'stop cinder.scheduler'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-cinder-scheduler\' && systemctl stop \'openstack-cinder-scheduler\''
      changes component cinder.scheduler stopped
      back inverse
        inverse start 'start cinder.scheduler'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-cinder-scheduler\' && systemctl start \'openstack-cinder-scheduler\''
          changes component cinder.scheduler started
    action stop 'stop cinder.volume'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-cinder-volume\' && systemctl stop \'openstack-cinder-volume\''
      changes component cinder.volume stopped
      back inverse
        inverse start 'start cinder.volume'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-cinder-volume\' && systemctl start \'openstack-cinder-volume\''
          changes component cinder.volume started

  step shut_down/glance actions skip-kilo.belay:33 'stop glance.api, and 1 more'
    after shut_down/cinder
    takes 120
    action stop 'stop glance.api'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-glance-api\' && systemctl stop \'openstack-glance-api\''
      changes component glance.api stopped
      back inverse
        inverse start 'start glance.api'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-glance-api\' && systemctl start \'openstack-glance-api\''
          changes component glance.api started
    action stop 'stop glance.registry'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-glance-registry\' && systemctl stop \'openstack-glance-registry\''
      changes component glance.registry stopped
      back inverse
        inverse start 'start glance.registry'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-glance-registry\' && systemctl start \'openstack-glance-registry\''
          changes component glance.registry started

  step shut_down/keystone actions skip-kilo.belay:37 'stop keystone.server'
    after shut_down/glance
    takes 60
    action stop 'stop keystone.server'
      on all ctl1 ctl2
      shell $'systemctl disable \'openstack-keystone\' && systemctl stop \'openstack-keystone\''
      changes component keystone.server stopped
      back inverse
        inverse start 'start keystone.server'
          on all ctl1 ctl2
          shell $'systemctl enable \'openstack-keystone\' && systemctl start \'openstack-keystone\''
          changes component keystone.server started

  step shut_down/gate_openstack_down gate skip-kilo.belay:41 'Nothing of OpenStack runs'
    after shut_down/keystone
    takes 60
    action check 'check openstack_down'
      on_list all list-1
      shell $'running=$(systemctl list-units --state=active --no-legend \'openstack-*\')
printf \'%s\\n\' "$running"
[[ -z $running ]]'

  step system_images actions skip-kilo.belay:44 'Images of the old systems'
    after shut_down/gate_openstack_down
    takes 1200
    action run 'run system-image save before-liberty'
      on_list all list-1
      shell 'system-image save before-liberty'
      back restore
    undo

  step databases_dumped point skip-kilo.belay:52 'OpenStack is down, its databases and configuration are saved'
    after system_images
    takes 600
    action capture 'save keystone.main'
      on first db1
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/keystone.main\'
mkdir -p -- "${file%/*}"
need=$(mysql --batch --skip-column-names --database=\'keystone\' --execute \'SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = DATABASE()\')
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'keystone.main\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases \'keystone\' >"$file.partial"
mv -fT -- "$file.partial" "$file"'
    action verify 'verify keystone.main'
      on first db1
      shell $'tail -n 1 \'/srv/backup/skip_kilo/databases_dumped/keystone.main\' | grep -q \'^-- Dump completed\''
    action capture 'save glance.main'
      on first db1
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/glance.main\'
mkdir -p -- "${file%/*}"
need=$(mysql --batch --skip-column-names --database=\'glance\' --execute \'SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = DATABASE()\')
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'glance.main\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases \'glance\' >"$file.partial"
mv -fT -- "$file.partial" "$file"'
    action verify 'verify glance.main'
      on first db1
      shell $'tail -n 1 \'/srv/backup/skip_kilo/databases_dumped/glance.main\' | grep -q \'^-- Dump completed\''
    action capture 'save cinder.main'
      on first db1
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/cinder.main\'
mkdir -p -- "${file%/*}"
need=$(mysql --batch --skip-column-names --database=\'cinder\' --execute \'SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = DATABASE()\')
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'cinder.main\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases \'cinder\' >"$file.partial"
mv -fT -- "$file.partial" "$file"'
    action verify 'verify cinder.main'
      on first db1
      shell $'tail -n 1 \'/srv/backup/skip_kilo/databases_dumped/cinder.main\' | grep -q \'^-- Dump completed\''
    action capture 'save nova.main'
      on first db1
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/nova.main\'
mkdir -p -- "${file%/*}"
need=$(mysql --batch --skip-column-names --database=\'nova\' --execute \'SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = DATABASE()\')
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'nova.main\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases \'nova\' >"$file.partial"
mv -fT -- "$file.partial" "$file"'
    action verify 'verify nova.main'
      on first db1
      shell $'tail -n 1 \'/srv/backup/skip_kilo/databases_dumped/nova.main\' | grep -q \'^-- Dump completed\''
    action capture 'save /etc/keystone'
      on all ctl1 ctl2
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.tar
absent=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.absent
mkdir -p -- "${file%/*}"
rm -f -- "$file" "$absent"
if [[ ! -e \'/etc/keystone\' && ! -L \'/etc/keystone\' ]]; then
  : >"$absent"
  exit 0
fi
need=$(du --summarize --bytes -- \'/etc/keystone\')
need=${need%%[[:blank:]]*}
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'/etc/keystone\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
tar -C / -cpf "$file.partial" \'./etc/keystone\'
mv -fT -- "$file.partial" "$file"'
    action verify 'verify /etc/keystone'
      on all ctl1 ctl2
      shell $'[ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.absent ] || tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.tar > /dev/null'
    action capture 'save /etc/glance'
      on all ctl1 ctl2
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.tar
absent=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.absent
mkdir -p -- "${file%/*}"
rm -f -- "$file" "$absent"
if [[ ! -e \'/etc/glance\' && ! -L \'/etc/glance\' ]]; then
  : >"$absent"
  exit 0
fi
need=$(du --summarize --bytes -- \'/etc/glance\')
need=${need%%[[:blank:]]*}
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'/etc/glance\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
tar -C / -cpf "$file.partial" \'./etc/glance\'
mv -fT -- "$file.partial" "$file"'
    action verify 'verify /etc/glance'
      on all ctl1 ctl2
      shell $'[ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.absent ] || tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.tar > /dev/null'
    action capture 'save /etc/cinder'
      on all ctl1 ctl2
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.tar
absent=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.absent
mkdir -p -- "${file%/*}"
rm -f -- "$file" "$absent"
if [[ ! -e \'/etc/cinder\' && ! -L \'/etc/cinder\' ]]; then
  : >"$absent"
  exit 0
fi
need=$(du --summarize --bytes -- \'/etc/cinder\')
need=${need%%[[:blank:]]*}
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'/etc/cinder\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
tar -C / -cpf "$file.partial" \'./etc/cinder\'
mv -fT -- "$file.partial" "$file"'
    action verify 'verify /etc/cinder'
      on all ctl1 ctl2
      shell $'[ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.absent ] || tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.tar > /dev/null'
    action capture 'save /etc/nova'
      on all ctl1 ctl2 cmp1 cmp2
      shell $'set -euo pipefail
file=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.tar
absent=\'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.absent
mkdir -p -- "${file%/*}"
rm -f -- "$file" "$absent"
if [[ ! -e \'/etc/nova\' && ! -L \'/etc/nova\' ]]; then
  : >"$absent"
  exit 0
fi
need=$(du --summarize --bytes -- \'/etc/nova\')
need=${need%%[[:blank:]]*}
room=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf \'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\\n\' \'/etc/nova\' "${file%/*}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
trap \'rm -rf -- "$file.partial"\' EXIT
tar -C / -cpf "$file.partial" \'./etc/nova\'
mv -fT -- "$file.partial" "$file"'
    action verify 'verify /etc/nova'
      on all ctl1 ctl2 cmp1 cmp2
      shell $'[ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.absent ] || tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.tar > /dev/null'

  step approve approve skip-kilo.belay:59 'The dumps are verified. Reinstall all nodes?'
    after databases_dumped
    takes 1800
    text 'The dumps are verified. Reinstall all nodes?'

  step new_systems/stop_rabbitmq_mariadb actions skip-kilo.belay:62 'stop rabbitmq.server, and 1 more'
    after approve
    takes 120
    action stop 'stop rabbitmq.server'
      on all db1
      shell $'systemctl disable \'rabbitmq-server\' && systemctl stop \'rabbitmq-server\''
      changes component rabbitmq.server stopped
      back inverse
        inverse start 'start rabbitmq.server'
          on all db1
          shell $'systemctl enable \'rabbitmq-server\' && systemctl start \'rabbitmq-server\''
          changes component rabbitmq.server started
    action stop 'stop mariadb.server'
      on all db1
      shell $'systemctl disable \'mariadb\' && systemctl stop \'mariadb\''
      changes component mariadb.server stopped
      back inverse
        inverse start 'start mariadb.server'
          on all db1
          shell $'systemctl enable \'mariadb\' && systemctl start \'mariadb\''
          changes component mariadb.server started
    restore_from databases_dumped keystone.main start databases_dumped
    restore_from databases_dumped glance.main start databases_dumped
    restore_from databases_dumped cinder.main start databases_dumped
    restore_from databases_dumped nova.main start databases_dumped

  step new_systems/reinstall_databases actions skip-kilo.belay:64 'run autoinstall sles12sp1'
    after new_systems/stop_rabbitmq_mariadb
    takes 2400
    action run 'run autoinstall sles12sp1'
      on all db1
      shell 'autoinstall sles12sp1'
      changes database keystone.main rewritten
      changes database glance.main rewritten
      changes database cinder.main rewritten
      changes database nova.main rewritten
      back restore
    undo run 'run system-image restore before-liberty'
      on all db1
      shell 'system-image restore before-liberty'

  step new_systems/reinstall_controllers actions skip-kilo.belay:72 'run autoinstall sles12sp1'
    after new_systems/stop_rabbitmq_mariadb
    takes 2400
    action run 'run autoinstall sles12sp1'
      on all ctl1 ctl2
      shell 'autoinstall sles12sp1'
      back restore
    undo run 'run system-image restore before-liberty'
      on all ctl1 ctl2
      shell 'system-image restore before-liberty'

  step new_systems/reinstall_computes actions skip-kilo.belay:79 'run autoinstall sles12sp1'
    after new_systems/stop_rabbitmq_mariadb
    takes 2400
    action run 'run autoinstall sles12sp1'
      on all cmp1 cmp2
      shell 'autoinstall sles12sp1'
      back restore
    undo run 'run system-image restore before-liberty'
      on all cmp1 cmp2
      shell 'system-image restore before-liberty'

  step new_systems/install_mariadb_rabbitmq actions skip-kilo.belay:87 'install mariadb.server liberty, and 1 more'
    after new_systems/reinstall_databases new_systems/reinstall_controllers new_systems/reinstall_computes
    takes 600
    action install 'install mariadb.server liberty'
      on all db1
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'mariadb\''
      changes component mariadb.server installed
      back inverse
        inverse install 'install mariadb.server juno'
          on all db1
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'mariadb\''
          changes component mariadb.server installed
    action install 'install rabbitmq.server liberty'
      on all db1
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'rabbitmq-server\''
      changes component rabbitmq.server installed
      back inverse
        inverse install 'install rabbitmq.server juno'
          on all db1
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'rabbitmq-server\''
          changes component rabbitmq.server installed
    undo

  step new_systems/start_mariadb_rabbitmq actions skip-kilo.belay:91 'start mariadb.server, and 1 more'
    after new_systems/install_mariadb_rabbitmq
    takes 120
    action start 'start mariadb.server'
      on all db1
      shell $'systemctl enable \'mariadb\' && systemctl start \'mariadb\''
      changes component mariadb.server started
      back inverse
        inverse stop 'stop mariadb.server'
          on all db1
          shell $'systemctl disable \'mariadb\' && systemctl stop \'mariadb\''
          changes component mariadb.server stopped
    action start 'start rabbitmq.server'
      on all db1
      shell $'systemctl enable \'rabbitmq-server\' && systemctl start \'rabbitmq-server\''
      changes component rabbitmq.server started
      back inverse
        inverse stop 'stop rabbitmq.server'
          on all db1
          shell $'systemctl disable \'rabbitmq-server\' && systemctl stop \'rabbitmq-server\''
          changes component rabbitmq.server stopped

  step new_systems/load_dumps actions skip-kilo.belay:92 'restore keystone.main from databases_dumped, and 3 more'
    after new_systems/start_mariadb_rabbitmq
    takes 1200
    action restore 'restore keystone.main from databases_dumped'
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/keystone.main\''
      changes database keystone.main restored
      back restore
    action restore 'restore glance.main from databases_dumped'
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/glance.main\''
      changes database glance.main restored
      back restore
    action restore 'restore cinder.main from databases_dumped'
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/cinder.main\''
      changes database cinder.main restored
      back restore
    action restore 'restore nova.main from databases_dumped'
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/nova.main\''
      changes database nova.main restored
      back restore

  step keystone/install_keystone actions skip-kilo.belay:99 'install keystone.server liberty'
    after new_systems/load_dumps
    takes 300
    action install 'install keystone.server liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-keystone\''
      changes component keystone.server installed
      back inverse
        inverse install 'install keystone.server juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-keystone\''
          changes component keystone.server installed
    undo

  step keystone/configure actions skip-kilo.belay:103 'put /etc/keystone/keystone.conf'
    after keystone/install_keystone
    takes 60
    action put 'put /etc/keystone/keystone.conf'
      on all ctl1 ctl2
      put file2 /etc/keystone/keystone.conf 0640 ''
      changes file /etc/keystone/keystone.conf rewritten
      back inverse
        inverse put 'put /etc/keystone/keystone.conf back'
          on all ctl1 ctl2
          put_back file2 /etc/keystone/keystone.conf
          changes file /etc/keystone/keystone.conf rewritten
    restore_from databases_dumped /etc/keystone start databases_dumped

  step keystone/migrate_keystone_main actions skip-kilo.belay:107 'migrate keystone.main to liberty'
    after keystone/configure
    again_is restore
    takes 300
    action migrate 'migrate keystone.main to liberty'
      on first ctl1 ctl2
      shell 'keystone-manage db_sync'
      changes database keystone.main migrated
      back restore

  step glance/install_glance actions skip-kilo.belay:111 'install glance.registry liberty, and 1 more'
    after keystone/migrate_keystone_main
    takes 300
    action install 'install glance.registry liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-glance-registry\''
      changes component glance.registry installed
      back inverse
        inverse install 'install glance.registry juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-glance-registry\''
          changes component glance.registry installed
    action install 'install glance.api liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-glance-api\''
      changes component glance.api installed
      back inverse
        inverse install 'install glance.api juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-glance-api\''
          changes component glance.api installed
    undo

  step glance/configure actions skip-kilo.belay:115 'put /etc/glance/glance-registry.conf, and 1 more'
    after glance/install_glance
    takes 60
    action put 'put /etc/glance/glance-registry.conf'
      on all ctl1 ctl2
      put file3 /etc/glance/glance-registry.conf 0640 ''
      changes file /etc/glance/glance-registry.conf rewritten
      back inverse
        inverse put 'put /etc/glance/glance-registry.conf back'
          on all ctl1 ctl2
          put_back file3 /etc/glance/glance-registry.conf
          changes file /etc/glance/glance-registry.conf rewritten
    action put 'put /etc/glance/glance-api.conf'
      on all ctl1 ctl2
      put file4 /etc/glance/glance-api.conf 0640 ''
      changes file /etc/glance/glance-api.conf rewritten
      back inverse
        inverse put 'put /etc/glance/glance-api.conf back'
          on all ctl1 ctl2
          put_back file4 /etc/glance/glance-api.conf
          changes file /etc/glance/glance-api.conf rewritten
    restore_from databases_dumped /etc/glance start databases_dumped

  step glance/migrate_glance_main actions skip-kilo.belay:120 'migrate glance.main to liberty'
    after glance/configure
    again_is restore
    takes 300
    action migrate 'migrate glance.main to liberty'
      on first ctl1 ctl2
      shell 'glance-manage db sync'
      changes database glance.main migrated
      back restore

  step cinder/install_cinder actions skip-kilo.belay:124 'install cinder.volume liberty, and 2 more'
    after glance/migrate_glance_main
    takes 300
    action install 'install cinder.volume liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-cinder-volume\''
      changes component cinder.volume installed
      back inverse
        inverse install 'install cinder.volume juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-cinder-volume\''
          changes component cinder.volume installed
    action install 'install cinder.scheduler liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-cinder-scheduler\''
      changes component cinder.scheduler installed
      back inverse
        inverse install 'install cinder.scheduler juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-cinder-scheduler\''
          changes component cinder.scheduler installed
    action install 'install cinder.api liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-cinder-api\''
      changes component cinder.api installed
      back inverse
        inverse install 'install cinder.api juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-cinder-api\''
          changes component cinder.api installed
    undo

  step cinder/configure actions skip-kilo.belay:128 'put /etc/cinder/cinder.conf'
    after cinder/install_cinder
    takes 60
    action put 'put /etc/cinder/cinder.conf'
      on all ctl1 ctl2
      put file5 /etc/cinder/cinder.conf 0640 ''
      changes file /etc/cinder/cinder.conf rewritten
      back inverse
        inverse put 'put /etc/cinder/cinder.conf back'
          on all ctl1 ctl2
          put_back file5 /etc/cinder/cinder.conf
          changes file /etc/cinder/cinder.conf rewritten
    restore_from databases_dumped /etc/cinder start databases_dumped

  step cinder/migrate_cinder_main actions skip-kilo.belay:132 'migrate cinder.main to liberty'
    after cinder/configure
    again_is restore
    takes 300
    action migrate 'migrate cinder.main to liberty'
      on first ctl1 ctl2
      shell 'cinder-manage db sync'
      changes database cinder.main migrated
      back restore

  step nova/install_nova_conductor_to_kilo actions skip-kilo.belay:137 'install nova.conductor kilo'
    after cinder/migrate_cinder_main
    takes 300
    action install 'install nova.conductor kilo'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'kilo\' \'openstack-nova-conductor\''
      changes component nova.conductor installed
      back inverse
        inverse install 'install nova.conductor juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-nova-conductor\''
          changes component nova.conductor installed
    undo

  step nova/configure_controllers actions skip-kilo.belay:141 'put /etc/nova/nova.conf'
    after nova/install_nova_conductor_to_kilo
    takes 60
    action put 'put /etc/nova/nova.conf'
      on all ctl1 ctl2
      put file6 /etc/nova/nova.conf 0640 ''
      changes file /etc/nova/nova.conf rewritten
      back inverse
        inverse put 'put /etc/nova/nova.conf back'
          on all ctl1 ctl2
          put_back file6 /etc/nova/nova.conf
          changes file /etc/nova/nova.conf rewritten
    restore_from databases_dumped /etc/nova start databases_dumped

  step nova/migrate_nova_main_to_kilo actions skip-kilo.belay:145 'migrate nova.main to kilo'
    after nova/configure_controllers
    again_is restore
    takes 600
    action migrate 'migrate nova.main to kilo'
      on first ctl1 ctl2
      shell 'nova-manage db sync --version 290'
      changes database nova.main migrated
      back restore

  step nova/flavors actions skip-kilo.belay:149 'Move the flavors out of the system metadata'
    after nova/migrate_nova_main_to_kilo
    takes 600
    action run 'run nova-manage db migrate_flavor_data'
      on any ctl1 ctl2
      shell 'nova-manage db migrate_flavor_data'
      changes database nova.main rewritten
      back restore
    verify $'left=$(mysql --skip-column-names --execute "SELECT COUNT(*) …'
      on all db1
      shell $'left=$(mysql --skip-column-names --execute "SELECT COUNT(*) FROM nova.instance_system_metadata m
  WHERE m.key = \'instance_type_id\' AND m.deleted = 0")
echo "instances whose flavor was not moved: $left"
[[ $left == 0 ]]'

  step nova/install_nova actions skip-kilo.belay:165 'install nova.conductor liberty, and 3 more'
    after nova/flavors
    takes 900
    action install 'install nova.conductor liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-nova-conductor\''
      changes component nova.conductor installed
      back inverse
        inverse install 'install nova.conductor kilo'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'kilo\' \'openstack-nova-conductor\''
          changes component nova.conductor installed
    action install 'install nova.scheduler liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-nova-scheduler\''
      changes component nova.scheduler installed
      back inverse
        inverse install 'install nova.scheduler juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-nova-scheduler\''
          changes component nova.scheduler installed
    action install 'install nova.api liberty'
      on all ctl1 ctl2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-nova-api\''
      changes component nova.api installed
      back inverse
        inverse install 'install nova.api juno'
          on all ctl1 ctl2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-nova-api\''
          changes component nova.api installed
    action install 'install nova.compute liberty'
      on all cmp1 cmp2
      shell $'zypper --non-interactive install --from cloud-\'liberty\' \'openstack-nova-compute\''
      changes component nova.compute installed
      back inverse
        inverse install 'install nova.compute juno'
          on all cmp1 cmp2
          shell $'zypper --non-interactive install --from cloud-\'juno\' \'openstack-nova-compute\''
          changes component nova.compute installed
    undo

  step nova/configure_computes actions skip-kilo.belay:169 'put /etc/nova/nova.conf'
    after nova/install_nova
    takes 60
    action put 'put /etc/nova/nova.conf'
      on all cmp1 cmp2
      put file6 /etc/nova/nova.conf 0640 ''
      changes file /etc/nova/nova.conf rewritten
      back inverse
        inverse put 'put /etc/nova/nova.conf back'
          on all cmp1 cmp2
          put_back file6 /etc/nova/nova.conf
          changes file /etc/nova/nova.conf rewritten

  step nova/migrate_nova_main actions skip-kilo.belay:173 'migrate nova.main to liberty'
    after nova/configure_computes
    again_is restore
    takes 600
    action migrate 'migrate nova.main to liberty'
      on first ctl1 ctl2
      shell 'nova-manage db sync'
      changes database nova.main migrated
      back restore

  step start_up/start_keystone actions skip-kilo.belay:177 'start keystone.server'
    after nova/migrate_nova_main
    takes 120
    action start 'start keystone.server'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-keystone\' && systemctl start \'openstack-keystone\''
      changes component keystone.server started
      back inverse
        inverse stop 'stop keystone.server'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-keystone\' && systemctl stop \'openstack-keystone\''
          changes component keystone.server stopped

  step start_up/start_glance actions skip-kilo.belay:178 'start glance.registry, and 1 more'
    after start_up/start_keystone
    takes 120
    action start 'start glance.registry'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-glance-registry\' && systemctl start \'openstack-glance-registry\''
      changes component glance.registry started
      back inverse
        inverse stop 'stop glance.registry'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-glance-registry\' && systemctl stop \'openstack-glance-registry\''
          changes component glance.registry stopped
    action start 'start glance.api'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-glance-api\' && systemctl start \'openstack-glance-api\''
      changes component glance.api started
      back inverse
        inverse stop 'stop glance.api'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-glance-api\' && systemctl stop \'openstack-glance-api\''
          changes component glance.api stopped

  step start_up/start_cinder actions skip-kilo.belay:179 'start cinder.volume, and 2 more'
    after start_up/start_glance
    takes 180
    action start 'start cinder.volume'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-cinder-volume\' && systemctl start \'openstack-cinder-volume\''
      changes component cinder.volume started
      back inverse
        inverse stop 'stop cinder.volume'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-cinder-volume\' && systemctl stop \'openstack-cinder-volume\''
          changes component cinder.volume stopped
    action start 'start cinder.scheduler'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-cinder-scheduler\' && systemctl start \'openstack-cinder-scheduler\''
      changes component cinder.scheduler started
      back inverse
        inverse stop 'stop cinder.scheduler'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-cinder-scheduler\' && systemctl stop \'openstack-cinder-scheduler\''
          changes component cinder.scheduler stopped
    action start 'start cinder.api'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-cinder-api\' && systemctl start \'openstack-cinder-api\''
      changes component cinder.api started
      back inverse
        inverse stop 'stop cinder.api'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-cinder-api\' && systemctl stop \'openstack-cinder-api\''
          changes component cinder.api stopped

  step start_up/start_nova actions skip-kilo.belay:180 'start nova.conductor, and 3 more'
    after start_up/start_cinder
    takes 300
    action start 'start nova.conductor'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-nova-conductor\' && systemctl start \'openstack-nova-conductor\''
      changes component nova.conductor started
      back inverse
        inverse stop 'stop nova.conductor'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-nova-conductor\' && systemctl stop \'openstack-nova-conductor\''
          changes component nova.conductor stopped
    action start 'start nova.scheduler'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-nova-scheduler\' && systemctl start \'openstack-nova-scheduler\''
      changes component nova.scheduler started
      back inverse
        inverse stop 'stop nova.scheduler'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-nova-scheduler\' && systemctl stop \'openstack-nova-scheduler\''
          changes component nova.scheduler stopped
    action start 'start nova.api'
      on all ctl1 ctl2
      shell $'systemctl enable \'openstack-nova-api\' && systemctl start \'openstack-nova-api\''
      changes component nova.api started
      back inverse
        inverse stop 'stop nova.api'
          on all ctl1 ctl2
          shell $'systemctl disable \'openstack-nova-api\' && systemctl stop \'openstack-nova-api\''
          changes component nova.api stopped
    action start 'start nova.compute'
      on all cmp1 cmp2
      shell $'systemctl enable \'openstack-nova-compute\' && systemctl start \'openstack-nova-compute\''
      changes component nova.compute started
      back inverse
        inverse stop 'stop nova.compute'
          on all cmp1 cmp2
          shell $'systemctl disable \'openstack-nova-compute\' && systemctl stop \'openstack-nova-compute\''
          changes component nova.compute stopped

  step start_up/gate_everything_healthy gate skip-kilo.belay:181 'Every component answers'
    after start_up/start_nova
    takes 120
    action check 'check everything_healthy'
      on all db1
      shell 'mysqladmin ping'
    action check 'check everything_healthy'
      on all db1
      shell 'rabbitmqctl status'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":5000/v2.0'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":9191/'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":9292/'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-cinder-volume\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-cinder-scheduler\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":8776/'
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-nova-conductor\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-nova-scheduler\''
    action check 'check everything_healthy'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":8774/'
    action check 'check everything_healthy'
      on all cmp1 cmp2
      shell $'systemctl is-active \'openstack-nova-compute\''

  step start_up/gate_users_can_work gate skip-kilo.belay:182 'What users see'
    after start_up/gate_everything_healthy
    takes 60
    action check 'check users_can_work'
      on any ctl1 ctl2
      shell 'openstack token issue'
    action check 'check users_can_work'
      on any ctl1 ctl2
      shell 'openstack image list'
    action check 'check users_can_work'
      on any ctl1 ctl2
      shell 'openstack volume list'
    action check 'check users_can_work'
      on any ctl1 ctl2
      shell 'openstack server list'
    action check 'check users_can_work'
      on any ctl1 ctl2
      shell 'openstack hypervisor list'

  step leave_config_management actions skip-kilo.belay:23 'leave config_management'
    after start_up/gate_users_can_work
    action leave 'leave config_management'
      on_list all list-1
      shell 'systemctl enable chef-client && systemctl start chef-client'
      changes mode config_management left
      back inverse
        inverse enter 'enter config_management'
          on_list all list-1
          shell 'systemctl disable chef-client && systemctl stop chef-client'
          changes mode config_management entered
    safe_stop

  # What the rollback points captured, and how it is restored

  point databases_dumped
    capture keystone.main
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/keystone.main\''
    capture glance.main
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/glance.main\''
    capture cinder.main
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/cinder.main\''
    capture nova.main
      on first db1
      shell $'mysql < \'/srv/backup/skip_kilo/databases_dumped/nova.main\''
    capture /etc/keystone
      on all ctl1 ctl2
      shell $'if [ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.absent ]; then rm -rf \'/etc/keystone\'; else tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.tar > /dev/null && rm -rf \'/etc/keystone\' && tar -C / -xpf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+keystone\'.tar; fi'
    capture /etc/glance
      on all ctl1 ctl2
      shell $'if [ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.absent ]; then rm -rf \'/etc/glance\'; else tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.tar > /dev/null && rm -rf \'/etc/glance\' && tar -C / -xpf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+glance\'.tar; fi'
    capture /etc/cinder
      on all ctl1 ctl2
      shell $'if [ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.absent ]; then rm -rf \'/etc/cinder\'; else tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.tar > /dev/null && rm -rf \'/etc/cinder\' && tar -C / -xpf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+cinder\'.tar; fi'
    capture /etc/nova
      on all ctl1 ctl2 cmp1 cmp2
      shell $'if [ -e \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.absent ]; then rm -rf \'/etc/nova\'; else tar -tf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.tar > /dev/null && rm -rf \'/etc/nova\' && tar -C / -xpf \'/srv/backup/skip_kilo/databases_dumped/\'"$BELAY_HOST"\'/etc+nova\'.tar; fi'

  # How components show behind a rollback that they work
  component mariadb.server
    on all db1
    healthy 'mysqladmin ping'
      on all db1
      shell 'mysqladmin ping'
  component rabbitmq.server
    on all db1
    healthy 'rabbitmqctl status'
      on all db1
      shell 'rabbitmqctl status'
  component keystone.server
    on all ctl1 ctl2
    healthy $'curl --fail --silent --output /dev/null http://"$BELAY_HOST"…'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":5000/v2.0'
  component glance.registry
    on all ctl1 ctl2
    healthy $'curl --fail --silent --output /dev/null http://"$BELAY_HOST"…'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":9191/'
  component glance.api
    on all ctl1 ctl2
    healthy $'curl --fail --silent --output /dev/null http://"$BELAY_HOST"…'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":9292/'
  component cinder.volume
    on all ctl1 ctl2
    healthy $'systemctl is-active \'openstack-cinder-volume\''
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-cinder-volume\''
  component cinder.scheduler
    on all ctl1 ctl2
    healthy $'systemctl is-active \'openstack-cinder-scheduler\''
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-cinder-scheduler\''
  component cinder.api
    on all ctl1 ctl2
    healthy $'curl --fail --silent --output /dev/null http://"$BELAY_HOST"…'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":8776/'
  component nova.conductor
    on all ctl1 ctl2
    healthy $'systemctl is-active \'openstack-nova-conductor\''
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-nova-conductor\''
  component nova.scheduler
    on all ctl1 ctl2
    healthy $'systemctl is-active \'openstack-nova-scheduler\''
      on all ctl1 ctl2
      shell $'systemctl is-active \'openstack-nova-scheduler\''
  component nova.api
    on all ctl1 ctl2
    healthy $'curl --fail --silent --output /dev/null http://"$BELAY_HOST"…'
      on all ctl1 ctl2
      shell $'curl --fail --silent --output /dev/null http://"$BELAY_HOST":8774/'
  component nova.compute
    on all cmp1 cmp2
    healthy $'systemctl is-active \'openstack-nova-compute\''
      on all cmp1 cmp2
      shell $'systemctl is-active \'openstack-nova-compute\''
}

load_plan() {
  load_part_1
  unset -f load_part_1
}

# … packages/compiler/src/emit/shell/runtime
