using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Auditing;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Testing;

namespace ServerLib.Tests.Contracts;

/// <summary>The stores of the audit trail keep the contracts that are shipped.</summary>
[TestClass]
public sealed class AuditStoreContractTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [TestMethod]
    [DynamicData(nameof(AuditStoreContract.Rules), typeof(AuditStoreContract))]
    public Task LiteDb_keeps_the_contract_of_an_audit_store(string rule) => AuditStoreContract.VerifyAsync(rule, () => new(OpenLiteDb()));

    [TestMethod]
    [DynamicData(nameof(AuditStoreContract.Rules), typeof(AuditStoreContract))]
    public Task Memory_keeps_the_contract_of_an_audit_store(string rule)
    {
        var store = new InMemoryAuditStore();
        return AuditStoreContract.VerifyAsync(rule, () => new(store));
    }

    [TestMethod]
    [DynamicData(nameof(SharedAuditStoreContract.Rules), typeof(SharedAuditStoreContract))]
    public Task Memory_keeps_the_contract_of_a_shared_audit_store(string rule)
    {
        var store = new InMemoryAuditStore();
        return SharedAuditStoreContract.VerifyAsync(rule, () => new(store));
    }

    public void Dispose() => _folder.Dispose();

    private LiteDbAuditStore OpenLiteDb()
    {
        var failures = new AuditFailures(new AuditTrailEvents(null, NullLogger.Instance, "history"), null);
        return LiteDbAuditStore.Open(
            AuditTrailFile.InFolder(_folder.Path, TimeProvider.System, NullLogger.Instance, null, DatabaseFile.OpenStream),
            TimeProvider.System,
            NullLogger.Instance,
            failures);
    }
}
