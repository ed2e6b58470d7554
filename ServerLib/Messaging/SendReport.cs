namespace ServerLib;

/// <summary>The outcome of a message to many connections.</summary>
/// <param name="Sent">The number of connections for which the operating system has taken all of it.</param>
/// <param name="Queued">The number of connections for which some of it is queued.</param>
/// <param name="Dropped">The number of connections that do not get it.</param>
public readonly record struct SendReport(int Sent, int Queued, int Dropped)
{
    /// <summary>The number of connections that get the message, now or when they have read what is before it.</summary>
    public int Delivered => Sent + Queued;

    /// <summary>
    /// How many of the <see cref="Dropped"/> are classic connections, which stay: they cannot be sent a message that is not UTF-8 text or
    /// takes more than 128 frames.
    /// </summary>
    public int Unreadable { get; init; }

    /// <summary>
    /// How many of the <see cref="Dropped"/> are connections that accept only smaller frames (see <see cref="Connection.TrySend"/>). They stay.
    /// </summary>
    public int TooLarge { get; init; }

    /// <summary>The sum of two reports.</summary>
    internal SendReport Plus(SendReport other) => new(Sent + other.Sent, Queued + other.Queued, Dropped + other.Dropped)
    {
        Unreadable = Unreadable + other.Unreadable,
        TooLarge = TooLarge + other.TooLarge,
    };
}
