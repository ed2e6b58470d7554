namespace ServerLib.Tests.CodeRules;

[TestClass]
public sealed class WaitingRuleTests
{
    // Why a file may break the rule.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["ServerLib.Tests/Compact/LoadTests.cs"] = "The clock advances until sockets of the operating system have passed everything on.",
        ["ServerLib.Tests/Passwords/HashQueueTests.cs"] = "The call throws, so there is no task.",
    };

    [TestMethod]
    public void No_test_sleeps_polls_shares_a_gate_or_discards_a_task()
    {
        string[] files = [.. Sources("ServerLib.Tests"), .. Sources("ServerLib.Testing")];
        ILookup<string, string> violations = files
            .SelectMany(file => WaitingRule.Violations(File.ReadAllText(Repository.File(file))).Select(text => (File: file, Text: text)))
            .ToLookup(violation => violation.File, violation => $"{violation.File}:{violation.Text}");

        Assert.AreEqual("", string.Join('\n', violations.Where(group => !Allowed.ContainsKey(group.Key)).SelectMany(group => group)));
        Assert.AreEqual("", string.Join('\n', Allowed.Keys.Where(file => !violations.Contains(file))), "These need no reason any more.");
    }

    [TestMethod]
    [DataRow("Thread.Sleep(1);", "1: sleeps")]
    [DataRow("await Task.Delay(10, token);", "1: sleeps")]
    [DataRow("await Task.Delay(Timeout.Infinite, token);", "")]
    [DataRow("while (!done) await Task.Yield();", "1: polls")]
    [DataRow("System.Threading.Thread.Sleep(1);", "1: sleeps")]
    [DataRow("await System.Threading.Tasks.Task.Delay(10);", "1: sleeps")]
    [DataRow("while (!done) await Task.Yield().ConfigureAwait(false);", "1: polls")]
    [DataRow("for (;;) { if (done) break; await Task.Yield(); }", "1: polls")]
    [DataRow("for (; !done; ) guard.ThrowIfCancellationRequested();", "1: polls")]
    [DataRow("for (int i = 0; i < 3; i++) await SendAsync(i);", "")]
    [DataRow("while (Count() > 1) guard.ThrowIfCancellationRequested();", "1: polls")]
    [DataRow("while (await ReadAsync() > 0) { count++; }", "")]
    [DataRow("_ = server.RunAsync();", "1: discards a task")]
    [DataRow("Task.Run(() => 1);", "1: discards a task")]
    [DataRow("Task<int> one = Task.Run(() => 1);", "")]
    [DataRow("class A { static readonly SemaphoreSlim Gate = new(1); }", "1: has a gate for all tests")]
    public void A_wait_without_an_event_is_found(string code, string expected) =>
        Assert.AreEqual(expected, string.Join('\n', WaitingRule.Violations(code)));

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Repository.File(project), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
}
