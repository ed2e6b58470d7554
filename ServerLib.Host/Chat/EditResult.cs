namespace ServerLib.Cli.Chat;

/// <summary>What a key did to the line that is being typed.</summary>
internal enum EditResult
{
    /// <summary>It is still being typed.</summary>
    Going,

    /// <summary>It is complete.</summary>
    Line,

    /// <summary>No line comes any more.</summary>
    End,
}
