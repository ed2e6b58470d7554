using System.Text;
using System.Text.RegularExpressions;
using ServerLib.Administration.Import;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class ImportReaderTests
{
    private const string Sha = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";

    private const string Existing = $$$"""
        {
            "version": [1, {"users": {}}],
            "users": {
                "Ada": {
                    "alias": "Ada",
                    "ip_ledger": {
                        "addr_list_ATTEMPT": [["127.0.0.1", 52814], "", ["::1", 2, 0, 0], ["nowhere", 1]],
                        "addr_list_SUCCESS": [["127.0.0.1", 52814]],
                        "addr_active": ["127.0.0.1", 52814]
                    },
                    "credentials": {"username": "Ada", "password": "{{{Sha}}}", "ip_addr": ["10.1.2.3", 99]},
                    "statistics": {"active_connections": 1, "successful_broadcast_count": 7, "logon_count": 3, "logoff_count": 2}
                },
                "bob": {"credentials": {"password": ""}, "statistics": {}},
                "carol": {"credentials": {"password": "{{{Sha}}}"}, "statistics": {"logon_count": -1}},
                "dave": 5,
                "erin": {"credentials": {"password": "secret"}},
                "frank": {"credentials": {"password": "{{{Sha}}}"}, "other": [[["x"]]]}
            }
        }
        """;

    private const string Csv = """
        name,hash,role,locked,createdAt,broadcasts
        ada,"$2b$04$x",admin,true,2020-01-02T03:04:05Z,7

        bob,$2b$04$y,,,,
        carol,$2b$04$z,root,,,
        dave,"$2b$04$z,,,,
        erin,$2b$04$z
        frank,$2b$04$z,user,maybe,,
        gina,,,,,
        "h""i",$2b$04$z,user,0,,1
        """;

    private const string Lines = """
        {"name":"ada","hash":"$2b$04$x","role":"admin","locked":true,"keys":[{"name":"k","fingerprint":"f","added":"2020-01-02T03:04:05Z"}],"attempts":["127.0.0.1:1"],"attemptCount":9}
        {"name":"bob","hash":"$2b$04$y"}
        {"name":"carol","hash":"$2b$04$y","lokked":true}
        {"name":"dave","hash":"$2b$04$y","name":"eve"}
        ["erin"]
        null
        {"name":"frank"}
        {"name":"gina","hash":"$2b$04$y","locked":"yes"}
        {"name":"hal","hash":"$2b$04$y","keys":[null]}
        {"name":"ian","hash":"$2b$0
        """;

    [TestMethod]
    public void The_file_of_the_existing_system_is_read()
    {
        List<ImportEntry> entries = Read(Existing, ImportFormat.Existing);

        AccountRecord ada = entries[0].Account!;
        Assert.IsTrue(entries[0].HasOldHash);
        Assert.AreEqual(("Ada", Sha, "10.1.2.3:99", 4, 3, 7), (ada.Name, ada.PasswordHash, ada.RegisteredFrom, ada.AttemptCount, ada.LogonCount, ada.Broadcasts));
        CollectionAssert.AreEqual(new[] { "127.0.0.1:52814", "[::1]:2" }, ada.Attempts.ToArray());
        CollectionAssert.AreEqual(new[] { "127.0.0.1:52814" }, ada.Logons.ToArray());
        Assert.AreEqual(
            """
            4 Ada
            14 bob: no password was set yet; add the user with a new one
            15 carol: its logon_count is not a number of 0 or more
            16 dave: it has another form than in the existing system
            17 erin: its password is not a SHA-256 in lower-case hexadecimal digits
            18 frank
            """,
            Show(entries));
    }

    [TestMethod]
    public void Comma_separated_values_are_read()
    {
        List<ImportEntry> entries = Read(Csv, ImportFormat.Csv);

        AccountRecord ada = entries[0].Account!;
        Assert.AreEqual(
            ("$2b$04$x", true, true, new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), 7),
            (ada.PasswordHash, ada.IsAdmin, ada.IsLocked, ada.RegisteredAt, ada.Broadcasts));
        Assert.AreEqual(
            """
            2 ada
            4 bob
            5 carol: its role is neither admin nor user
            6 : a quotation mark is missing or misplaced
            7 erin: the line has 2 values, but there are 6 columns
            8 frank: locked is neither true nor false
            9 gina: it has no password hash
            10 h"i
            """.Replace("7 erin:", "7 :", StringComparison.Ordinal),
            Show(entries));
    }

    [TestMethod]
    [DataRow("ada,$2b$04$x")]
    [DataRow("name,hash,rolle\nada,$2b$04$x,admin")]
    [DataRow("name,hash,name\nada,$2b$04$x,eve")]
    public void A_csv_file_without_names_of_columns_is_not_read(string text)
    {
        ImportEntry only = Read(text, ImportFormat.Csv).Single();

        Assert.AreEqual(1, only.Line);
        Assert.EndsWith("nothing was imported", only.Problem);
    }

    [TestMethod]
    [DataRow(";")]
    [DataRow("\t")]
    public void Values_can_be_separated_by_semicolons_and_tabs(string separator) =>
        Assert.AreEqual("2 ada", Show(Read($"\uFEFFname{separator}hash\r\nada{separator}$2b$04$x\r\n", ImportFormat.Csv)));

    [TestMethod]
    public void Lines_of_json_are_read()
    {
        List<ImportEntry> entries = Read(Lines, ImportFormat.JsonLines);

        AccountRecord ada = entries[0].Account!;
        Assert.AreEqual((true, true, "k", "127.0.0.1:1", 9), (ada.IsAdmin, ada.IsLocked, ada.Keys[0].Name, ada.Attempts[0], ada.AttemptCount));
        const string Invalid = "it is not valid JSON, is cut off, or has a member that is unknown or of the wrong type";
        Assert.AreEqual(
            $"""
            1 ada
            2 bob
            3 : {Invalid}
            4 : {Invalid}
            5 : {Invalid}
            6 : it is not a JSON object
            7 frank: it has no password hash
            8 : {Invalid}
            9 hal: a key is not valid
            10 : {Invalid}
            """,
            Regex.Replace(Show(entries), @" \(\$\.\w+\)", ""));
        Assert.EndsWith(" ($.locked)", entries[7].Problem);
    }

    [TestMethod]
    public void A_line_that_is_too_long_is_skipped()
    {
        string text = $"{{\"name\":\"ada\",\"hash\":\"x\"}}\n{new string('x', 1_000_000)}\r\n{{\"name\":\"bob\",\"hash\":\"x\"}}\n{new string('y', 70_000)}";

        Assert.AreEqual(
            """
            1 ada
            2 : the line is longer than 65536 bytes
            3 bob
            4 : the line is longer than 65536 bytes
            """,
            Show(Read(text, ImportFormat.JsonLines)));
    }

    [TestMethod]
    public void A_value_that_is_too_long_ends_the_reading_of_a_json_file()
    {
        string text = $"{{\"users\": {{\"ada\": {{\"credentials\": {{\"password\": \"{Sha}\"}}}},\"{new string('x', 300_000)}\": 1}}}}";

        Assert.AreEqual(
            "1 ada\n1 : it is not valid JSON from here on, or is cut off; the rest was not read",
            Show(Read(text, ImportFormat.Existing)));
    }

    [TestMethod]
    public void Bytes_that_are_not_text_spoil_their_entry_only()
    {
        byte[] csv = [.. "name,hash\na"u8, 0xff, .. ",x\nbob,x\n"u8];
        string user = $$$"""{"credentials":{"password":"{{{Sha}}}"}}""";
        byte[] existing = [.. "{\"users\":{\"a"u8, 0xff, .. Encoding.UTF8.GetBytes($"\":{user},\"bob\":{user}}}}}")];
        byte[] lines = [.. "{\"name\":\"a"u8, 0xff, .. "\",\"hash\":\"x\"}\n{\"name\":\"bob\",\"hash\":\"x\"}"u8];

        Assert.AreEqual("2 : it is not valid UTF-8\n3 bob", Show(Read(csv, ImportFormat.Csv)));
        Assert.AreEqual("1 : its name is not valid Unicode\n1 bob", Show(Read(existing, ImportFormat.Existing)));
        Assert.EndsWith("\n2 bob", Show(Read(lines, ImportFormat.JsonLines)));
    }

    [TestMethod]
    [DataRow("{\"users\": {}}", "")]
    [DataRow("{\"users\": []}", "1 : it has no member 'users' that is an object, so it is not a file of the existing system")]
    [DataRow("{}", "1 : it has no member 'users' that is an object, so it is not a file of the existing system")]
    [DataRow("{\"users\": {}}\nx", "2 : it is not valid JSON from here on, or is cut off; the rest was not read")]
    [DataRow("{\"users\": {}, \"users\": {}}", "1 : it has two members 'users'; the second was not read")]
    [DataRow("", "1 : it is not valid JSON from here on, or is cut off; the rest was not read")]
    public void A_file_without_users_is_explained(string text, string expected) =>
        Assert.AreEqual(expected, Show(Read(text, ImportFormat.Existing)));

    [TestMethod]
    [DataRow(Existing, "JsonLines")]
    [DataRow(" {\"users\": {\"ada\"", "Existing")]
    [DataRow("\uFEFF\n{\"users\" : {}}", "Existing")]
    [DataRow(Csv, "Csv")]
    [DataRow("", "Csv")]
    [DataRow(Lines, "JsonLines")]
    [DataRow("{\"users\"", "JsonLines")]
    [DataRow("{\"name\"", "JsonLines")]
    public void The_format_is_found_from_the_content(string text, string format)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));

        Assert.AreEqual(format, $"{ImportFile.DetectFormat(file)}");
        Assert.AreEqual(0, file.Position);
    }

    [TestMethod]
    [DataRow(Existing, "Existing")]
    [DataRow(Csv, "Csv")]
    [DataRow(Lines, "JsonLines")]
    public void A_file_that_is_cut_off_anywhere_gives_no_entry_that_the_whole_does_not_have(string text, string format)
    {
        ImportFormat kind = Enum.Parse<ImportFormat>(format);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        HashSet<string> whole = [.. Read(bytes, kind).Where(entry => entry.Account is not null).Select(entry => $"{entry.Name} {entry.HasOldHash}")];
        for (int length = 0; length < bytes.Length; length++)
        {
            List<ImportEntry> entries = Read(bytes[..length], kind);
            foreach (ImportEntry entry in entries.Where(entry => entry.Account is not null))
            {
                if (kind != ImportFormat.Csv || entry != entries[^1])
                    Assert.Contains($"{entry.Name} {entry.HasOldHash}", whole, $"cut at {length}");
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void A_file_is_read_in_pieces_of_any_size(int size)
    {
        foreach ((string text, ImportFormat format) in new[] { (Existing, ImportFormat.Existing), (Csv, ImportFormat.Csv), (Lines, ImportFormat.JsonLines) })
        {
            using var file = new SlowStream(Encoding.UTF8.GetBytes(text), size);
            Assert.AreEqual(Show(Read(text, format)), Show(ImportFile.Read(file, format)));
        }
    }

    private static List<ImportEntry> Read(string text, ImportFormat format) => Read(Encoding.UTF8.GetBytes(text), format);

    private static List<ImportEntry> Read(byte[] bytes, ImportFormat format)
    {
        using var file = new MemoryStream(bytes);
        return [.. ImportFile.Read(file, format)];
    }

    private static string Show(IEnumerable<ImportEntry> entries) =>
        string.Join('\n', entries.Select(entry => entry.Problem is null ? $"{entry.Line} {entry.Name}" : $"{entry.Line} {entry.Name}: {entry.Problem}"));

    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, size)]);
    }
}
