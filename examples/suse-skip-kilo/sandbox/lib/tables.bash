# Databases as folders and tables as text files: a line of column names, then the rows, tab-separated; \N is NULL.
# Where a tool fails like MariaDB does, it says so with MariaDB's error number.

# The folder of a database, in $REPLY: database_folder HOST NAME
database_folder() {
  REPLY=$SANDBOX_CLOUD/hosts/$1/var/lib/mysql/$2
}

# Ends the tool unless the database server of a host answers.
need_server() {
  [[ -e $SANDBOX_CLOUD/hosts/$1/run/units/mariadb ]] && return
  if [[ $1 == "$SANDBOX_HOST" ]]; then
    fail "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/run/mysql/mysql.sock' (2)"
  fi
  fail "ERROR 2003 (HY000): Can't connect to MySQL server on '$1' (111)"
}

# Reads a table into $columns and $rows: read_table FILE
read_table() {
  mapfile -t rows <"$1"
  IFS=$'\t' read -r -a columns <<<"${rows[0]}"
  rows=("${rows[@]:1}")
}

# Writes $columns and $rows: write_table FILE
write_table() {
  local IFS=$'\t'
  local text="${columns[*]}"
  IFS=$'\n'
  ((${#rows[@]} == 0)) || text+=$'\n'"${rows[*]}"
  printf '%s\n' "$text" >"$1"
}

# The place of a column of $columns, in $REPLY: column_index NAME
column_index() {
  for REPLY in "${!columns[@]}"; do
    [[ ${columns[REPLY]} != "$1" ]] || return 0
  done
  return 1
}

# create_table FOLDER TABLE COLUMN...
create_table() {
  [[ ! -e $1/$2 ]] || fail "OperationalError: (1050, \"Table '$2' already exists\")"
  local IFS=$'\t'
  printf '%s\n' "${*:3}" >"$1/$2"
}

# add_column FOLDER TABLE COLUMN VALUE
add_column() {
  local -a columns rows
  read_table "$1/$2"
  if column_index "$3"; then fail "OperationalError: (1060, \"Duplicate column name '$3'\")"; fi
  columns+=("$3")
  if ((${#rows[@]} > 0)); then rows=("${rows[@]/%/$'\t'$4}"); fi
  write_table "$1/$2"
}

# Counts rows where columns have values, in $REPLY: count_rows FILE [COLUMN VALUE]...
count_rows() {
  local -a columns rows cells places=() values=()
  local row count=0 place file=$1
  read_table "$file"
  shift
  while (($# > 0)); do
    column_index "$1" || fail "ERROR 1054 (42S22): Unknown column '$1' in 'where clause'"
    places+=("$REPLY") values+=("$2")
    shift 2
  done
  for row in "${rows[@]}"; do
    IFS=$'\t' read -r -a cells <<<"$row"
    for place in "${!places[@]}"; do
      [[ ${cells[places[place]]} == "${values[place]}" ]] || continue 2
    done
    count=$((count + 1))
  done
  REPLY=$count
}
