using System.Net;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>What a client gives to log in. Never prints its password.</summary>
/// <param name="username">The name as sent, white space around it removed.</param>
/// <param name="password">The password as sent.</param>
/// <param name="address">Where the client connects from; <see langword="null"/> when unknown.</param>
public sealed class Credentials(string username, string password, EndPoint? address = null)
{
    /// <summary>The name as sent, white space around it removed.</summary>
    public string Username { get; } = username ?? throw new ArgumentNullException(nameof(username));

    /// <summary>The password as sent.</summary>
    public string Password { get; } = password ?? throw new ArgumentNullException(nameof(password));

    /// <summary>Where the client connects from; <see langword="null"/> when unknown.</summary>
    public EndPoint? Address { get; } = address;

    /// <summary>The code of the invitation that the client came with; <see langword="null"/> where it has none. A secret, too.</summary>
    public string? Invitation { get; init; }

    /// <summary>
    /// Whether the client is logged in already under this name, and confirms its password: then an unknown name is not registered.
    /// </summary>
    public bool IsConfirmation { get; init; }

    /// <summary>
    /// The subject of the TLS certificate that the client has shown, checked already; <see langword="null"/> when it showed none.
    /// </summary>
    public string? ClientCertificateSubject { get; init; }

    /// <summary>Whether the client logs in by key; then the password is empty, and no password may be compared with it.</summary>
    public bool IsByKey { get; init; }

    /// <summary>
    /// The public key that a login by key has proved to hold, DER SubjectPublicKeyInfo; empty when it has proved nothing. Whether the
    /// account has that key is for the authenticator to say.
    /// </summary>
    public ReadOnlyMemory<byte> ProvenKey { get; init; }

    /// <summary>
    /// Whether the account has logged in from this address before, so that attempts by others must not delay this one. The server sets it
    /// for the first three of several attempts at the same time.
    /// </summary>
    public bool IsKnownAddress { get; init; }

    /// <summary>
    /// Whether the authenticator may register an unknown name. The server sets it to <see langword="false"/> for banned names. Default
    /// <see langword="true"/>.
    /// </summary>
    public bool MayRegister { get; init; } = true;

    /// <summary>The user name and the address, never the password.</summary>
    public override string ToString() => $"{TextSanitizer.Escape(Username)}@{Address}";
}
