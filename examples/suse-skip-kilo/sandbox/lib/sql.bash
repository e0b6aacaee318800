# The SQL that the sandbox needs: what mysqldump writes, dropping and creating databases, and counting rows.

# Runs the statements of a text, each of which ends with a semicolon at the end of a line: run_sql TEXT
run_sql() {
  local line statement=
  while IFS= read -r line || [[ -n $line ]]; do
    case $line in
      '' | '--'* | '/*!'*) continue ;;
    esac
    statement+=${statement:+ }$line
    if [[ $statement == *';' || $statement == 'source '* ]]; then
      run_statements "${statement%;}"
      statement=
    fi
  done <<<"$1"
  [[ -z $statement ]] || run_statements "$statement"
}

# Runs statements that stand on one line. Rows of a dump may hold semicolons; other statements don't.
run_statements() {
  local rest=$1
  case $rest in
    'INSERT INTO '*)
      run_statement "$rest"
      return
      ;;
  esac
  while [[ $rest == *';'* ]]; do
    run_statement "${rest%%;*}"
    rest=${rest#*;}
  done
  run_statement "$rest"
}

run_statement() {
  local text=$1 upper name
  text=${text#"${text%%[! ]*}"}
  text=${text%"${text##*[! ]}"}
  text=${text//\`/}
  upper=${text^^}
  [[ -z ${pending_table-} || $upper == 'INSERT INTO '* ]] || flush_table
  case $upper in
    '') ;;
    'DROP DATABASE '*)
      name=${text##* }
      name=${name,,}
      if [[ ! -d $data/$name ]]; then
        [[ $upper == *' IF EXISTS '* ]] || fail "ERROR 1008 (HY000): Can't drop database '$name'; database doesn't exist"
        return 0
      fi
      rm -rf "${data:?}/$name"
      [[ $database != "$name" ]] || database=
      ;;
    'CREATE DATABASE IF NOT EXISTS '*)
      read -r _ _ _ _ _ name _ <<<"$text"
      mkdir -p "$data/$name"
      ;;
    'CREATE DATABASE '*)
      read -r _ _ name _ <<<"$text"
      [[ ! -d $data/$name ]] || fail "ERROR 1007 (HY000): Can't create database '$name'; database exists"
      mkdir -p "$data/$name"
      ;;
    'USE '*)
      use_database "${text##* }"
      ;;
    'SOURCE '*)
      name=${text#* }
      [[ -e $name ]] || fail "ERROR: Failed to open file '$name', error: 2"
      run_sql "$(<"$name")"
      ;;
    'DROP TABLE IF EXISTS '*)
      need_database
      rm -f "$data/$database/${text##* }"
      ;;
    'CREATE TABLE '*)
      need_database
      read -r _ _ name _ <<<"$text"
      [[ ! -e $data/$database/$name ]] || fail "ERROR 1050 (42S01): Table '$name' already exists"
      text=${text#*\(}
      text=${text%\)*}
      pending_table=$name pending_rows=${text//, /$'\t'}
      [[ $fault != half ]] || flush_table
      [[ $fault != half ]] || fail "${0##*/}: $SANDBOX_HOST: injected fault: died while it created $name" 137
      ;;
    'INSERT INTO '*)
      need_database
      read_values "${text#* VALUES }"
      pending_rows+=$'\n'$REPLY
      ;;
    'SELECT COUNT(*) FROM '*) count "$text" ;;
    'SELECT COALESCE(SUM(DATA_LENGTH '*)
      need_database
      du --summarize --bytes "$data/$database" | cut -f 1
      ;;
    'SELECT 1') echo 1 ;;
    'SHOW DATABASES')
      for name in "$data"/*/; do
        name=${name%/}
        [[ $name == "$data/*" ]] || echo "${name##*/}"
      done
      ;;
    'SHOW TABLES')
      need_database
      for name in "$data/$database"/*; do echo "${name##*/}"; done
      ;;
    'SET '* | 'LOCK TABLES '* | 'UNLOCK TABLES' | 'FLUSH '* | 'ALTER TABLE '*' KEYS') ;;
    *) fail "ERROR 1064 (42000): You have an error in your SQL syntax near '${text:0:60}'" ;;
  esac
}

use_database() {
  [[ -d $data/$1 ]] || fail "ERROR 1049 (42000): Unknown database '$1'"
  database=$1
}

need_database() {
  [[ -n $database ]] || fail 'ERROR 1046 (3D000): No database selected'
}

# Rows are collected until the table is complete.
flush_table() {
  printf '%s\n' "$pending_rows" >"$data/$database/$pending_table"
  pending_table='' pending_rows=
}

# Reads ('a','b',NULL) into $REPLY, tab-separated.
read_values() {
  local rest=${1#\(} value row=
  while :; do
    case $rest in
      \'*)
        rest=${rest#\'}
        value=${rest%%\'*}
        rest=${rest#*\'}
        ;;
      *)
        value=${rest%%[,)]*}
        rest=${rest#"$value"}
        [[ $value != NULL ]] || value='\N'
        ;;
    esac
    row+=${row:+$'\t'}$value
    [[ $rest == ,* ]] || break
    rest=${rest#,}
  done
  REPLY=$row
}

# SELECT COUNT(*) FROM [database.]table [alias] [WHERE [alias.]column = 'value' [AND column IS NULL]...]
count() {
  local text condition table
  local -a words where=()
  read -r -a words <<<"$1"
  text="${words[*]:3}"
  table=${words[3]}
  [[ $table == *.* ]] && use_database "${table%%.*}"
  need_database
  table=${table#*.}
  [[ -e $data/$database/$table ]] || fail "ERROR 1146 (42S02): Table '$database.$table' doesn't exist"
  if [[ $text == *' WHERE '* ]]; then text=${text#* WHERE }; else text=; fi
  while [[ -n $text ]]; do
    condition=${text%% AND *}
    text=${text#"$condition"}
    text=${text# AND }
    [[ ${condition%% *} != *.* ]] || condition=${condition#*.}
    case $condition in
      *' IS NULL') where+=("${condition%% *}" '\N') ;;
      *' = '*)
        condition=${condition//\'/}
        where+=("${condition%% = *}" "${condition#* = }")
        ;;
      *) fail "ERROR 1064 (42000): You have an error in your SQL syntax near '$condition'" ;;
    esac
  done
  count_rows "$data/$database/$table" "${where[@]}"
  echo "$REPLY"
}
