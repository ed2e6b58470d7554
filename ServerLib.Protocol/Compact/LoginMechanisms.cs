namespace ServerLib.Protocol;

/// <summary>The ways to log in that a server offers on a connection.</summary>
/// <param name="Keys">Whether clients can log in by key.</param>
/// <param name="Tickets">Whether clients can log in by ticket.</param>
internal readonly record struct LoginMechanisms(bool Keys, bool Tickets)
{
    /// <summary>Their names, as in HELLO.</summary>
    public string[] Names => [CompactControl.Plain, .. Keys ? [CompactControl.ByKey] : (string[])[], .. Tickets ? [CompactControl.ByTicket] : (string[])[]];

    /// <summary>What LOGIN must contain, as a sentence.</summary>
    public string Sentence => (Keys, Tickets) switch
    {
        (false, false) => "Only PLAIN with username and password is offered.",
        (true, false) => "PLAIN with username and password, or KEY with username, publicKey and signature, is offered.",
        (false, true) => "PLAIN with username and password, or TICKET with username and ticket, is offered.",
        _ => "PLAIN with username and password, KEY with username, publicKey and signature, or TICKET with username and ticket, is offered.",
    };

    /// <summary>What a client is told when such a login fails.</summary>
    public static string? FailureOf(LoginRequest login) => login switch
    {
        { Key: not null } => "The name or the key is wrong.",
        { Ticket: not null } => "The ticket is not valid.",
        _ => CloseCode.TextOf(LoginCode.Failure),
    };
}
