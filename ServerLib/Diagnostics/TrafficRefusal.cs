namespace ServerLib;

/// <summary>How often connections or logins were refused for one reason.</summary>
/// <param name="Reason">
/// <c>connection: </c> and the name of a <see cref="DisconnectReason"/> for connections that were closed at accept, or <c>login: </c> and the
/// name of a <see cref="LoginCode"/> for logins.
/// </param>
/// <param name="Count">How often.</param>
public sealed record TrafficRefusal(string Reason, long Count);
