using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServerLib.Cli;

namespace ServerLib.Tests.Docs;

/// <summary>The commented file with the defaults.</summary>
[TestClass]
public sealed class DefaultsFileTests
{
    private static readonly string Path = Repository.File("ServerLib.Host", "Configuration", "appsettings.defaults.json");

    [TestMethod]
    public void The_file_is_the_one_generated_from_the_options()
    {
        var options = new ServerOptions();
        HostDefaults.Apply(options);
        string generated = DefaultsFile.Generate(options);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(Path, generated);

        Assert.AreEqual(
            generated, File.ReadAllText(Path), "The file is out of date. Run: UPDATE_DOCS=1 dotnet test --filter DefaultsFileTests");
    }

    [TestMethod]
    public void The_file_loads_without_problems_and_gives_the_defaults()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("my.json"), HostDefaults.Json);

        CollectionAssert.AreEqual(Values(folder, null), Values(folder, "my.json"));
        Assert.Contains("Registration", HostDefaults.Json);
    }

    private static string[] Values(TempFolder folder, string? file)
    {
        var surroundings = new Surroundings
        {
            In = TextReader.Null,
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            CurrentDirectory = folder.Path,
        };
        var services = new ServiceCollection();
        services.AddServerLib(HostDefaults.Apply).Configure(HostConfiguration.Read(new CommandLine.Arguments([], file), surroundings).Configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        return [.. provider.GetRequiredService<IOptions<ServerOptions>>().Value.ToValues().Select(value => $"{value.Name}={value.Value}")];
    }
}
