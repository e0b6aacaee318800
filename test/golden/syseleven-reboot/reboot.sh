#!/usr/bin/env bash
#
# reboot: Reboot the hosts that ask for it, one at a time
#
# cloud    berlin (Two zones of computes on one storage cluster)
# steps    2, on 12 hosts
# digest   sha256:a9b57509dbd2f402b3aa9784a79aa6bab1723b00c27d52f29a7caaa1f62d98cf
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
  plan reboot sha256:a9b57509dbd2f402b3aa9784a79aa6bab1723b00c27d52f29a7caaa1f62d98cf berlin 'Reboot the hosts that ask for it, one at a time' 'Two zones of computes on one storage cluster'
}

load_part_1() {

  # Hosts
  host cmp1.ber command sandbox/enter cmp1.ber
    variable nova_name cmp1
  host cmp2.ber command sandbox/enter cmp2.ber
    variable nova_name cmp2
  host cmp3.ber command sandbox/enter cmp3.ber
    variable nova_name cmp3
  host cmp4.ber command sandbox/enter cmp4.ber
    variable nova_name cmp4
  host cmp5.ber command sandbox/enter cmp5.ber
    variable nova_name cmp5
  host cmp6.ber command sandbox/enter cmp6.ber
    variable nova_name cmp6
  host ctl1.ber command sandbox/enter ctl1.ber
  host ctl2.ber command sandbox/enter ctl2.ber
  host ctl3.ber command sandbox/enter ctl3.ber
  host sto1.ber command sandbox/enter sto1.ber
  host sto2.ber command sandbox/enter sto2.ber
  host sto3.ber command sandbox/enter sto3.ber
  hosts computes cmp1.ber cmp2.ber cmp3.ber cmp4.ber cmp5.ber cmp6.ber

  # Secrets, modes, windows
  mode downtime 'No alarms from this host'

  # Files
  file file1 tasks/live-migrate.sh utf8 405 $'#!/usr/bin/env bash
# live-migrate.sh COMPUTE: moves every guest of a compute elsewhere. Ends with 0 only if none is left.
set -euo pipefail

list_guests() {
  openstack server list --all-projects --host "$1" -f value -c ID
}

guests=$(list_guests "$1")
for guest in $guests; do
  printf \'moving %s: \' "$guest"
  openstack server migrate --live-migration --wait "$guest"
done
[[ -z $(list_guests "$1") ]]
'

  # Steps, in an order in which they may run

  step roll_computes roll reboot.belay:7 Computes
    safe_stop
    roll computes 0 0
      batch cmp1.ber
      batch cmp2.ber
      batch cmp3.ber
      batch cmp4.ber
      batch cmp5.ber
      batch cmp6.ber
      needed 'cat /var/run/reboot-required'
        on_list all computes
        of_batch
        shell 'cat /var/run/reboot-required'
      lock 'acquire lock service/reboot/lock' consul service/reboot/lock
        on any ctl1.ber ctl2.ber ctl3.ber
        shell $'consul kv put -cas -modify-index=0 \'service/reboot/lock\' "$BELAY_RUN" || { holder=$(consul kv get \'service/reboot/lock\' 2>&1); case $holder in "$BELAY_RUN") ;; *) echo "the lock is held by: $holder" >&2; false ;; esac; }'
      unlock 'release lock service/reboot/lock'
        on any ctl1.ber ctl2.ber ctl3.ber
        shell $'holder=$(consul kv get \'service/reboot/lock\' 2>&1); case $holder in "$BELAY_RUN") consul kv delete \'service/reboot/lock\' ;; \'Error! No key exists\'*) ;; *) echo "the lock is held by: $holder" >&2; false ;; esac'

      step roll_computes/gate_services_healthy gate reboot.belay:12 'No critical check in Consul'
        action check 'check services_healthy'
          on any ctl1.ber ctl2.ber ctl3.ber
          shell $'critical=$(consul watch -type=checks -state=critical) || exit
[[ $critical == "[]" ]] || { printf \'%s\\n\' "$critical"; exit 1; }'

      step roll_computes/drain actions reboot.belay:13 'drain computes, and 1 more'
        after roll_computes/gate_services_healthy
        action drain 'drain computes'
          on_list all computes
          of_batch
          shell $'openstack compute service set --disable --disable-reason \'belay: reboot\' "$BELAY_VAR_nova_name" nova-compute'
          uses BELAY_VAR_nova_name nova_name
          back inverse
            inverse return 'return computes'
              on_list all computes
              of_batch
              shell $'openstack compute service set --enable "$BELAY_VAR_nova_name" nova-compute'
              uses BELAY_VAR_nova_name nova_name
              changes host host returned
        action drain 'drain computes'
          on_list all computes
          of_batch
          script file1 $'"$BELAY_VAR_nova_name"'
          uses BELAY_VAR_nova_name nova_name
          changes host host drained

      step roll_computes/enter_downtime actions reboot.belay:14 'enter downtime'
        after roll_computes/drain
        action enter 'enter downtime'
          on_list all computes
          of_batch
          shell $'consul maint -enable -reason \'belay: reboot\''
          changes mode downtime entered
          back inverse
            inverse leave 'leave downtime'
              on_list all computes
              of_batch
              shell 'consul maint -disable'
              changes mode downtime left

      step roll_computes/reboot actions reboot.belay:15 'reboot computes'
        after roll_computes/enter_downtime
        within 600
        action reboot 'reboot computes'
          on_list all computes
          of_batch
          reboot_by 'systemctl reboot' 'cat /proc/sys/kernel/random/boot_id' 600
          changes host host rebooted

      step roll_computes/leave_downtime actions reboot.belay:14 'leave downtime'
        after roll_computes/reboot
        action leave 'leave downtime'
          on_list all computes
          of_batch
          shell 'consul maint -disable'
          changes mode downtime left
          back inverse
            inverse enter 'enter downtime'
              on_list all computes
              of_batch
              shell $'consul maint -enable -reason \'belay: reboot\''
              changes mode downtime entered

      step roll_computes/return actions reboot.belay:17 'return computes'
        after roll_computes/leave_downtime
        action return 'return computes'
          on_list all computes
          of_batch
          shell $'openstack compute service set --enable "$BELAY_VAR_nova_name" nova-compute'
          uses BELAY_VAR_nova_name nova_name
          changes host host returned
          back inverse
            inverse drain 'drain computes'
              on_list all computes
              of_batch
              shell $'openstack compute service set --disable --disable-reason \'belay: reboot\' "$BELAY_VAR_nova_name" nova-compute'
              uses BELAY_VAR_nova_name nova_name
            inverse drain 'drain computes'
              on_list all computes
              of_batch
              script file1 $'"$BELAY_VAR_nova_name"'
              uses BELAY_VAR_nova_name nova_name
              changes host host drained

      step roll_computes/gate_services_healthy_2 gate reboot.belay:18 'No critical check in Consul'
        after roll_computes/return
        action check 'check services_healthy'
          on any ctl1.ber ctl2.ber ctl3.ber
          shell $'critical=$(consul watch -type=checks -state=critical) || exit
[[ $critical == "[]" ]] || { printf \'%s\\n\' "$critical"; exit 1; }'
          poll 1 300
    end_roll

  step roll_storage roll reboot.belay:21 'Storage nodes'
    after roll_computes
    safe_stop
    roll storage 0 0
      batch sto1.ber
      batch sto2.ber
      batch sto3.ber
      needed 'cat /var/run/reboot-required'
        on all sto1.ber sto2.ber sto3.ber
        of_batch
        shell 'cat /var/run/reboot-required'
      lock 'acquire lock service/reboot/lock' consul service/reboot/lock
        on any ctl1.ber ctl2.ber ctl3.ber
        shell $'consul kv put -cas -modify-index=0 \'service/reboot/lock\' "$BELAY_RUN" || { holder=$(consul kv get \'service/reboot/lock\' 2>&1); case $holder in "$BELAY_RUN") ;; *) echo "the lock is held by: $holder" >&2; false ;; esac; }'
      unlock 'release lock service/reboot/lock'
        on any ctl1.ber ctl2.ber ctl3.ber
        shell $'holder=$(consul kv get \'service/reboot/lock\' 2>&1); case $holder in "$BELAY_RUN") consul kv delete \'service/reboot/lock\' ;; \'Error! No key exists\'*) ;; *) echo "the lock is held by: $holder" >&2; false ;; esac'

      step roll_storage/gate_services_healthy gate reboot.belay:26 'No critical check in Consul'
        action check 'check services_healthy'
          on any ctl1.ber ctl2.ber ctl3.ber
          shell $'critical=$(consul watch -type=checks -state=critical) || exit
[[ $critical == "[]" ]] || { printf \'%s\\n\' "$critical"; exit 1; }'

      step roll_storage/enter_downtime actions reboot.belay:27 'enter downtime'
        after roll_storage/gate_services_healthy
        action enter 'enter downtime'
          on all sto1.ber sto2.ber sto3.ber
          of_batch
          shell $'consul maint -enable -reason \'belay: reboot\''
          changes mode downtime entered
          back inverse
            inverse leave 'leave downtime'
              on all sto1.ber sto2.ber sto3.ber
              of_batch
              shell 'consul maint -disable'
              changes mode downtime left

      step roll_storage/reboot actions reboot.belay:28 'reboot storage'
        after roll_storage/enter_downtime
        within 600
        action reboot 'reboot storage'
          on all sto1.ber sto2.ber sto3.ber
          of_batch
          reboot_by 'systemctl reboot' 'cat /proc/sys/kernel/random/boot_id' 600
          changes host host rebooted

      step roll_storage/leave_downtime actions reboot.belay:27 'leave downtime'
        after roll_storage/reboot
        action leave 'leave downtime'
          on all sto1.ber sto2.ber sto3.ber
          of_batch
          shell 'consul maint -disable'
          changes mode downtime left
          back inverse
            inverse enter 'enter downtime'
              on all sto1.ber sto2.ber sto3.ber
              of_batch
              shell $'consul maint -enable -reason \'belay: reboot\''
              changes mode downtime entered

      step roll_storage/gate_services_healthy_2 gate reboot.belay:30 'No critical check in Consul'
        after roll_storage/leave_downtime
        action check 'check services_healthy'
          on any ctl1.ber ctl2.ber ctl3.ber
          shell $'critical=$(consul watch -type=checks -state=critical) || exit
[[ $critical == "[]" ]] || { printf \'%s\\n\' "$critical"; exit 1; }'
          poll 1 300
    end_roll
}

load_plan() {
  load_part_1
  unset -f load_part_1
}

# … packages/compiler/src/emit/shell/runtime
