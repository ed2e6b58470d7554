namespace ServerLib.Diagnostics;

/// <summary>Counts what belongs to no connection: logins and refusals by reason. Thread-safe.</summary>
internal sealed class TrafficCounters
{
    private static readonly LoginCode[] Codes = Enum.GetValues<LoginCode>();
    private static readonly DisconnectReason[] Reasons = Enum.GetValues<DisconnectReason>();

    private readonly long[] _logins = new long[(int)Codes.Max() + 1];
    private readonly long[] _refusals = new long[(int)Reasons.Max() + 1];

    /// <summary>The number of logins that were accepted.</summary>
    public long Logins => Volatile.Read(ref _logins[(int)LoginCode.Ok]);

    /// <summary>The number of logins that were refused.</summary>
    public long FailedLogins => Sum(_logins) - Logins;

    /// <summary>The number of connections that were closed at accept.</summary>
    public long Refusals => Sum(_refusals);

    /// <summary>The number of reasons.</summary>
    public static int ReasonCount => Codes.Length + Reasons.Length;

    public void LoggedIn(LoginCode result) => Interlocked.Increment(ref _logins[(int)result]);

    public void Refused(DisconnectReason reason) => Interlocked.Increment(ref _refusals[(int)reason]);

    /// <summary>The name of a reason.</summary>
    /// <param name="index">A number below <see cref="ReasonCount"/>.</param>
    public static string NameOf(int index) => index < Codes.Length ? $"login: {Codes[index]}" : $"connection: {Reasons[index - Codes.Length]}";

    /// <summary>How often something was refused for a reason.</summary>
    /// <param name="index">A number below <see cref="ReasonCount"/>.</param>
    public long RefusedFor(int index)
    {
        if (index >= Codes.Length)
            return Volatile.Read(ref _refusals[(int)Reasons[index - Codes.Length]]);
        return Codes[index] == LoginCode.Ok ? 0 : Volatile.Read(ref _logins[(int)Codes[index]]);
    }

    private static long Sum(long[] counters)
    {
        long sum = 0;
        foreach (ref long counter in counters.AsSpan())
            sum += Volatile.Read(ref counter);
        return sum;
    }
}
