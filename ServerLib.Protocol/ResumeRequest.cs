namespace ServerLib.Protocol;

/// <summary>A client's request to continue its session on this connection.</summary>
/// <param name="Session">The session.</param>
/// <param name="Token">The session's secret, base64url.</param>
/// <param name="Received">The number of counted frames that the client has received.</param>
internal sealed record ResumeRequest(string Session, string Token, long Received);
