using System.Net;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>What a client sends to log in. <see cref="ToString"/> does not contain secrets.</summary>
/// <param name="username">The name as sent, without white space around it.</param>
/// <param name="password">The password as sent.</param>
/// <param name="address">The client's address; <see langword="null"/> if it is unknown.</param>
public sealed class Credentials(string username, string password, EndPoint? address = null)
{
    /// <summary>The name as sent, without white space around it.</summary>
    public string Username { get; } = username ?? throw new ArgumentNullException(nameof(username));

    /// <summary>The password as sent.</summary>
    public string Password { get; } = password ?? throw new ArgumentNullException(nameof(password));

    /// <summary>The client's address; <see langword="null"/> if it is unknown.</summary>
    public EndPoint? Address { get; } = address;

    /// <summary>The invitation code that the client has sent, a secret; <see langword="null"/> if it has sent none.</summary>
    public string? Invitation { get; init; }

    /// <summary>
    /// Whether a logged-in user confirms the current password in order to change it. An unknown name is then not registered.
    /// </summary>
    public bool IsConfirmation { get; init; }

    /// <summary>The subject of the client's verified TLS certificate; <see langword="null"/> if the client presented none.</summary>
    public string? ClientCertificateSubject { get; init; }

    /// <summary>Whether the client logs in by key. <see cref="Password"/> is then empty, and must not be compared with anything.</summary>
    public bool IsByKey { get; init; }

    /// <summary>
    /// The public key, as DER SubjectPublicKeyInfo, for which the client has proved to have the private key; empty if it has proved
    /// nothing. The authenticator decides whether the account has this key.
    /// </summary>
    public ReadOnlyMemory<byte> ProvenKey { get; init; }

    /// <summary>
    /// The ticket with which the client logs in, which is authentic, not expired, and not revoked; <see langword="null"/> for any other
    /// login. The password is empty then, and no password may be compared with it.
    /// </summary>
    public LoginTicket? Ticket { get; init; }

    /// <summary>The ticket as sent. A secret, too.</summary>
    internal string? UnverifiedTicket { get; init; }

    /// <summary>
    /// Whether the account has logged in from this address before. Attempts from other addresses must then not delay this one. If there are
    /// several such attempts at the same time, the server sets this for the first three.
    /// </summary>
    public bool IsKnownAddress { get; init; }

    /// <summary>
    /// Whether the authenticator may register an unknown name. The server sets it to <see langword="false"/> for banned names. Default
    /// <see langword="true"/>.
    /// </summary>
    public bool MayRegister { get; init; } = true;

    /// <summary>The session that the client resumes instead of a login.</summary>
    internal ResumeRequest? Resume { get; init; }

    /// <summary>The user name and the address, never the password.</summary>
    public override string ToString() => $"{TextSanitizer.Escape(Username)}@{Address}";
}
