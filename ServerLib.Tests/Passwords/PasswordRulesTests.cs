using System.Text;
using ServerLib.Passwords;

namespace ServerLib.Tests.Passwords;

[TestClass]
public sealed class PasswordRulesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [TestMethod]
    [DataRow(7, false)]
    [DataRow(8, true)]
    [DataRow(256, true)]
    [DataRow(257, false)]
    public void A_password_has_8_to_256_characters_by_default(int length, bool isAllowed)
    {
        string? broken = PasswordRules.Load(new ServerOptions()).FindProblem(new string('x', length));

        Assert.AreEqual(isAllowed ? null : "A password has 8 to 256 characters.", broken);
    }

    [TestMethod]
    [DataRow(0, "🔑🔑", "A password has 3 to 256 characters.")]
    [DataRow(0, "🔑🔑🔑", null)]
    [DataRow(254, "🔑🔑", null)]
    [DataRow(254, "🔑🔑🔑", "A password has 3 to 256 characters.")]
    public void The_length_is_counted_in_Unicode_scalar_values(int before, string end, string? expected) =>
        Assert.AreEqual(expected, Load(new() { Passwords = { MinLength = 3 } }).FindProblem(new string('x', before) + end));

    [TestMethod]
    public void A_password_with_invalid_Unicode_is_refused() =>
        Assert.AreEqual("A password is well-formed Unicode.", Load(new()).FindProblem("12345678\ud800"));

    [TestMethod]
    [DataRow("letmein1!")]
    [DataRow("LetMeIn1!")]
    [DataRow("ｌｅｔｍｅｉｎ１！")]
    [DataRow("grüß gott")]
    [DataRow("GRÜß GOTT")]
    [DataRow(" trailing ")]
    [DataRow("last one, no line end")]
    public void A_denied_password_is_refused_in_any_spelling(string password) =>
        Assert.AreEqual(
            "This password is one of those that are tried first; take another one.",
            Denying("\ufeffletmein1!\r\n\ngrüß gott\n trailing \nlast one, no line end"u8).FindProblem(password));

    [TestMethod]
    [DataRow("letmein1!!")]
    [DataRow("trailing ")]
    public void A_password_that_only_resembles_a_denied_one_is_accepted(string password) =>
        Assert.IsNull(Denying("letmein1!\n trailing \n"u8).FindProblem(password));

    [TestMethod]
    public void A_line_that_is_not_UTF_8_is_ignored() =>
        Assert.IsNotNull(Denying([.. "caf\u00e9"u8, 0xE9, (byte)'\n', 0xFF, 0, (byte)'\n', .. "letmein1!"u8]).FindProblem("letmein1!"));

    [TestMethod]
    public void A_missing_list_is_reported_with_its_path()
    {
        foreach (string name in (string[])["missing.txt", "."])
        {
            ServerLibException refusal = Assert.ThrowsExactly<ServerLibException>(() => Load(new() { Passwords = { DeniedFile = name } }));
            StringAssert.StartsWith(refusal.Message, $"The file of denied passwords '{_folder.File(name)}' cannot be read: ");
        }
    }

    [TestMethod]
    public void A_list_with_too_many_passwords_is_refused()
    {
        File.WriteAllLines(_folder.File("denied.txt"), Enumerable.Range(0, 100_000).Select(i => $"password{i}"));
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => DeniedPasswords.Read(_folder.File("denied.txt"), 99_999)).Message, "more than 99,999 passwords");

        var denied = DeniedPasswords.Read(_folder.File("denied.txt"), 100_000);
        Assert.IsTrue(denied.Contains("password99999"));
        Assert.IsFalse(denied.Contains("password100000"));
    }

    [TestMethod]
    public void A_line_that_is_too_long_for_a_password_is_skipped() =>
        Assert.IsNotNull(Denying(Encoding.ASCII.GetBytes(new string('x', 100_000) + "\nletmein1!")).FindProblem("letmein1!"));

    public void Dispose() => _folder.Dispose();

    private PasswordRules Denying(ReadOnlySpan<byte> list)
    {
        File.WriteAllBytes(_folder.File("denied.txt"), list.ToArray());
        return Load(new() { Passwords = { DeniedFile = "denied.txt" } });
    }

    private PasswordRules Load(ServerOptions options)
    {
        options.DataDirectory = _folder.Path;
        return PasswordRules.Load(options);
    }
}
