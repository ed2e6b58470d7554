namespace ServerLib;

/// <summary>What became of a message to many.</summary>
/// <param name="Sent">Connections whose system took all of it.</param>
/// <param name="Queued">Connections for which some of it waits.</param>
/// <param name="Dropped">Connections that don't get it.</param>
public readonly record struct SendReport(int Sent, int Queued, int Dropped)
{
    /// <summary>Connections that get the message, now or as fast as they read.</summary>
    public int Delivered => Sent + Queued;

    /// <summary>
    /// The connections among <see cref="Dropped"/> that speak the classic protocol, and stay: they can't be given what is no text, or takes
    /// more than 128 frames.
    /// </summary>
    public int Unreadable { get; init; }

    /// <summary>This and another one together.</summary>
    internal SendReport Plus(SendReport other) => new(Sent + other.Sent, Queued + other.Queued, Dropped + other.Dropped)
    {
        Unreadable = Unreadable + other.Unreadable,
    };
}
