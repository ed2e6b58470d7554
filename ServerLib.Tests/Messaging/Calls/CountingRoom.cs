namespace ServerLib.Tests.Messaging;

/// <summary>A class whose methods are calls and an event handler.</summary>
internal sealed class CountingRoom(CallTests.Counter counter)
{
    [Call]
    public static int Static() => 3;

    [Call]
    public async Task<string> DescribeAsync(Connection from, string text)
    {
        await Task.Yield();
        counter.Count = 0;
        return $"{from.Alias}:{text}";
    }

    [Call("count-it")]
    public int Count() => ++counter.Count;

    [Call(Role = "admin")]
    public int Secret() => counter.Count;

    [Event]
    public void Added(int value) => counter.Count += value;
}
