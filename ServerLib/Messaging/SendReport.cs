namespace ServerLib;

/// <summary>The outcome of a message to many connections.</summary>
/// <param name="Sent">The number of connections for which the operating system has accepted the whole message.</param>
/// <param name="Queued">The number of connections for which the message or a part of it is queued.</param>
/// <param name="Dropped">The number of connections that do not get the message.</param>
public readonly record struct SendReport(int Sent, int Queued, int Dropped)
{
    /// <summary>The number of connections that get the message, at once or after what is queued before it.</summary>
    public int Delivered => Sent + Queued;

    /// <summary>
    /// How many of <see cref="Dropped"/> are classic connections that cannot receive the message, because it is not UTF-8 text or needs
    /// more than 128 frames. They stay open.
    /// </summary>
    public int Unreadable { get; init; }

    /// <summary>
    /// How many of <see cref="Dropped"/> are connections that accept only smaller frames (see <see cref="Connection.TrySend"/>). They stay
    /// open.
    /// </summary>
    public int TooLarge { get; init; }

    /// <summary>The sum of two reports.</summary>
    internal SendReport Plus(SendReport other) => new(Sent + other.Sent, Queued + other.Queued, Dropped + other.Dropped)
    {
        Unreadable = Unreadable + other.Unreadable,
        TooLarge = TooLarge + other.TooLarge,
    };
}
