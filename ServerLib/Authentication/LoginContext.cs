using ServerLib.Connections;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>One attempt to log in, or to confirm the current password: the state that the steps of the pipeline share.</summary>
/// <param name="client">The connection.</param>
/// <param name="credentials">What the client has sent.</param>
/// <param name="lease">The connection's slots; <see langword="null"/> where no server counts them.</param>
/// <param name="isLogged">Whether the activity log gets a line when the attempt fails.</param>
internal sealed class LoginContext(Connection client, Credentials credentials, ConnectionLease? lease = null, bool isLogged = true)
{
    public Connection Client => client;

    public Credentials Credentials => credentials;

    public ConnectionLease? Lease => lease;

    public bool IsLogged => isLogged;

    /// <summary>Whether an unknown name may be registered, as far as the server decides that.</summary>
    public bool MayRegister { get; set; } = !credentials.IsConfirmation;

    /// <summary>Whether the account has logged in from this address before, and this is one of the first few attempts from there.</summary>
    public bool IsKnownAddress { get; set; }

    /// <summary>Whether the credentials were right, but the user has logged in too often.</summary>
    public bool IsTooOften { get; set; }

    /// <summary>Whether the credentials were right, but the user has too many sessions.</summary>
    public bool HasTooManySessions { get; set; }

    /// <summary>Whether the account has changed while the login was checked, so that the connection has ended.</summary>
    public bool IsInvalidated { get; set; }

    /// <summary>The login, once it was right, until its connection has its name.</summary>
    public PendingLogin? Pending { get; set; }

    /// <summary>The ticket of a login by ticket, once it is verified.</summary>
    public LoginTicket? Ticket { get; set; }

    /// <summary>What is needed to issue the client a ticket, once the login was right; <see langword="null"/> if it gets none.</summary>
    public ConnectionTicket? NewTicket { get; set; }

    /// <summary>The answer.</summary>
    public LoginResult Result { get; set; }

    /// <summary>Whether the server could not decide. That is not the client's fault.</summary>
    public bool IsBusy => Result.Code == LoginCode.Busy && !IsTooOften;

    /// <summary>What the audit trail records of a successful login besides name and address.</summary>
    public string Detail => credentials.IsByKey ? $"by key {Result.KeyName}".TrimEnd() : Ticket is null ? "" : "by ticket";

    /// <summary>The credentials as the authenticator gets them: with what the steps have found out.</summary>
    public Credentials ForAuthenticator() => new(credentials.Username, credentials.Password, credentials.Address)
    {
        Invitation = credentials.Invitation,
        IsConfirmation = credentials.IsConfirmation,
        ClientCertificateSubject = credentials.ClientCertificateSubject,
        IsByKey = credentials.IsByKey,
        ProvenKey = credentials.ProvenKey,
        Ticket = Ticket,
        IsKnownAddress = IsKnownAddress,
        MayRegister = MayRegister,
    };
}
