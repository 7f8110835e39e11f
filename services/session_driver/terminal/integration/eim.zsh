# Marks prompts and commands of a session's zsh. Loaded before the user's files, armed at the first
# prompt. __eim_* are arrays because zsh never exports arrays, not even with allexport.

typeset -ga __eim_key=() __eim_n=(0) __eim_p=(0) __eim_ended=(0) __eim_cwd=('') __eim_gap=()
typeset -ga __eim_names=() __eim_initial=() __eim_seen=() __eim_known=() __eim_redefined=()
typeset -gA __eim_defined=()
{ IFS= read -r '__eim_key[1]'; IFS=' ' read -r -A __eim_names } <"$EIM_HANDOVER"
typeset -ga __eim_family=("(${(j:|:)${(@M)__eim_names:#*\*}})")
: >|"$EIM_HANDOVER"
typeset -gar __eim_key

__eim_say() { print -rn -- $'\e]'"$1;eim=$__eim_key[1];n=$__eim_n[1]$2"$'\a' >$TTY }

# First of precmd, so that what the user's own hooks print is no output of the command.
__eim_end() {
  local exit_status=$?
  emulate -L zsh; setopt noxtrace
  if (( __eim_ended[1] != __eim_n[1] )); then
    __eim_ended[1]=$__eim_n[1]
    __eim_say "133;D;$exit_status"
  fi
  (( ! $#__eim_gap )) || print -nP -- $__eim_gap"${(l:COLUMNS-1:: :)}"$'\r \r' >$TTY
  return $exit_status
}

# Last of precmd: the prompt comes next.
__eim_begin() {
  local exit_status=$?
  emulate -L zsh; setopt noxtrace
  __eim_order
  [[ $PWD == $__eim_cwd[1] ]] || __eim_moved
  __eim_environment
  __eim_definitions
  (( __eim_p[1] += 1 ))
  __eim_say '133;A' ";p=$__eim_p[1];d=$exit_status"
  return $exit_status
}

__eim_editing() {
  emulate -L zsh; setopt noxtrace
  case $CONTEXT in
    # zsh switches bracketed paste on right after this hook, where it is configured at all
    start) __eim_say '133;B' ";p=$__eim_p[1];w=${+zle_bracketed_paste}" ;;
    cont) __eim_say '133;P' ";p=$__eim_p[1]" ;;
  esac
}

__eim_start() {
  emulate -L zsh; setopt noxtrace
  (( __eim_n[1] += 1 ))
  __eim_say '133;C'
}

__eim_order() {
  local -a others=(${precmd_functions:#__eim_(first|end|begin)})
  precmd_functions=(__eim_end $others __eim_begin)
  others=(${preexec_functions:#__eim_start})
  preexec_functions=($others __eim_start)
}

__eim_moved() {
  emulate -L zsh; setopt noxtrace nomultibyte extendedglob
  __eim_cwd[1]=$PWD
  local encoded=${PWD//(#m)[^a-zA-Z0-9\/._~-]/%${(l:2::0:)$(([##16]#MATCH))}}
  print -rn -- $'\e]7;'"file://$HOST$encoded"$'\a' >$TTY
  __eim_say "6973;cwd=$encoded"
}

# Says which of the watched variables differ from what they were at the first prompt. One comparison
# at each prompt; the names are looked at only after something changed.
__eim_environment() {
  local name now=$'\37' changed=
  local -a names=(${__eim_names:#*\*} ${(k)parameters[(I)${~__eim_family[1]}]})
  for name in $names; now+="$name=${(P)name-}"$'\37'
  [[ $now == "${__eim_seen[1]-}" ]] && return
  if (( $#__eim_seen )); then
    for name in ${(u)names} ${__eim_known:|names}; do
      [[ $__eim_initial[1] == *$'\37'"$name=${(P)name-}"$'\37'* ]] || changed+=,$name
      (( $#changed < 4000 )) || break # a longer report would be no mark
    done
    __eim_say "6973;env=${changed#,}"
  else
    __eim_initial=("$now") __eim_known=($names)
  fi
  __eim_seen=("$now")
}

# Says which aliases and functions are not what they were at the first prompt. A function that was
# only to be loaded then may have been loaded since.
__eim_definitions() {
  local name text changed='' all="${(pj:\37:)${(@kv)functions}}"
  local -A now=()
  all+=$'\37'"${(pj:\37:)${(@kv)aliases}}"$'\37'"${(pj:\37:)${(@kv)galiases}}"
  all+=$'\37'"${(pj:\37:)${(@kv)saliases}}"
  [[ $all == "${__eim_redefined[1]-}" ]] && return
  for name text in "${(@kv)functions}"; do now[f$name]=$text; done
  for name text in "${(@kv)aliases}" "${(@kv)galiases}"; do now[a$name]=$text; done
  for name text in "${(@kv)saliases}"; do now[s$name]=$text; done
  if (( $#__eim_redefined )); then
    for name in "${(@ku)now}" "${(@k)__eim_defined}"; do
      (( ${+now[$name]} == ${+__eim_defined[$name]} )) && \
        [[ ${now[$name]-} == "${__eim_defined[$name]-}" ]] && continue
      [[ $name == f__eim_* || ${__eim_defined[$name]-} == 'builtin autoload'* ]] && continue
      name=${name[2,-1]}
      [[ $name == *[^A-Za-z0-9_.:+@%/~!?^-]* ]] && name='*'
      (( $#changed < 4000 )) || name='*' # a longer report would be no mark
      [[ $changed, == *,"$name",* ]] || changed+=,$name
    done
    __eim_say "6973;names=${changed#,}"
  else
    __eim_defined=("${(@kv)now}")
  fi
  __eim_redefined=("$all")
}

# The user's files have been read by now. zsh would show the missing end of a last line before it
# calls any hook, as a part of the output, so that is done here instead, after the end is marked.
__eim_first() {
  local exit_status=$?
  if [[ -o promptsp && -o promptcr ]]; then
    unsetopt promptsp
    __eim_gap=("${PROMPT_EOL_MARK-%B%S%#%s%b}")
  fi
  __eim_arm
  return $exit_status
}

__eim_arm() {
  emulate -L zsh; setopt noxtrace
  zmodload zsh/parameter
  autoload -Uz add-zle-hook-widget && add-zle-hook-widget line-init __eim_editing
  __eim_say "6973;ready=zsh,$ZSH_VERSION"
  __eim_order
  __eim_begin
}
typeset -ga precmd_functions=($precmd_functions __eim_first)
