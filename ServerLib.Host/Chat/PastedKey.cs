namespace ServerLib.Cli.Chat;

/// <summary>Finds the lines of a key that was pasted into the chat by mistake, so that they are not sent.</summary>
internal sealed class PastedKey
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";

    private bool _isInside;

    /// <summary>Checks the next line.</summary>
    /// <param name="line">The typed line.</param>
    /// <param name="begins">Whether a key begins in this line.</param>
    /// <returns>Whether the line is a part of a key.</returns>
    public bool Takes(string line, out bool begins)
    {
        bool ends = line.Contains(End, StringComparison.Ordinal);

        // A command may contain a whole key.
        begins = line.Contains(Begin, StringComparison.Ordinal)
            && !(ends && line.StartsWith('/') && !line.StartsWith("//", StringComparison.Ordinal));
        bool isPart = begins || (_isInside && (ends || !(line.StartsWith('/') || line.Trim().Contains(' '))));
        _isInside = isPart && !ends;
        return isPart;
    }
}
