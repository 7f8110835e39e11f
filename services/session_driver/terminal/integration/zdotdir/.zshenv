# Gives zsh back its own start-up folder, so that it goes on with the user's files, then loads ours.
if (( ${+EIM_ZDOTDIR} )); then
  export ZDOTDIR=$EIM_ZDOTDIR
  unset EIM_ZDOTDIR
else
  unset ZDOTDIR
fi
[[ -o interactive && -r ${EIM_HANDOVER-} ]] && source "${${(%):-%x}:A:h:h}/eim.zsh"
unset EIM_HANDOVER
[[ -r ${ZDOTDIR-$HOME}/.zshenv ]] && source "${ZDOTDIR-$HOME}/.zshenv"
