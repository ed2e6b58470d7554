using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>The client of a connection. Two clients are equal if their names, addresses and public keys are.</summary>
/// <param name="alias">The client's name as registered; empty before it has logged in.</param>
/// <param name="ipAddr">The client's IP address.</param>
/// <param name="publicKey">The client's public key; <see langword="null"/> if the client has sent none yet.</param>
public sealed class Client(string alias, string ipAddr, RSA? publicKey = null) : IEquatable<Client>
{
    /// <summary>The client's name as registered; empty before it has logged in.</summary>
    public string Alias { get; } = alias ?? throw new ArgumentNullException(nameof(alias));

    /// <summary>The client's IP address.</summary>
    public string IpAddr { get; } = ipAddr ?? throw new ArgumentNullException(nameof(ipAddr));

    /// <summary>The client's public key; <see langword="null"/> if the client has sent none yet.</summary>
    public RSA? PublicKey { get; } = publicKey;

    /// <summary>Whether the client has proved that it has the private key for <see cref="PublicKey"/>.</summary>
    public bool HasProvenKey { get; init; }

    /// <inheritdoc/>
    public bool Equals(Client? other) =>
        other is not null && Alias == other.Alias && IpAddr == other.IpAddr && SameKey(PublicKey, other.PublicKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Client);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Alias, IpAddr);

    /// <summary>The name and the address.</summary>
    public override string ToString() => $"{TextSanitizer.Escape(Alias)}@{IpAddr}";

    private static bool SameKey(RSA? left, RSA? right) =>
        ReferenceEquals(left, right)
        || (left is not null && right is not null
            && left.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(right.ExportSubjectPublicKeyInfo()));
}
