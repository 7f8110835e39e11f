# What a bash says to a terminal that understands OSC 133, in the order that iTerm2's users see:
# also on a line without a command and after Ctrl-C at the prompt.
[[ -r ~/.bashrc ]] && . ~/.bashrc

__it_waiting=0 # a prompt was shown, and no command has started
__it_osc() { printf '\e]%s\a' "$1"; }
__it_end() {
  local status=$?
  ((__it_waiting)) && __it_osc '133;C;'
  __it_waiting=0
  __it_osc "1337;RemoteHost=${USER:-user}@${HOSTNAME}"
  __it_osc "1337;CurrentDir=$PWD"
  __it_osc "133;D;$status"
  [[ $PS1 == *'133;B'* ]] || PS1='\[\e]133;A\a\]'$PS1'\[\e]133;B\a\]'
  __it_waiting=1
  return "$status"
}
# The assignment inside the subscript runs in this shell, so a command is told from an empty line.
PS0='\e]133;C;\a${__it_none:$((__it_waiting=0, 0)):0}'
PROMPT_COMMAND=__it_end
__it_osc '1337;ShellIntegrationVersion=18;shell=bash'
