using System.Security.Cryptography;
using System.Text;
using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>Keys: the server's, others', one's own, and those with which one's account can be logged in to.</content>
public sealed partial class ServerClient
{
    /// <summary>Asks for a user's public key, or the server's.</summary>
    /// <param name="alias">The user's name. Default the server.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The key, which is the caller's to dispose.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<RSA> GetKeyAsync(string? alias = null, CancellationToken cancellationToken = default) =>
        Import(await QueryAsync(alias, cancellationToken).ConfigureAwait(false));

    /// <summary>Asks for a user's public key, and whether he has proved to the server that he holds its private part.</summary>
    /// <param name="alias">The user's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The key, which is the caller's to dispose, and the server's word.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<(RSA Key, bool IsProven)> GetKeyAndProofAsync(string alias, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alias);
        CompactControl.Key key = await QueryAsync(alias, cancellationToken).ConfigureAwait(false);
        return (Import(key), key.Proven == true);
    }

    /// <summary>
    /// Gives the server a public key of one's own, for others to ask for. Where the private part is there too, and the server is asked
    /// over TLS or is this machine, a signature proves to others that the key is one's own.
    /// </summary>
    /// <param name="key">The key; only its public part is sent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The server's own key, which is the caller's to dispose.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<RSA> SendKeyAsync(RSA key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Import(await GiveAsync(
            session => new CompactControl.Key(null, key.ExportSubjectPublicKeyInfoPem(), session.Prove(key), null), cancellationToken)
            .ConfigureAwait(false));
    }

    /// <summary>Asks which keys one's own account can be logged in to with; over TLS, or on the server's machine.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<UserKey>> GetSavedKeysAsync(CancellationToken cancellationToken = default) => Saved(
        await AskForKeyAsync(
            FrameType.KeyQuery,
            (session, token) => session.SendAsync(FrameType.KeyQuery, new CompactControl.KeyQuery(null, Saved: true), CompactJson.Default.KeyQuery, token),
            null,
            cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Adds a key to one's own account, to log in with from now on: see <see cref="ServerClientOptions.PrivateKey"/>. Like
    /// <see cref="SendKeyAsync"/> it also shows the key to others. Over TLS, or on the server's machine.
    /// </summary>
    /// <param name="name">What the key is called, by the rules for users' names.</param>
    /// <param name="key">The key with its private part; only its public part is sent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The account's keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<UserKey>> SaveKeyAsync(string name, RSA key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(key);
        return Saved(await GiveAsync(
            session => new CompactControl.Key(null, key.ExportSubjectPublicKeyInfoPem(), session.Prove(key), null, Save: name), cancellationToken)
            .ConfigureAwait(false));
    }

    /// <summary>Removes a key from one's own account. Who is logged in by it stays. Over TLS, or on the server's machine.</summary>
    /// <param name="name">What the key is called.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The account's keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<UserKey>> RemoveSavedKeyAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Saved(await GiveAsync(_ => new CompactControl.Key(null, null, null, null, Remove: name), cancellationToken).ConfigureAwait(false));
    }

    private Task<CompactControl.Key> QueryAsync(string? alias, CancellationToken cancellationToken) => AskForKeyAsync(
        FrameType.KeyQuery,
        (session, token) => session.SendAsync(FrameType.KeyQuery, new CompactControl.KeyQuery(alias), CompactJson.Default.KeyQuery, token),
        alias,
        cancellationToken);

    private Task<CompactControl.Key> GiveAsync(Func<CompactSession, CompactControl.Key> make, CancellationToken cancellationToken) =>
        AskForKeyAsync(
            FrameType.Key,
            (session, token) => session.SendAsync(FrameType.Key, make(session), CompactJson.Default.Key, token),
            null,
            cancellationToken);

    private async Task<CompactControl.Key> AskForKeyAsync(
        FrameType type, Func<CompactSession, CancellationToken, ValueTask> send, string? name, CancellationToken cancellationToken) =>
        (CompactControl.Key)(await AskAsync("keys", type, name, (session, _, token) => send(session, token), null, cancellationToken)
            .ConfigureAwait(false))!;

    /// <summary>The keys that an answer lists. What a server says is not taken at its word.</summary>
    private static UserKey[] Saved(CompactControl.Key answer) => answer.Saved is { } saved
        ? [.. saved.Select(key => new UserKey(key?.Name ?? "", key?.Fingerprint ?? "", key?.Added ?? default, key?.Used))]
        : throw new ServerClientException("The server saves no keys.") { Code = ClientCode.Refused };

    private static RSA Import(CompactControl.Key answer) =>
        RsaPublicKey.Import(Encoding.ASCII.GetBytes(answer.PublicKey ?? ""))
        ?? throw new ServerClientException("The server gave a public key that can't be used.") { Code = ClientCode.BadFrame };
}
