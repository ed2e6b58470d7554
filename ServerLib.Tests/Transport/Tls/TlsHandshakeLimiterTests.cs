using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class TlsHandshakeLimiterTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_known_address_waits_behind_few_unknown_clients()
    {
        using var gate = new TlsHandshakeLimiter(4);
        Task[] strangers = [.. Enumerable.Range(0, 100).Select(_ => gate.EnterAsync(hasPriority: false, _guard))];
        Assert.AreEqual(2, strangers.Count(waiting => waiting.IsCompleted));
        Task[] preferred = [.. Enumerable.Range(0, 3).Select(_ => gate.EnterAsync(hasPriority: true, _guard))];
        Assert.AreEqual(2, preferred.Count(waiting => waiting.IsCompleted), "There are but four places.");

        gate.Leave(hasPriority: false);
        await preferred[2].WaitAsync(_guard);
        for (int i = 0; i < preferred.Length; i++)
            gate.Leave(hasPriority: true);
        await strangers[2].WaitAsync(_guard);
        for (int i = 3; i < strangers.Length; i++)
        {
            gate.Leave(hasPriority: false);
            await strangers[i].WaitAsync(_guard);
        }

        gate.Leave(hasPriority: false);
        gate.Leave(hasPriority: false);
        Assert.AreEqual(4, gate.Free);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_canceled_handshake_releases_its_slot(bool hasPriority)
    {
        using var gate = new TlsHandshakeLimiter(1);
        await gate.EnterAsync(hasPriority: true, _guard);
        using var impatient = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => gate.EnterAsync(hasPriority, impatient.Token))];
        await impatient.CancelAsync();
        foreach (Task one in waiting)
            await Assert.ThrowsAsync<OperationCanceledException>(() => one);

        gate.Leave(hasPriority: true);
        Assert.AreEqual(1, gate.Free);
        await gate.EnterAsync(hasPriority, _guard).WaitAsync(_guard);
    }
}
