using ServerLib.Protocol;

namespace ServerLib.Administration;

/// <summary>Finds the name that was meant.</summary>
internal static class NearestName
{
    /// <summary>Says that <paramref name="name"/> is not known, and which known one is the nearest.</summary>
    public static string Unknown(string kind, string name, IEnumerable<string> known)
    {
        string nearest = known.MinBy(k => Distance(k.ToUpperInvariant(), name.ToUpperInvariant()))!;
        return $"there is no {kind} {TextSanitizer.Escape(name)}; the nearest is {nearest}";
    }

    /// <summary>As <see cref="Unknown"/>, and lists all that are known.</summary>
    public static string UnknownOf(string kind, string name, IReadOnlyCollection<string> known) =>
        $"{Unknown(kind, name, known)}. All {kind}s: {string.Join(", ", known)}";

    /// <returns>The known name that was meant; <see langword="null"/> where none is near.</returns>
    public static string? Find(string name, IEnumerable<string> known)
    {
        int most = Math.Min(2, name.Length / 3);
        return known.Select(k => (Name: k, Far: Distance(k.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(k => k.Far <= most).OrderBy(k => k.Far).FirstOrDefault().Name;
    }

    /// <summary>How many characters must be put in, taken out or changed.</summary>
    private static int Distance(string left, string right)
    {
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
