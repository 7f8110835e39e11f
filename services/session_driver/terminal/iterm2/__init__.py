"""A person's own iTerm2: sessions that are adopted, and panes that show sessions of ours."""
