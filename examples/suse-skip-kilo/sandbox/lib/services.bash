# The four services: their configuration, the schema levels of their releases, and what a level does.

# The last level of a release, in $REPLY: last_level SERVICE RELEASE
# From the migrate_repo/versions folders of the services' repositories; each release ends with placeholders for backports.
last_level() {
  case $1:$2 in
    keystone:juno) REPLY=60 ;;
    keystone:kilo) REPLY=72 ;;
    keystone:liberty) REPLY=80 ;;
    glance:juno) REPLY=37 ;;
    glance:kilo) REPLY=41 ;;
    glance:liberty) REPLY=42 ;;
    cinder:juno) REPLY=31 ;;
    cinder:kilo) REPLY=46 ;;
    cinder:liberty) REPLY=60 ;;
    nova:juno) REPLY=264 ;;
    nova:kilo) REPLY=290 ;;
    nova:liberty) REPLY=312 ;;
  esac
}

# The configuration file of a unit or a service, in $REPLY.
configuration_file() {
  case $1 in
    openstack-keystone | keystone) REPLY=/etc/keystone/keystone.conf ;;
    openstack-glance-registry) REPLY=/etc/glance/glance-registry.conf ;;
    openstack-glance-* | glance) REPLY=/etc/glance/glance-api.conf ;;
    openstack-cinder-* | cinder) REPLY=/etc/cinder/cinder.conf ;;
    openstack-nova-* | nova) REPLY=/etc/nova/nova.conf ;;
  esac
}

# Reads $connection and $rabbit_host from a configuration file of this host.
read_configuration() {
  local key value
  connection='' rabbit_host=
  [[ -e $HOST_ROOT$1 ]] || fail "ConfigFilesNotFoundError: Failed to find some config files: $1"
  while read -r key _ value; do
    case $key in
      connection) connection=$value ;;
      rabbit_host) rabbit_host=$value ;;
    esac
  done <"$HOST_ROOT$1"
}

# Finds $folder of the database that a configuration file names, and makes sure that its server answers.
connect() {
  local os place
  read_configuration "$1"
  [[ -n $connection ]] || fail "CantStartEngineError: No sql_connection parameter is established in $1"
  operating_system
  os=$REPLY
  case $os:$connection in
    sles12:mysql://* | sles12sp1:mysql+pymysql://*) ;;
    sles12:*) fail "ImportError: No module named pymysql (SLES 12 has MySQLdb: the connection in $1 has to be mysql://)" ;;
    *) fail "ImportError: No module named MySQLdb (SLES 12 SP1 has PyMySQL: the connection in $1 has to be mysql+pymysql://)" ;;
  esac
  place=${connection#*@}
  need_server "${place%%/*}"
  database_folder "${place%%/*}" "${place#*/}"
  folder=$REPLY
  [[ -d $folder ]] || fail "OperationalError: (1049, \"Unknown database '${place#*/}'\")"
}

# The schema level of the database in $folder, in $REPLY; 0 if it has none.
schema_level() {
  local level
  REPLY=0
  [[ -e $folder/migrate_version ]] || return 0
  {
    read -r _
    read -r _ _ level
  } <"$folder/migrate_version"
  REPLY=$level
}

# set_schema_level SERVICE LEVEL
set_schema_level() {
  printf 'repository_id\trepository_path\tversion\n%s\t%s/migrate_repo\t%s\n' "$1" "$1" "$2" >"$folder/migrate_version"
}

# What a level does to the database in $folder, as far as the sandbox has the tables: apply_level SERVICE LEVEL
# Succeeds if it did something. MariaDB can't take DDL back: what was done before a failure stays.
apply_level() {
  case $1:$2 in
    keystone:61) add_column "$folder" project parent_id '\N' ;;
    keystone:65) create_table "$folder" whitelisted_config domain_id group option value ;;
    keystone:74) add_column "$folder" project is_domain 0 ;;
    keystone:75) create_table "$folder" config_register type domain_id ;;
    glance:38) create_table "$folder" metadef_tags id namespace_id name ;;
    glance:41) create_table "$folder" artifacts id name version owner ;;
    cinder:32) create_table "$folder" volume_type_projects id volume_type_id project_id ;;
    cinder:38) create_table "$folder" driver_initiator_data id initiator namespace key value ;;
    cinder:40) move_attachments ;;
    cinder:55) create_table "$folder" image_volume_cache_entries id host image_id volume_id ;;
    nova:266) create_table "$folder" tags resource_id tag ;;
    nova:267) refuse_instances_without_uuid && return 1 ;;
    nova:270) add_column "$folder" instance_extra flavor '\N' ;;
    nova:291) refuse_unmoved_flavors && return 1 ;;
    nova:292) rm -f "$folder/volumes" "$folder/iscsi_targets" ;;
    nova:297) add_column "$folder" services forced_down 0 ;;
    nova:299) add_column "$folder" services version 0 ;;
    *) return 1 ;;
  esac
}

# Cinder's level 40: where a volume is attached moves from its row to a table of its own.
move_attachments() {
  local -a columns rows cells kept=() attached=()
  local row
  create_table "$folder" volume_attachment volume_id instance_uuid mountpoint
  read_table "$folder/volumes"
  for row in "${rows[@]}"; do
    IFS=$'\t' read -r -a cells <<<"$row"
    [[ ${cells[4]} == '\N' ]] || attached+=("${cells[0]}"$'\t'"${cells[4]}"$'\t'"${cells[5]}")
    kept+=("${cells[0]}"$'\t'"${cells[1]}"$'\t'"${cells[2]}"$'\t'"${cells[3]}")
  done
  columns=("${columns[@]:0:4}") rows=("${kept[@]}")
  write_table "$folder/volumes"
  columns=(volume_id instance_uuid mountpoint) rows=("${attached[@]}")
  write_table "$folder/volume_attachment"
}

# Nova's level 267.
refuse_instances_without_uuid() {
  count_rows "$folder/instances" uuid '\N'
  ((REPLY == 0)) || fail "ValidationError: There are $REPLY records in the 'instances' table where the uuid or instance_uuid column is NULL. These must be manually cleaned up before the migration will pass. Consider running the 'nova-manage db null_instance_uuid_scan' command."
}

# Nova's level 291.
refuse_unmoved_flavors() {
  count_rows "$folder/instance_system_metadata" key instance_type_id deleted 0
  ((REPLY == 0)) || fail "ValidationError: There are still $REPLY unmigrated flavor records. Migration cannot continue until all instance flavor records have been migrated to the new format. Please run 'nova-manage db migrate_flavor_data' first."
}
