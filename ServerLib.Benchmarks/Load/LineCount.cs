namespace ServerLib.Benchmarks.Load;

/// <summary>Counts the lines of a program that are neither empty nor a comment.</summary>
internal static class LineCount
{
    public static int Of(string source) => source.Split('\n')
        .Select(line => line.Trim())
        .Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));

    /// <summary>Counts those of a server of <c>Servers/App</c>.</summary>
    /// <param name="type">The server's class.</param>
    public static int OfServer(Type type)
    {
        using Stream file = type.Assembly.GetManifestResourceStream($"{type.Name}.cs")!;
        using var reader = new StreamReader(file);
        return Of(reader.ReadToEnd());
    }
}
