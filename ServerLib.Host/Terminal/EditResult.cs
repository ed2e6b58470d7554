namespace ServerLib.Cli.Terminal;

/// <summary>The effect of a key on the input line.</summary>
internal enum EditResult
{
    /// <summary>The line is still being edited.</summary>
    Going,

    /// <summary>The line is complete.</summary>
    Line,

    /// <summary>The input has ended.</summary>
    End,
}
