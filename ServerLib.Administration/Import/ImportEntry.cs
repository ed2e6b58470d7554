namespace ServerLib.Administration.Import;

/// <summary>One entry of a file: an account, or why it is not one.</summary>
/// <param name="Line">The number of the line where the entry begins, counted from 1.</param>
/// <param name="Name">The user's name, as far as it could be read.</param>
/// <param name="Account">The account; <see langword="null"/> if there is a problem.</param>
/// <param name="Problem">Why the entry cannot be imported, as a phrase.</param>
internal sealed record ImportEntry(long Line, string? Name, AccountRecord? Account, string? Problem)
{
    /// <summary>Whether <see cref="AccountRecord.PasswordHash"/> is a weak hash, which has to be hashed again before it is stored.</summary>
    public bool HasOldHash { get; init; }

    /// <summary>The most characters of a text in a file that are repeated in a message, because the list of all problems must fit into a frame.</summary>
    private const int MaxShown = 64;

    public static ImportEntry Of(long line, AccountRecord account) => new(line, account.Name, account, null);

    public static ImportEntry Bad(long line, string problem, string? name = null) => new(line, name, null, problem);

    /// <summary>A text of any length, as it is shown in a message.</summary>
    public static string Shorten(string text) => text.Length > MaxShown ? $"{text[..MaxShown]}…" : text;

    public ImportEntry WithProblem(string problem) => new(Line, Name, null, problem);
}
