using Microsoft.Extensions.DependencyInjection;
using Moq;
using ServerLib.Testing;

namespace ServerLib.Tests.Contracts;

/// <summary>An implementation that breaks a contract gets a message that says which rule it breaks, and how.</summary>
[TestClass]
public sealed class BrokenContractTests
{
    [TestMethod]
    public Task Names_that_are_compared_byte_by_byte_break_the_contract() => AssertBrokenAsync(
        "UserDatabaseContract: 'Spellings of a name are one account' does not hold. HasUserAsync(\"ada\") must be true, but is false.",
        UserDatabaseContract.VerifyAsync(
            "Spellings of a name are one account",
            time => new(AccountServices.Of(new BrokenUserDatabase(time) { Name = name => name.Any(char.IsUpper) ? $"{name}_" : name }))));

    [TestMethod]
    public Task A_registration_in_two_steps_breaks_the_contract()
    {
        int clients = 0;
        var two = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return AssertBrokenAsync(
            "UserDatabaseContract: 'One of many clients registers a name at the same time' does not hold. 16 clients registered",
            UserDatabaseContract.VerifyAsync(
                "One of many clients registers a name at the same time",
                time => new(AccountServices.Of(new BrokenUserDatabase(time) { BetweenSteps = WaitForTwoAsync }))));

        Task WaitForTwoAsync()
        {
            if (Interlocked.Increment(ref clients) == 2)
                two.SetResult();
            return two.Task;
        }
    }

    [TestMethod]
    public Task A_database_that_ignores_cancellation_breaks_the_contract() => AssertBrokenAsync(
        "UserDatabaseContract: 'A canceled call throws and changes nothing' does not hold. "
        + "HasUserAsync with a canceled token must throw OperationCanceledException, but returned.",
        UserDatabaseContract.VerifyAsync(
            "A canceled call throws and changes nothing",
            time => new(AccountServices.Of(new BrokenUserDatabase(time) { IgnoresCancellation = true }))));

    [TestMethod]
    public Task An_exception_of_the_implementation_is_part_of_the_message() => AssertBrokenAsync(
        "UserDatabaseContract: 'A wrong password fails' does not hold. A call threw InvalidDataException: The disk is full.",
        UserDatabaseContract.VerifyAsync(
            "A wrong password fails",
            time => new(AccountServices.Of(new BrokenUserDatabase(time) { Name = _ => throw new InvalidDataException("The disk is full.") }))));

    [TestMethod]
    public async Task All_broken_rules_are_reported_together()
    {
        ContractException broken = await Assert.ThrowsExactlyAsync<ContractException>(() => UserDatabaseContract.VerifyAllAsync(
            time => new(AccountServices.Of(
                new BrokenUserDatabase(time) { IgnoresCancellation = true, Name = name => name.Any(char.IsUpper) ? $"{name}_" : name }))));

        StringAssert.StartsWith(broken.Message, $"3 of {UserDatabaseContract.Rules.Count()} rules are broken.");
        StringAssert.Contains(broken.Message, "'One of many clients registers a name at the same time' does not hold.");
        StringAssert.Contains(broken.Message, "'Spellings of a name are one account' does not hold.");
        StringAssert.Contains(broken.Message, "'A canceled call throws and changes nothing' does not hold.");
    }

    [TestMethod]
    public Task A_missing_service_is_named() => AssertBrokenAsync(
        "UserKeysContract: 'A key logs in to its account' does not hold. AccountServices.Keys is not set.",
        UserKeysContract.VerifyAsync("A key logs in to its account", time => new(AccountServices.Of(new BrokenUserDatabase(time)))));

    [TestMethod]
    public Task Servers_that_do_not_share_their_accounts_break_the_contract() => AssertBrokenAsync(
        "SharedAccountsContract: 'A name is registered once at both servers' does not hold. "
        + "12 clients of two servers registered the same name at once, and 2 of them got Ok. Exactly one must.",
        SharedAccountsContract.VerifyAsync(
            "A name is registered once at both servers", time => new(AccountServices.Of(new InMemoryUserDatabase(time)))));

    [TestMethod]
    public Task Accounts_that_are_not_stored_break_the_contract() => AssertBrokenAsync(
        "StoredAccountsContract: 'Bans are kept' does not hold. The bans must be [Ban { Target = Ada, ",
        StoredAccountsContract.VerifyAsync("Bans are kept", time => new(AccountServices.Of(new InMemoryUserDatabase(time)))));

    [TestMethod]
    public Task A_ledger_that_forgets_a_connection_breaks_the_contract()
    {
        var ledger = new Mock<IConnectionLedger>();
        ledger.Setup(mock => mock.Connections).Returns([]);
        ledger.Setup(mock => mock.Database).Returns((UserIndex?)null);
        return AssertBrokenAsync(
            "ConnectionLedgerContract: 'A user can have several connections' does not hold. Count must be 3, but is 0.",
            ConnectionLedgerContract.VerifyAsync("A user can have several connections", () => ledger.Object));
    }

    [TestMethod]
    public Task A_disposal_that_fails_does_not_hide_the_broken_rule()
    {
        var ledger = new Mock<IConnectionLedger>();
        ledger.Setup(mock => mock.Connections).Returns([]);
        ledger.As<IDisposable>().Setup(mock => mock.Dispose()).Throws(new InvalidDataException("The ledger is not empty."));
        return AssertBrokenAsync(
            "ConnectionLedgerContract: 'A user can have several connections' does not hold. Count must be 3, but is 0.",
            ConnectionLedgerContract.VerifyAsync("A user can have several connections", () => ledger.Object));
    }

    [TestMethod]
    public Task An_authenticator_that_accepts_an_empty_password_breaks_the_contract()
    {
        var authenticator = new Mock<IAuthenticator>();
        authenticator.Setup(mock => mock.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials credentials, CancellationToken _) =>
                new(credentials.Password is "" or "secret" ? LoginResult.Ok("ada") : new LoginResult(LoginCode.Failure)));
        return AssertBrokenAsync(
            "AuthenticatorContract: 'An empty password does not log in' does not hold. Whether an empty password logs in must be false, but is true.",
            AuthenticatorContract.VerifyAsync("An empty password does not log in", () => new(authenticator.Object), "ada", "secret"));
    }

    [TestMethod]
    public Task A_router_that_sends_twice_breaks_the_contract() => AssertBrokenAsync(
        "MessageRouterContract: 'A message to everyone arrives once at each connection' does not hold. "
        + "Delivered in the report of a message to everyone must be 4, but is 8.",
        MessageRouterContract.VerifyAsync(
            "A message to everyone arrives once at each connection",
            () => TestServer.StartAsync(builder => builder.Use<IConnectionLedger, RepeatingLedger>())));

    [TestMethod]
    public Task An_import_that_replaces_accounts_breaks_the_contract() => AssertBrokenAsync(
        "AccountTransferContract: 'An existing account is never changed' does not hold. The results for existing accounts must be ",
        AccountTransferContract.VerifyAsync(
            "An existing account is never changed", time => new(new InMemoryAccountTransfer(time) { Replaces = true }.ToServices())));

    [TestMethod]
    public Task Pages_that_a_removed_account_moves_break_the_contract() => AssertBrokenAsync(
        "AccountTransferContract: 'Other changes do not disturb reading' does not hold. The names that were there all the time, ",
        AccountTransferContract.VerifyAsync(
            "Other changes do not disturb reading", time => new(new InMemoryAccountTransfer(time) { CountsPositions = true }.ToServices())));

    [TestMethod]
    public Task A_store_that_appends_without_a_look_at_the_newest_record_breaks_the_contract()
    {
        var store = new Mock<IAuditStore>();
        store.Setup(mock => mock.TryAppendAsync(It.IsAny<IReadOnlyList<AuditRecord>>(), It.IsAny<CancellationToken>())).Returns(new ValueTask<bool>(true));
        return AssertBrokenAsync(
            "AuditStoreContract: 'One of many writers appends after a record' does not hold. "
            + "8 writers appended after the same record at once, and 8 of them succeeded. Exactly one must.",
            AuditStoreContract.VerifyAsync("One of many writers appends after a record", () => new(store.Object)));
    }

    [TestMethod]
    public Task Servers_that_do_not_share_their_audit_records_break_the_contract() => AssertBrokenAsync(
        "SharedAuditStoreContract: 'Each server reads what the other has appended' does not hold. The newest record at the other server must be",
        SharedAuditStoreContract.VerifyAsync("Each server reads what the other has appended", () => new(new InMemoryAuditStore())));

    [TestMethod]
    public async Task An_unknown_rule_is_refused()
    {
        ArgumentException refused = await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => ConnectionLedgerContract.VerifyAsync("no such rule", () => new ActiveConnectionLedger()));

        StringAssert.StartsWith(refused.Message, "ConnectionLedgerContract has no rule 'no such rule'.");
    }

    private static async Task AssertBrokenAsync(string message, Task verification)
    {
        ContractException broken = await Assert.ThrowsExactlyAsync<ContractException>(() => verification);

        StringAssert.StartsWith(broken.Message, message);
    }
}
