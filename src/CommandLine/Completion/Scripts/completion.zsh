#compdef PROGRAM_NAME
# Completion of PROGRAM_NAME for zsh. In ~/.zshrc, after compinit: source <(PROGRAM_NAME completion zsh)
_FUNCTION_NAME_complete()
{
    local -a candidates
    candidates=("${(@f)$(PROGRAM_NAME "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
    compadd -- $candidates
}
compdef _FUNCTION_NAME_complete PROGRAM_NAME
