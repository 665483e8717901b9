# Completion of PROGRAM_NAME for bash. In ~/.bashrc: source <(PROGRAM_NAME completion bash)
_FUNCTION_NAME_complete()
{
    local line=${COMP_LINE:0:COMP_POINT} candidate
    local word=${line##*[[:space:]]}
    COMPREPLY=()
    while IFS= read -r candidate; do
        [[ $candidate == "$word"* ]] && COMPREPLY+=("$candidate")
    done < <(PROGRAM_NAME "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)

    # Bash takes a colon for the end of a word, and replaces only what is after it.
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
    fi
}
complete -F _FUNCTION_NAME_complete PROGRAM_NAME
