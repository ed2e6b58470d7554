using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerLib;

/// <summary>The number and hash of an entry of an audit trail. Those of the newest entry identify the content of the whole trail.</summary>
/// <param name="Number">The entry's number.</param>
/// <param name="Hash">The entry's SHA-256, in lower-case hexadecimal digits.</param>
public sealed partial record AuditHead(long Number, string Hash)
{
    /// <summary>Stands for the hash of an entry without one, and for the hash before the first entry.</summary>
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Stands for the entry before the first one.</summary>
    public static AuditHead None { get; } = new(0, NoHash);

    /// <summary>Reads the form of <see cref="ToString"/>. The hexadecimal digits may be upper-case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="head">The head; <see langword="null"/> if the text is none.</param>
    /// <returns>Whether the text is a head.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AuditHead? head)
    {
        head = Form().Match(text ?? "") is { Success: true, Groups: var part }
            && long.TryParse(part["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? new AuditHead(number, part["hash"].Value.ToLowerInvariant())
                : null;
        return head is not null;
    }

    /// <returns><c>1234:9f86…</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Hash}");

    [GeneratedRegex(@"\A(?<number>[0-9]{1,19}):(?<hash>[0-9A-Fa-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
