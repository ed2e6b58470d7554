using System.Globalization;

namespace ServerLib.Benchmarks.Load;

/// <summary>The arguments of <c>load</c>.</summary>
internal sealed record LoadOptions
{
    public bool Quick { get; init; }

    public string? JsonFile { get; init; }

    public string? MarkdownFile { get; init; }

    /// <summary>Names or prefixes of cases; empty for all.</summary>
    public string[] Cases { get; init; } = [];

    /// <summary>Names of candidates; empty for all. The baseline always runs.</summary>
    public string[] Candidates { get; init; } = [];

    public int Rounds { get; init; }

    /// <summary>The length of a measurement.</summary>
    public double Seconds { get; init; }

    /// <summary>The warm-up before each measurement.</summary>
    public double WarmUp => Quick ? 0.15 : 0.3;

    /// <summary>The first warm-up, which includes JIT compilation.</summary>
    public double FirstWarmUp => Quick ? 0.6 : 2;

    /// <summary>The pause between two measurements.</summary>
    public TimeSpan Pause => TimeSpan.FromSeconds(Quick ? 0.05 : 0.2);

    public int IdleConnections { get; init; } = 10_000;

    /// <exception cref="ArgumentException">An option is unknown, or its value is missing.</exception>
    public static LoadOptions Parse(string[] arguments)
    {
        bool quick = arguments.Contains("--quick");
        var options = new LoadOptions { Quick = quick, Rounds = quick ? 3 : 5, Seconds = quick ? 0.4 : 1.5 };
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (name == "--quick")
                continue;
            string value = ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} wants a value.");
            options = name switch
            {
                "--json" => options with { JsonFile = value },
                "--markdown" => options with { MarkdownFile = value },
                "--cases" => options with { Cases = value.Split(',') },
                "--candidates" => options with { Candidates = value.Split(',') },
                "--rounds" => options with { Rounds = Math.Max(1, int.Parse(value, CultureInfo.InvariantCulture)) },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--idle-connections" => options with { IdleConnections = int.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"{name} is not known."),
            };
        }

        foreach (string unknown in options.Candidates.Where(name => Candidate.All.All(candidate => candidate.Name != name)))
            throw new ArgumentException($"There is no candidate '{unknown}': {string.Join(", ", Candidate.All.Select(c => c.Name))}.");
        foreach (string unknown in options.Cases.Where(name => !LoadCases.All.Any(c => Selects(name, c))))
            throw new ArgumentException($"There is no case '{unknown}': {string.Join(", ", LoadCases.All.Select(c => c.Name))}.");
        return options;
    }

    public bool Wants(LoadCase load) => Cases.Length == 0 || Cases.Any(name => Selects(name, load));

    public bool Wants(Candidate candidate) => Candidates.Length == 0 || Candidates.Contains(candidate.Name);

    private static bool Selects(string name, LoadCase load) => load.Name.StartsWith(name, StringComparison.Ordinal);
}
