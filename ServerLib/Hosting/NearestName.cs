namespace ServerLib.Hosting;

/// <summary>Suggests a known name for an unknown one.</summary>
internal static class NearestName
{
    /// <summary>Says that a name is unknown, and suggests the most similar known name.</summary>
    public static string Unknown(string kind, string name, IEnumerable<string> known)
    {
        string nearest = known.MinBy(k => Distance(k, name))!;
        return $"there is no {kind} {TextSanitizer.Escape(name)}; did you mean {nearest}?";
    }

    /// <summary>Like <see cref="Unknown"/>, and lists all known names.</summary>
    public static string UnknownOf(string kind, string name, IReadOnlyCollection<string> known) =>
        $"{Unknown(kind, name, known)} All {kind}s: {string.Join(", ", known)}";

    /// <returns>The most similar known name; <see langword="null"/> if none is similar.</returns>
    public static string? Find(string name, IEnumerable<string> known)
    {
        int most = Math.Min(2, name.Length / 3);
        return known.Select(k => (Name: k, Distance: Distance(k, name)))
            .Where(k => k.Distance <= most).OrderBy(k => k.Distance).FirstOrDefault().Name;
    }

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
