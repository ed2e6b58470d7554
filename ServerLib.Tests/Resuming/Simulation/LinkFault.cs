namespace ServerLib.Tests.Resuming;

/// <summary>What one side of a lost connection sees.</summary>
internal enum Sight
{
    /// <summary>Nothing: bytes just do not come any more.</summary>
    Silence,

    /// <summary>The end of the other side's bytes.</summary>
    End,

    /// <summary>A reset.</summary>
    Reset,
}

/// <summary>How a connection is lost, and when.</summary>
/// <param name="AfterToServer">It is lost when the server has got this many bytes,</param>
/// <param name="AfterToClient">or the client this many.</param>
/// <param name="Server">What the server sees.</param>
/// <param name="Client">What the client sees.</param>
/// <param name="IsHalf">Whether only one direction ends, and the other side's bytes still flow.</param>
/// <param name="IsRefused">Whether the connection does not come about.</param>
internal sealed record LinkFault(int AfterToServer, int AfterToClient, Sight Server, Sight Client, bool IsHalf, bool IsRefused)
{
    /// <summary>The bytes until the session continues on a connection: preface, HELLO, and LOGIN with WELCOME or RESUME with RESUMED.</summary>
    private const int OpeningSize = 700;

    private const int Longest = 6_000;

    /// <summary>Whether the client notices it only because time passes.</summary>
    public bool NeedsTime => Client == Sight.Silence && !IsHalf;

    /// <summary>The fault of a user's next connection. Every second one is lost within the first bytes, so that all of these get their turn.</summary>
    public static LinkFault Next(Random random, int attempt)
    {
        int after = attempt % 2 == 0
            ? attempt * 13 % OpeningSize
            : (int)Math.Exp(random.NextDouble() * Math.Log(Longest));
        bool isToServer = random.Next(2) == 0;
        (Sight server, Sight client, bool isHalf) = random.Next(12) switch
        {
            0 or 1 => (Sight.End, Sight.End, false),
            2 or 3 => (Sight.Reset, Sight.Reset, false),
            4 => (Sight.Silence, Sight.End, false),
            5 => (Sight.Silence, Sight.Reset, false),
            6 => (Sight.Silence, Sight.Silence, false),
            7 => (Sight.End, Sight.Silence, false),
            8 => (Sight.Reset, Sight.Silence, false),
            9 => (Sight.End, Sight.Silence, true),
            10 => (Sight.Silence, Sight.End, true),
            _ => (Sight.Reset, Sight.End, false),
        };
        return new LinkFault(
            isToServer ? after : int.MaxValue, isToServer ? int.MaxValue : after, server, client, isHalf, random.Next(15) == 0);
    }
}
