# Marks prompts and commands of a session's fish. Runs after the user's configuration.

status is-interactive; and set -q EIM_HANDOVER; or return
set -g __eim_n 0
set -g __eim_p 0
set -g __eim_ended 0
set -g __eim_cwd ''
set -g __eim_seen
set -g __eim_redefined
set -g __eim_own '^(?:embedded:|'(string join '|' -- (string escape --style=regex -- $fish_function_path))')'
begin
    read -g __eim_key
    read -g -a -d ' ' __eim_names
end <$EIM_HANDOVER
set -g __eim_families '^(?:'(string replace -f '*' '.*' -- $__eim_names | string join '|')')'
set -g __eim_names (string match -v -- '*\**' $__eim_names)
true >$EIM_HANDOVER
set -eg EIM_HANDOVER

function __eim_say
    printf '\e]%s;eim=%s;n=%s%s\a' "$argv[1]" "$__eim_key" "$__eim_n" "$argv[2]" >/dev/tty
end

function __eim_start --on-event fish_preexec
    set -g __eim_n (math $__eim_n + 1)
    __eim_say '133;C'
end

function __eim_end --on-event fish_postexec
    set -l exit_status $status
    if test $__eim_ended != $__eim_n
        set -g __eim_ended $__eim_n
        __eim_say "133;D;$exit_status"
    end
end

function __eim_begin --on-event fish_prompt
    set -l exit_status $status
    set -g __eim_p (math $__eim_p + 1)
    test "$PWD" = "$__eim_cwd"; or __eim_moved
    __eim_environment
    __eim_definitions
    __eim_say '133;A' ";p=$__eim_p;d=$exit_status"
end

# A line that cannot be parsed stays in the editor, one given up is cleared: no new prompt event.
function __eim_refused --on-event fish_posterror --on-event fish_cancel
    set -l exit_status $status
    set -g __eim_p (math $__eim_p + 1)
    __eim_say '133;A' ";p=$__eim_p;d=$exit_status"
end

function __eim_moved
    set -g __eim_cwd "$PWD"
    set -l encoded (string escape --style=url -- "$PWD")
    printf '\e]7;file://%s%s\a' "$hostname" "$encoded" >/dev/tty
    __eim_say "6973;cwd=$encoded"
end

# Says which of the watched variables differ from what they were at the first prompt. One comparison
# at each prompt; the names are looked at only after something changed.
function __eim_environment
    set -l now
    for name in $__eim_names (set -n | string match -r -- $__eim_families)
        set -a now "$name=$$name"
    end
    test "$now" = "$__eim_seen"; and return
    if set -q __eim_initial
        set -l changed
        for entry in $now $__eim_initial
            contains -- $entry $now; and contains -- $entry $__eim_initial; and continue
            set -l name (string split -m1 = -- $entry)[1]
            contains -- $name $changed; or set -a changed $name
        end
        __eim_say "6973;env="(string join , -- $changed[1..250]) # a longer report would be no mark
    else
        set -g __eim_initial $now
    end
    set -g __eim_seen $now
end

# Says which functions and abbreviations are not what they were at the first prompt. Functions that
# fish itself loads from a file when they are called were always there.
function __eim_definitions
    set -l now
    for name in (functions -n)
        string match -q -r -- $__eim_own (functions -D -- $name); and continue
        set -a now "$name "(functions -- $name | string collect)
    end
    for line in (abbr --show)
        set -a now (string match -r -- ' -- (\S+) ' $line)[2]" $line"
    end
    test "$now" = "$__eim_redefined"; and set -q __eim_defined; and return
    if set -q __eim_defined
        set -l changed
        for entry in $now $__eim_defined
            contains -- $entry $now; and contains -- $entry $__eim_defined; and continue
            set -l name (string split -m1 ' ' -- $entry)[1]
            string match -q -r -- '[^A-Za-z0-9_.:+@%/~!?^-]' $name; and set name '*'
            contains -- $name $changed; or set -a changed $name
        end
        set -q changed[251]; and set changed $changed[1..250] '*' # a longer report would be no mark
        __eim_say "6973;names="(string join , -- $changed)
    else
        set -g __eim_defined $now
    end
    set -g __eim_redefined $now
end

functions -c fish_prompt __eim_user_prompt
function fish_prompt
    __eim_user_prompt # first, because it may show the status of the last command
    printf '\e]133;B;eim=%s;n=%s;p=%s\a' "$__eim_key" "$__eim_n" "$__eim_p"
end

__eim_say "6973;ready=fish,$version"
