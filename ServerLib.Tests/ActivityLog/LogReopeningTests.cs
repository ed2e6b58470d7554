using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.ActivityLog;

namespace ServerLib.Tests.ActivityLog;

/// <summary>What others do to the file while the log is open.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LogReopeningTests : IDisposable
{
    private const string Opening = "ID : N/A NAME : N/A \n";
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string Path => _folder.File("activity.log");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Lines_after_a_truncation_begin_at_the_start_of_the_file()
    {
        using (LogWriter log = Open())
        {
            log.Write([new("before")], 0);
            using (var file = new FileStream(Path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
                Assert.AreEqual(0, file.Length);
            log.Write([new("after")], 0);
        }

        Assert.AreEqual("log [1] >> after\n", File.ReadAllText(Path));
    }

    [TestMethod]
    public void A_deleted_file_is_created_again()
    {
        using (LogWriter log = Open())
        {
            log.Write([new("before")], 0);
            File.Delete(Path);
            _time.Advance(TimeSpan.FromSeconds(1));
            log.Write([new("after")], 0);
        }

        Assert.AreEqual($"{Opening}log [0] >> after\n", File.ReadAllText(Path));
    }

    [TestMethod]
    public void A_moved_file_is_left_for_the_new_one_in_its_place()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Files can't be told apart here.");
        using (LogWriter log = Open())
        {
            log.Write([new("before")], 0);
            File.Move(Path, Path + ".moved");
            File.WriteAllText(Path, "");
            _time.Advance(TimeSpan.FromSeconds(1));
            log.Write([new("after")], 0);
        }

        Assert.AreEqual($"{Opening}log [0] >> before\n", File.ReadAllText(Path + ".moved"));
        Assert.AreEqual($"{Opening}log [0] >> after\n", File.ReadAllText(Path));
    }

    [TestMethod]
    public void Lines_of_another_program_are_not_overwritten()
    {
        using (LogWriter log = Open())
        {
            log.Write([new("before")], 0);
            using (var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
                file.Write("from elsewhere\n"u8);
            log.Write([new("after")], 0);
        }

        Assert.AreEqual($"{Opening}log [0] >> before\nfrom elsewhere\nlog [1] >> after\n", File.ReadAllText(Path));
    }

    [TestMethod]
    public void A_line_that_a_power_failure_has_cut_is_ended_at_the_next_opening()
    {
        File.WriteAllText(Path, $"{Opening}log [0] >> bef");
        Open().Dispose();
        Assert.AreEqual($"{Opening}log [0] >> bef\n{Opening}", File.ReadAllText(Path));
    }

    private LogWriter Open() => new(
        new LogFile(Path, () => Opening, new LogRotation(int.MaxValue, OlderFiles: 1), _time),
        new LineFormat(ActivityLogOptions.DefaultLineFormat),
        _time,
        NullLogger.Instance,
        null);
}
