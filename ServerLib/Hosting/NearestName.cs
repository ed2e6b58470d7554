using ServerLib.Protocol;

namespace ServerLib.Hosting;

/// <summary>Suggests a name for one that is not known.</summary>
internal static class NearestName
{
    /// <summary>A sentence that says that a name is unknown and which known name is the nearest.</summary>
    public static string Unknown(string kind, string name, IEnumerable<string> known)
    {
        string nearest = known.MinBy(k => Distance(k.ToUpperInvariant(), name.ToUpperInvariant()))!;
        return $"there is no {kind} {TextSanitizer.Escape(name)}; the nearest is {nearest}";
    }

    /// <summary>The Levenshtein distance: the number of characters to insert, delete or replace.</summary>
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
