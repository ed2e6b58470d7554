using ServerLib.Server;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class ConnectionRegistryTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly ConnectionRegistry _registry = new();

    [TestMethod]
    public async Task An_empty_registry_is_waited_for_again_after_a_drain()
    {
        Connection first = new MemoryConnection().Connection, second = new MemoryConnection().Connection;
        _registry.Add(first);
        Task drained = _registry.WhenEmptyAsync(_guard);
        Assert.IsFalse(drained.IsCompleted);
        _registry.Remove(first);
        await drained;

        _registry.Add(second);
        Task again = _registry.WhenEmptyAsync(_guard), too = _registry.WhenEmptyAsync(_guard);
        Assert.IsFalse(again.IsCompleted || too.IsCompleted);
        _registry.Remove(second);
        await again;
        await too;
        await _registry.WhenEmptyAsync(_guard);
    }

    [TestMethod]
    public async Task A_wait_that_is_cancelled_does_not_end_the_waits_of_others()
    {
        Connection connection = new MemoryConnection().Connection;
        _registry.Add(connection);
        using var impatient = new CancellationTokenSource();
        Task cancelled = _registry.WhenEmptyAsync(impatient.Token), patient = _registry.WhenEmptyAsync(_guard);
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled);
        Assert.IsFalse(patient.IsCompleted);

        _registry.Remove(connection);
        await patient;
    }
}
