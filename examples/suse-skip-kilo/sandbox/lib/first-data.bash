# The databases of the sandbox cloud as Juno left them.

# table FILE COLUMNS ROW...: the words of COLUMNS and ROW become cells; NULL is \N.
table() {
  local file=$1 line text=
  for line in "${@:2}"; do text+=${line// /$'\t'}$'\n'; done
  printf '%s' "$text" >"$file"
}

# instance NUMBER NAME HOST FLAVOR DELETED: adds to $instances, $extra and $metadata.
instance() {
  local uuid=00000000-0000-4000-8000-00000000000$1 shape
  case $4 in
    small) shape='2 2048 1' ;;
    medium) shape='3 4096 2' ;;
    *) shape='4 8192 4' ;;
  esac
  local -a of
  read -r -a of <<<"$shape"
  instances+=("$1 $uuid $2 $3 active $5")
  extra+=("$1 $uuid \\N")
  metadata+=("$((10 * $1)) $uuid image_base_image_ref 30000000-0000-4000-8000-000000000001 $5"
    "$((10 * $1 + 1)) $uuid instance_type_id ${of[0]} $5"
    "$((10 * $1 + 2)) $uuid instance_type_name m1.$4 $5"
    "$((10 * $1 + 3)) $uuid instance_type_memory_mb ${of[1]} $5"
    "$((10 * $1 + 4)) $uuid instance_type_vcpus ${of[2]} $5")
}

# level FOLDER SERVICE LEVEL
level() {
  table "$1/migrate_version" 'repository_id repository_path version' "$2 $2/migrate_repo $3"
}

# first_data FOLDER
first_data() {
  local data=$1
  local -a instances=() extra=() metadata=()
  mkdir -p "$data"/{keystone,glance,cinder,nova}
  level "$data/keystone" keystone 60
  table "$data/keystone/project" 'id name domain_id' 'p1 admin default' 'p2 service default' 'p3 webshop default'
  table "$data/keystone/user" 'id name domain_id' 'u1 admin default' 'u2 nova default' 'u3 glance default' 'u4 cinder default' 'u5 anna default'
  table "$data/keystone/assignment" 'type actor_id target_id role_id' 'UserProject u1 p1 r1' 'UserProject u5 p3 r2'
  level "$data/glance" glance 37
  table "$data/glance/images" 'id name status size' '30000000-0000-4000-8000-000000000001 sles-12 active 734003200' \
    '30000000-0000-4000-8000-000000000002 cirros active 13200896'
  level "$data/cinder" cinder 31
  table "$data/cinder/volumes" 'id display_name size status instance_uuid mountpoint' \
    '20000000-0000-4000-8000-000000000001 shop-db 40 in-use 00000000-0000-4000-8000-000000000001 /dev/vdb' \
    '20000000-0000-4000-8000-000000000002 shop-logs 100 in-use 00000000-0000-4000-8000-000000000003 /dev/vdb' \
    '20000000-0000-4000-8000-000000000003 scratch 10 available \N \N'
  level "$data/nova" nova 264
  instance 1 shop-db cmp1 large 0
  instance 2 shop-web-1 cmp1 small 0
  instance 3 shop-web-2 cmp2 small 0
  instance 4 shop-cache cmp2 medium 0
  instance 5 shop-old cmp2 medium 5
  instance 6 build cmp1 medium 0
  table "$data/nova/instances" 'id uuid display_name host vm_state deleted' "${instances[@]}"
  table "$data/nova/instance_extra" 'id instance_uuid numa_topology' "${extra[@]}"
  table "$data/nova/instance_system_metadata" 'id instance_uuid key value deleted' "${metadata[@]}"
  table "$data/nova/services" 'id host binary' '1 ctl1 nova-conductor' '2 ctl2 nova-conductor' '3 ctl1 nova-scheduler' \
    '4 ctl2 nova-scheduler' '5 cmp1 nova-compute' '6 cmp2 nova-compute'
  table "$data/nova/volumes" 'id display_name'
  table "$data/nova/iscsi_targets" 'id host'
}
