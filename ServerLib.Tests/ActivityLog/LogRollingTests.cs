using Microsoft.Extensions.Time.Testing;
using ServerLib.ActivityLog;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.ActivityLog;

/// <summary>How a full activity log is renamed.</summary>
[TestClass]
public sealed class LogRollingTests : IDisposable
{
    private const string Opening = "ID : N/A NAME : N/A \n";
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly WarningLog<Log> _logger = new();

    private string LogFile => _folder.File("activity.log");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_full_file_is_renamed_and_the_oldest_one_deleted()
    {
        for (int i = 1; i <= 5; i++)
            Write($"{i}", maxFileSize: 1);

        // Each opening finds a file that has more than one byte already, and each line comes behind an identification of its own.
        Assert.AreEqual("activity.log activity.log.1 activity.log.2", Files());
        Assert.AreEqual($"{Opening}log [0] >> 5\n", File.ReadAllText(LogFile));
        Assert.AreEqual($"{Opening}log [0] >> 4\n{Opening}", File.ReadAllText(LogFile + ".1"));
        Assert.AreEqual($"{Opening}log [0] >> 3\n{Opening}", File.ReadAllText(LogFile + ".2"));
        Assert.HasCount(0, _logger.Messages);
    }

    [TestMethod]
    [DataRow(1, "activity.log")]
    [DataRow(0, "activity.log activity.log.1")]
    public void A_file_is_full_at_its_maximum_size(int room, string files)
    {
        int size = (2 * Opening.Length) + "log [0] >> one\n".Length;
        Write("one", size + room);
        Write("two", size + room);
        Assert.AreEqual(files, Files());
        Assert.EndsWith("log [0] >> two\n", File.ReadAllText(LogFile));
    }

    [TestMethod]
    public void Renaming_loses_no_line()
    {
        using (var log = new Log(logFile: LogFile, maxFileSize: 10_000, olderFiles: 1_000, logger: _logger))
            Parallel.For(0, 5_000, i => log.Logging($"message {i}"));

        string[] files = Directory.GetFiles(_folder.Path);
        Assert.IsGreaterThan(1, files.Length);
        Assert.AreEqual(
            5_000, files.SelectMany(File.ReadAllLines)
                .Where(line => line.Contains("message", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]).Distinct().Count());
        foreach (string file in files)
        {
            if (!OperatingSystem.IsWindows())
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [TestMethod]
    public void A_file_that_cannot_be_renamed_grows_with_one_warning()
    {
        // What stands in the way is a folder.
        string inTheWay = Directory.CreateDirectory(LogFile + ".1").FullName;
        using (var log = new LogWriter(
            new LogFile(LogFile, () => Opening, new LogRotation(1, OlderFiles: 1), _time), new LineFormat(ActivityLogOptions.DefaultLineFormat), _time, _logger, null))
        {
            for (int i = 0; i < 3; i++)
            {
                log.Write([new($"line {i}")], lost: 0);
                _time.Advance(TimeSpan.FromSeconds(10));
            }

            Assert.AreEqual($"{Opening}log [0] >> line 0\nlog [1] >> line 1\nlog [2] >> line 2\n", ReadShared());
            Directory.Delete(inTheWay);
            log.Write([new("last")], lost: 0);
        }

        Assert.AreEqual($"{Opening}log [0] >> last\n", File.ReadAllText(LogFile));
        Assert.HasCount(1, _logger.Messages);
        Assert.Contains("keeps growing", _logger.Messages[0]);
    }

    [TestMethod]
    public void A_file_that_cannot_be_renamed_is_a_problem_until_somebody_makes_room()
    {
        Directory.CreateDirectory(LogFile + ".1");
        var problems = new ServerProblems(_time);
        var format = new LineFormat(ActivityLogOptions.DefaultLineFormat);
        using var log = new LogWriter(new LogFile(LogFile, () => Opening, new LogRotation(100, OlderFiles: 1), _time), format, _time, _logger, problems);
        log.Write([new(new string('x', 100))], lost: 0);
        log.Write([new("one")], lost: 0);
        Assert.AreEqual("activity-log-full", problems.Current.Single().Name);

        using (var file = new FileStream(LogFile, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            file.SetLength(0);
        _time.Advance(TimeSpan.FromSeconds(10));
        log.Write([new("two")], lost: 0);
        Assert.IsEmpty(problems.Current);
    }

    [TestMethod]
    public void A_full_file_that_something_else_has_renamed_is_created_again()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("An open file can't be renamed here.");
        using (var log = new Log(logFile: LogFile, maxFileSize: 1, timeProvider: _time, logger: _logger))
        {
            File.Move(LogFile, LogFile + ".old");
            log.Logging("one");
        }

        Assert.AreEqual($"{Opening}log [0] >> one\n", File.ReadAllText(LogFile));
        Assert.HasCount(0, _logger.Messages);
    }

    [TestMethod]
    public void A_new_file_begins_with_the_first_line_of_a_day()
    {
        using (var log = new LogWriter(Daily(), new LineFormat("{message}"), _time, _logger, null))
        {
            log.Write([new("monday")], lost: 0);
            _time.Advance(TimeSpan.FromDays(1));
            log.Write([new("tuesday")], lost: 0);
            log.Write([new("evening")], lost: 0);
        }

        Assert.AreEqual($"{Opening}monday\n", File.ReadAllText(LogFile + ".1"));
        Assert.AreEqual($"{Opening}tuesday\nevening\n", File.ReadAllText(LogFile));
    }

    [TestMethod]
    public void A_file_of_an_earlier_day_is_renamed_after_a_restart()
    {
        File.WriteAllText(LogFile, "yesterday\n");
        File.SetLastWriteTimeUtc(LogFile, _time.GetUtcNow().UtcDateTime.AddDays(-1));
        using (var log = new LogWriter(Daily(), new LineFormat("{message}"), _time, _logger, null))
            log.Write([new("today")], lost: 0);

        Assert.AreEqual($"yesterday\n{Opening}", File.ReadAllText(LogFile + ".1"));
        Assert.AreEqual($"{Opening}today\n", File.ReadAllText(LogFile));
    }

    [TestMethod]
    public void Older_files_are_deleted_after_the_retention_time()
    {
        foreach (int days in (int[])[1, 2, 3])
        {
            File.WriteAllText($"{LogFile}.{days}", "");
            File.SetLastWriteTimeUtc($"{LogFile}.{days}", _time.GetUtcNow().UtcDateTime.AddDays(-days));
        }

        using LogFile file = Daily(retention: TimeSpan.FromDays(2));
        file.Open();

        Assert.AreEqual("activity.log activity.log.1 activity.log.2", Files());
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, 0)]
    public void The_size_and_the_number_of_files_are_at_least_one(int maxFileSize, int olderFiles) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Log(logFile: LogFile, maxFileSize: maxFileSize, olderFiles: olderFiles));

    private LogFile Daily(TimeSpan retention = default) => new(
        LogFile, () => Opening, new LogRotation(int.MaxValue, OlderFiles: 4) { IsDaily = true, Retention = retention }, _time);

    private void Write(string line, int maxFileSize)
    {
        using var log = new Log(logFile: LogFile, maxFileSize: maxFileSize, olderFiles: 2, timeProvider: _time, logger: _logger);
        log.Logging(line);
    }

    private string ReadShared()
    {
        try
        {
            using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return reader.ReadToEnd();
        }
        catch (FileNotFoundException)
        {
            // It was renamed, and the next one isn't there yet.
            return "";
        }
    }

    private string Files() =>
        string.Join(' ', Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
