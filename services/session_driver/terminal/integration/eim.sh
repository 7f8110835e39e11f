# Start-up file of a session's sh, through ENV: reads the user's own ENV file, then marks the prompt.
# sh has no hook before or after a command, but it expands its prompt each time it shows it.

__eim_here=${ENV%.sh} __eim_key='' __eim_names=''
if [ -z "${BASH_VERSION-}" ] && [ -r "${EIM_HANDOVER-}" ]; then
  { IFS= read -r __eim_key; IFS=' ' read -r __eim_names; } <"$EIM_HANDOVER"
  : >|"$EIM_HANDOVER"
  unset EIM_HANDOVER
fi

# A shell expands ENV itself when it starts, as text between double quotes.
__eim_users_own() {
  unset ENV
  [ -z "${EIM_ENV-}" ] || export ENV="$EIM_ENV"
  unset EIM_ENV
  [ -z "${ENV-}" ] || eval "__eim_file=\"$ENV\""
  [ ! -r "${__eim_file-}" ] || . "$__eim_file"
  unset __eim_file
}

# Where sh is bash, bash's own hooks tell more than a prompt can.
if [ -n "${BASH_VERSION-}" ]; then
  . "$__eim_here.bash"
  return 0
fi
readonly __eim_key
__eim_users_own
case $-${ZSH_VERSION-}${KSH_VERSION-}${__eim_key:+key} in
  *i*key) ;;
  *) return 0 ;; # their line editors count what a prompt shows; without a key there is no mark
esac

__eim_end=$(printf '\037')

# Written out once for the watched names; a name that ends in * stands for all that begin so.
eval "$(
  set -f +eu
  IFS=' ' __eim_text='' __eim_families="''"
  for __eim_name in $__eim_names; do
    case $__eim_name in
      *\*) __eim_families="$__eim_families|$__eim_name" ;;
      *) __eim_text="$__eim_text$__eim_name=\${$__eim_name-}$__eim_end" ;;
    esac
  done
  printf '__eim_look() { __eim_now="${__eim_end}%s"; }\n' "$__eim_text"
  printf '__eim_family() { case $1 in %s) ;; *) return 1 ;; esac; }\n' "$__eim_families"
)"

# What follows runs in a process of its own, in the prompt: nothing that it sets stays.
__eim_values() {
  __eim_look
  set -f +eu
  IFS='
'
  for __eim_line in $(export -p); do
    __eim_line=${__eim_line#export }
    __eim_name=${__eim_line%%=*}
    case $__eim_name in *[!A-Za-z0-9_]*) continue ;; esac
    __eim_family "$__eim_name" || continue
    eval "__eim_now=\${__eim_now}$__eim_name=\${$__eim_name-}\$__eim_end"
  done
}

# Says which of the watched variables differ from what they were when the shell had started.
__eim_environment() {
  __eim_values
  __eim_changed=''
  [ "$__eim_now" = "$__eim_initial" ] || __eim_compare
  printf '\033]6973;env=%s;eim=%s\a' "${__eim_changed#,}" "$__eim_key"
}

__eim_compare() {
  IFS=$__eim_end
  for __eim_entry in $__eim_now $__eim_initial; do
    case ${__eim_entry%%=*} in
      '' | *[!A-Za-z0-9_]* | "$__eim_entry") ;; # a part of the last one's value
      *) __eim_name=${__eim_entry%%=*} ;;
    esac
    case $__eim_now in *"$__eim_end$__eim_entry$__eim_end"*)
      case $__eim_initial in *"$__eim_end$__eim_entry$__eim_end"*) continue ;; esac ;;
    esac
    case $__eim_entry,$__eim_changed, in ,* | *",$__eim_name,"*) continue ;; esac
    __eim_changed=$__eim_changed,$__eim_name
    [ "${#__eim_changed}" -lt 4000 ] || return 0 # a longer report would be no mark
  done
}

# Says which aliases are not what they were when the shell had started; sh tells of no functions.
__eim_aliases() {
  __eim_now=$(alias)
  __eim_changed=''
  [ "$__eim_now" = "$__eim_defined" ] || __eim_compare_aliases
  printf '\033]6973;names=%s;eim=%s\a' "${__eim_changed#,}" "$__eim_key"
}

__eim_compare_aliases() {
  set -f
  IFS='
'
  for __eim_entry in $__eim_now $__eim_defined; do
    case $IFS$__eim_now$IFS in *"$IFS$__eim_entry$IFS"*)
      case $IFS$__eim_defined$IFS in *"$IFS$__eim_entry$IFS"*) continue ;; esac ;;
    esac
    __eim_name=${__eim_entry%%=*}
    case $__eim_name in *[!A-Za-z0-9_.:+@%/~!?^-]*) __eim_name='*' ;; esac
    [ "${#__eim_changed}" -lt 4000 ] || __eim_name='*' # a longer report would be no mark
    case $__eim_changed, in *",$__eim_name,"*) ;; *) __eim_changed=$__eim_changed,$__eim_name ;; esac
  done
}

__eim_defined=$(alias)
__eim_initial=$(__eim_values && printf '%s' "$__eim_now")

# References, never values: what shows or exports PS1 does not show the key.
__eim_p=0 __eim_esc=$(printf '\033') __eim_bel=$(printf '\a')
PS1=$__eim_esc']6973;exit=$?;eim=${__eim_key};p=$((__eim_p=__eim_p+1))'$__eim_bel\
'$({ __eim_environment; __eim_aliases; } 2>/dev/null)'"${PS1-}"$__eim_esc']133;B;eim=${__eim_key};p=${__eim_p}'$__eim_bel
PS2=${PS2-}$__eim_esc']133;P;eim=${__eim_key};p=${__eim_p}'$__eim_bel
printf '\033]6973;ready=sh,;eim=%s\a' "$__eim_key"
unset __eim_esc __eim_bel __eim_here
