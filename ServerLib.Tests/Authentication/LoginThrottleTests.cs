using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.RateLimiting;
using ServerLib.Tests.Server;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Authentication;

/// <summary>What outlives a restart, and what the file may contain.</summary>
[TestClass]
public sealed class LoginThrottleTests : IDisposable
{
    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("203.0.113.9"), 1);
    private static readonly IPEndPoint Home = new(IPAddress.Parse("2001:db8::1"), 1);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ListLogger<LoginThrottle> _logger = new();

    private string Path => _folder.File("guesses.json");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Penalties_and_delays_outlive_a_restart()
    {
        using (LoginThrottle throttle = Open())
            Fill(throttle);
        _time.Advance(TimeSpan.FromSeconds(10));
        using LoginThrottle again = Open();

        CollectionAssert.AreEqual(
            (AddressPenalty[])[new("203.0.113.9", TimeSpan.FromSeconds(20), true), new("198.51.100.1", TimeSpan.FromSeconds(2), false)],
            again.Penalties.ToArray());
        CollectionAssert.AreEqual(
            (AccountDelay[])[new("ada", null, 5, TimeSpan.FromSeconds(5)), new("ada", "2001:db8::/64", 1, TimeSpan.Zero)],
            again.Delays.ToArray());
        Assert.IsTrue(again.Addresses.IsRefused(Elsewhere, out _));
        Assert.AreEqual("", string.Join(", ", _logger.Entries));
    }

    [TestMethod]
    public void Known_addresses_outlive_a_restart()
    {
        using (LoginThrottle throttle = Open())
        {
            for (int i = 0; i < 12; i++)
                LogIn(throttle, "ada", new IPEndPoint(IPAddress.Parse($"192.0.2.{i}"), 1));
            for (int i = 0; i < 5; i++)
                Fail(throttle, "ada", Elsewhere, $"{i}");
        }

        using LoginThrottle again = Open();
        Assert.IsFalse(TryBegin(again, "ada", new IPEndPoint(IPAddress.Parse("192.0.2.3"), 1), "right"));
        Assert.IsTrue(TryBegin(again, "ada", new IPEndPoint(IPAddress.Parse("192.0.2.4"), 1), "right"));
        Assert.IsTrue(TryBegin(again, "ada", new IPEndPoint(IPAddress.Parse("192.0.2.11"), 1), "right"));
    }

    [TestMethod]
    public void A_remembered_wrong_password_does_not_count_after_a_restart()
    {
        using (LoginThrottle throttle = Open())
            Fail(throttle, "ada", Elsewhere, "of last year");
        using LoginThrottle again = Open();
        Fail(again, "ada", Elsewhere, "of last year");

        Assert.AreEqual(1, again.Delays.Single().WrongPasswords);
    }

    [TestMethod]
    public void The_file_is_private_and_contains_one_byte_of_a_password_tag()
    {
        using (LoginThrottle throttle = Open())
            Fail(throttle, "ada", Elsewhere, "correct horse");
        string text = File.ReadAllText(Path);

        Assert.DoesNotContain("horse", text);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(text);
        Assert.AreEqual(1, json.RootElement.GetProperty("guesses")[0].GetProperty("tags").GetBytesFromBase64().Length);
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void Changes_are_saved_every_thirty_seconds()
    {
        using LoginThrottle throttle = Open();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsFalse(File.Exists(Path));

        Fail(throttle, "ada", Elsewhere, "wrong");
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.IsFalse(File.Exists(Path));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsTrue(File.Exists(Path));

        File.Delete(Path);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsFalse(File.Exists(Path));
        throttle.Addresses.Add(Elsewhere, AddressPenalties.FailedLogin);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsTrue(File.Exists(Path));
    }

    [TestMethod]
    public void A_clock_set_back_during_a_restart_lengthens_no_delay()
    {
        using (LoginThrottle throttle = Open())
            Fill(throttle);
        var earlier = new FakeTimeProvider(_time.GetUtcNow().AddYears(-10));
        using var again = new LoginThrottle(new ServerOptions(), Path, earlier);

        Assert.AreEqual(TimeSpan.FromMinutes(10), again.Penalties[0].Remaining);
        Assert.AreEqual(TimeSpan.FromMinutes(15), again.Delays[0].Remaining);
        earlier.Advance(TimeSpan.FromMinutes(15));
        Assert.IsEmpty(again.Penalties);
        Assert.IsTrue(TryBegin(again, "ada", Elsewhere, "right"));
        earlier.Advance(TimeSpan.FromHours(24));
        Assert.IsEmpty(again.Delays);
    }

    [TestMethod]
    public void A_clock_set_while_the_server_runs_changes_nothing()
    {
        var time = new SettableTime();
        using var throttle = new LoginThrottle(new ServerOptions(), Path, time);
        Fill(throttle);
        time.Offset = TimeSpan.FromDays(-365);

        Assert.AreEqual(TimeSpan.FromSeconds(30), throttle.Penalties[0].Remaining);
        Assert.AreEqual(TimeSpan.FromSeconds(15), throttle.Delays[0].Remaining);
    }

    [TestMethod]
    public void A_clock_set_far_ahead_during_a_restart_ends_nothing()
    {
        using (LoginThrottle throttle = Open())
        {
            Fill(throttle);
            throttle.Save();
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        var later = new FakeTimeProvider(_time.GetUtcNow().AddYears(40));
        using var again = new LoginThrottle(new ServerOptions(), Path, later);

        Assert.AreEqual(TimeSpan.FromSeconds(20), again.Penalties[0].Remaining);
        Assert.AreEqual(TimeSpan.FromSeconds(5), again.Delays[0].Remaining);
        later.Advance(TimeSpan.FromHours(24));
        Assert.IsEmpty(again.Penalties);
        Assert.IsEmpty(again.Delays);
    }

    [TestMethod]
    public void A_restart_within_a_day_counts_as_time_that_has_passed()
    {
        using (LoginThrottle throttle = Open())
            Fill(throttle);
        _time.Advance(TimeSpan.FromHours(1));
        using LoginThrottle again = Open();

        Assert.IsEmpty(again.Penalties);
        Assert.AreEqual(TimeSpan.Zero, again.Delays[0].Remaining);
    }

    [TestMethod]
    public void A_truncated_file_is_ignored_with_one_warning()
    {
        using (LoginThrottle throttle = Open())
            Fill(throttle);
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
    public void An_invalid_file_is_ignored_with_one_warning(string text)
    {
        TestCertificates.Write(Path, text.Replace("KEY", Convert.ToBase64String(new byte[32])));
        using LoginThrottle throttle = Open();

        Assert.IsEmpty(throttle.Penalties);
        Assert.HasCount(1, _logger.Entries);
    }

    [TestMethod]
    public void Invalid_entries_of_the_file_are_ignored()
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
        using LoginThrottle throttle = Open();

        Assert.AreEqual("", string.Join(", ", _logger.Entries));
        Assert.AreEqual(new AddressPenalty("1.2.3.4", TimeSpan.FromMinutes(10), true), throttle.Penalties.Single());
        Assert.AreEqual("c", throttle.Delays.Single().Account);
        Fail(throttle, "c", Elsewhere, "wrong");
        Assert.AreEqual(TimeSpan.FromMinutes(15), throttle.Delays.Single().Remaining);
        LogIn(throttle, "c", Home);
    }

    [TestMethod]
    public void A_failed_save_is_reported_once_and_tried_again()
    {
        var problems = new ServerProblems();
        using LoginThrottle throttle = new(new ServerOptions(), Path, _time, _logger, problems);
        Directory.CreateDirectory(Path);
        for (int i = 0; i < 3; i++)
        {
            throttle.Addresses.Add(Elsewhere, AddressPenalties.FailedLogin);
            throttle.Save();
        }

        Assert.AreEqual(LogLevel.Warning, _logger.Entries.Single().Level);
        Assert.AreEqual("login-throttle", problems.Current.Single().Name);
        Directory.Delete(Path);
        throttle.Save();
        Assert.IsTrue(File.Exists(Path));
        Assert.HasCount(2, _logger.Entries);
        Assert.IsEmpty(problems.Current);
    }

    [TestMethod]
    public void Clear_removes_entries_by_name_or_address_and_ClearAll_all()
    {
        using LoginThrottle throttle = Open();
        Fill(throttle);
        Fail(throttle, "203.0.113.9", Elsewhere, "a name like an address");

        Assert.AreEqual(2, throttle.Clear("203.0.113.9"));
        Assert.AreEqual(2, throttle.Clear("ADA"));
        Assert.AreEqual(0, throttle.Clear("nobody"));
        Assert.AreEqual(1, throttle.ClearAll());
        throttle.Save();
        using LoginThrottle again = Open();
        Assert.IsEmpty(again.Penalties);
        Assert.IsEmpty(again.Delays);
    }

    private static void Fill(LoginThrottle throttle)
    {
        LogIn(throttle, "ada", Home);
        for (int i = 0; i < 5; i++)
            Fail(throttle, "ada", Elsewhere, $"{i}");
        Fail(throttle, "ada", Home, "mistyped");
        throttle.Addresses.Add(Elsewhere, TimeSpan.FromSeconds(30));
        throttle.Addresses.Add(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 1), TimeSpan.FromSeconds(12));
    }

    private static bool TryBegin(LoginThrottle throttle, string name, IPEndPoint from, string password) =>
        throttle.Accounts.TryBegin(name, AddressBlock.Of(from), password, out _, out _);

    private static void Fail(LoginThrottle throttle, string name, IPEndPoint from, string password)
    {
        Assert.IsTrue(throttle.Accounts.TryBegin(name, AddressBlock.Of(from), password, out LoginAttempt attempt, out _));
        throttle.Accounts.End(attempt, LoginCode.Failure, out _);
    }

    private static void LogIn(LoginThrottle throttle, string name, IPEndPoint from)
    {
        Assert.IsTrue(throttle.Accounts.TryBegin(name, AddressBlock.Of(from), "right", out LoginAttempt attempt, out _));
        throttle.Accounts.End(attempt, LoginCode.Ok, out _);
    }

    private LoginThrottle Open() => new(new ServerOptions(), Path, _time, _logger);
}
