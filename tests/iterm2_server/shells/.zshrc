# The same for zsh, in its own order.
ZDOTDIR=$HOME
[[ -r ~/.zshrc ]] && . ~/.zshrc

__it_osc() { printf '\e]%s\a' "$1"; }
__it_waiting=
__it_end() {
  local code=$?
  [[ -n $__it_waiting ]] && __it_osc '133;C;'
  __it_osc "133;D;$code"
  __it_osc "1337;RemoteHost=${USER:-user}@${HOST}"
  __it_osc "1337;CurrentDir=$PWD"
  [[ $PS1 == *'133;B'* ]] || PS1=$'%{\e]133;A\a%}'$PS1$'%{\e]133;B\a%}'
  __it_waiting=1
}
__it_start() { __it_waiting=; __it_osc '133;C;'; }
precmd_functions=(__it_end $precmd_functions)
preexec_functions+=(__it_start)
__it_osc '1337;ShellIntegrationVersion=14;shell=zsh'
