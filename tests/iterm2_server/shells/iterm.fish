# The same for fish.
function __it_osc; printf '\e]%s\a' $argv[1]; end
if not functions -q __it_own_prompt
    functions -c fish_prompt __it_own_prompt
    function fish_prompt
        set -l code $status
        __it_osc "1337;RemoteHost=$USER@$hostname"
        __it_osc "1337;CurrentDir=$PWD"
        __it_osc "133;D;$code"
        __it_osc '133;A'
        __it_own_prompt
        __it_osc '133;B'
    end
    function __it_start --on-event fish_preexec; __it_osc '133;C;'; end
end
__it_osc '1337;ShellIntegrationVersion=14;shell=fish'
