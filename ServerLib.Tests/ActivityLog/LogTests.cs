using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ServerLib.Tests.ActivityLog;

[TestClass]
public sealed class LogTests
{
    [TestMethod]
    public void Logging_writes_the_format_of_the_existing_system_byte_for_byte()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "output.txt");
        for (int opening = 0; opening < 2; opening++)
        {
            using var log = new Log("17", "root", file);
            log.Logging("first");
            log.Logging("second");
        }

        const string Opening = "ID : 17 NAME : root \nlog [0] >> first\nlog [1] >> second\n";
        Assert.AreEqual(Opening + Opening, File.ReadAllText(file));
    }

    [TestMethod]
    public async Task DisposeAsync_writes_the_waiting_lines_and_closes_the_file()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "output.txt");
        var log = new Log(logFile: file);
        log.Logging("last");
        await log.DisposeAsync();
        await log.DisposeAsync();

        Assert.AreEqual("ID : N/A NAME : N/A \nlog [0] >> last\n", await File.ReadAllTextAsync(file, Guard.NewToken()));
    }

    [TestMethod]
    public void The_constructor_appends_the_first_line()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "deeper", "output.txt");
        using var log = new Log(logFile: file);

        Assert.AreEqual("ID : N/A NAME : N/A \n", ReadShared(file));
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [TestMethod]
    public void Logging_escapes_control_characters()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "output.txt");
        using (var log = new Log(logFile: file))
            log.Logging("bad\nlog [9] >> forged\u001b[2J");

        Assert.AreEqual("log [0] >> bad\\nlog [9] >> forged\\u001B[2J", File.ReadAllLines(file)[1]);
    }

    [TestMethod]
    public void The_line_format_can_be_set()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "output.txt");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        using (var log = new Log(logFile: file, lineFormat: "{timestamp} #{index} {message}", timeProvider: time))
            log.Logging("hello");

        Assert.AreEqual("2026-03-04T05:06:07.0000000Z #0 hello", File.ReadAllLines(file)[1]);
    }

    [TestMethod]
    public void Logging_from_many_threads_loses_no_line_and_counts_without_gaps()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "output.txt");
        using (var log = new Log(logFile: file))
            Parallel.For(0, 1_000, i => log.Logging($"message {i}"));

        string[] lines = [.. File.ReadAllLines(file).Skip(1)];
        Assert.HasCount(1_000, lines);
        for (int i = 0; i < lines.Length; i++)
            StringAssert.StartsWith(lines[i], string.Create(CultureInfo.InvariantCulture, $"log [{i}] >> message "));
        Assert.AreEqual(1_000, lines.Select(line => line[(line.LastIndexOf(' ') + 1)..]).Distinct().Count());
    }

    [TestMethod]
    public void A_file_that_cannot_be_written_costs_lines_and_one_warning()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "output.txt");
        Directory.CreateDirectory(file);
        var time = new FakeTimeProvider();
        var logger = new Mock<ILogger<Log>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        using (var log = new Log(logFile: file, timeProvider: time, logger: logger.Object))
        {
            for (int i = 0; i < 10; i++)
            {
                log.Logging("lost");
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.AreEqual(1, Warnings());
        }

        Directory.Delete(file);
        using (var log = new Log(logFile: file, timeProvider: time, logger: logger.Object))
            log.Logging("kept");
        Assert.AreEqual("ID : N/A NAME : N/A \nlog [0] >> kept\n", File.ReadAllText(file));

        int Warnings() => logger.Invocations.Count(call => call.Method.Name == nameof(ILogger.Log) && call.Arguments[0] is LogLevel.Warning);
    }

    [TestMethod]
    public void A_full_disk_is_reported_once()
    {
        if (!File.Exists("/dev/full"))
            Assert.Inconclusive("There is no /dev/full here.");
        var logger = new Mock<ILogger<Log>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        var time = new FakeTimeProvider();
        using (var log = new Log(logFile: "/dev/full", timeProvider: time, logger: logger.Object))
        {
            for (int i = 0; i < 5; i++)
            {
                log.Logging("lost");
                time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.AreEqual(1, logger.Invocations.Count(call => call.Method.Name == nameof(ILogger.Log)));
    }

    [TestMethod]
    public void The_constructor_rejects_an_invalid_format()
    {
        ServerLibException e = Assert.ThrowsExactly<ServerLibException>(() => new Log(lineFormat: "no message"));
        Assert.AreEqual("Log", e.SourceTrail[0]);
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
