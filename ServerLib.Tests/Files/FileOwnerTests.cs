using System.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Tests.Files;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class FileOwnerTests
{
    [TestMethod]
    public void What_one_has_made_is_ones_own_and_what_somebody_else_has_is_not()
    {
        using var folder = new TempFolder();
        string file = folder.File("users.db");
        File.WriteAllText(file, "");
        Assert.IsTrue(FileOwner.IsMine(folder.Path));
        Assert.IsTrue(FileOwner.IsMine(file));

        Assert.IsFalse(FileOwner.IsMine(Environment.IsPrivilegedProcess ? GivenAway(file) : "/"));
    }

    [TestMethod]
    public void What_is_not_there_is_nobodys() => Assert.IsFalse(FileOwner.IsMine("/nowhere/users.db"));

    private static string GivenAway(string file)
    {
        using Process chown = Process.Start("chown", ["65534", file]);
        chown.WaitForExit();
        Assert.AreEqual(0, chown.ExitCode);
        return file;
    }
}
