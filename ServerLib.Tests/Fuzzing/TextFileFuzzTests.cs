using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Host;
using ServerLib.Host.Chat;

namespace ServerLib.Tests.Fuzzing;

/// <summary>The text files that the program reads or goes on with: configuration, known servers, the activity log.</summary>
[TestClass]
public sealed class TextFileFuzzTests
{
    [TestMethod]
    [DataRow("appsettings.json")]
    [DataRow("my.json")]
    public void A_configuration_is_refused_in_words_or_used(string name) => Fuzzer.Run(Corpus.Of("configuration"), Shape.Lines, 600, input =>
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File(name), input.Bytes);
        var surroundings = new Surroundings { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, CurrentDirectory = folder.Path };
        using var console = new HostConsole(TextWriter.Null, TextWriter.Null);
        var arguments = new CommandLine.Arguments([], name == "my.json" ? name : null);
        try
        {
            using IHost host = HostSetup.Build(HostConfiguration.Read(arguments, surroundings), surroundings, console);
            Assert.IsTrue(host.Services.GetRequiredService<IOptions<ServerOptions>>().Value.Port is >= 0 and <= 65535);
        }
        catch (WrongUsageException e)
        {
            Assert.IsTrue(e.Problems.All(problem => problem.Contains(name, StringComparison.Ordinal) && !problem.Any(char.IsControl)), string.Join('\n', e.Problems));
        }
        catch (OptionsValidationException e)
        {
            Assert.IsTrue(e.Failures.All(failure => failure.Contains(':', StringComparison.Ordinal) && !failure.Any(char.IsControl)), e.Message);
        }

        CollectionAssert.AreEqual(new[] { folder.File(name) }, Directory.GetFileSystemEntries(folder.Path));
    });

    [TestMethod]
    public void Known_servers_are_found_whatever_else_is_in_the_file() => Fuzzer.Run(Corpus.Of("known-servers"), Shape.Lines, 600, static input =>
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("known"), input.Bytes);
        var known = new KnownServers(folder.File("known"));
        _ = known.Find("127.0.0.1", 8080);
        _ = known.Find("::1", 8080);
        Assert.IsNull(known.Find("new.example.org", 7));
        known.Add("new.example.org", 7, "AB:CD");

        Assert.AreEqual("AB:CD", known.Find("new.example.org", 7)?.Fingerprint);
        CollectionAssert.AreEqual(input.Bytes, File.ReadAllBytes(folder.File("known"))[..input.Bytes.Length]);
    });

    [TestMethod]
    public void An_activity_log_is_gone_on_with_whatever_is_in_it() => Fuzzer.Run(Corpus.Of("activity-log"), Shape.Lines, 300, static input =>
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("log"), input.Bytes);
        using (var log = new Log(logFile: folder.File("log")))
            log.Logging("hello");

        byte[] written = File.ReadAllBytes(folder.File("log"));
        CollectionAssert.AreEqual(input.Bytes, written[..input.Bytes.Length]);
        Assert.IsTrue(written.AsSpan().EndsWith("\nlog [0] >> hello\n"u8));
    });
}
