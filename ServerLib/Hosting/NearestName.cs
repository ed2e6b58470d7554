namespace ServerLib.Hosting;

/// <summary>Suggests a known name for an unknown one.</summary>
internal static class NearestName
{
    /// <summary>Says that a name is unknown, and suggests a known name with the same last part, or the most similar one if any is similar.</summary>
    public static string Unknown(string kind, string name, IEnumerable<string> known)
    {
        string unknown = $"there is no {kind} {TextSanitizer.Escape(name)}";
        string? suggestion = known.FirstOrDefault(k => LastPart(k).Equals(LastPart(name), StringComparison.OrdinalIgnoreCase))
            ?? Similar(name, known, Math.Max(2, name.Length / 3));
        return suggestion is null ? $"{unknown}." : $"{unknown}; did you mean {suggestion}?";
    }

    /// <summary>Like <see cref="Unknown"/>, and lists all known names.</summary>
    public static string UnknownOf(string kind, string name, IReadOnlyCollection<string> known) =>
        $"{Unknown(kind, name, known)} All {kind}s: {string.Join(", ", known)}";

    /// <returns>The most similar known name; <see langword="null"/> if none is similar.</returns>
    public static string? Find(string name, IEnumerable<string> known) => Similar(name, known, Math.Min(2, name.Length / 3));

    private static string? Similar(string name, IEnumerable<string> known, int maxDistance) =>
        known.Select(k => (Name: k, Distance: Distance(k, name)))
            .Where(k => k.Distance <= maxDistance).OrderBy(k => k.Distance).FirstOrDefault().Name;

    private static string LastPart(string name) => name[(name.LastIndexOf(':') + 1)..];

    /// <summary>The Levenshtein distance without regard to case: the number of characters to insert, delete or replace.</summary>
    private static int Distance(string left, string right)
    {
        (left, right) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 0; i < left.Length; i++)
        {
            int diagonal = row[0]++;
            for (int j = 0; j < right.Length; j++)
            {
                int changed = diagonal + (left[i] == right[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(changed, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
