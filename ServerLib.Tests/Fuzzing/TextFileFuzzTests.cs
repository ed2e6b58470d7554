using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration;
using ServerLib.Authentication;
using ServerLib.Cli;
using ServerLib.Cli.Chat;
using ServerLib.RateLimiting;
using ServerLib.Tests.Server;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>The text files that the program reads: configuration, known servers, activity log, throttle state, denied passwords.</summary>
[TestClass]
public sealed class TextFileFuzzTests
{
    [TestMethod]
    [DataRow("appsettings.json")]
    [DataRow("my.json")]
    public void A_mutated_configuration_is_used_or_refused_with_a_message(string name) => Fuzzer.Run(
        Corpus.Of("configuration"), Shape.Lines, 600, input =>
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File(name), input.Bytes);
        var surroundings = new Surroundings { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, CurrentDirectory = folder.Path };
        using var console = new HostConsole(TextWriter.Null, TextWriter.Null);
        var arguments = new CommandLine.Arguments([], name == "my.json" ? name : null);
        try
        {
            using IHost host = HostSetup.Build(HostConfiguration.Read(arguments, surroundings), arguments, surroundings, console);
            Assert.IsTrue(host.Services.GetRequiredService<IOptions<ServerOptions>>().Value.Port is >= 0 and <= 65535);
        }
        catch (WrongUsageException e)
        {
            Assert.IsTrue(
                e.Problems.All(problem => problem.Contains(name, StringComparison.Ordinal) && !problem.Any(char.IsControl)),
                string.Join('\n', e.Problems));
        }
        catch (OptionsValidationException e)
        {
            Assert.IsTrue(e.Failures.All(failure => failure.Contains(':', StringComparison.Ordinal) && !failure.Any(char.IsControl)), e.Message);
        }

        CollectionAssert.AreEqual(new[] { folder.File(name) }, Directory.GetFileSystemEntries(folder.Path));
    });

    [TestMethod]
    public void Known_servers_are_found_between_arbitrary_lines() => Fuzzer.Run(Corpus.Of("known-servers"), Shape.Lines, 600, static input =>
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
    public void An_activity_log_with_any_content_is_continued() => Fuzzer.Run(Corpus.Of("activity-log"), Shape.Lines, 300, static input =>
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("log"), input.Bytes);
        using (var log = new Log(logFile: folder.File("log")))
            log.Logging("hello");

        byte[] written = File.ReadAllBytes(folder.File("log"));
        CollectionAssert.AreEqual(input.Bytes, written[..input.Bytes.Length]);
        Assert.IsTrue(written.AsSpan().EndsWith("\nlog [0] >> hello\n"u8));
    });

    [TestMethod]
    public void A_mutated_throttle_file_is_loaded_within_its_bounds_or_reported_once() => Fuzzer.Run(
        Corpus.Of("guesses"), Shape.Lines, 600, static input =>
    {
        using var folder = new TempFolder();
        TestCertificates.WriteBytes(folder.File("guesses.json"), input.Bytes);
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var logger = new ListLogger<LoginThrottle>();
        using (var book = new LoginThrottle(new ServerOptions(), folder.File("guesses.json"), time, logger))
        {
            Assert.IsTrue(book.Penalties.All(p => p.Remaining > TimeSpan.Zero && p.Remaining <= AddressPenalties.Max));
            Assert.IsTrue(book.Delays.All(d => d.WrongPasswords > 0 && d.Remaining >= TimeSpan.Zero && d.Remaining <= WrongPasswords.MaxDelay));
            if (logger.Entries.Count > 0)
                Assert.AreEqual((0, 0), (book.Penalties.Count, book.Delays.Count));
            AddressBlock home = AddressBlock.Of(IPAddress.Parse("192.0.2.1"));
            book.Accounts.LoggedInWithoutPassword("ada", home);
            Assert.IsTrue(book.Accounts.IsKnownAddress(home));
            _ = book.Accounts.TryBegin("ada", home, "secret", out _, out _);
            book.Addresses.Add(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 7), AddressPenalties.FailedLogin);
        }

        Assert.IsLessThanOrEqualTo(1, logger.Entries.Count);
        using var again = new LoginThrottle(new ServerOptions(), folder.File("guesses.json"), time, logger);
        Assert.IsTrue(again.Accounts.IsKnownAddress(AddressBlock.Of(IPAddress.Parse("192.0.2.1"))), "What is written is read.");
        Assert.IsLessThanOrEqualTo(1, logger.Entries.Count);
    });

    [TestMethod]
    public void Denied_passwords_are_found_between_arbitrary_lines() => Fuzzer.Run(Corpus.Of("denied-passwords"), Shape.Lines, 600, static input =>
    {
        using var folder = new TempFolder();

        // At the start, because the first bytes may be a UTF-16 byte order mark.
        File.WriteAllBytes(folder.File("denied"), [.. "of my own choice\n"u8, .. input.Bytes]);
        PasswordRules rules = PasswordRules.Load(new ServerOptions { DataDirectory = folder.Path, Passwords = { DeniedFile = "denied" } });

        Assert.IsNotNull(rules.FindProblem("Of my own choice"));
        Assert.IsNull(rules.FindProblem("one that nobody has listed"));
    });
}
