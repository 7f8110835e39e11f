# Start-up file of a session's bash: loads the user's own files, then marks prompts and commands.
# eim.sh loads it where bash is called sh.
# Marks hold references, never values: neither PS1 nor any exported variable shows the nonce, and
# __eim_* are arrays because bash cannot export arrays, not even under `set -a`.

__eim_key=() __eim_names=()
if [[ -r ${EIM_HANDOVER-} ]]; then
  { IFS= read -r __eim_key[0]; IFS=' ' read -r -a __eim_names; } <"$EIM_HANDOVER"
  : >|"$EIM_HANDOVER"
fi
unset EIM_HANDOVER
declare -ra __eim_key

if [[ $(type -t __eim_users_own) == function ]]; then
  __eim_users_own # started as sh
elif [[ -n ${EIM_LOGIN-} ]]; then
  unset EIM_LOGIN
  [[ -r /etc/profile ]] && . /etc/profile
  for __eim_file in ~/.bash_profile ~/.bash_login ~/.profile; do
    [[ -r $__eim_file ]] && { . "$__eim_file"; break; }
  done
  unset __eim_file
elif [[ -r ~/.bashrc ]]; then
  . ~/.bashrc
fi

[[ $- == *i* && -n ${__eim_key[0]-} ]] || return 0

__eim_n=(0)        # commands started
__eim_p=(0)        # prompts shown
__eim_ended=(0)    # the last command whose end was marked
__eim_cwd=()
__eim_initial=()   # the watched variables at the first prompt
__eim_seen=()      # the same at the last prompt
__eim_known=()     # their names
__eim_defined=()   # aliases and functions at the first prompt
__eim_redefined=() # the same at the last prompt
__eim_looked=(-1)  # the last command after which they were looked at

# PS1 counts the prompt where it is expanded, once for each prompt, so that a redraw is no new one.
__eim_mark=(
  '\[\e]133;A;eim=${__eim_key};n=${__eim_n};p=$((__eim_p+=1));d=$?\a\]'
  '\[\e]133;B;eim=${__eim_key};n=${__eim_n};p=${__eim_p}\a\]'
  '\[\e]133;P;eim=${__eim_key};n=${__eim_n};p=${__eim_p}\a\]'
  '\e]133;C;eim=${__eim_key};n=$((__eim_n+=1))\a'
)

__eim_say() { printf '\e]6973;%s=%s;eim=%s;n=%s\a' "$1" "$2" "$__eim_key" "$__eim_n"; }

# First of PROMPT_COMMAND, so that what the user's own hooks print is no output of the command.
__eim_end() {
  local status=$?
  if ((__eim_ended != __eim_n)); then
    __eim_ended=("$__eim_n")
    printf '\e]133;D;%s;eim=%s;n=%s\a' "$status" "$__eim_key" "$__eim_n"
  fi
  return "$status"
}

# Last of PROMPT_COMMAND, because the user's hooks may have set the prompt anew.
__eim_begin() {
  local status=$?
  [[ ${PS1-} == *"${__eim_mark[0]}"* ]] || PS1=${__eim_mark[0]}${PS1-}${__eim_mark[1]}
  [[ ${PS2-} == *"${__eim_mark[2]}"* ]] || PS2=${PS2-}${__eim_mark[2]}
  __eim_arm
  [[ $PWD == "${__eim_cwd-}" ]] || __eim_moved
  __eim_environment
  __eim_definitions
  return "$status"
}

__eim_moved() {
  local LC_ALL=C path='' c i
  __eim_cwd=("$PWD")
  for ((i = 0; i < ${#PWD}; i++)); do
    c=${PWD:i:1}
    case $c in
      [a-zA-Z0-9/._~-]) path+=$c ;;
      *) printf -v c '%%%02X' "'$c"; path+=%${c:${#c}-2} ;;
    esac
  done
  printf '\e]7;file://%s%s\a' "${HOSTNAME-}" "$path"
  __eim_say cwd "$path"
}

# Says which of the watched variables differ from what they were at the first prompt. One comparison
# at each prompt; the names are looked at only after something changed.
__eim_environment() {
  local name all changed='' now=$'\37'
  local -a found=()
  __eim_look
  [[ $now == "${__eim_seen-}" ]] && return
  if [[ -z ${__eim_seen-} ]]; then
    __eim_initial=("$now")
    __eim_known+=("${found[@]-}")
  else
    for name in "${__eim_known[@]}" "${found[@]-}"; do
      all="$name[*]"
      [[ -z $name || $__eim_initial == *$'\37'"$name=${!all-}"$'\37'* ]] && continue
      [[ $changed, == *",$name,"* ]] || changed+=,$name
      ((${#changed} < 4000)) || break # a longer report would be no mark
    done
    __eim_say env "${changed#,}"
  fi
  __eim_seen=("$now")
}

# Says which aliases and functions are not what they were at the first prompt. They are looked at
# after a command only, because that takes a process.
__eim_definitions() {
  ((__eim_looked == __eim_n)) && return
  __eim_looked=("$__eim_n")
  local now
  now=$(builtin alias -p; builtin declare -f)
  [[ $now == "${__eim_redefined-}" ]] && return
  if [[ -z ${__eim_redefined-} ]]; then
    __eim_defined=("$now")
  else
    local changed=''
    __eim_unlike "$now" "$__eim_defined"
    __eim_unlike "$__eim_defined" "$now"
    __eim_say names "${changed#,}"
  fi
  __eim_redefined=("$now")
}

# Collects the names of definitions in one text that are not in the other.
__eim_unlike() {
  local line name='' text='' other=$'\n'$2$'\n'
  local start='^(alias (-- )?([^=]+)=.*|([^[:space:]]+) \(\) ?)$'
  while IFS= read -r line; do
    if [[ $line =~ $start ]]; then
      __eim_unlike_one
      name=${BASH_REMATCH[3]}${BASH_REMATCH[4]} text=''
    fi
    text+=$line$'\n'
  done <<<"$1"
  __eim_unlike_one
}

__eim_unlike_one() {
  [[ -z $name || $name == __eim_* || $other == *$'\n'"$text"* || $changed, == *",$name,"* ]] && return
  [[ $name == *[!A-Za-z0-9_.:+@%/~!?^-]* ]] && name='*'
  ((${#changed} < 4000)) || name='*' # a longer report would be no mark
  [[ $changed, == *",$name,"* ]] || changed+=,$name
}

# Written out once for the watched names: that is three times as fast as a loop at each prompt.
__eim_write_look() {
  local name text='' families=''
  for name in "${__eim_names[@]-}"; do
    case $name in
      '') ;;
      *\*) families+=" \"\${!${name%\*}@}\"" ;;
      PROMPT_COMMAND) text+="$name=\${$name[*]-}"$'\37'; __eim_known+=("$name") ;;
      *) text+="$name=\${$name-}"$'\37'; __eim_known+=("$name") ;;
    esac
  done
  eval "__eim_look() {
    now+=\"$text\"
    for name in $families; do now+=\"\$name=\${!name-}\"$'\\37'; found+=(\"\$name\"); done
  }"
}
__eim_write_look

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
  __eim_arm() { [[ ${PS0-} == *"${__eim_mark[3]}"* ]] || PS0=${PS0-}${__eim_mark[3]}; }
else
  # bash 3.2 has no PS0: the first command after a prompt marks its own start
  __eim_armed=(0)
  __eim_arm() { __eim_armed=(1); }
  __eim_start() {
    [[ $BASH_SUBSHELL == 0 && ${__eim_armed} == 1 && -z ${COMP_LINE-} ]] || return 0
    [[ $BASH_COMMAND == __eim_* ]] && return 0
    __eim_armed=(0)
    __eim_n=($((__eim_n + 1)))
    printf '\e]133;C;eim=%s;n=%s\a' "$__eim_key" "$__eim_n" >/dev/tty
  }
  [[ -n $(trap -p DEBUG) ]] || trap '__eim_start' DEBUG
fi

# The terminal is opened by name: the user may have sent the shell's own output elsewhere. Errors
# go nowhere, so that `set -x` does not trace these hooks.
__eim_first='{ __eim_end; } >/dev/tty 2>/dev/null'
__eim_last='{ __eim_begin; } >/dev/tty 2>/dev/null'
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
  PROMPT_COMMAND=("$__eim_first" "${PROMPT_COMMAND[@]}" "$__eim_last")
else
  PROMPT_COMMAND=$__eim_first$'\n'${PROMPT_COMMAND-}$'\n'$__eim_last
fi
unset __eim_first __eim_last
{ __eim_say ready "bash,${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}.${BASH_VERSINFO[2]}"; } >/dev/tty
