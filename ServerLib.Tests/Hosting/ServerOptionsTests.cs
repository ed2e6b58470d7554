using System.ComponentModel;
using System.Reflection;
using ServerLib.Hosting;

namespace ServerLib.Tests.Hosting;

[TestClass]
public sealed class ServerOptionsTests
{
    [TestMethod]
    public void The_defaults_are_allowed() => Assert.IsTrue(new ServerOptionsValidator().Validate(null, new ServerOptions()).Succeeded);

    [TestMethod]
    [DataRow(nameof(ServerOptions.Port), "0", "65535", "-1", "65536")]
    [DataRow(nameof(ServerOptions.MaxClients), "1", "65535", "0", "65536")]
    [DataRow("Limits:MaxConnections", "1", "2147483647", "0", "-1")]
    [DataRow("Limits:MaxConnectionsPerAddress", "1", "2147483647", "0", "-1")]
    [DataRow("Limits:MaxUnauthenticatedPerAddress", "1", "2147483647", "0", "-1")]
    [DataRow("Login:MaxAttempts", "1", "2147483647", "0", "-1")]
    [DataRow("Limits:MaxSessionsPerUser", "1", "2147483647", "0", "-1")]
    [DataRow("Limits:MaxMessageRate", "0", "1000000", "-1", "1000001")]
    [DataRow("Limits:MaxMessageBurst", "1", "1000000", "0", "1000001")]
    [DataRow("Login:PenaltyIPv4Prefix", "8", "32", "7", "33")]
    [DataRow("Login:MaxRegistrationsPerAddress", "1", "1000000", "0", "1000001")]
    [DataRow("Limits:MaxFrameSize", "4096", "16777216", "4095", "16777217")]
    [DataRow("Limits:MaxQueuedBytes", "4096", "2147483647", "4095", "-1")]
    [DataRow("Limits:MaxOutstandingRequests", "1", "2147483647", "0", "-1")]
    [DataRow("Limits:MaxGroupsPerConnection", "0", "1000000", "-1", "1000001")]
    [DataRow("Limits:MaxAnnounced", "0", "2147483647", "-1", "-2147483648")]
    [DataRow(nameof(ServerOptions.EventLoops), "0", "1024", "-1", "1025")]
    [DataRow(nameof(ServerOptions.ServerKeySize), "2048", "8192", "2047", "8193")]
    [DataRow("Login:GraceTime", "00:00:00.001", "1.00:00:00", "00:00:00", "1.00:00:00.001")]
    [DataRow("Limits:KeepAlive", "00:00:00", "1.00:00:00", "-00:00:01", "1.00:00:00.001")]
    [DataRow(nameof(ServerOptions.ShutdownTimeout), "00:00:00", "1.00:00:00", "-00:00:01", "1.00:00:00.001")]
    [DataRow(nameof(ServerOptions.SlowHandlerThreshold), "00:00:00", "1.00:00:00", "-00:00:01", "1.00:00:00.001")]
    [DataRow(nameof(ServerOptions.Transport), "Automatic", "Portable", "7", "-1")]
    [DataRow(nameof(ServerOptions.Server), "::", "127.0.0.1", "localhost", "")]
    [DataRow(nameof(ServerOptions.DisconnectMessage), "x", "disconnect\n", "", null)]
    [DataRow(nameof(ServerOptions.DataDirectory), "x", "/tmp/x", "", " ")]
    public void An_option_that_is_out_of_range_is_named(string option, string allowed, string allowedToo, string refused, string? refusedToo)
    {
        Assert.IsNull(Failure(option, allowed));
        Assert.IsNull(Failure(option, allowedToo));
        StringAssert.StartsWith(Failure(option, refused), $"{option}: ");
        StringAssert.StartsWith(Failure(option, refusedToo), $"{option}: ");
    }

    [TestMethod]
    public void An_invalid_ban_is_named_with_its_index()
    {
        var options = new ServerOptions { Bans = { "ada", "203.0.113.0/24", "203.0.113.1/24", "127.0.0.1" } };
        string[] failures = [.. new ServerOptionsValidator().Validate(null, options).Failures!];
        Assert.HasCount(2, failures);
        StringAssert.StartsWith(failures[0], "Bans:2: '203.0.113.1/24' is not a valid address or range");
        StringAssert.StartsWith(failures[1], "Bans:3: '127.0.0.1' is a loopback address");
    }

    [TestMethod]
    [DataRow("203.0.113.9", true)]
    [DataRow("203.0.113.0/24", true)]
    [DataRow("2001:db8::/32", true)]
    [DataRow("203.0.113.9/24", false)]
    [DataRow("203.0.113.0/33", false)]
    [DataRow("example.org", false)]
    [DataRow("", false)]
    public void An_exemption_is_an_address_or_a_range(string text, bool isAllowed)
    {
        var options = new ServerOptions();
        options.Login.PenaltyExempt.Add("192.0.2.1");
        options.Login.PenaltyExempt.Add(text);
        IEnumerable<string>? failures = new ServerOptionsValidator().Validate(null, options).Failures;
        Assert.AreEqual(isAllowed, failures is null);
        if (!isAllowed)
            StringAssert.StartsWith(failures!.Single(), $"Login:PenaltyExempt:1: '{text}' is not allowed; it must be an address");
    }

    [TestMethod]
    [DataRow(null, null, null, "Endpoints:0: Path: give either this, or Port and maybe Address")]
    [DataRow("127.0.0.1", null, null, "Endpoints:0: Path: give either this, or Port and maybe Address")]
    [DataRow(null, 1, "x.sock", "Endpoints:0: Path: give either this, or Port and maybe Address")]
    [DataRow(null, 65_536, null, "Endpoints:0: Port: '65536' is not allowed; it must be 0 to 65535")]
    [DataRow("localhost", 1, null, "Endpoints:0: Address: 'localhost' is not allowed; it must be an IP address, such as 127.0.0.1, 0.0.0.0 or ::")]
    [DataRow(null, null, " ", "Endpoints:0: Path: ' ' is not allowed; it must be a path of at most about 100 bytes")]
    [DataRow("::", 1, null, null)]
    [DataRow(null, 1, null, null)]
    [DataRow(null, null, "x.sock", null)]
    public void An_end_point_has_a_port_or_a_path(string? address, int? port, string? path, string? failure)
    {
        var options = new ServerOptions { Endpoints = { new ServerEndpoint { Address = address, Port = port, Path = path } } };

        Assert.AreEqual(failure, new ServerOptionsValidator().Validate(null, options).Failures?.Single());
    }

    [TestMethod]
    public void The_proxies_of_an_end_point_are_addresses_or_ranges()
    {
        var options = new ServerOptions { Endpoints = { new ServerEndpoint { Port = 1, ProxyProtocol = { From = { "10.0.0.0/8", "proxy" } } } } };

        Assert.AreEqual(
            "Endpoints:0: ProxyProtocol:From: 'proxy' is not allowed; it must be an address, or a range such as 203.0.113.0/24",
            new ServerOptionsValidator().Validate(null, options).Failures!.Single());
    }

    [TestMethod]
    public void End_points_and_a_port_can_not_be_set_together()
    {
        var options = new ServerOptions { Port = 9000, Endpoints = { new ServerEndpoint { Port = 9001 } } };

        Assert.AreEqual(
            "Endpoints and Server or Port can't be set together; put the address and port into Endpoints",
            new ServerOptionsValidator().Validate(null, options).Failures!.Single());
    }

    [TestMethod]
    [DataRow(65_536, 1, null)]
    [DataRow(int.MaxValue, 1_000, null)]
    [DataRow(65_535, 1, "ActivityLog:MaxFileSize: ")]
    [DataRow(65_536, 0, "ActivityLog:OlderFiles: ")]
    [DataRow(65_536, 1_001, "ActivityLog:OlderFiles: ")]
    public void The_size_of_the_activity_log_has_a_range(int size, int older, string? failure)
    {
        var options = new ServerOptions { ActivityLog = { MaxFileSize = size, OlderFiles = older } };
        IEnumerable<string>? failures = new ServerOptionsValidator().Validate(null, options).Failures;
        Assert.AreEqual(failure is null, failures is null);
        if (failure is not null)
            StringAssert.StartsWith(failures!.Single(), failure);
    }

    [TestMethod]
    [DataRow(0, null)]
    [DataRow(1, null)]
    [DataRow(3_650, null)]
    [DataRow(3_651, "ActivityLog:Retention: ")]
    [DataRow(-1, "ActivityLog:Retention: ")]
    public void The_retention_of_the_activity_log_has_a_range(int days, string? failure)
    {
        var options = new ServerOptions { ActivityLog = { Retention = TimeSpan.FromDays(days) } };
        IEnumerable<string>? failures = new ServerOptionsValidator().Validate(null, options).Failures;
        Assert.AreEqual(failure is null, failures is null);
        if (failure is not null)
            StringAssert.StartsWith(failures!.Single(), failure);
    }

    [TestMethod]
    public void A_line_format_needs_the_classic_format()
    {
        var options = new ServerOptions { ActivityLog = { Format = ActivityLogFormat.Json, LineFormat = "{message}" } };

        Assert.AreEqual(
            "ActivityLog:LineFormat: '{message}' is not allowed; it must be given together with ActivityLog:Format Classic",
            new ServerOptionsValidator().Validate(null, options).Failures!.Single());
    }

    [TestMethod]
    [DataRow(0, 30, 100)]
    [DataRow(100, 0, 1000)]
    [DataRow(100, 101, 1000)]
    [DataRow(100, 30, 99)]
    public void MaxUnauthenticated_out_of_range_is_refused(int start, int rate, int full)
    {
        var options = new ServerOptions { Limits = { MaxUnauthenticated = new RandomEarlyDrop(start, rate, full) } };

        string failure = new ServerOptionsValidator().Validate(null, options).Failures!.Single();

        StringAssert.StartsWith(failure, $"Limits:MaxUnauthenticated: '{start}:{rate}:{full}' is not allowed");
    }

    private static string? Failure(string option, string? value)
    {
        var options = new ServerOptions();
        string[] path = option.Split(':');
        object owner = path.Length == 1 ? options : typeof(ServerOptions).GetProperty(path[0])!.GetValue(options)!;
        PropertyInfo property = owner.GetType().GetProperty(path[^1])!;
        property.SetValue(owner, value is null ? null : TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value));
        return new ServerOptionsValidator().Validate(null, options).Failures?.Single();
    }
}
