"""The page of open approvals in a terminal: `eim approvals --watch`."""
