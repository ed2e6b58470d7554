using ServerLib.Admission;

namespace ServerLib.Tests.Admission;

[TestClass]
public sealed class AdmissionGateTests
{
    [TestMethod]
    public void TryEnter_lets_in_up_to_the_number_and_again_when_one_leaves()
    {
        var gate = new AdmissionGate(2);

        Assert.IsTrue(gate.TryEnter() && gate.TryEnter());
        Assert.IsFalse(gate.TryEnter());
        Assert.AreEqual(2, gate.Inside);
        gate.Leave();
        Assert.IsTrue(gate.TryEnter());
    }

    [TestMethod]
    public void TryEnter_from_many_threads_never_lets_one_too_many_in()
    {
        var gate = new AdmissionGate(100);
        int entered = 0;
        Parallel.For(0, 1_000, _ =>
        {
            if (gate.TryEnter())
                Interlocked.Increment(ref entered);
        });

        Assert.AreEqual((100, 100), (entered, gate.Inside));
    }
}
