namespace ServerLib.Diagnostics;

/// <summary>What belongs to no connection: logins and refusals by reason.</summary>
/// <param name="logins">The answers to logins.</param>
/// <param name="refusals">The connections that were closed at accept.</param>
internal sealed class TrafficCounters(EventCounts<LoginCode> logins, EventCounts<DisconnectReason> refusals)
{
    private static readonly LoginCode[] Codes = [.. Enum.GetValues<LoginCode>().Where(code => code != LoginCode.Ok)];
    private static readonly DisconnectReason[] Reasons = Enum.GetValues<DisconnectReason>();

    /// <summary>The number of reasons.</summary>
    public static int ReasonCount => Codes.Length + Reasons.Length;

    /// <summary>The number of logins that were accepted.</summary>
    public long Logins => logins.Of(LoginCode.Ok);

    /// <summary>The number of logins that were refused.</summary>
    public long FailedLogins => logins.Total - Logins;

    /// <summary>The number of connections that were closed at accept.</summary>
    public long Refusals => refusals.Total;

    /// <summary>The name of a reason.</summary>
    /// <param name="index">A number below <see cref="ReasonCount"/>.</param>
    public static string NameOf(int index) => index < Codes.Length ? $"login: {Codes[index]}" : $"connection: {Reasons[index - Codes.Length]}";

    /// <summary>How often something was refused for a reason.</summary>
    /// <param name="index">A number below <see cref="ReasonCount"/>.</param>
    public long RefusedFor(int index) => index < Codes.Length ? logins.Of(Codes[index]) : refusals.Of(Reasons[index - Codes.Length]);
}
