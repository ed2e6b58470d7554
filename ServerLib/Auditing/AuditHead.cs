using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerLib.Auditing;

/// <summary>An entry of the audit trail by its number and hash; the newest one's stand for all that the trail holds.</summary>
/// <param name="Number">The entry's number.</param>
/// <param name="Hash">Its SHA-256 in hex, in small letters.</param>
internal sealed partial record AuditHead(long Number, string Hash)
{
    /// <summary>The hash of an entry that has none, and of what is before the first.</summary>
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>What is before the first entry.</summary>
    public static AuditHead None { get; } = new(0, NoHash);

    /// <summary>Reads what <see cref="ToString"/> writes; the hex may be in capitals.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuditHead? head)
    {
        head = Form().Match(text) is { Success: true, Groups: var part }
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
