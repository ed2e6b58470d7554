using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.RateLimiting;
using ServerLib.Tests.Server;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Authentication;

/// <summary>Both tables over a restart, and what the file may hold.</summary>
[TestClass]
public sealed class LoginThrottleTests : IDisposable
{
    private static readonly IPEndPoint Stranger = new(IPAddress.Parse("203.0.113.9"), 1);
    private static readonly IPEndPoint Home = new(IPAddress.Parse("2001:db8::1"), 1);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ListLogger<LoginThrottle> _logger = new();

    private string Path => _folder.File("guesses.json");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Both_tables_are_kept_over_a_restart()
    {
        using (LoginThrottle book = Open())
            Fill(book);
        _time.Advance(TimeSpan.FromSeconds(10));
        using LoginThrottle again = Open();

        CollectionAssert.AreEqual(
            (AddressPenalty[])[new("203.0.113.9", TimeSpan.FromSeconds(20), true), new("198.51.100.1", TimeSpan.FromSeconds(2), false)],
            again.Penalties.ToArray());
        CollectionAssert.AreEqual(
            (AccountDelay[])[new("ada", null, 5, TimeSpan.FromSeconds(5)), new("ada", "2001:db8::/64", 1, TimeSpan.Zero)],
            again.Delays.ToArray());
        Assert.IsTrue(again.Addresses.IsRefused(Stranger, out _));
        Assert.AreEqual("", string.Join(", ", _logger.Entries));
    }

    [TestMethod]
    public void Where_an_account_has_been_is_kept()
    {
        using (LoginThrottle book = Open())
        {
            for (int i = 0; i < 12; i++)
                LogIn(book, "ada", new IPEndPoint(IPAddress.Parse($"192.0.2.{i}"), 1));
            for (int i = 0; i < 5; i++)
                Fail(book, "ada", Stranger, $"{i}");
        }

        using LoginThrottle again = Open();
        Assert.IsFalse(TryBegin(again, "ada", new IPEndPoint(IPAddress.Parse("192.0.2.3"), 1), "right"));
        Assert.IsTrue(TryBegin(again, "ada", new IPEndPoint(IPAddress.Parse("192.0.2.4"), 1), "right"));
        Assert.IsTrue(TryBegin(again, "ada", new IPEndPoint(IPAddress.Parse("192.0.2.11"), 1), "right"));
    }

    [TestMethod]
    public void The_same_wrong_password_does_not_count_after_a_restart_either()
    {
        using (LoginThrottle book = Open())
            Fail(book, "ada", Stranger, "of last year");
        using LoginThrottle again = Open();
        Fail(again, "ada", Stranger, "of last year");

        Assert.AreEqual(1, again.Delays.Single().WrongPasswords);
    }

    [TestMethod]
    public void The_file_is_its_owners_and_holds_no_password_nor_more_of_it_than_a_byte()
    {
        using (LoginThrottle book = Open())
            Fail(book, "ada", Stranger, "correct horse");
        string text = File.ReadAllText(Path);

        Assert.DoesNotContain("horse", text);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(text);
        Assert.AreEqual(1, json.RootElement.GetProperty("guesses")[0].GetProperty("tags").GetBytesFromBase64().Length);
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void It_is_saved_every_half_minute_if_something_has_changed()
    {
        using LoginThrottle book = Open();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsFalse(File.Exists(Path));

        Fail(book, "ada", Stranger, "wrong");
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.IsFalse(File.Exists(Path));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsTrue(File.Exists(Path));

        File.Delete(Path);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsFalse(File.Exists(Path));
        book.Addresses.Add(Stranger, AddressPenalties.FailedLogin);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsTrue(File.Exists(Path));
    }

    [TestMethod]
    public void A_clock_that_was_set_back_locks_nobody_for_longer()
    {
        using (LoginThrottle book = Open())
            Fill(book);
        var earlier = new FakeTimeProvider(_time.GetUtcNow().AddYears(-10));
        using var again = new LoginThrottle(new ServerOptions(), Path, earlier);

        Assert.AreEqual(TimeSpan.FromMinutes(10), again.Penalties[0].Remaining);
        Assert.AreEqual(TimeSpan.FromMinutes(15), again.Delays[0].Remaining);
        earlier.Advance(TimeSpan.FromMinutes(15));
        Assert.IsEmpty(again.Penalties);
        Assert.IsTrue(TryBegin(again, "ada", Stranger, "right"));
        earlier.Advance(TimeSpan.FromHours(24));
        Assert.IsEmpty(again.Delays);
    }

    [TestMethod]
    public void A_clock_that_is_set_while_it_runs_changes_nothing()
    {
        var time = new SettableTime();
        using var book = new LoginThrottle(new ServerOptions(), Path, time);
        Fill(book);
        time.IsWrongBy = TimeSpan.FromDays(-365);

        Assert.AreEqual(TimeSpan.FromSeconds(30), book.Penalties[0].Remaining);
        Assert.AreEqual(TimeSpan.FromSeconds(15), book.Delays[0].Remaining);
    }

    [TestMethod]
    public void A_clock_that_was_set_forward_has_forgotten()
    {
        using (LoginThrottle book = Open())
            Fill(book);
        using var again = new LoginThrottle(new ServerOptions(), Path, new FakeTimeProvider(DateTimeOffset.MaxValue));

        Assert.IsEmpty(again.Penalties);
        Assert.IsEmpty(again.Delays);
    }

    [TestMethod]
    public void A_file_cut_anywhere_is_one_warning_and_an_empty_book()
    {
        using (LoginThrottle book = Open())
            Fill(book);
        byte[] whole = File.ReadAllBytes(Path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            _logger.Entries.Clear();
            using var again = new LoginThrottle(new ServerOptions(), Path, _time, _logger);
            Assert.IsEmpty(again.Penalties);
            Assert.IsEmpty(again.Delays);
            Assert.AreEqual(LogLevel.Warning, _logger.Entries.Single().Level);
        }
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("{\"key\":\"\",\"penalties\":[],\"guesses\":[],\"familiar\":[]}")]
    [DataRow("{\"key\":\"KEY\",\"penalties\":[null],\"guesses\":[],\"familiar\":[]}")]
    [DataRow("{\"key\":\"KEY\",\"penalties\":[],\"guesses\":[null],\"familiar\":[]}")]
    [DataRow("{\"key\":\"KEY\",\"penalties\":[],\"guesses\":[{\"account\":null}],\"familiar\":[]}")]
    [DataRow("{\"key\":\"KEY\",\"penalties\":[],\"guesses\":[],\"familiar\":[{\"account\":\"a\",\"addresses\":[null]}]}")]
    [DataRow("{\"key\":\"KEY\",\"penalties\":[],\"guesses\":[],\"familiar\":null}")]
    [DataRow("{\"key\":\"KEY\",\"penalties\":[{\"addresses\":\"1.2.3.4\",\"until\":\"soon\",\"refused\":true}],\"guesses\":[],\"familiar\":[]}")]
    public void Another_file_is_one_warning_and_an_empty_book(string text)
    {
        TestCertificates.Write(Path, text.Replace("KEY", Convert.ToBase64String(new byte[32])));
        using LoginThrottle book = Open();

        Assert.IsEmpty(book.Penalties);
        Assert.HasCount(1, _logger.Entries);
    }

    [TestMethod]
    public void What_makes_no_sense_in_it_is_left_out()
    {
        string text = """
            {"key":"KEY",
             "penalties":[{"addresses":"nowhere","until":"9999-12-31T23:59:59Z","refused":true},
                          {"addresses":"1.2.3.4","until":"9999-12-31T23:59:59Z","refused":true},
                          {"addresses":"1.2.3.5","until":"0001-01-01T00:00:00Z","refused":true}],
             "guesses":[{"account":"a","from":"nowhere","count":9,"last":"9999-12-31T23:59:59Z","lockedUntil":"9999-12-31T23:59:59Z","tags":""},
                        {"account":"b","from":null,"count":-1,"last":"9999-12-31T23:59:59Z","lockedUntil":"9999-12-31T23:59:59Z","tags":""},
                        {"account":"c","from":null,"count":2147483647,"last":"9999-12-31T23:59:59Z","lockedUntil":"0001-01-01T00:00:00Z","tags":"TAGS"}],
             "familiar":[{"account":"c","addresses":["nowhere","2001:db8::/64"]}]}
            """;
        TestCertificates.Write(Path, text.Replace("KEY", Convert.ToBase64String(new byte[32])).Replace("TAGS", Convert.ToBase64String(new byte[10_000])));
        using LoginThrottle book = Open();

        Assert.AreEqual("", string.Join(", ", _logger.Entries));
        Assert.AreEqual(new AddressPenalty("1.2.3.4", TimeSpan.FromMinutes(10), true), book.Penalties.Single());
        Assert.AreEqual("c", book.Delays.Single().Account);
        Fail(book, "c", Stranger, "wrong");
        Assert.AreEqual(TimeSpan.FromMinutes(15), book.Delays.Single().Remaining);
        LogIn(book, "c", Home);
    }

    [TestMethod]
    public void A_file_that_can_not_be_written_is_one_warning_and_written_once_it_can()
    {
        using LoginThrottle book = Open();
        Directory.CreateDirectory(Path);
        for (int i = 0; i < 3; i++)
        {
            book.Addresses.Add(Stranger, AddressPenalties.FailedLogin);
            book.Save();
        }

        Assert.AreEqual(LogLevel.Warning, _logger.Entries.Single().Level);
        Directory.Delete(Path);
        book.Save();
        Assert.IsTrue(File.Exists(Path));
    }

    [TestMethod]
    public void An_admin_lets_off_by_name_by_address_and_all()
    {
        using LoginThrottle book = Open();
        Fill(book);
        Fail(book, "203.0.113.9", Stranger, "a name like an address");

        Assert.AreEqual(2, book.Clear("203.0.113.9"));
        Assert.AreEqual(2, book.Clear("ADA"));
        Assert.AreEqual(0, book.Clear("nobody"));
        Assert.AreEqual(1, book.ClearAll());
        book.Save();
        using LoginThrottle again = Open();
        Assert.IsEmpty(again.Penalties);
        Assert.IsEmpty(again.Delays);
    }

    private static void Fill(LoginThrottle book)
    {
        LogIn(book, "ada", Home);
        for (int i = 0; i < 5; i++)
            Fail(book, "ada", Stranger, $"{i}");
        Fail(book, "ada", Home, "mistyped");
        book.Addresses.Add(Stranger, TimeSpan.FromSeconds(30));
        book.Addresses.Add(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 1), TimeSpan.FromSeconds(12));
    }

    private static bool TryBegin(LoginThrottle book, string name, IPEndPoint from, string password) =>
        book.Accounts.TryBegin(name, AddressBlock.Of(from), password, out _, out _);

    private static void Fail(LoginThrottle book, string name, IPEndPoint from, string password)
    {
        Assert.IsTrue(book.Accounts.TryBegin(name, AddressBlock.Of(from), password, out LoginAttempt attempt, out _));
        book.Accounts.End(attempt, LoginCode.Failure, out _);
    }

    private static void LogIn(LoginThrottle book, string name, IPEndPoint from)
    {
        Assert.IsTrue(book.Accounts.TryBegin(name, AddressBlock.Of(from), "right", out LoginAttempt attempt, out _));
        book.Accounts.End(attempt, LoginCode.Ok, out _);
    }

    /// <summary>A clock whose hands are set while it runs on.</summary>
    private sealed class SettableTime : FakeTimeProvider
    {
        public TimeSpan IsWrongBy { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + IsWrongBy;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }

    private LoginThrottle Open() => new(new ServerOptions(), Path, _time, _logger);
}
