
# ------------------------------------------------------------------------------------------------------------
# What is down, out of service and entered now, by what actions have changed
# ------------------------------------------------------------------------------------------------------------

# change_model ACTION HOST begun|ok: what is down, away or entered now. Only an action with A_MOVES makes a difference.
change_model() {
  local change name what
  for change in ${A_CHANGES[$1]}; do
    name=${CHANGE_NAME[change]} what=${CHANGE_KIND[change]}:${CHANGE_BECOMES[change]}
    case $3.$what in
      begun.component:stopped) DOWN["=$name"$'\t'"$2"]=stopping ;;
      ok.component:stopped) DOWN["=$name"$'\t'"$2"]=stopped ;;
      begun.component:restarted) [[ -z ${DOWN["=$name"$'\t'"$2"]:-} ]] && DOWN["=$name"$'\t'"$2"]=restarting ;;
      ok.component:started | ok.component:restarted) DOWN["=$name"$'\t'"$2"]='' RELOADING["=$name $2"]='' ;;
      begun.host:drained) AWAY["$2 drained"]='being drained' ;;
      ok.host:drained) AWAY["$2 drained"]=drained ;;
      ok.host:returned) AWAY["$2 drained"]='' ;;
      begun.host:rebooted) AWAY["$2 rebooted"]=rebooting ;;
      ok.host:rebooted) AWAY["$2 rebooted"]='' ;;
      begun.mode:entered | ok.mode:entered)
        [[ " ${MODE_HOSTS["=$name"]:-} " != *" $2 "* ]] && MODE_HOSTS["=$name"]+=" $2"
        ;;
      ok.mode:left)
        MODE_HOSTS["=$name"]=" ${MODE_HOSTS["=$name"]:-} "
        MODE_HOSTS["=$name"]=${MODE_HOSTS["=$name"]/" $2 "/ }
        [[ -z ${MODE_HOSTS["=$name"]// /} ]] && MODE_HOSTS["=$name"]=''
        ;;
    esac
  done
}
