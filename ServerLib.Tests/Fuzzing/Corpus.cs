using System.Globalization;
using System.Text;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// The stored inputs of one target: the files in its folder under <c>Seeds</c>. A file is the input itself or, with the extension
/// <c>.hex</c>, a text that describes it: pairs of hex digits, <c>00*512</c> for a repeated byte, <c>"text"</c> in ASCII, and comments
/// after <c>#</c>.
/// </summary>
internal sealed class Corpus
{
    private Corpus(string name, (string Name, byte[] Bytes)[] seeds) => (Name, Seeds) = (name, seeds);

    public string Name { get; }

    public IReadOnlyList<(string Name, byte[] Bytes)> Seeds { get; }

    public byte[] this[string seed] => Seeds.Single(s => s.Name == seed).Bytes;

    public static Corpus Of(string name)
    {
        string folder = Repository.File("ServerLib.Tests", "Fuzzing", "Seeds", name);
        var seeds = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), Read(file)));
        return new Corpus(name, [.. seeds]);
    }

    public static byte[] Parse(string text)
    {
        var bytes = new List<byte>();
        foreach (string line in text.Split('\n'))
        {
            ReadOnlySpan<char> rest = line.AsSpan().Trim();
            while (!rest.IsEmpty && rest[0] != '#')
            {
                // Text may contain spaces, so the end of a word is searched last.
                int end = rest[0] == '"' ? rest[1..].IndexOf('"') + 2 : rest.IndexOf(' ');
                ReadOnlySpan<char> word = end < 0 ? rest : rest[..end];
                if (word[0] == '"')
                    bytes.AddRange(Encoding.ASCII.GetBytes(word[1..^1].ToString()));
                else if (word.IndexOf('*') is > 0 and var star)
                    bytes.AddRange(
                        Enumerable.Repeat(Convert.FromHexString(word[..star])[0], int.Parse(word[(star + 1)..], CultureInfo.InvariantCulture)));
                else
                    bytes.AddRange(Convert.FromHexString(word));
                rest = rest[word.Length..].Trim();
            }
        }

        return [.. bytes];
    }

    public static string Format(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            int run = bytes.IndexOfAnyExcept(bytes[0]);
            run = run < 0 ? bytes.Length : run;
            int next = NextRun(bytes);
            if (run >= 16)
                text.Append(CultureInfo.InvariantCulture, $"{bytes[0]:X2}*{next = run}\n");
            else
                text.Append(Convert.ToHexString(bytes[..next])).Append('\n');
            bytes = bytes[next..];
        }

        return text.ToString();

        static int NextRun(ReadOnlySpan<byte> bytes)
        {
            int end = Math.Min(32, bytes.Length);
            for (int i = 1; i < end; i++)
            {
                if (bytes.Length - i >= 16 && bytes.Slice(i, 16).IndexOfAnyExcept(bytes[i]) < 0)
                    return i;
            }

            return end;
        }
    }

    private static byte[] Read(string file) =>
        Path.GetExtension(file) == ".hex" ? Parse(File.ReadAllText(file)) : File.ReadAllBytes(file);
}
