namespace ServerLib.Cli.Completion;

/// <summary>
/// The scripts that teach a shell to complete the program's commands. They ask the program itself, with the words up to the cursor, so they
/// never have to be changed.
/// </summary>
internal static class CompletionScripts
{
    public const string Bash =
        """
        # Load it with: source <(serverlib completion bash)
        _serverlib() {
          local IFS=$'\n'
          COMPREPLY=($(serverlib complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o default -F _serverlib serverlib
        """;

    public const string Zsh =
        """
        #compdef serverlib
        # Load it with: source <(serverlib completion zsh)
        _serverlib() {
          local -a found
          found=("${(@f)$(serverlib complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
          if [[ -n "$found" ]]; then compadd -a found; else _files; fi
        }
        compdef _serverlib serverlib
        """;

    public const string Pwsh =
        """
        # Load it with: serverlib completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName serverlib -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
          if ($wordToComplete -eq '') { $words += '' }
          serverlib complete -- @words 2>$null | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;
}
