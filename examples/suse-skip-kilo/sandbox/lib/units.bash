# Units of this host: the packages bring them, run/units holds those that run (with the release of their code).

# Whether a unit exists.
unit_exists() {
  [[ -e $packages/$1 ]]
}

# Refuses what the service itself refuses at its start: its schema has to be the one that its code expects.
check_unit() {
  local unit=$1 release=$2 service level
  case $unit in
    openstack-*) ;;
    *) return 0 ;;
  esac
  service=${unit#openstack-}
  service=${service%%-*}
  configuration_file "$unit"
  if [[ $unit == openstack-nova-compute ]]; then
    read_configuration "$REPLY"
    runs_somewhere openstack-nova-conductor || fail 'MessagingTimeout: Timed out waiting for nova-conductor. Is it running?'
  else
    connect "$REPLY"
    schema_level
    level=$REPLY
    last_level "$service" "$release"
    ((level >= REPLY)) || fail "DBMigrationError: the database of $service is at $level, ${release^}'s code expects $REPLY: run its migrations first"
    ((level <= REPLY)) || fail "DBMigrationError: the database of $service is at $level, newer than ${release^}'s code, which ends at $REPLY"
  fi
  case $service in
    cinder | nova)
      [[ -e $SANDBOX_CLOUD/hosts/$rabbit_host/run/units/rabbitmq-server ]] ||
        fail "ERROR oslo_messaging._drivers.impl_rabbit [-] AMQP server on ${rabbit_host:-localhost}:5672 is unreachable: [Errno 111] ECONNREFUSED"
      ;;
  esac
}

# start_unit UNIT: ends the tool if the unit doesn't start.
start_unit() {
  local release
  [[ ! -e $units/$1 ]] || return 0
  installed_release "$1"
  release=$REPLY
  if ! (check_unit "$1" "$release"); then
    fail "Job for $1.service failed because the control process exited with error code."
  fi
  # A server without data starts with an empty data folder.
  [[ $1 != mariadb ]] || mkdir -p "$HOST_ROOT/var/lib/mysql"
  echo "$release" >"$units/$1"
  echo "$SANDBOX_HOST $1 $release" >>"$SANDBOX_CLOUD/log/started"
}

# What happens when a host comes up: what is enabled starts, servers first; what fails to start stays down.
boot() {
  local unit
  rm -rf "$HOST_ROOT/run"
  mkdir -p "$units"
  for unit in mariadb rabbitmq-server "$wanted"/openstack-* chef-client; do
    unit=${unit##*/}
    unit=${unit%.service}
    [[ -L $wanted/$unit.service ]] || continue
    (start_unit "$unit") >>"$SANDBOX_CLOUD/log/boot-$SANDBOX_HOST.log" 2>&1
  done
  return 0
}
