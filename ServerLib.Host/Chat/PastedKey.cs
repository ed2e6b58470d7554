namespace ServerLib.Cli.Chat;

/// <summary>Finds the lines of a key that was pasted into the chat: nobody means to say those to everyone.</summary>
internal sealed class PastedKey
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";

    private bool _isInside;

    /// <summary>Looks at the next line.</summary>
    /// <param name="line">What was typed.</param>
    /// <param name="begins">Whether the key begins there.</param>
    /// <returns>Whether it is a part of a key, and neither said nor run.</returns>
    public bool Takes(string line, out bool begins)
    {
        bool ends = line.Contains(End, StringComparison.Ordinal);

        // A command may have one that is whole.
        begins = line.Contains(Begin, StringComparison.Ordinal) && !(ends && line.StartsWith('/') && !line.StartsWith("//", StringComparison.Ordinal));
        bool isPart = begins || (_isInside && (ends || !(line.StartsWith('/') || line.Trim().Contains(' '))));
        _isInside = isPart && !ends;
        return isPart;
    }
}
