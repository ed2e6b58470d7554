namespace ServerLib.Clients;

/// <summary>What a client resumes its session with.</summary>
/// <param name="Session">The server's identifier for the session.</param>
/// <param name="Token">The secret of the session.</param>
/// <param name="Window">How long the server keeps the session when the connection is lost.</param>
internal sealed record ResumeTicket(string Session, string Token, TimeSpan Window);
