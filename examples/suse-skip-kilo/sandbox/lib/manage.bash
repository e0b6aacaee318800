# What the *-manage tools share: they need the service's code on this host, and its database.

# Finds the installed code of a service, in $release: find_code SERVICE
find_code() {
  local -a found
  found=("$packages/openstack-$1"*)
  [[ -e ${found[0]} ]] || fail "bash: ${0##*/}: command not found" 127
  read -r release <"${found[0]}"
}

# Prints the schema level: print_level SERVICE
print_level() {
  configuration_file "$1"
  connect "$REPLY"
  schema_level
  echo "$REPLY"
}

# Brings the schema to a level, by default the last of the installed code: sync_schema SERVICE [LEVEL]
sync_schema() {
  local service=$1 from to last level unit
  last_level "$service" "$release"
  last=$REPLY
  to=${2:-$last}
  [[ $to != *[!0-9]* ]] || fail "${0##*/}: error: not a schema level: $to" 2
  configuration_file "$service"
  connect "$REPLY"
  schema_level
  from=$REPLY
  ((from <= last)) || fail "KeyError: <VerNum($from)> (the database is at $from, ${release^}'s code knows levels up to $last)"
  ((to <= last)) || fail "KeyError: <VerNum($to)> (${release^}'s code knows levels up to $last)"
  ((to >= from)) || fail "CRITICAL: the database is at $from; a downgrade to $to is not supported"
  # Open transactions of running services keep the tables from being altered.
  for unit in "$SANDBOX_CLOUD"/hosts/*/run/units/"openstack-$service"*; do
    [[ -e $unit ]] || continue
    [[ $unit != */openstack-nova-compute ]] || continue
    fail "OperationalError: (1205, 'Lock wait timeout exceeded; try restarting transaction') (${unit##*/} is running)"
  done
  for ((level = from + 1; level <= to; level++)); do
    apply_level "$service" "$level" || continue
    [[ $fault != half ]] || fail "${0##*/}: $SANDBOX_HOST: injected fault: died in level $level" 137
    set_schema_level "$service" "$level"
  done
  set_schema_level "$service" "$to"
  ((from == to)) || echo "INFO migrate.versioning.api [-] $from -> $to done"
}
