# Completion of PROGRAM_NAME for fish. In ~/.config/fish/config.fish: PROGRAM_NAME completion fish | source
function __FUNCTION_NAME_complete
    set --local line (commandline --current-process --cut-at-cursor)
    PROGRAM_NAME "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete --command PROGRAM_NAME --no-files --arguments '(__FUNCTION_NAME_complete)'
