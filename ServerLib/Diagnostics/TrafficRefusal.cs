namespace ServerLib;

/// <summary>How often connections or logins were refused for one reason.</summary>
/// <param name="Reason">
/// The name of a <see cref="DisconnectReason"/> for connections that were closed at accept, or of a <see cref="LoginCode"/> for logins.
/// </param>
/// <param name="Count">How often.</param>
public sealed record TrafficRefusal(string Reason, long Count);
