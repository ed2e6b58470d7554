using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class HandshakeGateTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task However_many_strangers_wait_who_is_familiar_is_behind_few_of_them()
    {
        using var gate = new HandshakeGate(2);
        Task[] strangers = [.. Enumerable.Range(0, 100).Select(_ => gate.EnterAsync(isFamiliar: false, _guard))];
        Assert.AreEqual(2, strangers.Count(waiting => waiting.IsCompleted));
        Task familiar = gate.EnterAsync(isFamiliar: true, _guard);
        Assert.IsFalse(familiar.IsCompleted, "There are but two places.");

        gate.Leave(isFamiliar: false);
        await familiar.WaitAsync(_guard);
        gate.Leave(isFamiliar: true);
        for (int i = 3; i < strangers.Length; i++)
        {
            gate.Leave(isFamiliar: false);
            await strangers[i].WaitAsync(_guard);
        }

        gate.Leave(isFamiliar: false);
        gate.Leave(isFamiliar: false);
        Assert.AreEqual(2, gate.Free);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Who_gives_up_leaves_no_place_taken(bool isFamiliar)
    {
        using var gate = new HandshakeGate(1);
        await gate.EnterAsync(isFamiliar: true, _guard);
        using var impatient = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => gate.EnterAsync(isFamiliar, impatient.Token))];
        await impatient.CancelAsync();
        foreach (Task one in waiting)
            await Assert.ThrowsAsync<OperationCanceledException>(() => one);

        gate.Leave(isFamiliar: true);
        Assert.AreEqual(1, gate.Free);
        await gate.EnterAsync(isFamiliar, _guard).WaitAsync(_guard);
    }
}
