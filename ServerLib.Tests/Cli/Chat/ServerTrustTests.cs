using ServerLib.Cli;
using ServerLib.Cli.Chat;
using ServerLib.Cli.Terminal;
using ServerLib.Tests.Cli.Terminal;

namespace ServerLib.Tests.Cli.Chat;

[TestClass]
public sealed class ServerTrustTests
{
    private static readonly ServerIdentity Server = new("chat.example", 8080, "AB:CD", IsValid: false);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTerminal _terminal = new();

    [TestMethod]
    [DataRow("yes\n", true)]
    [DataRow("maybe\nno\n", false)]
    public async Task A_server_that_is_not_known_is_asked_about(string typed, bool isTrusted)
    {
        using var folder = new TempFolder();
        _terminal.Type(typed);
        Assert.AreEqual(isTrusted, await DecideAsync(folder));
        StringAssert.Contains($"{_terminal.Screen}", "AB:CD\n");
        Assert.AreEqual(isTrusted, File.Exists(folder.File("known")));
        if (isTrusted)
            Assert.IsTrue(await DecideAsync(folder));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Where_nobody_can_be_asked_only_accept_new_trusts(bool acceptsNew)
    {
        using var folder = new TempFolder();
        var errors = new Transcript();
        using (var console = new HostConsole(errors, errors))
        {
            var trust = new ServerTrust(new KnownServers(folder.File("sub/known")), new PlainLineConsole(TextReader.Null, console, keyboard: null), acceptsNew);
            Assert.AreEqual(acceptsNew, await trust.DecideAsync(Server, _guard));
        }

        Assert.AreEqual(acceptsNew, File.Exists(folder.File("sub/known")));
        StringAssert.Contains($"{errors}", acceptsNew ? "to the known servers" : "--accept-new");
    }

    [TestMethod]
    public async Task A_server_that_has_changed_is_refused_loudly_even_with_accept_new()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("known"), "# mine\n\nother:8080 AB:CD\nCHAT.example:8080 EF:01\u001b\n");

        Assert.IsFalse(await DecideAsync(folder, acceptsNew: true));
        StringAssert.Contains($"{_terminal.Screen}", "HAS CHANGED");
        StringAssert.Contains($"{_terminal.Screen}", $"line 4 of {folder.File("known")} has EF:01\\u001B.");
    }

    [TestMethod]
    public void A_server_is_added_on_a_line_of_its_own_and_found_again()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("known"), "a:1 AA");
        var known = new KnownServers(folder.File("known"));
        known.Add("::1", 2, "BB");

        Assert.AreEqual(("AA", 1), known.Find("A", 1));
        Assert.AreEqual(("BB", 2), known.Find("::1", 2));
        Assert.IsNull(known.Find("a", 2));
    }

    [TestMethod]
    public void A_known_servers_path_that_is_no_file_is_refused_by_name()
    {
        using var folder = new TempFolder();

        IOException e = Assert.ThrowsExactly<IOException>(() => new KnownServers(folder.Path).Find("a", 1));
        Assert.AreEqual($"{folder.Path} is a folder, not a file.", e.Message);
    }

    [TestMethod]
    public void The_file_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TempFolder();
        new KnownServers(folder.File("known")).Add("a", 1, "AA");

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("known")));
    }

    private ValueTask<bool> DecideAsync(TempFolder folder, bool acceptsNew = false) =>
        new ServerTrust(new KnownServers(folder.File("known")), new InputScreen(_terminal), acceptsNew).DecideAsync(Server, _guard);
}
