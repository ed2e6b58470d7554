namespace ServerLib.Server;

/// <summary>The last samples. Adding allocates nothing.</summary>
internal sealed class SampleRing(int capacity)
{
    private readonly TrafficSample[] _samples = new TrafficSample[capacity];
    private int _next;
    private int _count;

    public void Add(TrafficSample sample)
    {
        _samples[_next] = sample;
        _next = (_next + 1) % capacity;
        _count = Math.Min(_count + 1, capacity);
    }

    /// <summary>The last samples, the oldest first.</summary>
    /// <param name="most">How many at most.</param>
    public TrafficSample[] Last(int most)
    {
        int count = Math.Min(most, _count);
        var last = new TrafficSample[count];
        for (int i = 0; i < count; i++)
            last[i] = _samples[(_next - count + i + capacity) % capacity];
        return last;
    }
}
