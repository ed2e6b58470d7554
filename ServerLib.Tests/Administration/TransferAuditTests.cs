using System.Text.Json;
using Moq;
using ServerLib.Administration;
using ServerLib.Administration.Commands;

namespace ServerLib.Tests.Administration;

/// <summary>The hidden commands of imports and exports, which a client can send by itself.</summary>
[TestClass]
public sealed class TransferAuditTests
{
    [TestMethod]
    public async Task A_batch_of_an_import_is_in_the_audit_trail_with_each_new_admin()
    {
        var accounts = new Mock<IAccountTransfer>();
        accounts.Setup(a => a.HaveAccountsAsync(It.IsAny<IReadOnlyList<string>>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        accounts.Setup(a => a.AddAccountsAsync(It.IsAny<IReadOnlyList<AccountRecord>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((IReadOnlyList<AccountRecord> added, CancellationToken _) => [.. added.Select(_ => new AccountAddition(true, null))]);
        await using var run = new AdminRun(accounts.Object);
        string input = JsonSerializer.Serialize(
            new ImportBatch(null, [new AccountLine { Name = "eve", Hash = "x", Role = "admin" }, new AccountLine { Name = "ada", Hash = "x" }]),
            TransferJsonContext.Default.ImportBatch);

        Assert.AreEqual(0, (await run.RunAsync(UserImportBatchCommand.Path, input, new AdminCaller("root", "203.0.113.7:5"))).Exit);
        CollectionAssert.AreEqual(
            (string[])["root AdminCommand  user import: 2 accounts added, the first one eve", "root RoleChanged eve grant admin"],
            await EntriesAsync(run));
    }

    [TestMethod]
    public async Task Each_page_of_an_export_is_in_the_audit_trail()
    {
        var accounts = new Mock<IAccountTransfer>();
        accounts.Setup(a => a.ReadAccountsAsync(It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new AccountPage([], null));
        await using var run = new AdminRun(accounts.Object);

        await run.RunAsync($"{UserExportPageCommand.Path} --after 0");
        CollectionAssert.AreEqual((string[])["console AdminCommand  user export, continued after 0"], await EntriesAsync(run));
    }

    [TestMethod]
    [DataRow("{\"accounts\":[null]}")]
    [DataRow("{\"accounts\":[{\"name\":\"ada\"}]}")]
    [DataRow("{\"accounts\":[{\"name\":\"ada\",\"hash\":\"x\",\"keys\":[null]}]}")]
    [DataRow("{")]
    public async Task A_malformed_batch_is_wrong_usage(string input)
    {
        await using var run = new AdminRun(Mock.Of<IAccountTransfer>());

        Assert.AreEqual(2, (await run.RunAsync(UserImportBatchCommand.Path, input)).Exit);
    }

    [TestMethod]
    public async Task A_page_that_begins_nowhere_is_wrong_usage()
    {
        var accounts = new Mock<IAccountTransfer>();
        accounts.Setup(a => a.ReadAccountsAsync(It.IsAny<int>(), "x", It.IsAny<CancellationToken>())).Throws(new ArgumentException("x"));
        await using var run = new AdminRun(accounts.Object);

        Assert.AreEqual(2, (await run.RunAsync($"{UserExportPageCommand.Path} --after x")).Exit);
        Assert.AreEqual(2, (await run.RunAsync($"{ExportPageCommand.Path} accounts --after x")).Exit);
    }

    private static async Task<string[]> EntriesAsync(AdminRun run) =>
        [.. (await run.Audit.ReadAsync(new AuditFilter(), 10, Guard.NewToken())).Where(e => e.Event != AuditEvent.ChainStarted)
            .Select(e => $"{e.Actor} {e.Event} {e.Name} {e.Detail}")];
}
