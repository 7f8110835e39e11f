# zsh reads .zshrc from here too; the person's own files come first.
