using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace ServerLib.Cli;

/// <summary>Checks the configuration without a server, and says where each problem is.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="surroundings">The environment and the current directory.</param>
internal sealed partial class ConfigurationCheck(CommandLine.Arguments arguments, Surroundings surroundings)
{
    /// <summary>Finds errors, and settings that are valid but unusual.</summary>
    public (IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings) Run()
    {
        IReadOnlyList<ConfigurationLayer> layers;
        try
        {
            layers = HostConfiguration.ReadLayers(arguments, surroundings);
        }
        catch (WrongUsageException e)
        {
            return ([.. e.Problems.Select(LocateInFile)], []);
        }

        try
        {
            ServerOptions options = HostConfiguration.Options(new HostLayers(layers), surroundings);
            string[] problems = [.. options.FindUnusableFiles().Select(problem => Locate(problem, layers))];
            return (problems, [.. options.FindUnusual().Select(setting => Locate(setting, layers)), .. OpenSecrets(layers)]);
        }
        catch (OptionsValidationException e)
        {
            return ([.. e.Failures.Select(failure => Locate(failure, layers))], []);
        }
    }

    /// <summary>Adds the line to a problem that begins with a file's path.</summary>
    private string LocateInFile(string problem)
    {
        string? file = HostConfiguration.Files(arguments, surroundings)
            .FirstOrDefault(file => problem.StartsWith($"{file}: ", StringComparison.Ordinal));
        if (file is null)
            return problem;
        string text = problem[(file.Length + 2)..];
        Match name = FirstName().Match(text);
        return name.Success && JsonLocations.Of(file).TryGetValue(KeyOf(name.Groups[1].Value), out (long Line, long Column) place)
            ? $"{At(file, place)}: {text}"
            : problem;
    }

    /// <summary>Adds the source to a problem that begins with an option's name.</summary>
    private static string Locate(string problem, IReadOnlyList<ConfigurationLayer> layers)
    {
        string key = KeyOf(problem[..Math.Max(0, problem.IndexOf(": ", StringComparison.Ordinal))]);
        if (layers.LastOrDefault(layer => layer.Values.ContainsKey(key)) is not { } layer)
            return problem;
        return layer.IsFile && JsonLocations.Of(layer.From).TryGetValue(key, out (long Line, long Column) place)
            ? $"{At(layer.From, place)}: {problem}"
            : $"{layer.From}: {problem}";
    }

    private static IEnumerable<string> OpenSecrets(IReadOnlyList<ConfigurationLayer> layers)
    {
        foreach (ConfigurationLayer layer in layers.Where(layer => layer.IsFile && layer.Values.Count > 0))
        {
            SecretFile.ReadAllBytes(layer.From, out bool isOpen);
            if (isOpen && layer.Values.Keys.Any(HasSecret))
                yield return $"{layer.From}: other users can access this file, which contains a password; run: chmod 600 {layer.From}";
        }
    }

    private static bool HasSecret(string key) =>
        key.EndsWith("Password", StringComparison.OrdinalIgnoreCase)
        || key.Equals(ProgramOptions.ConnectionString, StringComparison.OrdinalIgnoreCase);

    // The options of the program are under this section in the files, too.
    private static string KeyOf(string option) =>
        option == ProgramOptions.ConnectionString ? option : $"{ServerOptions.SectionName}:{option}";

    private static string At(string file, (long Line, long Column) place) =>
        string.Create(CultureInfo.InvariantCulture, $"{file}:{place.Line}:{place.Column}");

    [GeneratedRegex(@"^(?:there is no option )?([\w:]*\w)")]
    private static partial Regex FirstName();
}
