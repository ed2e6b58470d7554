using ServerLib.Cli;
using ServerLib.Cli.Chat;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>The arguments of <c>connect</c>.</summary>
[TestClass]
public sealed class ConnectUsageTests
{
    [TestMethod]
    [DataRow("connect", "--user NAME is missing")]
    [DataRow("connect --user a", "The password is missing: give --password-file")]
    [DataRow("connect --user a --password-file nowhere", "The password file cannot be read")]
    [DataRow("connect h:0 --user a", "'h:0' is not HOST[:PORT]")]
    [DataRow("connect :1 --user a", "':1' is not HOST[:PORT]")]
    [DataRow("connect 9000 --user a", "'9000' is not HOST[:PORT]; write the host before the port: 127.0.0.1:9000")]
    [DataRow("9000 connect --user a", "9000 is a port of a server; it cannot be used before connect")]
    [DataRow("connect --user a --accept-new", "--accept-new and --known-servers need --tls")]
    [DataRow("connect --user a --classic --invitation x", "--invitation cannot be used with --classic")]
    [DataRow("connect --user a --identity id.pem --invitation x", "cannot be used with --identity")]
    [DataRow("connect --usr a", "--user")]
    [DataRow("connect --port 1", "--port")]
    [DataRow("connect --user a --ServerLib:Port 1", "an option of the server")]
    public async Task Wrong_usage_exits_with_2(string args, string expected)
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, args.Split(' '));

        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains($"{run.Error}", expected);
    }

    [TestMethod]
    [DataRow("\uFEFFs3cret pass\nmore", "s3cret pass")]
    [DataRow("s3cret\r\n", "s3cret")]
    [DataRow("no line end", "no line end")]
    public void The_password_is_the_first_line_of_its_file(string content, string expected)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("pw"), content);
        Assert.AreEqual(expected, Prepare(folder).Password);
    }

    [TestMethod]
    public void A_password_file_of_the_wrong_kind_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("pw"), [(byte)'x', 0xFF, (byte)'\n']);
        StringAssert.Contains(Assert.ThrowsExactly<WrongUsageException>(() => Prepare(folder)).Message, "not valid UTF-8");
        File.WriteAllBytes(folder.File("pw"), new byte[5_000]);
        StringAssert.Contains(Assert.ThrowsExactly<WrongUsageException>(() => Prepare(folder)).Message, "longer than 4096 bytes");
    }

    [TestMethod]
    public async Task An_empty_password_exits_with_2()
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, ["connect", "--user", "a"], variables: Password(""));
        Assert.AreEqual(2, await run.Ended);
        StringAssert.StartsWith($"{run.Error}", "The password is empty");
    }

    [TestMethod]
    [DataRow(null, "127.0.0.1", 8080)]
    [DataRow("chat.example", "chat.example", 8080)]
    [DataRow("chat.example:1", "chat.example", 1)]
    [DataRow("::1", "::1", 8080)]
    [DataRow("[::1]:9", "::1", 9)]
    [DataRow("[::1]", "::1", 8080)]
    public void An_address_is_a_host_with_an_optional_port(string? address, string host, int port) =>
        Assert.AreEqual((host, port), ChatArguments.ReadAddress(address));

    [TestMethod]
    public async Task The_password_variable_is_not_an_option_of_the_server()
    {
        using var folder = new TempFolder();
        await using HostRun run = HostRun.Start(folder, ["--port", "0"], variables: Password("x"));
        await run.EndPointAsync();
    }

    private static ServerClientOptions Prepare(TempFolder folder)
    {
        var options = new ServerClientOptions();
        var surroundings = new Surroundings { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, CurrentDirectory = folder.Path };
        new ChatPassword(new ChatArguments { User = "zoe", PasswordFile = "pw" }, surroundings, null!).Prepare(options);
        return options;
    }

    private static Dictionary<string, string?> Password(string password) => new() { ["SERVERLIB_PASSWORD"] = password };
}
