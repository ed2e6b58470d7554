using System.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Tests.Files;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class FileOwnerTests
{
    [TestMethod]
    public void A_created_file_is_owned_by_this_process_and_a_foreign_file_is_not()
    {
        using var folder = new TempFolder();
        string file = folder.File("users.db");
        File.WriteAllText(file, "");
        Assert.IsTrue(FileOwner.IsMine(folder.Path));
        Assert.IsTrue(FileOwner.IsMine(file));

        if (Environment.IsPrivilegedProcess)
            GiveAway(file);
        Assert.IsFalse(FileOwner.IsMine(Environment.IsPrivilegedProcess ? file : "/"));
    }

    [TestMethod]
    public void A_missing_file_has_no_owner() => Assert.IsFalse(FileOwner.IsMine("/nowhere/users.db"));

    /// <summary>Makes another user the owner of a file. Only root can do this.</summary>
    internal static void GiveAway(string file)
    {
        using Process chown = Process.Start("chown", ["65534", file]);
        chown.WaitForExit();
        Assert.AreEqual(0, chown.ExitCode);
    }
}
